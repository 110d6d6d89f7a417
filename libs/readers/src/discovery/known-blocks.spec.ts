import { hash32 } from '@ballast/units';
import type { KnownBlock } from '@ballast/positions';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { knowBlock } from './known-blocks.js';

const blockAt = (number: number, branch = 0): KnownBlock => ({ number: BigInt(number), hash: hash32(`0x${branch.toString(16).padStart(2, '0')}${number.toString(16).padStart(62, '0')}`) });

describe('known blocks', () => {
  it('are newest first, one a number, the last hash told, and the newest 64 are all there', () => {
    fc.assert(fc.property(fc.array(fc.nat(500), { minLength: 1, maxLength: 300 }), (numbers) => {
      const known = numbers.reduce<readonly KnownBlock[]>((sum, number, at) => knowBlock(sum, blockAt(number, at % 200)), []);
      const descending = [...new Set(numbers)].sort((a, b) => b - a);
      const kept = known.map(({ number }) => Number(number));
      expect(kept).toEqual([...new Set(kept)].sort((a, b) => b - a));
      expect(known[0]?.number).toBe(BigInt(descending[0] as number));
      const last = numbers.at(-1) as number;
      if (descending.slice(0, 64).includes(last)) expect(known).toContainEqual(blockAt(last, (numbers.length - 1) % 200));
    }));
  });

  it('of a long chain are few, and for any depth there is one at most about twice as deep', () => {
    let known: readonly KnownBlock[] = [];
    for (let number = 0; number <= 20_000; number += 1) known = knowBlock(known, blockAt(number));
    expect(known.length).toBeLessThan(120);
    for (const depth of [1, 5, 63, 64, 100, 1_000, 6_000]) {
      const ancestor = known.find(({ number }) => number <= BigInt(20_000 - depth));
      expect(20_000 - Number(ancestor?.number)).toBeLessThanOrEqual(2 * depth + 64);
    }
  });
});
