import { at, type Matrix } from './matrix.js';

const ROUNDING = 1e-12;
/** Under this the shrinking is rounding, not a repair. */
const LEAST_SHRINK = 1e-8;

/** Correlations that some set of assets can have: those given, or those given times 1 - `shrunkBy` off the diagonal, by the least share that makes them possible. */
export function possibleCorrelations(given: Matrix): { readonly correlations: Matrix; readonly shrunkBy: number } {
  if (cholesky(given) !== null) return { correlations: given, shrunkBy: 0 };
  const shrunk = (share: number): Matrix => given.map((row, i) => row.map((value, j) => (i === j ? value : value * (1 - share))));
  let [low, high] = [0, 1];
  while (high - low > 1e-10) {
    const middle = (low + high) / 2;
    if (cholesky(shrunk(middle)) === null) low = middle;
    else high = middle;
  }
  return { correlations: shrunk(high), shrunkBy: high < LEAST_SHRINK ? 0 : high };
}

/** Lower triangular L with L L' = the matrix, or null where no such L is: a pivot below 0 beyond rounding. A pivot of 0 is an asset that the ones before it determine. */
export function cholesky(matrix: Matrix): readonly Float64Array[] | null {
  const size = matrix.length;
  const factor = Array.from({ length: size }, () => new Float64Array(size));
  for (let row = 0; row < size; row += 1) {
    const own = factor[row] as Float64Array;
    for (let column = 0; column <= row; column += 1) {
      const other = factor[column] as Float64Array;
      let rest = at(matrix, row, column);
      for (let index = 0; index < column; index += 1) rest -= (own[index] as number) * (other[index] as number);
      if (row === column) {
        if (rest < -ROUNDING * (at(matrix, row, row) + 1e-300)) return null;
        own[row] = Math.sqrt(Math.max(0, rest));
      } else {
        const pivot = other[column] as number;
        if (pivot > 1e-9 * Math.sqrt(at(matrix, column, column))) own[column] = rest / pivot;
        else if (Math.abs(rest) > 1e-7 * Math.sqrt(at(matrix, row, row) * at(matrix, column, column))) return null;
      }
    }
  }
  return factor;
}
