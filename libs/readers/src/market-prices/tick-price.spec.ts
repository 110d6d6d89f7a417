import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { depthDown, meanRatio, type Fraction } from './tick-price.js';

/** Billionths by which a fraction is off a number: relative, so that prices of any size are held to the same. */
const offBy = ({ over, under }: Fraction, expected: number): number => Math.abs(Number((over * 10n ** 60n) / under) / 1e60 / expected - 1) * 1e9;

describe('the mean price of a window', () => {
  it('is 1.0001 to the mean tick, between two ticks as well', () => {
    expect(offBy(meanRatio(0n, 1_800n), 1)).toBe(0);
    // WETH against USDC at 3,000: 1.0001^-196256.3 units.
    for (const tick of [1, -1, 100.5, -100.5, -196_256.25, 196_256.75, 60_000, -60_000]) expect(offBy(meanRatio(BigInt(tick * 1_800), 1_800n), 1.0001 ** tick)).toBeLessThan(2);
  });

  it('rounds a negative mean tick to no side', () => {
    const { over, under } = meanRatio(-1n, 3n);
    expect(offBy({ over, under }, 1.0001 ** (-1 / 3))).toBeLessThan(2);
    expect(over < under).toBe(true);
  });

  it('is right at every tick of Uniswap v3, and turned around with its sign', () => {
    fc.assert(fc.property(fc.bigInt({ min: -887_272n, max: 887_272n }), fc.bigInt({ min: 1n, max: 86_400n }), (tick, seconds) => {
      const [one, other] = [meanRatio(tick * seconds, seconds), meanRatio(-tick * seconds, seconds)];
      expect((one.over * other.over * 10n ** 40n) / (one.under * other.under) - 10n ** 40n).toBe(0n);
      const next = meanRatio((tick + 1n) * seconds, seconds);
      // A tick is a ten-thousandth, whichever one.
      const step = (next.over * one.under * 10n ** 30n) / (next.under * one.over) - 10n ** 30n;
      expect(step >= 10n ** 26n - 1n && step <= 10n ** 26n + 1n).toBe(true);
    }));
  });

  it('rises with the sum of ticks', () => {
    fc.assert(fc.property(fc.bigInt({ min: -887_272n * 1_800n, max: 887_271n * 1_800n }), (growth) => {
      const [one, next] = [meanRatio(growth, 1_800n), meanRatio(growth + 1n, 1_800n)];
      expect(next.over * one.under).toBeGreaterThan(one.over * next.under);
    }));
  });
});

it('tells what moves a pool by one per cent', () => {
  // 5,000 WETH and 15,000,000 USDC over the full range: liquidity is sqrt(x y) = sqrt(5e21 x 1.5e13), and 15,000,000 x (sqrt(1.01) - 1) = 74,813.43 USDC.
  expect(Number(depthDown(273_861_278_752_583_056n, { over: 3_000n, under: 10n ** 12n })) / 1e6).toBeCloseTo(74_813.43, 1);
  // The other way around: WETH is the quote, 5,000 x (sqrt(1.01) - 1) = 24.9378.
  expect(Number(depthDown(273_861_278_752_583_056n, { over: 10n ** 12n, under: 3_000n })) / 1e18).toBeCloseTo(24.9378, 4);
  expect(depthDown(0n, { over: 1n, under: 1n })).toBe(0n);
});
