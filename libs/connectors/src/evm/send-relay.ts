import { Transaction } from 'ethers';
import { RpcRefused, RpcUnreachable } from '../errors.js';
import { JsonRpc } from './json-rpc.js';
import type { SendClient } from './send-client.js';
import { classifyBroadcast, type BroadcastAnswer, type Delivery } from './send-node.js';
import type { Hex } from './wire.js';

/** Blocks for which a relay holds a transaction before it drops it. */
const HELD_FOR = 25n;
/** Blocks that a relay has to get a transaction mined before everybody is told of it. */
const PATIENCE = 2n;

export interface RelayOptions {
  readonly url: string;
  readonly timeoutMs?: number;
  /** Blocks after which what the relay has not had mined goes public; 2 where it is left out. */
  readonly patience?: bigint;
}

/** What a relay was given for a nonce. */
interface Given {
  readonly firstAt: bigint;
  readonly hash: string;
  readonly at: bigint;
}

/**
 * Sends calls through a private relay first, where nobody can run ahead of them, and to everybody where that does not do: the call is urgent, it offers no tip, the
 * relay refuses it or is away, or has not had it mined within some blocks. What need not be private (a cancellation, what moves no funds) goes to everybody at once.
 * Nonces are never taken from a node's pending ones, which do not show what a relay holds. What was given to the relay is remembered for its nonce, so that
 * a replacement has no new patience; after a restart the patience begins anew.
 */
export class RelayedSends implements Pick<SendClient, 'broadcast' | 'simulate' | 'estimateGas'> {
  private readonly relay: JsonRpc;
  private readonly given = new Map<string, Given>();
  /** Whether the relay has a method of its own for it, or takes raw transactions as a node does. */
  private hasOwnMethod = true;
  readonly simulate: SendClient['simulate'];
  readonly estimateGas: SendClient['estimateGas'];

  constructor(private readonly everybody: Pick<SendClient, 'broadcast' | 'simulate' | 'estimateGas'>, private readonly options: RelayOptions) {
    this.relay = new JsonRpc(options.url, options.timeoutMs ?? 3_000);
    this.simulate = everybody.simulate.bind(everybody);
    this.estimateGas = everybody.estimateGas.bind(everybody);
  }

  /** `delivery` left out: to everybody. @throws RpcUnreachable when neither the relay nor any node answers */
  async broadcast(raw: Hex, delivery?: Delivery): Promise<BroadcastAnswer> {
    const { from, nonce, hash, maxPriorityFeePerGas } = Transaction.from(raw);
    if (delivery === undefined || delivery.to === 'everybody' || (maxPriorityFeePerGas ?? 0n) === 0n || hash === null) return this.everybody.broadcast(raw);
    const key = `${from}/${nonce}`;
    this.forgetOld(delivery.block);
    const before = this.given.get(key);
    const firstAt = before?.firstAt ?? delivery.block;
    const isOverdue = delivery.block - firstAt >= (this.options.patience ?? PATIENCE);
    const isHeld = before?.hash === hash && delivery.block - before.at < HELD_FOR;
    if (isHeld && !isOverdue && !delivery.isUrgent) return { kind: 'already-known' };

    const private_ = isHeld ? Promise.resolve<BroadcastAnswer>({ kind: 'already-known' }) : this.toRelay(raw, delivery.block);
    if (delivery.isUrgent || isOverdue) {
      const [held, open] = await Promise.allSettled([private_, this.everybody.broadcast(raw)]);
      this.remember(key, { firstAt, hash, at: isHeld ? before.at : delivery.block });
      if (open.status === 'fulfilled') return open.value;
      if (held.status === 'fulfilled' && held.value !== null) return held.value;
      throw open.reason;
    }
    const answer = await private_;
    if (answer === null || answer.kind === 'rejected' || answer.kind === 'nonce-too-high') return this.everybody.broadcast(raw);
    if (answer.kind !== 'underpriced') this.remember(key, { firstAt, hash, at: delivery.block });
    return answer;
  }

  /** Null where the relay is away: whether it has the bytes is not known then, and does not matter. */
  private async toRelay(raw: Hex, block: bigint): Promise<BroadcastAnswer | null> {
    try {
      if (this.hasOwnMethod) await this.relay.request('eth_sendPrivateTransaction', [{ tx: raw, maxBlockNumber: `0x${(block + HELD_FOR).toString(16)}` }]);
      else await this.relay.request('eth_sendRawTransaction', [raw]);
      return { kind: 'accepted' };
    } catch (error) {
      if (error instanceof RpcUnreachable) return null;
      if (!(error instanceof RpcRefused)) throw error;
      if (this.hasOwnMethod && error.rpcCode === METHOD_NOT_FOUND) {
        this.hasOwnMethod = false;
        return this.toRelay(raw, block);
      }
      return classifyBroadcast(error.reason);
    }
  }

  private remember(key: string, given: Given): void {
    this.given.set(key, given);
  }

  private forgetOld(block: bigint): void {
    for (const [key, { at }] of this.given) if (block - at > 4n * HELD_FOR) this.given.delete(key);
  }
}

const METHOD_NOT_FOUND = -32601;
