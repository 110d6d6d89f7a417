import { InvalidInput } from '@ballast/units';
import { bookHealth, type BookLeg } from '../lending/book-distance.js';
import { at } from './matrix.js';
import { possibleCorrelations } from './correlate.js';

/** An asset of a position with how it moves: per year and per square root of a year. Collateral earns `accrualRate`, debt costs it. */
export interface MovingLeg extends BookLeg {
  readonly volatility: number;
  readonly drift: number;
  readonly accrualRate: number;
}

/** A position of several assets; correlations in the order of the legs. */
export interface Basket {
  readonly legs: readonly MovingLeg[];
  readonly correlations: readonly (readonly number[])[];
}

/** What every method starts from: values that count (collateral after its threshold, or debt), their drifts and covariance, by leg; legs worth nothing are left out. */
export interface BasketMoves {
  readonly values: readonly number[];
  readonly isDebt: readonly boolean[];
  /** Drift of the value: price drift and interest. */
  readonly growth: readonly number[];
  /** Drift of its logarithm. */
  readonly logDrift: readonly number[];
  readonly covariance: readonly (readonly number[])[];
  readonly weighted: number;
  readonly debt: number;
  readonly logHealth: number;
  /** The share by which correlations that no assets can have were shrunk towards 0 to be possible; 0 where they were possible. */
  readonly shrunkBy: number;
}

/**
 * The moves of a position. Correlations that are no possible set are shrunk, for every method alike, and the result says by how much.
 * @throws InvalidInput for legs that make no position and for correlations that are not a symmetric matrix of numbers from -1 to 1 with ones on its diagonal
 */
export function basketMoves({ legs, correlations }: Basket): BasketMoves {
  bookHealth(legs);
  legs.forEach(({ symbol, volatility, drift, accrualRate }) => {
    if (!(volatility >= 0 && Number.isFinite(volatility))) throw new InvalidInput(`volatility of ${symbol}`, String(volatility), 'a number from 0');
    if (!Number.isFinite(drift) || !Number.isFinite(accrualRate)) throw new InvalidInput(`drift and interest of ${symbol}`, `${drift} and ${accrualRate}`, 'finite numbers');
  });
  requireCorrelations(correlations, legs.length);
  const possible = possibleCorrelations(correlations);
  return { ...movesOf(legs, possible.correlations), shrunkBy: possible.shrunkBy };
}

/** The same of legs and correlations that are known to be right. */
export function movesOf(legs: readonly MovingLeg[], correlations: readonly (readonly number[])[]): BasketMoves {
  const { weightedUsd, debtUsd, logHealth } = bookHealth(legs);
  const counted = legs.map((leg) => leg.units * leg.priceUsd * (leg.liquidationThreshold ?? 1));
  const used = legs.flatMap((_, index) => ((counted[index] as number) > 0 ? [index] : []));
  const leg = (index: number): MovingLeg => legs[index] as MovingLeg;
  return {
    values: used.map((index) => counted[index] as number), isDebt: used.map((index) => leg(index).liquidationThreshold === null),
    growth: used.map((index) => leg(index).drift + leg(index).accrualRate), logDrift: used.map((index) => leg(index).drift + leg(index).accrualRate - leg(index).volatility ** 2 / 2),
    covariance: used.map((row) => used.map((column) => leg(row).volatility * leg(column).volatility * at(correlations, row, column))),
    weighted: weightedUsd, debt: debtUsd, logHealth, shrunkBy: 0,
  };
}

function requireCorrelations(matrix: readonly (readonly number[])[], size: number): void {
  const isRight = matrix.length === size && matrix.every((row, index) => row.length === size && row[index] === 1 && row.every((value, column) => Math.abs(value) <= 1 && value === matrix[column]?.[index]));
  if (!isRight) throw new InvalidInput('correlations', JSON.stringify(matrix), `a symmetric matrix of ${size} x ${size} numbers from -1 to 1 with ones on its diagonal`);
}
