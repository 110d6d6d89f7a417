import { InvalidInput } from '@ballast/units';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addRange, countBlocks, cutAbove, missingRanges, type BlockRange, type BlockRanges } from './index.js';

const MOST = 60;
const range = fc.tuple(fc.nat(MOST), fc.nat(MOST)).map(([a, b]): BlockRange => ({ from: BigInt(Math.min(a, b)), to: BigInt(Math.max(a, b)) }));
const someRanges = fc.array(range, { maxLength: 12 });
const setOf = (added: readonly BlockRange[]): BlockRanges => added.reduce<BlockRanges>(addRange, []);
const blocksOf = (ranges: BlockRanges): bigint[] => ranges.flatMap(({ from, to }) => Array.from({ length: Number(to - from) + 1 }, (_, index) => from + BigInt(index)));
const ascending = (blocks: Iterable<bigint>): bigint[] => [...new Set(blocks)].sort((a, b) => Number(a - b));

function expectSet(ranges: BlockRanges): void {
  ranges.forEach(({ from, to }, index) => {
    expect(from <= to).toBe(true);
    const before = ranges[index - 1];
    if (before !== undefined) expect(before.to + 1n < from).toBe(true);
  });
}

describe('a set of blocks', () => {
  it('holds exactly the blocks of the ranges added, in whatever order, as disjoint ranges', () => {
    fc.assert(fc.property(someRanges, (added) => {
      const set = setOf(added);
      expectSet(set);
      expect(blocksOf(set)).toEqual(ascending(blocksOf(added)));
      expect(setOf([...added].reverse())).toEqual(set);
      expect(countBlocks(set)).toBe(BigInt(blocksOf(set).length));
    }));
  });

  it('lacks between a start and a head what was not added, and nothing once that is added', () => {
    fc.assert(fc.property(someRanges, range, (added, { from, to }) => {
      const set = setOf(added);
      const missing = missingRanges(set, from, to);
      expectSet(missing);
      const there = new Set(blocksOf(set));
      expect(blocksOf(missing)).toEqual(blocksOf([{ from, to }]).filter((block) => !there.has(block)));
      expect(missingRanges(missing.reduce(addRange, set), from, to)).toEqual([]);
    }));
  });

  it('cut above a block keeps every block up to it and none above', () => {
    fc.assert(fc.property(someRanges, fc.integer({ min: -1, max: MOST + 1 }), (added, above) => {
      const cut = cutAbove(setOf(added), BigInt(above));
      expectSet(cut);
      expect(blocksOf(cut)).toEqual(blocksOf(setOf(added)).filter((block) => block <= BigInt(above)));
    }));
  });

  it('lacks nothing before its start, and takes no range that ends before it begins', () => {
    expect(missingRanges([], 5n, 4n)).toEqual([]);
    expect(missingRanges([{ from: 0n, to: 9n }], 3n, 12n)).toEqual([{ from: 10n, to: 12n }]);
    expect(() => addRange([], { from: 5n, to: 4n })).toThrow(InvalidInput);
    expect(() => addRange([], { from: -1n, to: 4n })).toThrow('block range: got -1 to 4');
  });
});
