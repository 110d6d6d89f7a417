import { InvalidInput } from '@ballast/units';
import { solveSystem } from '../statistics/solve-system.js';

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
    const coefficients = solveSystem(this.squares, this.products, 'regressors');
    const explained = coefficients.reduce((sum, value, index) => sum + value * (this.products[index] as number), 0);
    return { coefficients, residual: Math.sqrt(Math.max(0, this.total - explained) / (this.count - this.regressors)), rows: this.count };
  }
}
