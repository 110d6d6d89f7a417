import { InvalidInput } from '@ballast/units';
import { solveSystem } from '../statistics/solve-system.js';

const RIDGE = 1e-6;

/** Dollars to hold of each hedge (negative: short), and what share of the exposure's own volatility is left. */
export interface MinimumVarianceHedge {
  readonly hedgesUsd: readonly number[];
  /** sqrt(1 - R^2), from 0 (perfect) to 1 (useless). */
  readonly residualShare: number;
}

/**
 * The hedges that leave least variance, x = -S_HH^-1 S_He e (Johnson 1960; Ederington 1979), with a relative ridge of 1e-6 on the hedges' own variances where
 * there are several of them. `covariance` is that of yearly returns, exposures first and hedges after, row by row.
 * @throws InvalidInput for sizes that do not fit, numbers that are not finite, a variance that is negative
 */
export function minimumVarianceHedge(exposuresUsd: readonly number[], covariance: readonly (readonly number[])[]): MinimumVarianceHedge {
  const count = covariance.length - exposuresUsd.length;
  if (exposuresUsd.length === 0 || count < 1) throw new InvalidInput('covariance', `${covariance.length} rows`, `more rows than the ${exposuresUsd.length} exposures, one for each hedge`);
  covariance.forEach((row, index) => {
    if (row.length !== covariance.length || !row.every(Number.isFinite)) throw new InvalidInput(`covariance row ${index}`, JSON.stringify(row), `${covariance.length} finite numbers`);
    if (entry(covariance, index, index) < 0) throw new InvalidInput(`variance ${index}`, String(row[index]), 'a number from 0');
  });
  if (!exposuresUsd.every(Number.isFinite)) throw new InvalidInput('exposures', JSON.stringify(exposuresUsd), 'finite dollars');
  const first = exposuresUsd.length;
  const crossed = Array.from({ length: count }, (_, hedge) => exposuresUsd.reduce((sum, exposure, asset) => sum + exposure * entry(covariance, first + hedge, asset), 0));
  const own = Array.from({ length: count }, (_, row) => Array.from({ length: count }, (__, column) => entry(covariance, first + row, first + column) * (row === column && count > 1 ? 1 + RIDGE : 1)));
  const hedgesUsd = solveSystem(own, crossed, 'hedges').map((value) => -value);
  const before = quadratic(covariance, [...exposuresUsd, ...hedgesUsd.map(() => 0)]);
  const after = quadratic(covariance, [...exposuresUsd, ...hedgesUsd]);
  return { hedgesUsd, residualShare: before === 0 ? 0 : Math.sqrt(Math.max(0, after) / before) };
}

/** One hedge from volatilities and correlations: -sum e_i rho_i sigma_i / sigma_H. */
export function singleHedge(exposures: readonly { readonly usd: number; readonly volatility: number; readonly correlation: number }[], hedgeVolatility: number): number {
  if (!(hedgeVolatility > 0)) throw new InvalidInput('hedge volatility', String(hedgeVolatility), 'a number above 0');
  return -exposures.reduce((sum, { usd, volatility, correlation }) => {
    if (!Number.isFinite(usd) || !(volatility >= 0) || !(Math.abs(correlation) <= 1)) throw new InvalidInput('exposure', JSON.stringify({ usd, volatility, correlation }), 'dollars, a volatility from 0, a correlation from -1 to 1');
    return sum + (usd * correlation * volatility) / hedgeVolatility;
  }, 0);
}

const entry = (matrix: readonly (readonly number[])[], row: number, column: number): number => matrix[row]?.[column] ?? NaN;

const quadratic = (matrix: readonly (readonly number[])[], x: readonly number[]): number =>
  x.reduce((sum, xi, row) => sum + xi * x.reduce((inner, xj, column) => inner + xj * entry(matrix, row, column), 0), 0);
