import { InvalidInput } from '@ballast/units';
import type { HitProbability } from './hit-probability.js';

/** How collateral and debt move; rates and drifts continuously compounded per year, volatilities per square root of a year. */
export interface PairDynamics {
  readonly collateralVolatility: number;
  readonly debtVolatility: number;
  readonly correlation: number;
  readonly collateralDrift: number;
  readonly debtDrift: number;
  readonly supplyRate: number;
  readonly borrowRate: number;
}

/** Volatility of ln(health): of the ratio of two prices (Margrabe 1978), in the form that stays exact when both move together. */
export function ratioVolatility({ collateralVolatility, debtVolatility, correlation }: PairDynamics): number {
  const difference = collateralVolatility - debtVolatility;
  return Math.sqrt(difference * difference + 2 * (1 - correlation) * collateralVolatility * debtVolatility);
}

/**
 * The correlation of two prices whose ratio has this volatility: for a token and its staked form the ratio's is what can be measured, and 1 - correlation
 * cannot (risk-model.md section 2). @throws InvalidInput where no correlation gives it: under the difference of the two volatilities, above their sum
 */
export function correlationOfRatio(one: number, other: number, ofRatio: number): number {
  const correlation = (one * one + other * other - ofRatio * ofRatio) / (2 * one * other);
  if (!(Math.abs(correlation) <= 1 + 1e-12)) throw new InvalidInput('volatility of the ratio', String(ofRatio), `between ${Math.abs(one - other)} and ${one + other}, for volatilities of ${one} and ${other}`);
  return Math.max(-1, Math.min(1, correlation));
}

/** Drift of ln(health) per year; interest moves the barrier and so is part of it. */
export function ratioDrift(pair: PairDynamics): number {
  const collateral = pair.collateralDrift + pair.supplyRate - pair.collateralVolatility ** 2 / 2;
  const debt = pair.debtDrift + pair.borrowRate - pair.debtVolatility ** 2 / 2;
  return collateral - debt;
}

/** The Greeks of the chance of liquidation for one collateral against one debt: per USD of price, per 1.00 of volatility, per year. */
export interface PairGreeks {
  readonly deltaCollateral: number;
  readonly deltaDebt: number;
  readonly gammaCollateral: number;
  readonly gammaDebt: number;
  readonly vegaCollateral: number;
  readonly vegaDebt: number;
  readonly correlationSensitivity: number;
  readonly thetaPerYear: number;
}

/** The chain rule from ln(health) to prices and volatilities. Vega holds the drift of the price fixed, not that of its logarithm. */
export function pairGreeks(hit: HitProbability, pair: PairDynamics, collateralPrice: number, debtPrice: number): PairGreeks {
  const s = ratioVolatility(pair);
  const { collateralVolatility: sc, debtVolatility: sd, correlation: rho } = pair;
  const perVolatility = s === 0 ? 0 : hit.byVolatility / s;
  return {
    deltaCollateral: hit.byDistance / collateralPrice,
    deltaDebt: -hit.byDistance / debtPrice,
    gammaCollateral: (hit.byDistanceTwice - hit.byDistance) / collateralPrice ** 2,
    gammaDebt: (hit.byDistanceTwice + hit.byDistance) / debtPrice ** 2,
    vegaCollateral: perVolatility * (sc - rho * sd) - sc * hit.byDrift,
    vegaDebt: perVolatility * (sd - rho * sc) + sd * hit.byDrift,
    correlationSensitivity: -perVolatility * sc * sd,
    thetaPerYear: -hit.byTime,
  };
}
