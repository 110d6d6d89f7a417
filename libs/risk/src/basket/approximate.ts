import { hitProbability, type FirstPassage } from '../hit-probability.js';
import type { BasketMoves } from './basket.js';
import { at, product } from './matrix.js';

/** ln(health) of a basket as one Brownian motion. */
export type BasketMotion = Omit<FirstPassage, 'years'>;

/** A motion, with what the expected loss needs of the debt: its variance, its covariance with the collateral, and its growth, all per year. */
export interface MatchedMotion extends BasketMotion {
  readonly debtVariance: number;
  readonly crossCovariance: number;
  readonly debtGrowth: number;
}

/** The motion whose collateral and debt have the first two moments of the basket's at the horizon (Fenton 1960; Levy 1992; risk-model.md 6.3). */
export function momentMatched({ values, isDebt, growth, covariance, logHealth }: BasketMoves, years: number): MatchedMotion {
  const side = (debt: boolean): readonly number[] => values.flatMap((_, index) => (isDebt[index] === debt ? [index] : []));
  const [collateral, owed] = [side(false), side(true)];
  const grown = values.map((value, index) => value * Math.exp((growth[index] as number) * years));
  const total = (indices: readonly number[], of: readonly number[]): number => indices.reduce((sum, index) => sum + (of[index] as number), 0);
  const [expectedCollateral, expectedDebt] = [total(collateral, grown), total(owed, grown)];
  // ln(E[XY] / (E[X] E[Y])) / T, as log1p of the weighted excess so that small covariances keep their digits.
  const logMoment = (left: readonly number[], right: readonly number[], scale: number): number => {
    let excess = 0;
    for (const i of left) for (const j of right) excess += (grown[i] as number) * (grown[j] as number) * Math.expm1(at(covariance, i, j) * years);
    return Math.log1p(excess / scale) / years;
  };
  const ofCollateral = logMoment(collateral, collateral, expectedCollateral ** 2);
  const debtVariance = logMoment(owed, owed, expectedDebt ** 2);
  const crossCovariance = logMoment(collateral, owed, expectedCollateral * expectedDebt);
  const logGrowth = (indices: readonly number[], expected: number): number => Math.log(expected / total(indices, values)) / years;
  const debtGrowth = logGrowth(owed, expectedDebt);
  return {
    logDistance: logHealth, volatility: Math.sqrt(Math.max(0, ofCollateral + debtVariance - 2 * crossCovariance)),
    drift: logGrowth(collateral, expectedCollateral) - ofCollateral / 2 - (debtGrowth - debtVariance / 2),
    debtVariance, crossCovariance, debtGrowth,
  };
}

/** The motion with today's weights frozen. */
export function geometric(moves: BasketMoves): BasketMotion {
  return planeOf(moves, weightsNow(moves), moves.logHealth);
}

/** Today's share of each value in its side, negative for debts. */
export const weightsNow = ({ values, isDebt, weighted, debt }: BasketMoves): readonly number[] => values.map((value, index) => (isDebt[index] ? -value / debt : value / weighted));

/** The motion of w . x from a distance: w positive on collateral and negative on debt. */
export const planeOf = ({ covariance, logDrift }: BasketMoves, weights: readonly number[], logDistance: number): BasketMotion => ({
  logDistance, volatility: Math.sqrt(Math.max(0, product(weights, covariance, weights))), drift: weights.reduce((sum, weight, index) => sum + weight * (logDrift[index] as number), 0),
});

/** A half-space that touches the boundary, its chance, and to which side that bounds the true one. */
export interface TangentBound {
  readonly kind: 'upper' | 'lower';
  readonly probability: number;
  readonly weights: readonly number[];
  readonly motion: BasketMotion;
}

/**
 * A rigorous bound by Gibbs' inequality (risk-model.md 6.3): of a collateral basket against one debt the least chance of all half-spaces that hold the
 * unsafe set, an upper bound; of one collateral against a debt basket the largest of all that it holds, a lower one. null for baskets on both sides.
 */
export function tangentBound(moves: BasketMoves, years: number): TangentBound | null {
  const debts = moves.isDebt.filter(Boolean).length;
  const collaterals = moves.isDebt.length - debts;
  if (collaterals === 0 || debts === 0 || (collaterals > 1 && debts > 1)) return null;
  const onDebt = debts > 1;
  const free = moves.values.flatMap((_, index) => (moves.isDebt[index] === onDebt ? [index] : []));
  const motionAt = (weights: readonly number[]): BasketMotion => {
    let distance = onDebt ? Math.log(moves.weighted) : -Math.log(moves.debt);
    for (const index of free) {
      const weight = Math.abs(weights[index] as number);
      if (weight > 0) distance += (onDebt ? -1 : 1) * weight * Math.log((moves.values[index] as number) / weight);
    }
    return planeOf(moves, weights, distance);
  };
  const chanceAt = (weights: readonly number[]): number => hitProbability({ ...motionAt(weights), years }).probability;
  const better = (one: number, other: number): boolean => (onDebt ? one > other : one < other);
  const weights = [...weightsNow(moves)];
  let best = chanceAt(weights);
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = best;
    for (const i of free) for (const j of free) if (i < j) best = improvePair(weights, i, j, best, chanceAt, better);
    if (Math.abs(best - before) <= 1e-13 * before) break;
  }
  return { kind: onDebt ? 'lower' : 'upper', probability: best, weights, motion: motionAt(weights) };
}

const ROUNDS = 100;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Moves weight between two legs, their sum fixed, to where the chance is best; golden section, since the chance has one valley along such a line. */
function improvePair(weights: number[], i: number, j: number, best: number, chanceAt: (weights: readonly number[]) => number, better: (one: number, other: number) => boolean): number {
  const [wasI, wasJ] = [weights[i] as number, weights[j] as number];
  const sum = wasI + wasJ;
  const tryShare = (share: number): number => {
    [weights[i], weights[j]] = [sum * share, sum * (1 - share)];
    return chanceAt(weights);
  };
  let [low, high] = [0, 1];
  let [left, right] = [1 - GOLDEN, GOLDEN];
  let [atLeft, atRight] = [tryShare(left), tryShare(right)];
  while (high - low > 1e-8) {
    if (better(atLeft, atRight)) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - GOLDEN * (high - low);
      atLeft = tryShare(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + GOLDEN * (high - low);
      atRight = tryShare(right);
    }
  }
  const found = tryShare((low + high) / 2);
  if (better(found, best)) return found;
  [weights[i], weights[j]] = [wasI, wasJ];
  return best;
}
