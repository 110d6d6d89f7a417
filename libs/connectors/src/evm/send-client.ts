import type { Address, ChainId } from '@ballast/units';
import { CallReverted, ReadFailed, RpcRefused } from '../errors.js';
import { JsonRpc } from './json-rpc.js';
import { openRpc, type BlockRef } from './read-client.js';
import { parseAnswer, wire, type EventLog, type Hex } from './wire.js';

/** A call as it would be sent. */
export interface CallRequest {
  readonly from: Address;
  readonly to: Address;
  readonly data: Hex;
}

/**
 * What the node said to signed bytes. `already-known` is as good as accepted.
 * `nonce-too-low`: the nonce is used up, perhaps by ours. `underpriced`: a higher fee is needed, at this nonce or at all.
 * `rejected`: the node does not want it (no funds, gas over the block's).
 */
export type BroadcastAnswer =
  | { readonly kind: 'accepted' | 'already-known' }
  | { readonly kind: 'nonce-too-low' | 'underpriced' | 'rejected'; readonly reason: string };

/** What running a call on top of a block would do. `logs` null: this node can run a call but does not tell its logs. */
export type Simulation =
  | { readonly kind: 'ok'; readonly logs: readonly EventLog[] | null }
  | { readonly kind: 'reverted'; readonly data: Hex; readonly reason: string };

/** Tries calls out and sends signed bytes. It holds no key. */
export class SendClient {
  /** Whether the node knows eth_simulateV1: asked for once. */
  private simulates: boolean | null = null;

  constructor(readonly chainId: ChainId, private readonly rpc: JsonRpc) {}

  /** Sends signed bytes. @throws RpcUnreachable when it is not known whether they arrived */
  async broadcast(raw: Hex): Promise<BroadcastAnswer> {
    try {
      await this.rpc.request('eth_sendRawTransaction', [raw]);
      return { kind: 'accepted' };
    } catch (error) {
      if (!(error instanceof RpcRefused)) throw error;
      return classifyBroadcast(error.reason);
    }
  }

  /**
   * Runs the call as the block after `head` would: through eth_simulateV1 where the node has it, else eth_call.
   * @throws RpcUnreachable, ReadFailed
   */
  async simulate(call: CallRequest, head: BlockRef): Promise<Simulation> {
    if (this.simulates !== false) {
      const simulated = await this.simulateV1(call, head);
      if (simulated !== null) return simulated;
    }
    try {
      parseAnswer('eth_call', wire.bytes, await this.rpc.request('eth_call', [call, { blockHash: head.hash }]));
      return { kind: 'ok', logs: null };
    } catch (error) {
      return revertOf(error, 'eth_call', call.to);
    }
  }

  private async simulateV1(call: CallRequest, head: BlockRef): Promise<Simulation | null> {
    // The time is given because not every node fills it in, and contracts measure interest and deadlines by it.
    const blockOverrides = { number: hex(head.number + 1n), time: hex(head.timestamp + 1n) };
    const request = { blockStateCalls: [{ blockOverrides, calls: [call] }], validation: false, traceTransfers: false };
    let answer: unknown;
    try {
      answer = await this.rpc.request('eth_simulateV1', [request, hex(head.number)]);
    } catch (error) {
      if (!(error instanceof RpcRefused)) throw error;
      if (error.rpcCode === -32601 || /not (found|supported|available)|unsupported/i.test(error.reason)) {
        this.simulates = false;
        return null;
      }
      throw new ReadFailed('eth_simulateV1', `refusal ${error.rpcCode}: ${error.reason}`, 'a simulation');
    }
    this.simulates = true;
    const result = parseAnswer('eth_simulateV1', wire.simulation, answer)[0]?.calls[0];
    if (result === undefined) throw new ReadFailed('eth_simulateV1', 'no result', 'one result');
    if (result.status === 1n) return { kind: 'ok', logs: result.logs };
    return { kind: 'reverted', data: result.returnData !== '0x' ? result.returnData : (result.error?.data ?? '0x'), reason: result.error?.message ?? 'reverted' };
  }

  /**
   * Gas the call needs at the newest block, without margin; or the revert that it meets there.
   * @throws RpcUnreachable, ReadFailed
   */
  async estimateGas(call: CallRequest): Promise<{ readonly kind: 'ok'; readonly gas: bigint } | Extract<Simulation, { kind: 'reverted' }>> {
    try {
      return { kind: 'ok', gas: parseAnswer('eth_estimateGas', wire.quantity, await this.rpc.request('eth_estimateGas', [call, 'latest'])) };
    } catch (error) {
      return revertOf(error, 'eth_estimateGas', call.to);
    }
  }
}

/** @throws RpcUnreachable, WrongChain */
export async function connectSender(options: { readonly url: string; readonly chainId: ChainId; readonly timeoutMs?: number }): Promise<SendClient> {
  return new SendClient(options.chainId, await openRpc(options.url, options.chainId, options.timeoutMs));
}

/** Sorts a node's refusal of signed bytes. Nodes say it in words only: go-ethereum's, Nethermind's, Erigon's and anvil's are known here. */
export function classifyBroadcast(reason: string): BroadcastAnswer {
  if (/already (known|imported)|known transaction|alreadyknown/i.test(reason)) return { kind: 'already-known' };
  if (/nonce too low|nonce is too low|oldnonce|nonce has already been used/i.test(reason)) return { kind: 'nonce-too-low', reason };
  if (/underpriced|fee too low|max fee per gas less than block base fee|feetoolow/i.test(reason)) return { kind: 'underpriced', reason };
  return { kind: 'rejected', reason };
}

const hex = (value: bigint): Hex => `0x${value.toString(16)}`;

function revertOf(error: unknown, method: string, to: string): Extract<Simulation, { kind: 'reverted' }> {
  if (error instanceof CallReverted) return { kind: 'reverted', data: error.data, reason: error.reason };
  if (!(error instanceof RpcRefused)) throw error;
  if (error.data === null && error.rpcCode !== 3 && !/revert/i.test(error.reason)) {
    throw new ReadFailed(`${method} ${to}`, `refusal ${error.rpcCode}: ${error.reason}`, 'an answer or a revert');
  }
  return { kind: 'reverted', data: error.data ?? '0x', reason: error.reason };
}

