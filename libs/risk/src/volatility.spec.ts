import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PriceTick } from '@ballast/positions';
import { usdE8 } from '@ballast/units';
import { BLOCK_TIME, WETH } from '../../../test/factories/lending-position.js';
import { ticksOf } from '../../../test/factories/risk-report.js';
import { ASSUMED_HOURLY, LEAST_HOURLY, MIN_HOURLY_RETURNS, hourlyCloses, realisedVolatility } from './volatility.js';

const tick = (at: bigint, dollars: number): PriceTick => ({ asset: WETH.address, usdE8: usdE8(BigInt(dollars * 1e8)), at });

describe('hourly closes', () => {
  it('end at the given time and carry the last price over hours without a tick', () => {
    const ticks = [tick(0n, 100), tick(1800n, 110), tick(9000n, 120)];
    expect(hourlyCloses(ticks, 14_400n).map((price) => price / 1e8)).toEqual([100, 110, 110, 120, 120]);
  });

  it('take the latest tick of an hour, in whatever order they come', () => {
    const ticks = [tick(3600n, 130), tick(0n, 100), tick(3599n, 90)];
    expect(hourlyCloses(ticks, 3600n).map((price) => price / 1e8)).toEqual([100, 130]);
    expect(hourlyCloses(ticks, 3599n).map((price) => price / 1e8)).toEqual([90]);
  });

  it('do not look ahead', () => {
    const past = [tick(0n, 100), tick(3000n, 101)];
    expect(hourlyCloses([...past, tick(7201n, 500)], 7200n)).toEqual(hourlyCloses(past, 7200n));
  });

  it('are none before the first tick', () => expect(hourlyCloses([], 7200n)).toEqual([]));
});

describe('realised volatility', () => {
  it('of returns that all have one size is that size', () => {
    const found = realisedVolatility(ticksOf({ hourly: 0.01 }), BLOCK_TIME);
    expect(found).toMatchObject({ kind: 'measured', model: 'ewma-24h', samples: 240, ageSeconds: 0, raisedToLeast: false });
    expect(found.hourly).toBeCloseTo(0.01, 8);
    expect(found.annual).toBeCloseTo(0.01 * Math.sqrt(8760), 6);
  });

  it('halves the weight of an hour every 24 hours', () => {
    const shockAgo = (hours: number): number => {
      const ticks = [tick(0n, 100), ...Array.from({ length: 1 }, () => tick(BigInt(700 - hours) * 3600n, 120))];
      return realisedVolatility(ticks, 700n * 3600n).hourly ** 2;
    };
    expect(shockAgo(0) / shockAgo(24)).toBeCloseTo(2, 6);
    expect(shockAgo(1) / shockAgo(49)).toBeCloseTo(4, 6);
  });

  it('is assumed, and high, with fewer hourly returns than half a day', () => {
    const known = (hours: number): ReturnType<typeof realisedVolatility> => realisedVolatility(ticksOf({ hours }), BLOCK_TIME);
    expect(known(MIN_HOURLY_RETURNS - 1)).toMatchObject({ kind: 'assumed', hourly: ASSUMED_HOURLY });
    expect(known(MIN_HOURLY_RETURNS).kind).toBe('measured');
    expect(realisedVolatility([], BLOCK_TIME).kind).toBe('assumed');
  });

  it('never reads a feed that stood still as no risk', () => {
    expect(realisedVolatility(ticksOf({ hourly: 0 }), BLOCK_TIME)).toMatchObject({ kind: 'measured', hourly: LEAST_HOURLY, raisedToLeast: true });
  });

  it('tells the age of its youngest price', () => {
    expect(realisedVolatility(ticksOf({ endAt: BLOCK_TIME - 900n }), BLOCK_TIME)).toMatchObject({ ageSeconds: 900 });
  });

  it('does not depend on the price level nor on the order of ticks', () => {
    const moves = fc.array(fc.integer({ min: 2_000, max: 4_000 }), { minLength: 15, maxLength: 60 });
    fc.assert(fc.property(moves, (prices) => {
      const ticks = prices.map((price, index) => tick(BigInt(index) * 1700n, price));
      const now = BigInt(prices.length) * 3600n;
      const doubled = ticks.map((entry) => ({ ...entry, usdE8: usdE8(entry.usdE8 * 2n) }));
      const found = realisedVolatility(ticks, now);
      expect(realisedVolatility([...ticks].reverse(), now)).toEqual(found);
      expect(realisedVolatility(doubled, now).hourly).toBeCloseTo(found.hourly, 12);
    }));
  });
});
