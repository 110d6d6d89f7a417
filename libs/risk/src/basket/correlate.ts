import { at } from './basket.js';

const ROUNDING = 1e-12;

/**
 * Lower triangular L with L L' = the covariance. A matrix that no set of assets can have is first shrunk towards its own diagonal by the least share that makes
 * it possible; `shrunkBy` tells that share, 0 where none was needed.
 */
export function factorOf(covariance: readonly (readonly number[])[]): { readonly factor: readonly Float64Array[]; readonly shrunkBy: number } {
  const whole = cholesky(covariance, 0);
  if (whole !== null) return { factor: whole, shrunkBy: 0 };
  let [low, high] = [0, 1];
  while (high - low > 1e-9) {
    const middle = (low + high) / 2;
    if (cholesky(covariance, middle) === null) low = middle;
    else high = middle;
  }
  return { factor: cholesky(covariance, high) as readonly Float64Array[], shrunkBy: high };
}

/** null where a pivot is negative beyond rounding; a pivot of 0 is an asset that the ones before it determine. */
function cholesky(covariance: readonly (readonly number[])[], shrink: number): readonly Float64Array[] | null {
  const size = covariance.length;
  const factor = Array.from({ length: size }, () => new Float64Array(size));
  for (let row = 0; row < size; row += 1) {
    const own = factor[row] as Float64Array;
    for (let column = 0; column <= row; column += 1) {
      const other = factor[column] as Float64Array;
      let rest = at(covariance, row, column) * (row === column ? 1 : 1 - shrink);
      for (let index = 0; index < column; index += 1) rest -= (own[index] as number) * (other[index] as number);
      if (row === column) {
        if (rest < -ROUNDING * (at(covariance, row, row) + 1e-300)) return null;
        own[row] = Math.sqrt(Math.max(0, rest));
      } else {
        const pivot = other[column] as number;
        if (pivot > 1e-9 * Math.sqrt(at(covariance, column, column))) own[column] = rest / pivot;
        else if (Math.abs(rest) > 1e-7 * Math.sqrt(at(covariance, row, row) * at(covariance, column, column))) return null;
      }
    }
  }
  return factor;
}
