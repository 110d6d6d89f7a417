import { SpendingLimitReached } from '@ballast/connectors/signer';
import { address } from '@ballast/units';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpendingLimit } from './spending-limit.js';

const A = address(`0x${'a'.repeat(40)}`);
const B = address(`0x${'b'.repeat(40)}`);
const HOUR = 3_600_000;

describe('the spending limit', () => {
  it('lets a lane commit exactly its limit and not a wei more; another lane has its own', () => {
    const limit = new SpendingLimit(100n);
    limit.commit({ lane: A, nonce: 1n, wei: 60n, at: 0 }, false);
    limit.commit({ lane: A, nonce: 2n, wei: 40n, at: 1 }, false);
    expect(() => limit.commit({ lane: A, nonce: 3n, wei: 1n, at: 2 }, false)).toThrow(SpendingLimitReached);
    limit.commit({ lane: B, nonce: 3n, wei: 100n, at: 2 }, false);
    expect([limit.committed(A, 2), limit.committed(B, 2)]).toEqual([100n, 100n]);
  });

  it('counts a nonce once, with the dearest that was signed for it', () => {
    const limit = new SpendingLimit(100n);
    limit.commit({ lane: A, nonce: 1n, wei: 60n, at: 0 }, false);
    limit.commit({ lane: A, nonce: 1n, wei: 90n, at: 1 }, false);
    limit.commit({ lane: A, nonce: 1n, wei: 20n, at: 2 }, false);
    expect(limit.committed(A, 2)).toBe(90n);
    expect(() => limit.commit({ lane: A, nonce: 1n, wei: 101n, at: 3 }, false)).toThrow(expect.objectContaining({ committed: 90n, asked: 11n, most: 100n }));
  });

  it('keeps a quarter more for giving nonces back', () => {
    const limit = new SpendingLimit(100n);
    limit.commit({ lane: A, nonce: 1n, wei: 100n, at: 0 }, false);
    limit.commit({ lane: A, nonce: 2n, wei: 25n, at: 1 }, true);
    expect(() => limit.commit({ lane: A, nonce: 3n, wei: 1n, at: 2 }, true)).toThrow(SpendingLimitReached);
  });

  it('forgets after an hour, and not before; a clock set back forgets nothing', () => {
    const limit = new SpendingLimit(100n);
    limit.commit({ lane: A, nonce: 1n, wei: 100n, at: HOUR }, false);
    expect(limit.committed(A, 0)).toBe(100n);
    expect(limit.committed(A, 2 * HOUR - 1)).toBe(100n);
    expect(limit.committed(A, 2 * HOUR)).toBe(0n);
  });

  it('never lets what the nonces of any hour may cost pass the limit, whatever is asked', () => {
    const asks = fc.array(fc.record({ nonce: fc.bigInt(0n, 8n), wei: fc.bigInt(1n, 60n), later: fc.integer({ min: 0, max: HOUR / 3 }) }), { maxLength: 60 });
    fc.assert(fc.property(asks, (list) => {
      const limit = new SpendingLimit(100n);
      const granted: { nonce: bigint; wei: bigint; at: number }[] = [];
      let at = 0;
      for (const { nonce, wei, later } of list) {
        at += later;
        try {
          limit.commit({ lane: A, nonce, wei, at }, false);
          granted.push({ nonce, wei, at });
        } catch (error) {
          expect(error).toBeInstanceOf(SpendingLimitReached);
        }
        const dearest = new Map<bigint, bigint>();
        for (const one of granted) if (one.at > at - HOUR) dearest.set(one.nonce, one.wei > (dearest.get(one.nonce) ?? 0n) ? one.wei : (dearest.get(one.nonce) ?? 0n));
        expect([...dearest.values()].reduce((sum, value) => sum + value, 0n)).toBeLessThanOrEqual(100n);
      }
    }), { seed: 7_107, numRuns: 300 });
  });
});
