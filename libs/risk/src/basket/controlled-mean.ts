/** A mean with up to two controls whose expectations are known, by regression on their sample covariance. */
export class ControlledMean {
  count = 0;
  private readonly sums: Float64Array;
  private readonly products: Float64Array;
  private readonly size: number;

  constructor(private readonly expected: readonly number[]) {
    this.size = expected.length + 1;
    this.sums = new Float64Array(this.size);
    this.products = new Float64Array(this.size * this.size);
  }

  /** How many whole hits the first value of the samples adds up to. */
  get hits(): number {
    return this.sums[0] as number;
  }

  /** The value of interest first, then the controls. */
  add(sample: Float64Array): void {
    this.count += 1;
    for (let row = 0; row < this.size; row += 1) {
      this.sums[row] = (this.sums[row] as number) + (sample[row] as number);
      for (let column = 0; column <= row; column += 1) this.products[row * this.size + column] = (this.products[row * this.size + column] as number) + (sample[row] as number) * (sample[column] as number);
    }
  }

  estimate(): { readonly mean: number; readonly standardError: number } {
    const mean = (index: number): number => (this.sums[index] as number) / this.count;
    const covariance = (row: number, column: number): number => (this.products[Math.max(row, column) * this.size + Math.min(row, column)] as number) / this.count - mean(row) * mean(column);
    const coefficients = this.coefficients(covariance);
    let estimate = mean(0);
    let variance = covariance(0, 0);
    coefficients.forEach((coefficient, index) => {
      estimate -= coefficient * (mean(index + 1) - (this.expected[index] as number));
      variance -= coefficient * covariance(0, index + 1);
    });
    return { mean: estimate, standardError: Math.sqrt(Math.max(0, variance) / Math.max(1, this.count - this.size)) };
  }

  /** Least squares on the controls; two that say the same count as one. */
  private coefficients(covariance: (row: number, column: number) => number): readonly number[] {
    if (this.size === 1) return [];
    const [a, c] = [covariance(1, 1), covariance(0, 1)];
    if (this.size === 2) return [a > 0 ? c / a : 0];
    const [b, d, e] = [covariance(1, 2), covariance(2, 2), covariance(0, 2)];
    const determinant = a * d - b * b;
    if (determinant <= 1e-6 * a * d) return [0, d > 0 ? e / d : 0];
    return [(c * d - e * b) / determinant, (e * a - c * b) / determinant];
  }
}
