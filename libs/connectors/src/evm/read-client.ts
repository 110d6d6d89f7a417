import { address, hash32, type Address, type ChainId, type Hash32 } from '@ballast/units';
import { CallReverted, LogRangeRefused, ReadFailed, RpcRefused } from '../errors.js';
import { decodeAggregate, encodeAggregate } from './aggregate.js';
import type { Call, CallResult } from './call.js';
import { openEndpoints, urlsOf } from './endpoint.js';
import { QuorumRpc, quorumOf } from './quorum-rpc.js';
import { isRevert } from './refusals.js';
import type { EndpointHealth, EndpointOptions, Rpc, Urls } from './rpc.js';
import { parseAnswer, wire, type Hex, type MinedLog, type Receipt } from './wire.js';

/** The block that a set of reads is pinned to. Same shape as the domain's. */
export interface BlockRef {
  readonly number: bigint;
  readonly hash: Hash32;
  /** Chain seconds. */
  readonly timestamp: bigint;
}

/** A block that is named by its hash; reads pinned to it fail when a reorganisation took it away. */
export type Pinned = Pick<{ readonly hash: string }, 'hash'>;

export interface LogQuery {
  readonly blocks: { readonly blockHash: string } | { readonly from: bigint; readonly to: bigint };
  readonly address?: Address;
  /** One entry a position: a topic, any of several, or null for any. */
  readonly topics?: readonly (Hex | readonly Hex[] | null)[];
}

const MULTICALL3 = address('0xca11bde05977b3631167028862be2a173976ca11');

export type ConnectOptions = ReadOptions & Urls;

interface ReadOptions extends EndpointOptions {
  readonly chainId: ChainId;
  /** Where the address book does not say: the address at which Multicall3 lives on nearly every chain. */
  readonly multicall3?: Address;
  /** Calls in one aggregate3; 1,000 account reads fit a node's usual gas for a call, with room. */
  readonly multicallSize?: number;
}

/**
 * Reads of one chain. Every answer is parsed; nothing is cached. With several endpoints every answer is what a quorum of them says.
 * Every method throws RpcUnreachable when the node does not answer (RpcBlind, RpcDisagreement when no quorum of several does) and ReadFailed when
 * the answer is not as expected.
 */
export class ReadClient {
  constructor(readonly chainId: ChainId, private readonly rpc: Rpc, private readonly multicall3: Address, private readonly multicallSize: number) {}

  /** Scheme, host and port of the node, of each where there are several, for people. */
  get endpoint(): string {
    return this.rpc.endpoint;
  }

  /** How each endpoint has done so far, in the order in which they were given. */
  endpointHealth(): readonly EndpointHealth[] {
    return this.rpc.endpointHealth();
  }

  /** The same chain for work that lets other work go first: every request waits for `clear` before it is sent. */
  waitingFor(clear: () => Promise<void>): ReadClient {
    const { rpc } = this;
    const polite: Rpc = {
      endpoint: rpc.endpoint,
      request: async (method, params) => {
        await clear();
        return rpc.request(method, params);
      },
      endpointHealth: () => rpc.endpointHealth(),
    };
    return new ReadClient(this.chainId, polite, this.multicall3, this.multicallSize);
  }

  /** The newest block; with several endpoints the highest that a quorum of them knows. */
  async head(): Promise<BlockRef> {
    return pick(parseAnswer('eth_getBlockByNumber', wire.block, await this.rpc.request('eth_getBlockByNumber', ['latest', false])));
  }

  /** The newest block with the hash of the one before, where the node tells it, and what a unit of gas costs in it, in one question. @throws ReadFailed on a chain without EIP-1559 fees */
  async headWithFee(): Promise<BlockRef & { readonly baseFee: bigint; readonly parentHash?: Hash32 }> {
    const block = parseAnswer('eth_getBlockByNumber', wire.block, await this.rpc.request('eth_getBlockByNumber', ['latest', false]));
    return { ...pick(block), baseFee: feeOf(block), ...(block.parentHash === undefined ? {} : { parentHash: block.parentHash }) };
  }

  /** The canonical block at a height; null above the head. */
  async blockAt(number: bigint): Promise<BlockRef | null> {
    const block = parseAnswer('eth_getBlockByNumber', wire.blockOrNull, await this.rpc.request('eth_getBlockByNumber', [hex(number), false]));
    return block === null ? null : pick(block);
  }

  /** The newest block's base fee in wei for one unit of gas. */
  async baseFee(): Promise<bigint> {
    return (await this.headWithFee()).baseFee;
  }

  /**
   * Returns the call's data at exactly this block (EIP-1898 block hash).
   * @throws CallReverted with the contract's revert data
   */
  async callAt(block: Pinned, to: Address, data: Hex, from?: Address): Promise<Hex> {
    try {
      return parseAnswer('eth_call', wire.bytes, await this.rpc.request('eth_call', [{ to, data, ...(from === undefined ? {} : { from }) }, at(block)]));
    } catch (error) {
      throw readError('eth_call', to, error);
    }
  }

  /**
   * Every call's outcome, in order, all at the same block; sent in as few requests as the chunk size allows.
   * A call that reverts is `reverted`; a failure of the request itself throws, so nothing is ever half read.
   */
  async multicall(block: Pinned, calls: readonly Call[]): Promise<readonly CallResult[]> {
    const results: CallResult[] = [];
    for (let start = 0; start < calls.length; start += this.multicallSize) {
      const chunk = calls.slice(start, start + this.multicallSize);
      const answer = await this.callAt(block, this.multicall3, encodeAggregate(chunk));
      results.push(...decodeAggregate(answer, chunk.length));
    }
    return results;
  }

  /** @throws LogRangeRefused when the node gives them only for fewer blocks at a time */
  async getLogs(query: LogQuery): Promise<readonly MinedLog[]> {
    const blocks = 'blockHash' in query.blocks ? { blockHash: hash32(query.blocks.blockHash) } : { fromBlock: hex(query.blocks.from), toBlock: hex(query.blocks.to) };
    const filter = { ...blocks, ...(query.address === undefined ? {} : { address: query.address }), ...(query.topics === undefined ? {} : { topics: query.topics }) };
    try {
      return parseAnswer('eth_getLogs', wire.logs, await this.rpc.request('eth_getLogs', [filter]));
    } catch (error) {
      throw readError('eth_getLogs', query.address ?? 'any address', error);
    }
  }

  /** The contract's code at the block; `0x` where there is none. */
  async codeAt(block: Pinned, account: Address): Promise<Hex> {
    try {
      return parseAnswer('eth_getCode', wire.bytes, await this.rpc.request('eth_getCode', [account, at(block)]));
    } catch (error) {
      throw readError('eth_getCode', account, error);
    }
  }

  /** The 32 bytes of the contract's storage at the slot. */
  async storageAt(block: Pinned, account: Address, slot: Hash32): Promise<Hash32> {
    try {
      const word = parseAnswer('eth_getStorageAt', wire.bytes, await this.rpc.request('eth_getStorageAt', [account, slot, at(block)]));
      // Some nodes leave the zeros at the front out.
      return hash32(`0x${word.slice(2).padStart(64, '0')}`);
    } catch (error) {
      throw readError('eth_getStorageAt', account, error);
    }
  }

  /** How many transactions of the account the chain holds at the block: its next nonce there. */
  async nonceAt(block: Pinned, account: Address): Promise<bigint> {
    try {
      return parseAnswer('eth_getTransactionCount', wire.quantity, await this.rpc.request('eth_getTransactionCount', [account, at(block)]));
    } catch (error) {
      throw readError('eth_getTransactionCount', account, error);
    }
  }

  /** The account's coins at the block, in wei. */
  async balanceAt(block: Pinned, account: Address): Promise<bigint> {
    try {
      return parseAnswer('eth_getBalance', wire.quantity, await this.rpc.request('eth_getBalance', [account, at(block)]));
    } catch (error) {
      throw readError('eth_getBalance', account, error);
    }
  }

  /**
   * Every call's outcome when they are made one after the other by one account in the block after `block`, each seeing what those before it did
   * (eth_simulateV1); nothing is sent. @throws ReadFailed when the node does not simulate
   */
  async simulate(block: Pick<BlockRef, 'number'>, from: Address, calls: readonly Call[]): Promise<readonly CallResult[]> {
    const request = { blockStateCalls: [{ calls: calls.map(({ to, data }) => ({ from, to, data })) }], validation: false };
    let answer: unknown;
    try {
      answer = await this.rpc.request('eth_simulateV1', [request, hex(block.number)]);
    } catch (error) {
      if (error instanceof RpcRefused) throw new ReadFailed('eth_simulateV1', `refusal ${error.rpcCode}: ${error.reason}`, 'a simulation');
      throw error;
    }
    const results = parseAnswer('eth_simulateV1', wire.simulatedBlock, answer)[0]?.calls ?? [];
    if (results.length !== calls.length) throw new ReadFailed('eth_simulateV1', `${results.length} results`, `${calls.length} results`);
    return results.map(({ status, returnData, error }) => (status === 1n ? { kind: 'ok', data: returnData } : { kind: 'reverted', data: error?.data ?? returnData }));
  }

  /** The calldata of a transaction; null where the node knows of no such one. @throws ReadFailed when it is another transaction's */
  async inputOf(transactionHash: Hash32): Promise<Hex | null> {
    const found = parseAnswer('eth_getTransactionByHash', wire.transactionOrNull, await this.rpc.request('eth_getTransactionByHash', [transactionHash]));
    if (found !== null && found.hash !== transactionHash) throw new ReadFailed('eth_getTransactionByHash', `transaction ${found.hash}`, `transaction ${transactionHash}`);
    return found?.input ?? null;
  }

  /** The transaction's receipt as the node sees it now; null while it is not mined. A later reorganisation may take it back. */
  async receipt(transactionHash: Hash32): Promise<Receipt | null> {
    return parseAnswer('eth_getTransactionReceipt', wire.receiptOrNull, await this.rpc.request('eth_getTransactionReceipt', [transactionHash]));
  }
}

/**
 * Returns a client once the node, or a quorum of several, has answered with the expected chain id.
 * @throws RpcUnreachable when nothing answers there, or too few do
 * @throws WrongChain when the node, or too many of several, serve another chain
 */
export async function connect(options: ConnectOptions): Promise<ReadClient> {
  const rpc = new QuorumRpc(await openEndpoints(urlsOf(options), options.chainId, quorumOf, options));
  return new ReadClient(options.chainId, rpc, options.multicall3 ?? MULTICALL3, options.multicallSize ?? 300);
}

/** An endpoint whose chain id has been checked. @throws RpcUnreachable, WrongChain */
export async function openRpc(url: string, chainId: ChainId, timeoutMs = 10_000): Promise<Rpc> {
  return new QuorumRpc(await openEndpoints([url], chainId, quorumOf, { timeoutMs }));
}

const hex = (value: bigint): Hex => `0x${value.toString(16)}`;
const at = (block: Pinned) => ({ blockHash: hash32(block.hash) });

function feeOf({ baseFeePerGas }: { baseFeePerGas?: bigint | undefined }): bigint {
  if (baseFeePerGas === undefined) throw new ReadFailed('eth_getBlockByNumber', 'a block without a base fee', 'a chain with EIP-1559 fees');
  return baseFeePerGas;
}

const pick = (block: { number: bigint; hash: Hash32; timestamp: bigint }): BlockRef => ({ number: block.number, hash: block.hash, timestamp: block.timestamp });

/** Tells what the contract answered from what the node could not do. */
function readError(method: string, to: string, error: unknown): unknown {
  if (!(error instanceof RpcRefused) || error instanceof LogRangeRefused) return error;
  if (isRevert(error)) return new CallReverted(to, error.data ?? '0x', error.reason);
  return new ReadFailed(`${method} ${to}`, `refusal ${error.rpcCode}: ${error.reason}`, 'an answer at the block asked for');
}
