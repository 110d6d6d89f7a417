import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WAD } from '@ballast/units';
import { tierOf } from '@ballast/positions';
import { inverseTiers } from './deribit-margin.js';

/** Margin over the position. */
const rateOf = (underlying: 'BTC' | 'ETH', coins: number): number => {
  const tiers = inverseTiers(underlying);
  if (tiers.kind === 'unknown') throw new Error(tiers.why);
  const size = BigInt(Math.round(coins * 1e6)) * (WAD / 1_000_000n);
  const { maintenanceRate, deduction } = tierOf(tiers, size);
  return (Number(maintenanceRate) - Number((deduction * WAD) / size)) / 1e18;
};

describe('Deribit’s margin table', () => {
  it('is what it published: 1% and 0.005% more for each BTC, 0.0004% for each ETH', () => {
    expect([rateOf('BTC', 0.001), rateOf('BTC', 25), rateOf('BTC', 350)].map((rate) => Number(rate.toFixed(4)))).toEqual([0.01, 0.0113, 0.0275]);
    expect([rateOf('ETH', 0.01), rateOf('ETH', 9_950)].map((rate) => Number(rate.toFixed(4)))).toEqual([0.01, 0.0498]);
    expect(rateOf('ETH', 10_000)).toBe(1);
  });

  it('never tells less than the formula, and a quarter of a percent more at most', () => {
    fc.assert(fc.property(fc.double({ min: 0.0001, max: 0.99999, noNaN: true }), fc.constantFrom(['BTC', 1_000, 0.00005] as const, ['ETH', 10_000, 0.000004] as const), (share, [underlying, upTo, perCoin]) => {
      const coins = Math.round(share * upTo * 1e6) / 1e6;
      const published = 0.01 + coins * perCoin;
      expect(rateOf(underlying, coins)).toBeGreaterThanOrEqual(published - 1e-12);
      expect(rateOf(underlying, coins)).toBeLessThanOrEqual(published * 1.0025);
    }));
  });

  it('falls nowhere as the position grows, and has few rows', () => {
    const tiers = inverseTiers('BTC');
    if (tiers.kind === 'unknown') throw new Error(tiers.why);
    expect(tiers.rows.length).toBeLessThanOrEqual(100);
    const rates = Array.from({ length: 999 }, (_, coins) => rateOf('BTC', coins + 1));
    expect(rates).toEqual([...rates].sort((one, other) => one - other));
  });
});
