import { ReadFailed, RpcUnreachable } from '@ballast/connectors';
import { missingRanges, scanProgress, type BlockRange } from '@ballast/positions';
import { BallastError, type Hash32 } from '@ballast/units';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BranchingChain } from '../../test/branching-chain.js';
import { MemoryStore } from '../../test/memory-store.js';
import { addressWord, eventStream, type EventStream } from './event-stream.js';
import { StreamScan, type ScanOptions } from './stream-scan.js';

const streamOf = (contract: BranchingChain['contract']): EventStream => eventStream('aave-v3', contract, undefined, [{ signature: 'event Borrowed(address indexed account)', entry: z.tuple([addressWord]).transform(([account]) => ({ account, market: null })) }]);
const TOPIC = streamOf('0x' as BranchingChain['contract']).topics[0] as Hash32;

/** A chain whose block n has borrower n. */
function aChain(height: number): BranchingChain {
  const chain = new BranchingChain(TOPIC);
  for (let number = 1; number <= height; number += 1) chain.mine([number]);
  return chain;
}

function aScan(chain: BranchingChain, store: MemoryStore, options: ScanOptions = {}): StreamScan {
  return new StreamScan(chain, streamOf(chain.contract), store, () => 0, { firstRange: 10n, mostRange: 50n, ...options });
}

async function settle(scan: StreamScan, steps = 200): Promise<void> {
  for (let step = 0; step < steps; step += 1) if ((await scan.step()).missingBlocks === 0n && step > 80) return;
}

const foundIn = (store: MemoryStore) => new Map([...store.entries.values()].map(({ account, blockNumber }) => [account, blockNumber]));

describe('a scan', () => {
  it('reads the newest blocks first, then what is missing below, in ranges that do not overlap, and then only new blocks', async () => {
    const [chain, store] = [aChain(100), new MemoryStore()];
    const scan = aScan(chain, store, { requestsAStep: 9, mostRange: 10n });
    const first = await scan.step();
    expect(first.recorded).toEqual([{ from: 91n, to: 100n }, { from: 81n, to: 90n }]);
    expect(first.missingBlocks).toBe(81n);
    chain.mine([7]);
    expect((await scan.step()).recorded[0]).toEqual({ from: 101n, to: 101n });
    await settle(scan);
    expect(foundIn(store)).toEqual(chain.borrowers());
    chain.mine([500]);
    const asked = chain.requests;
    expect(await scan.step()).toMatchObject({ recorded: [{ from: 102n, to: 102n }], rolledBackTo: null, missingBlocks: 0n, problem: null });
    expect(chain.requests - asked).toBeLessThanOrEqual(6);
  });

  it('refuses options with which it would stand still', () => {
    const chain = aChain(1);
    expect(() => aScan(chain, new MemoryStore(), { requestsAStep: 6 })).toThrow('requests a step: got 6, expected at least 7');
    expect(() => aScan(chain, new MemoryStore(), { firstRange: 0n })).toThrow('range of blocks: got 0 to 50');
  });

  it('gets on with the fewest requests that it takes', async () => {
    const [chain, store] = [aChain(40), new MemoryStore()];
    await settle(aScan(chain, store, { requestsAStep: 7 }));
    expect(foundIn(store)).toEqual(chain.borrowers());
  });

  it('makes no more requests in a step than it may, whatever is missing', async () => {
    const [chain, store] = [aChain(2_000), new MemoryStore()];
    const scan = aScan(chain, store, { requestsAStep: 20 });
    for (let step = 0; step < 10; step += 1) {
      const asked = chain.requests;
      await scan.step();
      expect(chain.requests - asked).toBeLessThanOrEqual(20);
    }
  });

  it('goes on in another process where it stopped, and reads no block twice', async () => {
    const [chain, store] = [aChain(300), new MemoryStore()];
    const read: bigint[] = [];
    for (let life = 0; life < 60; life += 1) {
      const { recorded } = await aScan(chain, store, { requestsAStep: 12 }).step();
      for (const { from, to } of recorded) for (let block = from; block <= to; block += 1n) read.push(block);
    }
    expect(read).toHaveLength(301);
    expect(new Set(read).size).toBe(301);
    expect(foundIn(store)).toEqual(chain.borrowers());
  });

  it('halves the range that a node refuses, down to single blocks, and finds the same', async () => {
    for (const limit of [1, 3, 7]) {
      const [chain, store] = [aChain(120), new MemoryStore()];
      chain.limit = limit;
      await settle(aScan(chain, store));
      expect(foundIn(store)).toEqual(chain.borrowers());
    }
  });

  it('takes a refusal by its own code as one of the range too', async () => {
    class LogRangeRefused extends BallastError {
      readonly code = 'log-range-refused';
      readonly disposition = 'refused';
    }
    const [chain, store] = [aChain(60), new MemoryStore()];
    const getLogs = chain.getLogs.bind(chain);
    chain.getLogs = async (query) => {
      if ('from' in query.blocks && query.blocks.to - query.blocks.from >= 4n) throw new LogRangeRefused('eth_getLogs: got 10 blocks, expected at most 4');
      return getLogs(query);
    };
    await settle(aScan(chain, store));
    expect(foundIn(store)).toEqual(chain.borrowers());
  });

  it('ends the step when no answer comes, with half the range for the next one', async () => {
    const [chain, store] = [aChain(100), new MemoryStore()];
    const scan = aScan(chain, store);
    const getLogs = chain.getLogs.bind(chain);
    const asked: bigint[] = [];
    chain.getLogs = async (query) => {
      if ('from' in query.blocks) asked.push(query.blocks.to - query.blocks.from + 1n);
      throw new RpcUnreachable('http://node', 'eth_getLogs', 'no answer within 10000 ms');
    };
    expect(await scan.step()).toMatchObject({ recorded: [], problem: 'rpc-unreachable: http://node: eth_getLogs: got no answer within 10000 ms, expected a JSON-RPC answer' });
    await scan.step();
    expect(asked).toEqual([10n, 5n]);
    expect(store.cursor?.problem).toContain('rpc-unreachable');
    chain.getLogs = getLogs;
    expect((await scan.step()).problem).toBeNull();
    expect(store.cursor?.problem).toBeNull();
  });

  it('passes over a block that the node does not give, says so, and finds it once it does', async () => {
    const [chain, store] = [aChain(60), new MemoryStore()];
    const getLogs = chain.getLogs.bind(chain);
    let withheld = true;
    const bad = await chain.blockAt(40n);
    chain.getLogs = async (query) => {
      const holds = 'from' in query.blocks ? query.blocks.from <= 40n && query.blocks.to >= 40n : query.blocks.blockHash === bad?.hash;
      if (withheld && holds) throw new ReadFailed('eth_getLogs', 'refusal -32000: query returned more than 10000 results', 'an answer');
      return getLogs(query);
    };
    const scan = aScan(chain, store);
    for (let step = 0; step < 40; step += 1) await scan.step();
    expect(scanProgress(await scan.open())).toMatchObject({ gaps: [{ from: 40n, to: 40n }], scannedBlocks: 60n, missingBlocks: 1n, scannedPpm: 983_606, problem: expect.stringContaining('more than 10000 results') });
    withheld = false;
    await scan.step();
    expect(scanProgress(await scan.open())).toMatchObject({ gaps: [], scannedPpm: 1_000_000, problem: null });
    expect(foundIn(store)).toEqual(chain.borrowers());
  });

  it('does not believe a node that is behind, and waits for it', async () => {
    const [chain, store] = [aChain(50), new MemoryStore()];
    const scan = aScan(chain, store);
    const ahead = chain.head.bind(chain);
    const { number, ...head } = await ahead();
    chain.head = async () => ({ ...head, number: number + 5n });
    expect(await scan.step()).toMatchObject({ recorded: [], problem: expect.stringContaining('read-failed') });
    expect(store.entries.size).toBe(0);
    chain.head = ahead;
    await settle(scan);
    // The same node some blocks behind what was scanned: nothing is lost, nothing is read.
    const behind = await chain.blockAt(45n);
    chain.head = async () => behind as NonNullable<typeof behind>;
    expect(await scan.step()).toMatchObject({ recorded: [], rolledBackTo: null, problem: null });
    expect(foundIn(store)).toEqual(chain.borrowers());
  });

  it('begins anew for another contract or other events', async () => {
    const [chain, store] = [aChain(20), new MemoryStore()];
    await settle(aScan(chain, store));
    const other = { ...streamOf(chain.contract), source: 'another', found: () => ({ places: [], markets: [] }) };
    await settle(new StreamScan(chain, other, store, () => 0, {}));
    expect(store.entries.size).toBe(0);
    expect(store.cursor?.scanned).toEqual([{ from: 0n, to: 20n }]);
  });

  it('drops everything when the chain shares no block with the one that was scanned', async () => {
    const [chain, store] = [aChain(30), new MemoryStore()];
    await settle(aScan(chain, store));
    const other = new BranchingChain(TOPIC, 1_000);
    for (let number = 0; number < 40; number += 1) other.mine([500 + number]);
    expect((await aScan(other, store).step()).rolledBackTo).toBe(-1n);
    await settle(aScan(other, store));
    expect(foundIn(store)).toEqual(other.borrowers());
  });
});

/** What may happen between two steps, or before any request within one. */
const event = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('mine' as const), borrowers: fc.array(fc.nat(30), { maxLength: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('reorg' as const), depth: fc.integer({ min: 1, max: 5 }), blocks: fc.array(fc.array(fc.nat(30), { maxLength: 2 }), { maxLength: 8 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('take-back' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('limit' as const), blocks: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('gap' as const), from: fc.nat(30), blocks: fc.integer({ min: 1, max: 6 }) }) },
);
type ChainEvent = typeof event extends fc.Arbitrary<infer E> ? E : never;

describe('whatever the chain does', () => {
  it('what is stored once it settles equals a fresh scan: reorganisations of depth 1 to 5 between and within steps, restarts, two processes, refusals, gaps', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.record({ event, at: fc.option(fc.integer({ min: 1, max: 12 })), who: fc.nat(1), again: fc.integer({ min: 1, max: 3 }) }), { minLength: 1, maxLength: 40 }), async (script) => {
      const [chain, store] = [aChain(12), new MemoryStore()];
      const make = (): StreamScan => aScan(chain, store, { requestsAStep: 16, firstRange: 4n, mostRange: 8n });
      const scans = [make(), make()];
      const happen = (one: ChainEvent, who: number): void => {
        if (one.kind === 'mine') chain.mine(one.borrowers);
        if (one.kind === 'take-back') chain.takeBack();
        if (one.kind === 'limit') chain.limit = one.blocks;
        if (one.kind === 'restart') scans[who] = make();
        if (one.kind === 'reorg') {
          chain.drop(one.depth);
          one.blocks.forEach((borrowers) => chain.mine(borrowers));
        }
        if (one.kind === 'gap' && store.cursor !== null) {
          const [from, to] = [BigInt(one.from), BigInt(one.from + one.blocks - 1)];
          const outside = ({ from: low, to: high }: BlockRange): readonly BlockRange[] => missingRanges([{ from, to }], low, high);
          const scanned = store.cursor.scanned.flatMap(outside);
          store.cursor = { ...store.cursor, scanned, version: store.cursor.version + 1 };
          for (const [key, { blockNumber }] of store.entries) if (blockNumber >= from && blockNumber <= to) store.entries.delete(key);
        }
      };
      for (const { event: one, at, who, again } of script) {
        const start = chain.requests;
        // A branch that is left and taken again between two looks at one range is the one thing that no reader can see.
        if (at === null || one.kind === 'take-back') happen(one, who);
        else {
          let times = 0;
          chain.before = (request) => {
            if (request - start <= at * (times + 1) || times === again) return;
            times += 1;
            happen(one, who);
          };
        }
        await Promise.all(scans.map((scan) => scan.step()));
        chain.before = () => undefined;
      }
      while (chain.height < 80n) chain.mine([]);
      await settle(scans[0] as StreamScan);
      const fresh = new MemoryStore();
      await settle(aScan(chain, fresh));
      expect(foundIn(fresh)).toEqual(chain.borrowers());
      expect(foundIn(store)).toEqual(foundIn(fresh));
      expect(store.cursor?.scanned).toEqual([{ from: 0n, to: chain.height }]);
    }), { numRuns: 400 });
  });
});
