import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RangeSize } from './range-size.js';

/** Asks a node with a limit so often; returns how often it refused. */
function ask(size: RangeSize, limit: bigint, times: number): number {
  let refusals = 0;
  for (let time = 0; time < times; time += 1) {
    if (size.blocks > limit) {
      refusals += 1;
      size.refused(size.blocks);
    } else size.answered(size.blocks, 10);
  }
  return refusals;
}

describe('the size of a log query', () => {
  it('finds any limit of a node, keeps near it and is refused seldom', () => {
    fc.assert(fc.property(fc.bigInt({ min: 1n, max: 100_000n }), (limit) => {
      const size = new RangeSize(1_000n, 50_000n);
      ask(size, limit, 60);
      let least = size.blocks;
      const refusals = Array.from({ length: 200 }, () => {
        const refused = ask(size, limit, 1);
        if (refused === 0 && size.blocks < least) least = size.blocks;
        return refused;
      }).reduce((sum, refused) => sum + refused, 0);
      const reachable = limit < 50_000n ? limit : 50_000n;
      expect(size.blocks >= 1n && size.blocks <= 50_000n).toBe(true);
      expect(least * 3n >= reachable).toBe(true);
      expect(refusals).toBeLessThan(10);
    }));
  });

  it('halves down to one block and no further', () => {
    const size = new RangeSize(5n, 100n);
    for (const expected of [2n, 1n, 1n]) {
      size.refused(size.blocks);
      expect(size.blocks).toBe(expected);
    }
  });

  it('stays where answers are slow, and where a short range was asked for', () => {
    const size = new RangeSize(100n, 1_000n);
    size.answered(100n, 9_000);
    size.answered(7n, 10);
    expect(size.blocks).toBe(100n);
    size.answered(100n, 10);
    expect(size.blocks).toBe(126n);
  });
});
