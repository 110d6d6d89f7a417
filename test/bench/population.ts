import { Book, SeededRandom, hitColumns, type HitColumns, type MotionColumns } from '@ballast/risk';

export const PRICES = Float64Array.from([3_000, 60_000, 150, 1]);
export const ASSETS = ['WETH', 'WBTC', 'SOL', 'USDC'] as const;
export const THRESHOLDS = [0.83, 0.78, 0.75, 0.77] as const;
const DAYS = [1, 7, 30, 90] as const;
const YEAR_DAYS = 365;

export interface Motions {
  readonly columns: MotionColumns & { readonly years: Float64Array };
  readonly days: readonly number[];
  readonly out: HitColumns;
}

/** Motions as a watched book has them: healths of 1.005 to 2, still to wild, a day to a quarter; the same for the same count. */
export function someMotions(count: number): Motions {
  const random = new SeededRandom(7);
  const column = (): Float64Array => new Float64Array(count);
  const columns = { logDistance: column(), drift: column(), volatility: column(), years: column() };
  const days = Array.from({ length: count }, (_, index) => DAYS[index % DAYS.length] as number);
  days.forEach((period, index) => {
    const volatility = 0.05 + 1.2 * random.uniform();
    columns.logDistance[index] = Math.log(1.005 + random.uniform());
    columns.volatility[index] = volatility;
    columns.drift[index] = -(volatility ** 2) / 2 + 0.1 * (random.uniform() - 0.5);
    columns.years[index] = period / YEAR_DAYS;
  });
  return { columns, days, out: hitColumns(count) };
}

export interface Holding {
  /** Whole tokens, in the order of ASSETS. */
  readonly collateral: readonly number[];
  readonly debt: readonly number[];
}

/** Positions of up to four assets with healths of 1.02 to 2.5. */
export function someHoldings(count: number): Holding[] {
  const random = new SeededRandom(11);
  return Array.from({ length: count }, () => {
    const collateralUsd = 10_000 * Math.exp(2 * random.normal());
    const shares = THRESHOLDS.map(() => random.uniform());
    const total = shares.reduce((sum, share) => sum + share, 0);
    const collateral = shares.map((share, asset) => ((share / total) * collateralUsd) / (PRICES[asset] as number));
    const weighted = collateral.reduce((sum, units, asset) => sum + units * (PRICES[asset] as number) * (THRESHOLDS[asset] as number), 0);
    const owed = weighted / (1.02 + 1.5 * random.uniform());
    return { collateral, debt: [0.1, 0, 0, 0.9].map((share, asset) => (share * owed) / (PRICES[asset] as number)) };
  });
}

/** A book of them, each with a motion of its own. */
export function bookOf(holdings: readonly Holding[], count: number): Book {
  const book = new Book(ASSETS.length, count);
  const random = new SeededRandom(13);
  for (let index = 0; index < count; index += 1) {
    const holding = holdings[index % holdings.length] as Holding;
    const volatility = 0.05 + 1.2 * random.uniform();
    book.set(index, { ...holding, liquidationThresholds: THRESHOLDS, volatility, drift: -(volatility ** 2) / 2 });
  }
  return book;
}
