import { InvalidInput } from '@ballast/units';
import { describe, expect, it } from 'vitest';
import { hitProbability } from '../hit-probability.js';
import { expectedLoss, pairChance, type LendingPair } from '../lending/lending-pair.js';
import { SeededRandom } from '../statistics/random.js';
import { momentMatched, tangentBound } from './approximate.js';
import { basketChance } from './basket-chance.js';
import { basketMoves, type Basket, type MovingLeg } from './basket.js';
import { basketLoss, basketSensitivities } from './basket-greeks.js';
import { possibleCorrelations } from './correlate.js';
import { simulate } from './simulate.js';

const between = (random: SeededRandom, low: number, high: number): number => low + (high - low) * random.uniform();

/** Positions of safe health with equal correlations between the assets, which are possible from 0 to 1. */
function randomBasket(random: SeededRandom, collaterals: number, debts: number, mostVolatility = 1.2): Basket {
  const legs = Array.from({ length: collaterals + debts }, (_, index): MovingLeg => ({
    symbol: `A${index}`, units: between(random, 1, 10), priceUsd: between(random, 1, 100), liquidationThreshold: index < collaterals ? between(random, 0.6, 0.9) : null,
    volatility: between(random, 0.1, mostVolatility), drift: between(random, -0.3, 0.3), accrualRate: between(random, 0, 0.1),
  }));
  const value = (of: readonly MovingLeg[]): number => of.reduce((sum, leg) => sum + leg.units * leg.priceUsd * (leg.liquidationThreshold ?? 1), 0);
  const [owned, owed] = [legs.slice(0, collaterals), legs.slice(collaterals)];
  const scale = value(owned) / (between(random, 1.05, 1.5) * value(owed));
  const correlation = between(random, 0, 0.9);
  return {
    legs: [...owned, ...owed.map((leg) => ({ ...leg, units: leg.units * scale }))],
    correlations: legs.map((_, row) => legs.map((__, column) => (row === column ? 1 : correlation))),
  };
}

const pairOf = ({ legs: [owned, owed], correlations }: Basket): LendingPair => {
  const [collateral, debt] = [owned as MovingLeg, owed as MovingLeg];
  return {
    collateralUnits: collateral.units, collateralPrice: collateral.priceUsd, liquidationThreshold: collateral.liquidationThreshold as number, debtUnits: debt.units, debtPrice: debt.priceUsd,
    collateralVolatility: collateral.volatility, debtVolatility: debt.volatility, correlation: correlations[0]?.[1] as number,
    collateralDrift: collateral.drift, debtDrift: debt.drift, supplyRate: collateral.accrualRate, borrowRate: debt.accrualRate,
  };
};
const exactOf = (basket: Basket, years: number): number => pairChance(pairOf(basket), years).hit.probability;

describe('a basket of one collateral and one debt', () => {
  it('has matched moments that are the closed form', () => {
    const random = new SeededRandom(1);
    for (let round = 0; round < 200; round += 1) {
      const basket = randomBasket(random, 1, 1);
      const years = between(random, 0.003, 1);
      const moves = basketMoves(basket);
      const exact = exactOf(basket, years);
      expect(Math.abs(hitProbability({ ...momentMatched(moves, years), years }).probability - exact)).toBeLessThanOrEqual(1e-9 * exact + 1e-14);
    }
  });

  // The frozen plane is the position itself here, so the control takes all the error: it would test nothing: the paths alone are.
  it.each([11, 12, 13])('is simulated as the closed form has it, seed %i', (seed) => {
    const random = new SeededRandom(seed);
    const scores: number[] = [];
    // Between 2% and 98%, where 1,000 pairs hold enough hits and misses for a standard error to mean something.
    for (let round = 0; scores.length < 200; round += 1) {
      const basket = randomBasket(random, 1, 1);
      const years = between(random, 0.003, 0.25);
      const moves = basketMoves(basket);
      const exact = exactOf(basket, years);
      if (exact < 0.02 || exact > 0.98) continue;
      const found = simulate(moves, years, { seed: seed * 1_000 + round, targetError: 1e-9, mostPairs: 1_000, steps: 16, isControlled: false });
      scores.push((found.probability - exact) / found.standardError);
    }
    const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    expect(scores.filter((score) => Math.abs(score) > 3).length).toBeLessThanOrEqual(3);
    expect(Math.max(...scores.map(Math.abs))).toBeLessThan(5);
    expect(Math.abs(mean)).toBeLessThan(0.25);
  });
});

describe('a basket of several assets', () => {
  it.each([[2, 1, 'upper'], [3, 1, 'upper'], [1, 2, 'lower'], [1, 3, 'lower']] as const)('of %i against %i stays on the right side of its %s bound', (collaterals, debts, kind) => {
    const random = new SeededRandom(collaterals * 10 + debts);
    for (let round = 0; round < 6; round += 1) {
      const moves = basketMoves(randomBasket(random, collaterals, debts));
      const years = between(random, 0.01, 0.25);
      const bound = tangentBound(moves, years);
      const { probability, standardError } = simulate(moves, years, { seed: round, targetError: 1e-3, mostPairs: 2_000, steps: 64, isControlled: false });
      expect(bound?.kind).toBe(kind);
      expect((bound as { probability: number }).probability).toBeGreaterThanOrEqual(0);
      const beyond = (probability - (bound as { probability: number }).probability) * (kind === 'upper' ? 1 : -1);
      expect(beyond).toBeLessThanOrEqual(4 * standardError + 1e-9);
    }
  });

  it('gives a chance between 0 and 1, and the same one for the same seed', () => {
    const random = new SeededRandom(5);
    for (let round = 0; round < 8; round += 1) {
      const basket = randomBasket(random, 1 + (round % 3), 1 + (round % 2));
      const settings = { seed: round, targetError: 1e-2, mostPairs: 2_000 };
      const found = basketChance(basket, 0.05, settings);
      expect(found.probability).toBeGreaterThanOrEqual(0);
      expect(found.probability).toBeLessThanOrEqual(1);
      expect(basketChance(basket, 0.05, settings)).toEqual(found);
    }
  });

  it('is refused where its correlations are none', () => {
    const { legs } = randomBasket(new SeededRandom(3), 2, 1);
    for (const correlations of [[[1]], [[1, 0.5, 0], [0.4, 1, 0], [0, 0, 1]], [[1, 1.2, 0], [1.2, 1, 0], [0, 0, 1]], [[1, NaN, 0], [NaN, 1, 0], [0, 0, 1]]]) {
      expect(() => basketMoves({ legs, correlations })).toThrow(InvalidInput);
    }
  });

  it.each([NaN, -1, Infinity])('is refused for a time of %d years', (years) => {
    const basket = randomBasket(new SeededRandom(3), 2, 1);
    const settings = { seed: 1, targetError: 1e-2, mostPairs: 100 };
    expect(() => basketChance(basket, years, settings)).toThrow(InvalidInput);
    expect(() => simulate(basketMoves(basket), years, settings)).toThrow(InvalidInput);
  });

  it('shrinks correlations that no assets can have by the least share, and says so', () => {
    const { legs } = randomBasket(new SeededRandom(3), 2, 1);
    const impossible = [[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]];
    const { correlations, shrunkBy } = possibleCorrelations(impossible);
    expect(shrunkBy).toBeCloseTo(1 - 0.5 / 0.9, 6);
    expect(correlations[0]?.[1]).toBeCloseTo(0.5, 6);
    const settings = { seed: 1, targetError: 1e-2, mostPairs: 100 };
    const repaired = correlations.map((row) => row.map((rho) => rho));
    expect(basketChance({ legs, correlations: impossible }, 0.1, settings)).toEqual({ ...basketChance({ legs, correlations: repaired }, 0.1, settings), shrunkBy });
  });

  it('has an error where no path hits, and none is beyond its bound', () => {
    const safe = randomBasket(new SeededRandom(4), 2, 1, 0.3);
    const far = { ...safe, legs: safe.legs.map((leg) => (leg.liquidationThreshold === null ? { ...leg, units: leg.units / 1.2 } : leg)) };
    const moves = basketMoves(far);
    const bound = tangentBound(moves, 0.02)?.probability as number;
    const found = simulate(moves, 0.02, { seed: 1, targetError: 1e-6, mostPairs: 2_000 });
    expect(found.standardError).toBeGreaterThan(0);
    expect(found.standardError).toBeLessThanOrEqual(bound);
    expect(found.probability).toBeLessThanOrEqual(bound);
  });
});

describe('the Greeks of a basket', () => {
  it('of one collateral and one debt are those of the closed form', () => {
    const random = new SeededRandom(21);
    for (let round = 0; round < 100; round += 1) {
      const basket = randomBasket(random, 1, 1);
      const years = between(random, 0.003, 0.5);
      const pair = pairOf(basket);
      const { hit, greeks, bySupplyRate } = pairChance(pair, years);
      if (hit.probability < 1e-10) continue;
      const { assets: [collateral, debt], correlations: [correlation], thetaPerYear, value } = basketSensitivities(basket, years);
      const near = (found: number | undefined, wanted: number, scale: number): void => expect(Math.abs((found as number) - wanted)).toBeLessThanOrEqual(1e-6 * (Math.abs(wanted) + scale * hit.probability));
      near(value, hit.probability, 1e-6);
      near(collateral?.delta, greeks.deltaCollateral, 1 / pair.collateralPrice);
      near(debt?.delta, greeks.deltaDebt, 1 / pair.debtPrice);
      near(collateral?.gamma, greeks.gammaCollateral, 10 / pair.collateralPrice ** 2);
      near(debt?.gamma, greeks.gammaDebt, 10 / pair.debtPrice ** 2);
      near(collateral?.vega, greeks.vegaCollateral, 1);
      near(debt?.vega, greeks.vegaDebt, 1);
      near(correlation?.byCorrelation, greeks.correlationSensitivity, 1);
      near(collateral?.bySupplyRate, bySupplyRate, 1);
      near(debt?.byBorrowRate, -bySupplyRate, 1);
      near(thetaPerYear, greeks.thetaPerYear, 1);
      const terms = { closeFactor: 0.5, penalty: 0.05, discountRate: 0.04 };
      const loss = expectedLoss(pair, terms, years);
      const found = basketLoss(basket, terms, years);
      near(found.value, loss.usd, loss.usd / hit.probability);
      near(found.assets[0]?.delta, loss.deltaCollateral, loss.usd / hit.probability / pair.collateralPrice);
      near(found.assets[0]?.vega, loss.vegaCollateral, loss.usd / hit.probability);
      near(found.thetaPerYear, loss.thetaPerYear, loss.usd / hit.probability);
    }
  });

  it('of several: more health and less time lower the chance, and one asset on both sides counts once', () => {
    const basket = randomBasket(new SeededRandom(22), 2, 1, 0.6);
    const { assets, thetaPerYear } = basketSensitivities(basket, 0.1);
    expect(assets[0]?.delta).toBeLessThan(0);
    expect(assets[2]?.delta).toBeGreaterThan(0);
    expect(thetaPerYear).toBeLessThan(0);
    const [first, second, third] = basket.legs as [MovingLeg, MovingLeg, MovingLeg];
    const both = { ...basket, legs: [first, second, { ...third, symbol: first.symbol, priceUsd: first.priceUsd, units: (third.units * third.priceUsd) / first.priceUsd, volatility: first.volatility }] };
    expect(basketSensitivities(both, 0.1).assets.map(({ symbol }) => symbol)).toEqual(['A0', 'A1']);
  });

  it('are none where an edge rule fixes the chance', () => {
    const { legs, correlations } = randomBasket(new SeededRandom(23), 2, 1);
    const under = { correlations, legs: legs.map((leg) => (leg.liquidationThreshold === null ? { ...leg, units: leg.units * 3 } : leg)) };
    expect(basketSensitivities(under, 0.1)).toMatchObject({ value: 1, thetaPerYear: 0, assets: [{ delta: 0, gamma: 0, vega: 0 }, {}, {}] });
    const free = { correlations, legs: legs.map((leg) => (leg.liquidationThreshold === null ? { ...leg, units: 0 } : leg)) };
    expect(basketSensitivities(free, 0.1).value).toBe(0);
    expect(basketLoss(free, { closeFactor: 0.5, penalty: 0.05, discountRate: 0 }, 0.1).value).toBe(0);
  });
});
