import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PriceTick } from '@ballast/positions';
import { usdE8 } from '@ballast/units';
import { BLOCK_TIME, WETH } from '../../../test/factories/lending-position.js';
import { ticksOf } from '../../../test/factories/risk-report.js';
import { ASSUMED_HOURLY, LEAST_HOURLY, LONGEST_SAMPLED_GAP, MIN_HOURLY_RETURNS, hourlyCloses, realisedVolatility } from './volatility.js';

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

  describe('of prices that are sampled', () => {
    const HOUR = 3_600n;
    const now = 240n * HOUR;
    /** One price an hour that goes up and down by so much, but for the hours that are left out. */
    const sampled = (isSeen: (hour: number) => boolean, step = 0.004): PriceTick[] => Array.from({ length: 241 }, (_, hour) => hour).filter(isSeen).map((hour) => tick(BigInt(hour) * HOUR, hour % 2 === 0 ? 3_000 : Math.round(3_000 * Math.exp(step))));
    const found = (ticks: readonly PriceTick[]): ReturnType<typeof realisedVolatility> => realisedVolatility(ticks, now, LONGEST_SAMPLED_GAP);

    it('is what it would be without a limit where there is no hole', () => expect(found(sampled(() => true))).toEqual(realisedVolatility(sampled(() => true), now)));

    it('never gets smaller by a hole: hours that nobody saw are not calm', () => {
      const whole = found(sampled(() => true)).hourly;
      for (const [from, to] of [[234, 238], [200, 238], [100, 200], [225, 241]] as const) {
        const holed = sampled((hour) => hour < from || hour >= to);
        expect(found(holed).hourly, `${from}-${to}`).toBeGreaterThanOrEqual(whole);
        expect(found(holed).hourly).toBeLessThanOrEqual(ASSUMED_HOURLY);
        if (to - from > 10) expect(realisedVolatility(holed, now).hourly).toBeLessThan(whole);
      }
    });

    it('counts what the price came to over a hole, where that is more than the stand-in', () => {
      const fell = [...sampled((hour) => hour < 230), ...sampled((hour) => hour >= 236).map((one) => ({ ...one, usdE8: usdE8((one.usdE8 * 7n) / 10n) }))];
      expect(found(fell).hourly).toBeGreaterThan(ASSUMED_HOURLY);
    });

    it('is assumed where too few hours were seen, however long ago the first', () => {
      expect(found(sampled((hour) => hour < 11))).toMatchObject({ kind: 'assumed', hourly: ASSUMED_HOURLY });
      expect(found(sampled((hour) => hour === 0 || hour > 235)).kind).toBe('assumed');
      expect(found([])).toMatchObject({ kind: 'assumed' });
    });
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
