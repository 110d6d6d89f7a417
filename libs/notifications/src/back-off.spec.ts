import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_BACK_OFF, waitAfter } from './back-off.js';

const { passing } = DEFAULT_BACK_OFF;

describe('the wait between attempts', () => {
  it('lies between 100 ms and the bound, which doubles up to the longest', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000 }), fc.double({ min: 0, max: 0.999999, noNaN: true }), (attempt, random) => {
        const wait = waitAfter(attempt, random, passing);
        expect(wait).toBeGreaterThanOrEqual(100);
        expect(wait).toBeLessThanOrEqual(Math.min(passing.longestMs, passing.firstMs * 2 ** (attempt - 1)));
      }),
    );
  });

  it('takes the whole range, so that deliveries that failed together come back apart', () => {
    expect(waitAfter(5, 0.5, passing)).toBe(16_000);
    expect(waitAfter(5, 0.25, passing)).toBe(8_000);
    expect(waitAfter(5, 0, passing)).toBe(100);
  });

  it('sums to about three hours at most', () => {
    const longest = Array.from({ length: passing.attempts - 1 }, (_, index) => waitAfter(index + 1, 0.999999, passing)).reduce((sum, wait) => sum + wait, 0);
    expect(longest / 3_600_000).toBeGreaterThan(2.5);
    expect(longest / 3_600_000).toBeLessThan(3.5);
  });
});
