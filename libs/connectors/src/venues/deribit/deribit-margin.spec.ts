import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WAD } from '@ballast/units';
import { tierOf } from '@ballast/positions';
import { inverseTiers } from './deribit-margin.js';

const rateOf = (underlying: 'BTC' | 'ETH', coins: number): number => {
  const tiers = inverseTiers(underlying);
  if (tiers.kind === 'unknown') throw new Error(tiers.why);
  return Number(tierOf(tiers, BigInt(Math.round(coins * 1e6)) * (WAD / 1_000_000n)).maintenanceRate) / 1e18;
};

describe('Deribit’s margin table', () => {
  it('is what it published: 1% and 0.005% more for each BTC, 0.0004% for each ETH, at the upper end of each row', () => {
    expect([rateOf('BTC', 0), rateOf('BTC', 25), rateOf('BTC', 350)].map((rate) => Number(rate.toFixed(6)))).toEqual([0.0105, 0.0115, 0.028]);
    expect([rateOf('ETH', 0), rateOf('ETH', 9_950)].map((rate) => Number(rate.toFixed(6)))).toEqual([0.0104, 0.05]);
    expect(rateOf('ETH', 10_000)).toBe(1);
  });

  it('never tells less than the formula, and a row’s worth more at most', () => {
    fc.assert(fc.property(fc.double({ min: 0, max: 999, noNaN: true }), (coins) => {
      const published = 0.01 + coins * 0.00005;
      expect(rateOf('BTC', coins)).toBeGreaterThanOrEqual(published - 1e-9);
      expect(rateOf('BTC', coins)).toBeLessThanOrEqual(published + 0.0005 + 1e-9);
    }));
  });
});
