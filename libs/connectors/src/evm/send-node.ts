import type { Address } from '@ballast/units';
import { ReadFailed, RpcRefused } from '../errors.js';
import type { Endpoint } from './endpoint.js';
import type { BlockRef } from './read-client.js';
import { isRevert } from './refusals.js';
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
        parseAnswer('eth_call', wire.bytes, await this.endpoint.ask('eth_call', [call, { blockHash: head.hash }]));
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
        return { kind: 'ok', gas: parseAnswer('eth_estimateGas', wire.quantity, await this.endpoint.ask('eth_estimateGas', [call, 'latest'])) };
      } catch (error) {
        return revertOf(error, 'eth_estimateGas', call.to);
      }
    });
  }

  private async simulateV1(call: CallRequest, head: BlockRef): Promise<Simulation | null> {
    // The time is given because not every node fills it in, and contracts measure interest and deadlines by it.
    const blockOverrides = { number: hex(head.number + 1n), time: hex(head.timestamp + 1n) };
    const request = { blockStateCalls: [{ blockOverrides, calls: [call] }], validation: false, traceTransfers: false };
    let answer: unknown;
    try {
      answer = await this.endpoint.ask('eth_simulateV1', [request, hex(head.number)]);
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
  if (/underpriced|fee too low|max fee per gas less than block base fee|feetoolow/i.test(reason)) return { kind: 'underpriced', reason };
  return { kind: 'rejected', reason };
}

const hex = (value: bigint): Hex => `0x${value.toString(16)}`;

function revertOf(error: unknown, method: string, to: string): Extract<Simulation, { kind: 'reverted' }> {
  if (!(error instanceof RpcRefused)) throw error;
  if (!isRevert(error)) throw new ReadFailed(`${method} ${to}`, `refusal ${error.rpcCode}: ${error.reason}`, 'an answer or a revert');
  return { kind: 'reverted', data: error.data ?? '0x', reason: error.reason };
}
