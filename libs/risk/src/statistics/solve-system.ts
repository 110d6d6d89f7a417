import { InvalidInput } from '@ballast/units';

/** The x of matrix x = right, by Gauss's elimination with the largest pivot; for a handful of rows. @throws InvalidInput named `field` where one row is a sum of the others */
export function solveSystem(matrix: readonly (readonly number[])[], right: readonly number[], field: string): number[] {
  const rows = matrix.map((line, index) => [...line, right[index] as number]);
  const size = rows.length;
  for (let column = 0; column < size; column += 1) {
    let pivot = column;
    for (let row = column + 1; row < size; row += 1) if (Math.abs((rows[row] as number[])[column] as number) > Math.abs((rows[pivot] as number[])[column] as number)) pivot = row;
    const best = rows[pivot] as number[];
    if (!(Math.abs(best[column] as number) > 1e-300)) throw new InvalidInput(field, 'one that the others give', `${field} that do not depend on each other`);
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
