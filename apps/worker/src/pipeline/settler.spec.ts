import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Settlement } from '@ballast/policy';
import { Settler } from './settler.js';

const of = (id: string): Settlement => ({ claim: { id, claimId: `claim-${id}` }, outcome: { kind: 'delivered', status: 200 } });
const idsOf = (settlements: readonly Settlement[]): readonly string[] => settlements.map(({ claim }) => claim.id);

describe('what came of deliveries', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  /** A settler over a database that takes what `takes` says. */
  function settlerOver(takes: (ids: readonly string[]) => boolean) {
    const [stored, warned]: [(readonly string[])[], string[]] = [[], []];
    const settler = new Settler({
      settleAll: async (settlements) => {
        if (!takes(idsOf(settlements))) throw new Error('not taken');
        stored.push(idsOf(settlements));
      },
      now: () => performance.now(), warn: (message) => warned.push(message),
    });
    return { settler, stored, warned };
  }

  it('is stored together where it ended while others were being stored', async () => {
    const { settler, stored } = settlerOver(() => true);
    await Promise.all(['a', 'b', 'c', 'd'].map((id) => settler.settle(of(id))));
    expect(stored).toEqual([['a'], ['b', 'c', 'd']]);
  });

  it('is not lost with another that the database does not take', async () => {
    const { settler, stored } = settlerOver((ids) => !ids.includes('bad'));
    const all = Promise.all(['a', 'bad', 'c', 'd'].map((id) => settler.settle(of(id))));
    await vi.advanceTimersByTimeAsync(20_000);
    await all;
    expect(stored.flat().sort()).toEqual(['a', 'c', 'd']);
  });

  it('waits for a database that is away, asking it only now and then', async () => {
    let isThere = false;
    let asked = 0;
    const { settler, stored } = settlerOver(() => ((asked += 1), isThere));
    const all = Promise.all(Array.from({ length: 100 }, (_, index) => settler.settle(of(`${index}`))));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(asked).toBeLessThan(30);
    isThere = true;
    await vi.advanceTimersByTimeAsync(2_000);
    await all;
    expect(new Set(stored.flat()).size).toBe(100);
  });

  it('is given up after twelve seconds, and told: by then others may claim it', async () => {
    const { settler, stored, warned } = settlerOver(() => false);
    const one = settler.settle(of('a'));
    await vi.advanceTimersByTimeAsync(14_000);
    await one;
    expect(stored).toEqual([]);
    expect(warned.at(-1)).toBe('delivery a: what came of it was never stored; it is sent again');
  });
});
