export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** Smallest, middle and largest, to four digits. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (index: number): number => Number((sorted[index] as number).toPrecision(4));
  return { min: at(0), median: at(Math.floor(sorted.length / 2)), max: at(sorted.length - 1) };
}

/** Nanoseconds for each of `count` items that the work handles. */
export function nanosecondsEach(count: number, work: () => void): number {
  const from = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - from) / count;
}

export interface Percentiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** Nearest-rank percentiles, to four digits; 0 of nothing. */
export function percentilesOf(values: readonly number[]): Percentiles {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number): number => Number((sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0).toPrecision(4));
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
}
