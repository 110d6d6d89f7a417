import { InvalidInput } from '@ballast/units';

/** A staircase that only rises: the chance that stands for every forecast of at least `from` and under the next. */
export interface IsotonicMap {
  readonly steps: readonly { readonly from: number; readonly value: number; readonly cases: number }[];
}

/** The rising map nearest to what happened in squares, by pooling neighbours that fall (Zadrozny and Elkan 2002; pool adjacent violators). @throws InvalidInput without cases */
export function fitIsotonic(chances: Float64Array, happened: Uint8Array): IsotonicMap {
  if (chances.length === 0 || chances.length !== happened.length) throw new InvalidInput('cases', `${chances.length} chances and ${happened.length} outcomes`, 'as many of both, at least one');
  const order = Array.from(chances.keys()).sort((one, other) => (chances[one] as number) - (chances[other] as number));
  const pools: Pool[] = [];
  for (const index of order) {
    const from = chances[index] as number;
    const last = pools.at(-1);
    if (last?.from !== from) {
      mergeFalling(pools);
      pools.push({ from, sum: happened[index] as number, cases: 1 });
    } else {
      last.sum += happened[index] as number;
      last.cases += 1;
    }
  }
  mergeFalling(pools);
  return { steps: pools.map(({ from, sum, cases }) => ({ from, value: sum / cases, cases })) };
}

interface Pool {
  readonly from: number;
  sum: number;
  cases: number;
}

/** Joins the last pool with those before it that do not lie below it. Called once all of the last forecast's cases are in. */
function mergeFalling(pools: Pool[]): void {
  for (;;) {
    const [before, last] = [pools.at(-2), pools.at(-1)];
    if (before === undefined || last === undefined || before.sum / before.cases < last.sum / last.cases) return;
    before.sum += last.sum;
    before.cases += last.cases;
    pools.pop();
  }
}

/** A chance through the staircase; below its first step, the first step's value. */
export function isotonicValue({ steps }: IsotonicMap, p: number): number {
  let [low, high] = [0, steps.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((steps[middle] as { from: number }).from <= p) low = middle;
    else high = middle - 1;
  }
  return (steps[low] as { value: number }).value;
}
