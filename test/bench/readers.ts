import { ReadClient, connect, openRpc, parseAddressBook, type BlockRef, type Call, type ChainBook } from '@ballast/connectors';
import { openBorrowers, startDevchain, type Borrower, type Devchain } from '@ballast/devchain';
import { AaveV3Reader, BlockChanges, TRACKED_DEFAULTS, TrackedAave, TrackedPositions } from '@ballast/readers';
import { address, chainId, type Address } from '@ballast/units';
import { Interface } from 'ethers';
import { asAnybody } from '../conformance/as-anybody.js';
import { spreadOf, type Spread } from './measure.js';

export interface ReaderBenchSettings {
  /** Distinct borrowers, rising. */
  readonly sizes: readonly number[];
  /** How many are tracked between blocks. */
  readonly tracked: number;
  readonly rounds: number;
  readonly cacheDir?: string;
}

export interface ReaderBench {
  readonly rounds: number;
  readonly sizes: readonly {
    readonly borrowers: number;
    readonly valuesPerPosition: number;
    /** Positions read whole (every leg, price, wallet and the protocol's own figures) in a second. */
    readonly positionsPerSecond: Spread;
    readonly requests: number;
    /** Times as fast as one request a value, one after the other, and as one JSON-RPC batch of the same values. */
    readonly timesOneByOne: Spread;
    readonly timesJsonBatch: Spread;
  }[];
  readonly refresh: {
    readonly tracked: number;
    readonly touched: number;
    /** A block that touches some of the tracked positions against reading all of them afresh, both at the same block. */
    readonly shareOfSweep: Spread;
    readonly bytesPerPosition: number;
  };
}

/** How many borrowers the one-by-one peer is given in a round; its cost for each does not depend on their number. */
const PEER_SAMPLE = 20;
const READER_BATCH = 200;

/** Reads the same borrowers through the reader, then value by value, then in JSON-RPC batches, side by side in each round. */
export async function benchReaders({ sizes, tracked, rounds, cacheDir }: ReaderBenchSettings, say: (line: string) => void): Promise<ReaderBench> {
  const chain = await startDevchain({ idleBlockSeconds: 0, ...(cacheDir === undefined ? {} : { cacheDir }) });
  try {
    await chain.mining.takeInHand();
    const most = Math.max(tracked, ...sizes);
    // Few and large blocks: the chain's own work for thousands of small ones would be most of the time.
    await chain.provider.send('evm_setBlockGasLimit', [`0x${(2n * 10n ** 9n).toString(16)}`]);
    const borrowers = await openBorrowers(chain, most, 5, ['aave-v3'], 600);
    say(`${borrowers.length} borrowers`);
    const id = chainId(chain.chainId);
    const client = await connect({ url: chain.rpcUrl, chainId: id, multicallSize: 300, timeoutMs: 60_000 });
    const rpc = await openRpc(chain.rpcUrl, id, 60_000);
    const counting = new CountingClient(client, rpc, address('0xca11bde05977b3631167028862be2a173976ca11'));
    const book = parseAddressBook({ [chain.chainId]: chain.book }, chain.chainId);
    const results = [];
    for (const size of sizes) results.push(await measure(borrowers.slice(0, size), counting, new AaveV3Reader(counting, book, Date.now), chain.rpcUrl, rounds, say));
    say(`${most} tracked positions, one in a hundred touched`);
    const refresh = await measureRefresh(chain, borrowers, client, book, rounds, say);
    return { rounds, sizes: results, refresh };
  } finally {
    await chain.stop();
  }
}

async function measure(borrowers: readonly Borrower[], client: CountingClient, reader: AaveV3Reader, url: string, rounds: number, say: (line: string) => void): Promise<ReaderBench['sizes'][number]> {
  const accounts = borrowers.map((one) => address(one.address));
  const block = await client.head();
  const readAll = async (): Promise<void> => {
    for (let start = 0; start < accounts.length; start += READER_BATCH) await reader.read(accounts.slice(start, start + READER_BATCH), block);
  };
  await readAll();
  client.reset();
  await readAll();
  const { requests, calls } = client;
  const sample = calls.slice(0, Math.ceil((calls.length * PEER_SAMPLE) / accounts.length));
  const perPosition = calls.length / accounts.length;
  const [ours, oneByOne, batched]: [number[], number[], number[]] = [[], [], []];
  for (let round = 1; round <= rounds; round += 1) {
    ours.push((await secondsOf(readAll)) / accounts.length);
    oneByOne.push(((await secondsOf(() => oneAfterTheOther(url, sample, block.hash))) / sample.length) * perPosition);
    batched.push(((await secondsOf(() => inOneBatch(url, calls.slice(0, 2_000), block.hash))) / Math.min(2_000, calls.length)) * perPosition);
    say(`${accounts.length} borrowers, round ${round} of ${rounds}: ${(1 / (ours.at(-1) as number)).toFixed(0)} a second, ${((oneByOne.at(-1) as number) / (ours.at(-1) as number)).toFixed(1)} times one by one, ${((batched.at(-1) as number) / (ours.at(-1) as number)).toFixed(1)} times a JSON-RPC batch`);
  }
  const ratio = (peer: readonly number[]): Spread => spreadOf(peer.map((seconds, index) => seconds / (ours[index] as number)));
  return { borrowers: accounts.length, valuesPerPosition: Number(perPosition.toFixed(1)), positionsPerSecond: spreadOf(ours.map((seconds) => 1 / seconds)), requests, timesOneByOne: ratio(oneByOne), timesJsonBatch: ratio(batched) };
}

/** Blocks that touch one tracked position in a hundred, each told from memory and then read afresh. */
async function measureRefresh(chain: Devchain, borrowers: readonly Borrower[], client: ReadClient, book: ChainBook, rounds: number, say: (line: string) => void): Promise<ReaderBench['refresh']> {
  const accounts = borrowers.map((one) => address(one.address));
  const fresh = new AaveV3Reader(client, book, Date.now);
  const touched = Math.ceil(accounts.length / 100);
  const inBatches = async (block: BlockRef): Promise<void> => {
    for (let start = 0; start < accounts.length; start += READER_BATCH) await fresh.read(accounts.slice(start, start + READER_BATCH), block);
  };
  const kept = new TrackedPositions(new BlockChanges(client), fresh, new TrackedAave(client, book, fresh, Date.now), { ...TRACKED_DEFAULTS, sweepEvery: 1_000_000n });
  const before = memory();
  // In parts, so that no request is larger than a node's limits for one.
  const first = await client.head();
  for (let start = 0; start < accounts.length; start += READER_BATCH) await kept.read(accounts.slice(start, start + READER_BATCH), first);
  // What was just read is looked at a second time: that is part of starting.
  await chain.mining.mine();
  await kept.read(accounts, await client.head());
  const bytesPerPosition = Math.round((memory() - before) / accounts.length);
  const shares: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    await asAnybody(chain, async (send) => {
      for (let index = 0; index < touched; index += 1) await send(accounts[(index * 100 + round) % accounts.length] as string, book.tokens[0]?.address as string, approval);
    });
    await chain.mining.mine();
    const block = await client.head();
    const [one, all] = [await secondsOf(async () => void (await kept.read(accounts, block))), await secondsOf(() => inBatches(block))];
    shares.push(one / all);
    say(`refresh, round ${round} of ${rounds}: ${(one * 1000).toFixed(0)} ms against ${all.toFixed(2)} s, ${((100 * one) / all).toFixed(2)}%`);
  }
  return { tracked: accounts.length, touched, shareOfSweep: spreadOf(shares), bytesPerPosition };
}

const approval = new Interface(['function approve(address,uint256)']).encodeFunctionData('approve', [`0x${'1'.repeat(40)}`, 1]);

/** Bytes on the heap after a collection, where node lets us ask for one. */
function memory(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage().heapUsed;
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const from = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - from) / 1e9;
}

const requestOf = ({ to, data }: Call, id: number, blockHash: string) => ({ jsonrpc: '2.0', id, method: 'eth_call', params: [{ to, data }, { blockHash }] });

async function post(url: string, body: unknown): Promise<unknown> {
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  return answer.json();
}

/** What a reader without batching does: a request for each value, the next once the last is answered. */
async function oneAfterTheOther(url: string, calls: readonly Call[], blockHash: string): Promise<void> {
  for (const [index, call] of calls.entries()) await post(url, requestOf(call, index, blockHash));
}

async function inOneBatch(url: string, calls: readonly Call[], blockHash: string): Promise<void> {
  await post(url, calls.map((call, index) => requestOf(call, index, blockHash)));
}

/** A read client that remembers what it was asked for: the values that the peers then read too. */
class CountingClient extends ReadClient {
  calls: Call[] = [];
  requests = 0;

  constructor(of: ReadClient, rpc: ConstructorParameters<typeof ReadClient>[1], multicall3: Address) {
    super(of.chainId, rpc, multicall3, 300);
  }

  reset(): void {
    this.calls = [];
    this.requests = 0;
  }

  override async multicall(...[block, calls]: Parameters<ReadClient['multicall']>): ReturnType<ReadClient['multicall']> {
    this.calls.push(...calls);
    this.requests += Math.ceil(calls.length / 300);
    return super.multicall(block, calls);
  }
}

