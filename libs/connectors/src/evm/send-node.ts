import type { Address } from '@ballast/units';
import { ReadFailed, RpcRefused, RpcUnreachable, WrongChain } from '../errors.js';
import type { Endpoint } from './endpoint.js';
import type { BlockRef } from './read-client.js';
import { isRevert } from './refusals.js';
import { parseAnswer, wire, type EventLog, type Hex } from './wire.js';

/** A call as it would be sent. */
export interface CallRequest {
  readonly from: Address;
  readonly to: Address;
  readonly data: Hex;
  /** With what it would be paid for: then a node that simulates also says whether the sender can. */
  readonly offer?: { readonly gas: bigint; readonly maxFeePerGas: bigint; readonly maxPriorityFeePerGas: bigint };
}

/** Who is to see signed bytes before they are in a block, at which block, and how urgent they are. `relay`: nobody but a private relay, where there is one and it does. */
export type Delivery = { readonly to: 'everybody' } | { readonly to: 'relay'; readonly isUrgent: boolean; readonly block: bigint };

/**
 * What the node said to signed bytes. `already-known` is as good as accepted.
 * `nonce-too-low`: the nonce is used up, perhaps by ours. `nonce-too-high`: the node does not know of what comes before it, and does not keep it.
 * `underpriced`: a higher fee is needed, at this nonce or at all.
 * `rejected`: the node does not want it (no funds, gas over the block's).
 */
export type BroadcastAnswer =
  | { readonly kind: 'accepted' | 'already-known' }
  | { readonly kind: 'nonce-too-low' | 'nonce-too-high' | 'underpriced' | 'rejected'; readonly reason: string };

/** What running a call on top of a block would do. `logs` null: this node can run a call but tells neither its logs nor the gas it used, refunds taken off. */
export type Simulation =
  | { readonly kind: 'ok'; readonly logs: readonly EventLog[] | null; readonly gasUsed?: bigint }
  | { readonly kind: 'reverted'; readonly data: Hex; readonly reason: string };

/** Gas that a call needs, or the revert that it meets. */
export type GasEstimate = { readonly kind: 'ok'; readonly gas: bigint } | Extract<Simulation, { kind: 'reverted' }>;

/** One endpoint to try calls out on and to send through. */
export class SendNode {
  /** Whether the node knows eth_simulateV1: asked for once. */
  private simulates: boolean | null = null;

  constructor(readonly endpoint: Endpoint) {}

  /** @throws RpcUnreachable when it is not known whether the bytes arrived */
  async broadcast(raw: Hex): Promise<BroadcastAnswer> {
    return this.kept(async () => {
      try {
        await this.endpoint.ask('eth_sendRawTransaction', [raw]);
        return { kind: 'accepted' };
      } catch (error) {
        if (!(error instanceof RpcRefused)) throw error;
        return classifyBroadcast(error.reason);
      }
    });
  }

  /** @throws RpcUnreachable, ReadFailed */
  async simulate(call: CallRequest, head: BlockRef): Promise<Simulation> {
    return this.kept(async () => {
      const simulated = this.simulates === false ? null : await this.simulateV1(call, head);
      if (simulated !== null) return simulated;
      try {
        parseAnswer('eth_call', wire.bytes, await this.endpoint.ask('eth_call', [bare(call), { blockHash: head.hash }]));
        return { kind: 'ok', logs: null };
      } catch (error) {
        return revertOf(error, 'eth_call', call.to);
      }
    });
  }

  /** @throws RpcUnreachable, ReadFailed */
  async estimateGas(call: CallRequest): Promise<GasEstimate> {
    return this.kept(async () => {
      try {
        return { kind: 'ok', gas: parseAnswer('eth_estimateGas', wire.quantity, await this.endpoint.ask('eth_estimateGas', [bare(call), 'latest'])) };
      } catch (error) {
        return revertOf(error, 'eth_estimateGas', call.to);
      }
    });
  }

  private async simulateV1(call: CallRequest, head: BlockRef): Promise<Simulation | null> {
    const checked = call.offer === undefined ? null : await this.askToSimulate(call, head, true);
    // Refused as a transaction (no coins, a node's own rules): what the call itself would do is another question.
    const answer = checked ?? (await this.askToSimulate(call, head, false));
    if (answer === null) return null;
    this.simulates = true;
    const result = parseAnswer('eth_simulateV1', wire.simulation, answer)[0]?.calls[0];
    if (result === undefined) throw new ReadFailed('eth_simulateV1', 'no result', 'one result');
    if (result.status === 1n) return { kind: 'ok', logs: result.logs, gasUsed: result.gasUsed };
    return { kind: 'reverted', data: result.returnData !== '0x' ? result.returnData : (result.error?.data ?? '0x'), reason: result.error?.message ?? 'reverted' };
  }

  /** Null where the node does not simulate, or (`validation`) would not take the transaction. */
  private async askToSimulate(call: CallRequest, head: BlockRef, validation: boolean): Promise<unknown> {
    // The time is given because not every node fills it in, and contracts measure interest and deadlines by it. The nonce is left to the node: what
    // is still under way in the lane has its own.
    const blockOverrides = { number: hex(head.number + 1n), time: hex(head.timestamp + 1n) };
    const request = { blockStateCalls: [{ blockOverrides, calls: [validation ? priced(call) : bare(call)] }], validation, traceTransfers: true };
    try {
      return await this.endpoint.ask('eth_simulateV1', [request, { blockHash: head.hash }]);
    } catch (error) {
      if (!(error instanceof RpcRefused)) throw error;
      if (error.rpcCode === -32601 || /not (found|supported|available)|unsupported/i.test(error.reason)) {
        if (!/header|block/i.test(error.reason)) this.simulates = false;
        return null;
      }
      if (validation) return null;
      throw new ReadFailed('eth_simulateV1', `refusal ${error.rpcCode}: ${error.reason}`, 'a simulation');
    }
  }

  /** Keeps the endpoint's record: what it failed at is there already, but for an answer of another shape. */
  private async kept<T>(work: () => Promise<T>): Promise<T> {
    try {
      const answer = await work();
      this.endpoint.agreed();
      return answer;
    } catch (error) {
      if (error instanceof ReadFailed) this.endpoint.failed(error);
      throw error;
    }
  }
}

/** Sorts a node's refusal of signed bytes. Nodes say it in words only: go-ethereum's, Nethermind's, Erigon's and anvil's are known here. */
export function classifyBroadcast(reason: string): BroadcastAnswer {
  if (/already (known|imported)|known transaction|alreadyknown/i.test(reason)) return { kind: 'already-known' };
  if (/nonce too low|nonce is too low|oldnonce|nonce has already been used/i.test(reason)) return { kind: 'nonce-too-low', reason };
  if (/nonce (is )?too high|nonce gap|noncegap|gapped|nonce (is )?too (distant|far)|future transaction/i.test(reason)) return { kind: 'nonce-too-high', reason };
  if (/underpriced|fee too low|max fee per gas less than block base fee|feetoolow/i.test(reason)) return { kind: 'underpriced', reason };
  return { kind: 'rejected', reason };
}

/** The node's, and another may do better; anything else is ours. */
export const isNodesFailure = (error: unknown): error is RpcUnreachable | ReadFailed | WrongChain => error instanceof RpcUnreachable || error instanceof ReadFailed || error instanceof WrongChain;

const bare = ({ from, to, data }: CallRequest): object => ({ from, to, data });
const priced = ({ offer, ...call }: CallRequest): object => (offer === undefined ? call : { ...call, gas: hex(offer.gas), maxFeePerGas: hex(offer.maxFeePerGas), maxPriorityFeePerGas: hex(offer.maxPriorityFeePerGas) });

const hex = (value: bigint): Hex => `0x${value.toString(16)}`;

function revertOf(error: unknown, method: string, to: string): Extract<Simulation, { kind: 'reverted' }> {
  if (!(error instanceof RpcRefused)) throw error;
  if (!isRevert(error)) throw new ReadFailed(`${method} ${to}`, `refusal ${error.rpcCode}: ${error.reason}`, 'an answer or a revert');
  return { kind: 'reverted', data: error.data ?? '0x', reason: error.reason };
}
