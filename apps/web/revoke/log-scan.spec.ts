import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Chain } from './chain.js';
import { deployedAt, keepScan, keptScan, scanLogs, type Log, type ScanState } from './log-scan.js';
import { PageProblem } from './problem.js';

const topic = `0x${'11'.repeat(32)}`;
const at = (block: number): object => ({ address: `0x${'51'.repeat(20)}`, topics: [topic], data: '0x', blockNumber: `0x${block.toString(16)}`, transactionHash: `0x${'22'.repeat(32)}` });

/** A node that refuses more than `most` blocks at once, and gives no answer to the requests numbered in `silent`. */
function node(most: number, blocks: readonly number[], silent: ReadonlySet<number> = new Set()): Chain & { asked: number } {
  const made = {
    label: 'a node', asked: 0,
    request: async (_method: string, params: readonly unknown[]): Promise<unknown> => {
      made.asked += 1;
      if (silent.has(made.asked)) throw new PageProblem('RPC_UNREACHABLE', 'no answer');
      const { fromBlock, toBlock } = params[0] as { fromBlock: string; toBlock: string };
      if (Number(toBlock) - Number(fromBlock) + 1 > most) throw new PageProblem('RPC_REFUSED', 'block range is too wide');
      return blocks.filter((block) => block >= Number(fromBlock) && block <= Number(toBlock)).map(at);
    },
  };
  return made;
}

async function all(chain: Chain, to: number, from: ScanState): Promise<ScanState> {
  let last: ScanState = from;
  for await (const step of scanLogs(chain, { topics: [topic] }, to, from, async () => undefined)) {
    expect(step.through).toBeGreaterThan(last.through);
    last = step;
  }
  return last;
}

describe('searching the history', () => {
  it('finds each log once, whatever range the node allows', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 0, max: 3_000 }), fc.uniqueArray(fc.integer({ min: 0, max: 3_000 }), { maxLength: 20 }), async (most, to, blocks) => {
      const { logs, through } = await all(node(most, blocks), to, { logs: [], through: -1 });
      expect(through).toBe(to);
      expect(logs.map(({ blockNumber }) => blockNumber).sort((a, b) => a - b)).toEqual(blocks.filter((block) => block <= to).sort((a, b) => a - b));
    }), { numRuns: 40 });
  });

  it('asks little more than the node’s limit makes necessary', async () => {
    const chain = node(10_000, []);
    await all(chain, 1_000_000, { logs: [], through: -1 });
    expect(chain.asked).toBeLessThan(300);
  });

  it('goes on where it stopped', async () => {
    const silent = new Set([3, 4, 5]);
    const chain = node(10, [1, 15, 25, 35], silent);
    let last: ScanState = { logs: [], through: -1 };
    const steps = async (): Promise<void> => {
      for await (const step of scanLogs(chain, { topics: [topic] }, 40, last, async () => undefined)) last = step;
    };
    // The first refusals come before the silent requests: ask until the node has been silent three times.
    await steps().catch(() => undefined);
    while (last.through < 40) await steps().catch(() => undefined);
    expect(last.logs.map(({ blockNumber }) => blockNumber)).toEqual([1, 15, 25, 35]);
  });

  it('says so when even one block is refused, and when an answer is no list', async () => {
    await expect(all(node(0, []), 5, { logs: [], through: -1 })).rejects.toThrow('even alone');
    await expect(all({ label: 'x', request: async () => 'nothing' }, 5, { logs: [], through: -1 })).rejects.toThrow('no list');
    await expect(all({ label: 'x', request: async () => [{ address: '0x1' }] }, 5, { logs: [], through: -1 })).rejects.toThrow('no log');
  });
});

describe('a search that is kept', () => {
  const filter = { address: `0x${'51'.repeat(20)}`, topics: [topic] };
  const found = (block: number): Log => ({ address: filter.address, topics: [topic], data: '0x', blockNumber: block, transactionHash: `0x${'22'.repeat(32)}` });
  const chain = (fork: string): Chain => ({ label: 'x', request: async (_method, params) => ({ hash: `${fork} ${String(params[0])}` }) });
  beforeEach(() => {
    const kept = new Map<string, string>();
    vi.stubGlobal('localStorage', { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) });
  });
  afterEach(() => void vi.unstubAllGlobals());

  it('goes on from a block that nothing can change any more, with what was found up to it', async () => {
    await keepScan(chain('a'), 1, filter, 100, { logs: [found(110), found(930), found(990)], through: 1_000 });
    expect(await keptScan(chain('a'), 1, filter, 100)).toEqual({ logs: [found(110), found(930)], through: 936 });
    expect(await keptScan(chain('a'), 1, filter, 200)).toEqual({ logs: [found(930)], through: 936 });
  });
  it('is forgotten on another chain, for another filter, after a change of the chain, and when it began later', async () => {
    await keepScan(chain('a'), 1, filter, 100, { logs: [], through: 1_000 });
    expect(await keptScan(chain('a'), 2, filter, 100)).toBeNull();
    expect(await keptScan(chain('a'), 1, { topics: [topic] }, 100)).toBeNull();
    expect(await keptScan(chain('b'), 1, filter, 100)).toBeNull();
    expect(await keptScan(chain('a'), 1, filter, 99)).toBeNull();
  });
  it('is not kept before there is something settled, and what cannot be read is nothing', async () => {
    await keepScan(chain('a'), 1, filter, 100, { logs: [], through: 120 });
    expect(await keptScan(chain('a'), 1, filter, 100)).toBeNull();
    localStorage.setItem(`ballast.revoke.logs.1.${JSON.stringify([filter.address, filter.topics])}`, '{"from":1,"through":2,"hash":"a 0x2","logs":[{"blockNumber":1}]}');
    expect(await keptScan(chain('a'), 1, filter, 100)).toBeNull();
  });
});

describe('the block of a deployment', () => {
  const chain = (first: number, oldest: number): Chain => ({
    label: 'x',
    request: async (_method, params) => {
      const block = Number(params[1]);
      if (block < oldest) throw new PageProblem('RPC_REFUSED', 'missing trie node');
      return block >= first ? '0x60' : '0x';
    },
  });
  it('is found by halving', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: 100_000 }), async (first) => (await deployedAt(chain(first, 0), 'x', 100_000)) === first), { numRuns: 30 });
  });
  it('is not known where the node forgot', async () => expect(await deployedAt(chain(10, 90_000), 'x', 100_000)).toBeNull());
});
