import { InvalidInput } from '@ballast/units';

export interface LeastSquares {
  readonly coefficients: readonly number[];
  /** Root of the mean squared residual, by the degrees of freedom. */
  readonly residual: number;
  readonly rows: number;
}

/** Ordinary least squares over rows that are added one by one, by the normal equations: right for a handful of regressors of like size. */
export class LinearFit {
  private readonly squares: number[][];
  private readonly products: number[];
  private total = 0;
  private count = 0;

  constructor(private readonly regressors: number) {
    this.squares = Array.from({ length: regressors }, () => new Array<number>(regressors).fill(0));
    this.products = new Array<number>(regressors).fill(0);
  }

  add(x: readonly number[], y: number): void {
    for (let row = 0; row < this.regressors; row += 1) {
      const [line, value] = [this.squares[row] as number[], x[row] as number];
      for (let column = 0; column < this.regressors; column += 1) line[column] = (line[column] as number) + value * (x[column] as number);
      this.products[row] = (this.products[row] as number) + value * y;
    }
    this.total += y * y;
    this.count += 1;
  }

  /** @throws InvalidInput for fewer rows than regressors, and where one regressor is a sum of the others */
  solve(): LeastSquares {
    if (this.count <= this.regressors) throw new InvalidInput('rows', String(this.count), `more than ${this.regressors}`);
    const coefficients = solveSystem(this.squares, this.products);
    const explained = coefficients.reduce((sum, value, index) => sum + value * (this.products[index] as number), 0);
    return { coefficients, residual: Math.sqrt(Math.max(0, this.total - explained) / (this.count - this.regressors)), rows: this.count };
  }
}

/** Gauss with the largest pivot. */
export function solveSystem(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((line, index) => [...line, right[index] as number]);
  const size = rows.length;
  for (let column = 0; column < size; column += 1) {
    let pivot = column;
    for (let row = column + 1; row < size; row += 1) if (Math.abs((rows[row] as number[])[column] as number) > Math.abs((rows[pivot] as number[])[column] as number)) pivot = row;
    const best = rows[pivot] as number[];
    if (!(Math.abs(best[column] as number) > 1e-300)) throw new InvalidInput('regressors', 'one that the others give', 'regressors that do not depend on each other');
    [rows[column], rows[pivot]] = [best, rows[column] as number[]];
    for (let row = column + 1; row < size; row += 1) {
      const line = rows[row] as number[];
      const factor = (line[column] as number) / (best[column] as number);
      for (let at = column; at <= size; at += 1) line[at] = (line[at] as number) - factor * (best[at] as number);
    }
  }
  const found = new Array<number>(size).fill(0);
  for (let row = size - 1; row >= 0; row -= 1) {
    const line = rows[row] as number[];
    let rest = line[size] as number;
    for (let at = row + 1; at < size; at += 1) rest -= (line[at] as number) * (found[at] as number);
    found[row] = rest / (line[row] as number);
  }
  return found;
}
