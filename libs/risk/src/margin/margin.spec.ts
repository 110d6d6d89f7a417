import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInput } from '@ballast/units';
import { barrierProbability, hitProbability, inversePerpState, liquidationBarriers, marginSlack, marginState, portfolioGreeks, type InversePerp, type MarginAccount } from '../index.js';

const perp = (change: object = {}) => ({ asset: 'ETH', size: -4, entryUsd: 2_600, maintenanceRate: 0.02, ...change });
const option = (change: object = {}) => ({ asset: 'ETH', type: 'put' as const, strikeUsd: 2_200, years: 0.1, volatility: 0.7, rate: 0.03, quantity: -3, maintenanceRateShort: 0.1, ...change });
const PRICES = { ETH: 2_500, BTC: 60_000 };

const accounts = fc.record({
  cashUsd: fc.double({ min: 500, max: 50_000, noNaN: true }), size: fc.double({ min: -20, max: 20, noNaN: true }), entry: fc.double({ min: 2_000, max: 3_000, noNaN: true }),
  quantity: fc.double({ min: -10, max: 10, noNaN: true }), units: fc.double({ min: 0, max: 10, noNaN: true }),
}).map(({ cashUsd, size, entry, quantity, units }): MarginAccount => ({ cashUsd, perps: [perp({ size, entryUsd: entry })], options: [option({ quantity })], spot: [{ asset: 'ETH', units, haircut: 0.1 }] }));

describe('a margin account', () => {
  it('counts profit, spot after its haircut and options, and keeps margin for perps and written options', () => {
    const account: MarginAccount = { cashUsd: 4_000, accruedFundingUsd: 20, perps: [perp({ tierDeductionUsd: 50 })], spot: [{ asset: 'BTC', units: 0.1, haircut: 0.05 }] };
    expect(marginState(account, PRICES)).toEqual({ marginEquityUsd: 4_000 - 20 + 400 + 5_700, equityUsd: 4_000 - 20 + 400 + 6_000, maintenanceMarginUsd: 150, marginRatio: 10_080 / 150, isLiquidatable: false });
    expect(marginState({ cashUsd: 100 }, {})).toMatchObject({ marginRatio: Infinity, isLiquidatable: false });
    const beside = marginState({ cashUsd: 100, lending: [{ asset: 'ETH', suppliedUnits: 2, owedUnits: 1, supplyRate: 0, borrowRate: 0 }] }, PRICES);
    expect([beside.marginEquityUsd, beside.equityUsd]).toEqual([100, 2_600]);
  });

  it('is liquidatable just beyond its barriers and nowhere between them', () => {
    fc.assert(fc.property(accounts, (account) => {
      const { downUsd, upUsd } = liquidationBarriers(account, PRICES, 'ETH');
      const slack = (at: number): number => marginSlack(account, { ...PRICES, ETH: at });
      if (slack(2_500) < 0) {
        expect([downUsd, upUsd]).toEqual([2_500, 2_500]);
        return;
      }
      if (downUsd !== null) expect(slack(downUsd * (1 - 1e-9))).toBeLessThan(0);
      if (upUsd !== null) expect(slack(upUsd * (1 + 1e-9))).toBeLessThan(0);
      const [low, high] = [downUsd ?? 1, upUsd ?? 100_000];
      for (let step = 1; step < 200; step += 1) expect(slack(low * (high / low) ** (step / 200))).toBeGreaterThanOrEqual(-1e-6);
    }), { numRuns: 40 });
  });

  it('has the Greeks that its equity shows when prices move', () => {
    fc.assert(fc.property(accounts, (account) => {
      const { byAsset, vegaUsdPerVolPoint } = portfolioGreeks(account, PRICES);
      const equity = (eth: number): number => marginState(account, { ...PRICES, ETH: eth }).equityUsd;
      const eth = byAsset['ETH'];
      expect((equity(2_501) - equity(2_499)) / 2).toBeCloseTo(eth?.deltaUnits ?? NaN, 4);
      expect(equity(2_510) - 2 * equity(2_500) + equity(2_490)).toBeCloseTo(100 * (eth?.gammaPerUsd ?? NaN), 2);
      expect(eth?.deltaUsd).toBeCloseTo(2_500 * (eth?.deltaUnits ?? NaN), 6);
      expect(vegaUsdPerVolPoint).toBeCloseTo(eth?.vegaUsdPerVolPoint ?? NaN, 9);
    }));
    const interest = portfolioGreeks({ cashUsd: 0, perps: [perp({ fundingRatePerDay: 0.001 })], lending: [{ asset: 'ETH', suppliedUnits: 10, owedUnits: 0, supplyRate: 0.0365, borrowRate: 0 }] }, PRICES);
    expect(interest.thetaUsdPerDay).toBeCloseTo(4 * 2_500 * 0.001 + 10 * 2_500 * 0.0001, 9);
  });

  it('has the chance of one barrier, of the other, or of both', () => {
    const motion = { drift: 0, volatility: 0.6, years: 30 / 365 };
    const down = barrierProbability(2_500, { downUsd: 2_200, upUsd: null }, motion);
    const up = barrierProbability(2_500, { downUsd: null, upUsd: 2_900 }, motion);
    const both = barrierProbability(2_500, { downUsd: 2_200, upUsd: 2_900 }, motion);
    expect(down).toBe(hitProbability({ logDistance: Math.log(2_500 / 2_200), drift: -0.18, volatility: 0.6, years: 30 / 365 }).probability);
    expect(both).toBeGreaterThan(Math.max(down, up));
    expect(both).toBeLessThan(down + up);
    expect(barrierProbability(2_500, { downUsd: null, upUsd: null }, motion)).toBe(0);
    expect(barrierProbability(2_500, { downUsd: 2_500, upUsd: 2_500 }, motion)).toBe(1);
    expect(() => barrierProbability(NaN, { downUsd: 1, upUsd: 2 }, motion)).toThrow(InvalidInput);
    expect(() => barrierProbability(2, { downUsd: 1, upUsd: 3 }, { ...motion, volatility: NaN })).toThrow(InvalidInput);
  });

  const bad: readonly [string, MarginAccount][] = [
    ['NaN cash', { cashUsd: NaN }], ['NaN funding', { cashUsd: 0, accruedFundingUsd: NaN }], ['a NaN size', { cashUsd: 0, perps: [perp({ size: NaN })] }], ['an entry of 0', { cashUsd: 0, perps: [perp({ entryUsd: 0 })] }],
    ['a maintenance rate of 1', { cashUsd: 0, perps: [perp({ maintenanceRate: 1 })] }], ['a negative haircut', { cashUsd: 0, spot: [{ asset: 'ETH', units: 1, haircut: -0.1 }] }], ['NaN units', { cashUsd: 0, spot: [{ asset: 'ETH', units: NaN, haircut: 0 }] }],
    ['a NaN strike', { cashUsd: 0, options: [option({ strikeUsd: NaN })] }], ['a NaN quantity', { cashUsd: 0, options: [option({ quantity: NaN })] }], ['an asset without a price', { cashUsd: 0, spot: [{ asset: 'DOGE', units: 1, haircut: 0 }] }],
  ];
  it.each(bad)('is refused with %s', (_, account) => expect(() => marginState(account, PRICES)).toThrow(InvalidInput));
});

describe('an inverse perpetual', () => {
  const perps = fc.record({ contractsUsd: fc.double({ min: 100, max: 1e6, noNaN: true }), side: fc.constantFrom('long' as const, 'short' as const), entryUsd: fc.double({ min: 1_000, max: 5_000, noNaN: true }), leverage: fc.double({ min: 1.1, max: 40, noNaN: true }), maintenanceRate: fc.double({ min: 0.001, max: 0.01, noNaN: true }) })
    .map(({ leverage, ...rest }): InversePerp => ({ ...rest, cashCoin: rest.contractsUsd / rest.entryUsd / leverage }));

  it('is liquidatable beyond its price and not before', () => {
    fc.assert(fc.property(perps, (given) => {
      const { liquidationPriceUsd, isLiquidatable, deltaUnits } = inversePerpState(given, given.entryUsd);
      if (isLiquidatable) return;
      if (liquidationPriceUsd === null) {
        for (const times of [0.01, 0.5, 2, 100]) expect(inversePerpState(given, given.entryUsd * times).isLiquidatable).toBe(false);
        return;
      }
      const outwards = given.side === 'long' ? 1 - 1e-6 : 1 + 1e-6;
      expect(inversePerpState(given, liquidationPriceUsd * outwards).isLiquidatable).toBe(true);
      expect(inversePerpState(given, liquidationPriceUsd / outwards).isLiquidatable).toBe(false);
      // Equity in dollars is a line in the price.
      const usd = (at: number): number => inversePerpState(given, at).equityUsd;
      expect((usd(3_001) - usd(2_999)) / 2).toBeCloseTo(deltaUnits, 5);
      const coin = (at: number): number => inversePerpState(given, at).equityCoin;
      const slope = inversePerpState(given, 3_000).deltaCoinPerUsd;
      expect(Math.abs((coin(3_000.5) - coin(2_999.5)) / slope - 1)).toBeLessThan(1e-6);
    }));
  });

  const plain: InversePerp = { contractsUsd: 10_000, side: 'long', entryUsd: 2_500, cashCoin: 1, maintenanceRate: 0.01 };
  it.each([{ contractsUsd: 0 }, { contractsUsd: NaN }, { entryUsd: -1 }, { cashCoin: NaN }, { maintenanceRate: 1 }, { maintenanceRate: NaN }])('is refused with %o', (change) => expect(() => inversePerpState({ ...plain, ...change }, 2_500)).toThrow(InvalidInput));
  it('is refused without a mark', () => expect(() => inversePerpState(plain, NaN)).toThrow(InvalidInput));
});
