import { WAD, mulDivDown, mulDivUp, type Wad } from '@ballast/units';
import type { MarginTiers, MarginTier, Underlying } from '@ballast/positions';

interface Rising {
  /** What the rates rise by for each coin of the position. */
  readonly perCoin: bigint;
  /** Coins up to which the table is worked out. */
  readonly upTo: bigint;
}

const percent = (thousandths: bigint): bigint => (thousandths * WAD) / 100_000n;
const MAINTENANCE = percent(1_000n);
const INITIAL = percent(2_000n);
/** The first row is so small a part of the table, and each further one a tenth longer than all before it: then no row tells a quarter of a percent too much. */
const FIRST_ROW = 5_000n;
const LONGER = 10n;

/**
 * The API tells no margin table. Deribit published it, last on 11 January 2022 (support.deribit.com, "Change of leverage levels, position sizes and liquidation fees"): maintenance margin is 1% and initial margin 2%, each with
 * 0.005% more for every BTC, or 0.0004% for every ETH of the position.
 */
const RISING: Partial<Record<Underlying, Rising>> = { BTC: { perCoin: WAD / 20_000n, upTo: 1_000n }, ETH: { perCoin: WAD / 250_000n, upTo: 10_000n } };

/**
 * The table of an inverse perpetual. Margin is S (r + p S) of S coins: a row from a to b is the straight line between its ends, S (r + p (a + b)) - p a b, which is the formula at both and never under it between them. What is
 * larger than its last row counts as margin whole, and is not grown.
 */
export function inverseTiers(underlying: Underlying): MarginTiers {
  const rising = RISING[underlying];
  if (rising === undefined) return { kind: 'unknown', why: 'Deribit tells no margin table for it' };
  const end = rising.upTo * WAD;
  const rows: MarginTier[] = [];
  for (let [from, to] = [0n, end / FIRST_ROW]; from < end; [from, to] = [to, to + to / LONGER]) rows.push(rowOf(from, to < end ? to : end, rising.perCoin));
  return { kind: 'tiers', unit: 'coin', rows: [...rows, { from: end, maintenanceRate: WAD as Wad, initialRate: WAD as Wad, deduction: 0n }] };
}

function rowOf(from: bigint, to: bigint, perCoin: bigint): MarginTier {
  const more = mulDivUp(perCoin, from + to, WAD);
  return { from, maintenanceRate: (MAINTENANCE + more) as Wad, initialRate: (INITIAL + more) as Wad, deduction: mulDivDown(mulDivDown(perCoin, from, WAD), to, WAD) };
}
