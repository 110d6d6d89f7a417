import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fewestBlocksPerHour, largestStepBps, rawHour, seeded, spreadHour, stepSize } from './path.js';

const price = fc.bigInt({ min: 50_00000000n, max: 100_000_00000000n });
// The other close, as a share of the first in basis points: from a fall of 60% to a rise of 100%.
const ratio = fc.integer({ min: 4000, max: 20_000 });

describe('an hour spread over blocks', () => {
  it('ends at the close, in at least 20 blocks, and no update is larger than the bound', () => {
    fc.assert(fc.property(price, ratio, fc.integer({ min: 0, max: 1_000_000 }), (from, bps, seed) => {
      const to = (from * BigInt(bps)) / 10_000n;
      const blocks = spreadHour(from, to, seeded(seed));
      expect(blocks.length).toBeGreaterThanOrEqual(fewestBlocksPerHour);
      expect(blocks.at(-1)?.price).toBe(to);
      let last = from;
      for (const block of blocks) {
        expect(stepSize(last, block.price)).toBeLessThanOrEqual(largestStepBps * 100);
        last = block.price;
      }
    }), { numRuns: 200 });
  });

  it('goes only towards the close', () => {
    fc.assert(fc.property(price, ratio, fc.integer(), (from, bps, seed) => {
      const to = (from * BigInt(bps)) / 10_000n;
      const path = [from, ...spreadHour(from, to, seeded(seed)).map((block) => block.price)];
      const sorted = [...path].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
      expect(path).toEqual(to >= from ? sorted : sorted.reverse());
    }), { numRuns: 100 });
  });

  it('places its blocks one after the other and the last at the full hour', () => {
    fc.assert(fc.property(price, ratio, fc.integer(), (from, bps, seed) => {
      const offsets = spreadHour(from, (from * BigInt(bps)) / 10_000n, seeded(seed)).map((block) => block.offset);
      expect(offsets[0]).toBeGreaterThan(0);
      expect(offsets.every((offset, index) => index === 0 || offset > (offsets[index - 1] ?? 0))).toBe(true);
      expect(offsets.at(-1)).toBe(3600);
    }), { numRuns: 100 });
  });

  it('is the same for the same seed and another for another', () => {
    const prices = (seed: number): bigint[] => spreadHour(300_000_000_000n, 280_000_000_000n, seeded(seed)).map((block) => block.price);
    expect(prices(7)).toEqual(prices(7));
    expect(prices(7)).not.toEqual(prices(8));
  });
});

describe('the raw hour', () => {
  it('stands at its close from the first block on', () => {
    const blocks = rawHour(204_883_870_304n);
    expect(blocks).toHaveLength(fewestBlocksPerHour);
    expect(new Set(blocks.map((block) => block.price))).toEqual(new Set([204_883_870_304n]));
    expect(blocks.at(-1)?.offset).toBe(3600);
  });
});
