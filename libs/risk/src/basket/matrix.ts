/** Rows of numbers. */
export type Matrix = readonly (readonly number[])[];

export const at = (matrix: Matrix, row: number, column: number): number => (matrix[row] as readonly number[])[column] as number;

/** x' M y. */
export function product(x: readonly number[], matrix: Matrix, y: readonly number[]): number {
  let sum = 0;
  for (let row = 0; row < x.length; row += 1) for (let column = 0; column < y.length; column += 1) sum += (x[row] as number) * at(matrix, row, column) * (y[column] as number);
  return sum;
}
