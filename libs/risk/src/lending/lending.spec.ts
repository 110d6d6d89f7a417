import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInput } from '@ballast/units';
import {
  assetLiquidationPrice, betaShock, bookHealth, chanceBehindOracle, commonFall, correlationOfRatio, expectedLoss, hitProbability, mixedHitProbability, oneTouch, pairChance, pairDistance, seenAt, yearsToLiquidationByInterest,
  type BookLeg, type FirstPassage, type LendingPair, type LiquidationTerms, type OneTouch,
} from '../index.js';

const motions = fc.record({ logDistance: fc.double({ min: 0.02, max: 0.6, noNaN: true }), drift: fc.double({ min: -1, max: 1, noNaN: true }), volatility: fc.double({ min: 0.3, max: 1.5, noNaN: true }), years: fc.double({ min: 1 / 365, max: 0.3, noNaN: true }) });
const rates = fc.double({ min: -3, max: 1, noNaN: true });
const pair = (change: Partial<LendingPair> = {}): LendingPair => ({
  collateralUnits: 10, collateralPrice: 2_500, liquidationThreshold: 0.83, debtUnits: 17_000, debtPrice: 1,
  collateralVolatility: 0.7, debtVolatility: 0, correlation: 0, collateralDrift: 0, debtDrift: 0, supplyRate: 0.02, borrowRate: 0.05, ...change,
});
const TERMS: LiquidationTerms = { closeFactor: 0.5, penalty: 0.05, discountRate: 0.03 };

describe('one dollar paid at the moment of liquidation', () => {
  it('is the chance where nothing is discounted, less where it is, and obeys its equation', () => {
    fc.assert(fc.property(motions, rates, (motion, rate) => {
      const { probability } = hitProbability(motion);
      expect(Math.abs(oneTouch(motion, 0).value - probability)).toBeLessThan(1e-12);
      const touch = oneTouch(motion, rate);
      expect(touch.value).toBeLessThanOrEqual(probability * Math.exp(Math.max(0, -rate * motion.years)) * (1 + 1e-9));
      expect(touch.value).toBeGreaterThanOrEqual(probability * Math.exp(Math.min(0, -rate * motion.years)) * (1 - 1e-9));
      // U_T = nu U_h + s^2/2 U_hh - q U
      const terms = [touch.byTime, -motion.drift * touch.byDistance, -(motion.volatility ** 2 / 2) * touch.byDistanceTwice, rate * touch.value];
      expect(Math.abs(terms.reduce((sum, term) => sum + term, 0))).toBeLessThanOrEqual(1e-9 * Math.max(...terms.map(Math.abs)) + 1e-290);
    }), { numRuns: 300 });
  });

  it('has the derivatives that small bumps show, on both sides of the imaginary root', () => {
    fc.assert(fc.property(motions, rates, (motion, rate) => {
      const touch = oneTouch(motion, rate);
      const slope = (key: keyof FirstPassage, step: number): number => (oneTouch({ ...motion, [key]: motion[key] + step }, rate).value - oneTouch({ ...motion, [key]: motion[key] - step }, rate).value) / (2 * step);
      const expected: readonly [keyof FirstPassage, keyof OneTouch][] = [['logDistance', 'byDistance'], ['drift', 'byDrift'], ['volatility', 'byVolatility'], ['years', 'byTime']];
      for (const [key, greek] of expected) {
        const step = 1e-5 * (key === 'years' ? motion.years : 1);
        expect(Math.abs(slope(key, step) - touch[greek])).toBeLessThanOrEqual(1e-4 * Math.abs(touch[greek]) + 1e-5);
      }
    }), { numRuns: 200 });
  });

  it('keeps the edge rules and refuses a discount that is none', () => {
    const motion = { logDistance: 0.1, drift: -1, volatility: 0, years: 1 };
    expect(oneTouch({ ...motion, logDistance: -0.1 }, 0.1).value).toBe(1);
    expect(oneTouch({ ...motion, logDistance: Infinity }, 0.1).value).toBe(0);
    expect(oneTouch({ ...motion, years: 0, volatility: 1 }, 0.1).value).toBe(0);
    // A discount that is all but none, without drift, divides nothing by all but nothing.
    expect(oneTouch({ ...motion, drift: 0, volatility: 0.3 }, 4.4e-323)).toEqual(oneTouch({ ...motion, drift: 0, volatility: 0.3 }, 0));
    expect(oneTouch(motion, 0.5).value).toBeCloseTo(Math.exp(-0.05), 14);
    expect(oneTouch({ ...motion, drift: 1 }, 0.5).value).toBe(0);
    expect(() => oneTouch(motion, NaN)).toThrow(InvalidInput);
    expect(() => oneTouch({ ...motion, volatility: -1 }, 0)).toThrow(InvalidInput);
  });
});

describe('a pair', () => {
  it('has its distances, and its loss is the penalty on what is repaid times the dollar at liquidation', () => {
    const { healthFactor, liquidationPrice, fall, rise } = pairDistance(pair());
    expect(healthFactor).toBeCloseTo(20_750 / 17_000, 12);
    expect(liquidationPrice).toBeCloseTo(17_000 / 8.3, 9);
    expect([fall, rise]).toEqual([expect.closeTo(1 - 17_000 / 20_750, 12), expect.closeTo(20_750 / 17_000 - 1, 12)]);
    expect(pairDistance(pair({ debtUnits: 0 }))).toMatchObject({ healthFactor: Infinity, fall: 1, rise: Infinity });
    expect(pairDistance(pair({ liquidationThreshold: 0 }))).toMatchObject({ healthFactor: 0, logHealth: -Infinity });
    const loss = expectedLoss(pair(), TERMS, 0.1);
    expect(loss.usd).toBeLessThan(0.5 * 0.05 * 17_000 * pairChance(pair(), 0.1).hit.probability * 1.01);
    expect(expectedLoss(pair({ collateralUnits: 8 }), TERMS, 0.1).usd).toBeCloseTo(425, 9);
    expect(expectedLoss(pair({ collateralUnits: 1 }), TERMS, 0.1).usd).toBeCloseTo((0.05 * 2_500) / 1.05, 9);
  });

  it('has the Greeks of chance and loss that bumps of prices, volatilities and rates show', () => {
    const pairs = fc.record({ collateralUnits: fc.double({ min: 8.5, max: 12, noNaN: true }), collateralVolatility: fc.double({ min: 0.4, max: 1, noNaN: true }), debtVolatility: fc.double({ min: 0.2, max: 0.8, noNaN: true }), correlation: fc.double({ min: -0.5, max: 0.9, noNaN: true }), borrowRate: fc.double({ min: 0, max: 0.3, noNaN: true }) });
    fc.assert(fc.property(pairs, fc.double({ min: 0.02, max: 0.3, noNaN: true }), (change, years) => {
      const given = pair(change);
      const slope = (of: (at: LendingPair) => number, key: keyof LendingPair, step: number): number => (of({ ...given, [key]: given[key] + step }) - of({ ...given, [key]: given[key] - step })) / (2 * step);
      const near = (bumped: number, exact: number, size: number): void => expect(Math.abs(bumped - exact)).toBeLessThanOrEqual(1e-4 * Math.abs(exact) + 1e-6 * size);
      const chance = (at: LendingPair): number => pairChance(at, years).hit.probability;
      const { greeks, bySupplyRate, byBorrowRate } = pairChance(given, years);
      near(slope(chance, 'collateralPrice', 0.05), greeks.deltaCollateral, 1e-3);
      near(slope(chance, 'debtPrice', 1e-5), greeks.deltaDebt, 1);
      near(slope(chance, 'collateralVolatility', 1e-5), greeks.vegaCollateral, 1);
      near(slope(chance, 'debtVolatility', 1e-5), greeks.vegaDebt, 1);
      near(slope(chance, 'correlation', 1e-5), greeks.correlationSensitivity, 1);
      near(slope(chance, 'supplyRate', 1e-5), bySupplyRate, 1);
      near(slope(chance, 'borrowRate', 1e-5), byBorrowRate, 1);
      const usd = (at: LendingPair): number => expectedLoss(at, TERMS, years).usd;
      const loss = expectedLoss(given, TERMS, years);
      near(slope(usd, 'collateralPrice', 0.05), loss.deltaCollateral, 1);
      near(slope(usd, 'collateralVolatility', 1e-5), loss.vegaCollateral, 1_000);
      near((expectedLoss(given, TERMS, years - 1e-6).usd - expectedLoss(given, TERMS, years + 1e-6).usd) / 2e-6, loss.thetaPerYear, 1_000);
    }), { numRuns: 60 });
  });

  const bad: readonly Partial<LendingPair>[] = [{ collateralUnits: -1 }, { collateralUnits: NaN }, { debtUnits: Infinity }, { collateralPrice: 0 }, { debtPrice: NaN }, { liquidationThreshold: 1.1 }, { correlation: 1.1 }, { borrowRate: NaN }];
  it.each(bad)('is refused with %o', (change) => expect(() => pairDistance(pair(change))).toThrow(InvalidInput));
  it.each([{ closeFactor: 1.1 }, { closeFactor: NaN }, { penalty: -0.1 }, { discountRate: NaN }])('is refused with terms of %o', (change) => expect(() => expectedLoss(pair(), { ...TERMS, ...change }, 0.1)).toThrow(InvalidInput));
  it('of a token and its staked form is refused a ratio that no correlation gives', () => {
    expect(correlationOfRatio(0.7, 0.71, 0.05)).toBeCloseTo((0.49 + 0.5041 - 0.0025) / (2 * 0.497), 12);
    expect(() => correlationOfRatio(0.7, 0.8, 0.05)).toThrow(InvalidInput);
    expect(yearsToLiquidationByInterest(0.1, -0.05)).toBeCloseTo(2, 12);
    expect(yearsToLiquidationByInterest(0.1, 0.05)).toBe(Infinity);
  });
});

describe('a book of several assets', () => {
  const legs: readonly BookLeg[] = [
    { symbol: 'ETH', units: 10, priceUsd: 2_500, liquidationThreshold: 0.83 }, { symbol: 'BTC', units: 0.2, priceUsd: 60_000, liquidationThreshold: 0.78 }, { symbol: 'USDC', units: 20_000, priceUsd: 1, liquidationThreshold: null },
  ];
  const healthAt = (prices: Readonly<Record<string, number>>): number => bookHealth(legs.map((leg) => ({ ...leg, priceUsd: prices[leg.symbol] ?? leg.priceUsd }))).healthFactor;

  it('has a health of 1 at each distance that it tells', () => {
    const health = bookHealth(legs);
    const down = 1 - commonFall(health);
    expect(healthAt({ ETH: 2_500 * down, BTC: 60_000 * down })).toBeCloseTo(1, 12);
    expect(healthAt({ ETH: assetLiquidationPrice(legs, 'ETH') ?? NaN })).toBeCloseTo(1, 12);
    expect(assetLiquidationPrice(legs, 'BTC')).toBeNull();
    expect(healthAt({ USDC: assetLiquidationPrice(legs, 'USDC') ?? NaN })).toBeCloseTo(1, 12);
    const shock = betaShock(legs, { ETH: 1.2, BTC: 1 }) ?? NaN;
    expect(healthAt({ ETH: 2_500 * (1 + 1.2 * shock), BTC: 60_000 * (1 + shock) })).toBeCloseTo(1, 12);
    expect(betaShock(legs, {})).toBeNull();
    expect(commonFall(bookHealth(legs.slice(0, 2)))).toBe(1);
    expect(betaShock(legs.slice(0, 2), { ETH: 1 })).toBeNull();
  });

  it.each([{ units: -1 }, { units: NaN }, { priceUsd: 0 }, { priceUsd: Infinity }, { liquidationThreshold: 2 }, { liquidationThreshold: NaN }])('is refused with %o', (change) => expect(() => bookHealth([{ ...(legs[0] as BookLeg), ...change }])).toThrow(InvalidInput));
});

describe('an oracle that looks seldom', () => {
  const motion: FirstPassage = { logDistance: 0.1, drift: -0.1, volatility: 0.6, years: 7 / 365 };
  it('meets the barrier less often the fewer its looks, and at the limit always', () => {
    const chance = (looks: number): number => hitProbability(seenAt(motion, looks)).probability;
    for (let looks = 1; looks < 2_000; looks *= 2) expect(chance(looks * 2)).toBeGreaterThan(chance(looks));
    expect(chance(1e9)).toBeCloseTo(hitProbability(motion).probability, 4);
    expect(seenAt({ ...motion, logDistance: -0.1 }, 5).logDistance).toBe(-0.1);
    for (const bad of [0, -1, 1.5, NaN]) expect(() => seenAt(motion, bad)).toThrow(InvalidInput);
  });
  it('that trails the market gives an interval around the chance', () => {
    const { probability } = hitProbability(motion);
    const { least, most } = chanceBehindOracle(motion, 0.005);
    expect(least).toBeLessThan(probability);
    expect(most).toBeGreaterThan(probability);
    expect(chanceBehindOracle(motion, 0)).toEqual({ least: probability, most: probability });
    expect(chanceBehindOracle({ ...motion, logDistance: 0 }, 0.005)).toEqual({ least: 1, most: 1 });
    for (const bad of [-0.1, 1, NaN]) expect(() => chanceBehindOracle(motion, bad)).toThrow(InvalidInput);
  });
});

describe('a volatility that is itself not known', () => {
  it('is less sure near and has a fatter tail far away', () => {
    const at = (logDistance: number): FirstPassage => ({ logDistance, drift: -0.18, volatility: 0.6, years: 1 / 365 });
    expect(mixedHitProbability(at(0.03))).toBeLessThan(hitProbability(at(0.03)).probability);
    expect(mixedHitProbability(at(0.15))).toBeGreaterThan(50 * hitProbability(at(0.15)).probability);
    expect(mixedHitProbability(at(0.1), 0)).toBe(hitProbability(at(0.1)).probability);
    expect(mixedHitProbability(at(-0.1))).toBe(1);
    for (const bad of [-0.1, NaN, Infinity]) expect(() => mixedHitProbability(at(0.1), bad)).toThrow(InvalidInput);
  });
});
