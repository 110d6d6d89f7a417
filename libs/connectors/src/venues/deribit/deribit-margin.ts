import { WAD, type Wad } from '@ballast/units';
import type { MarginTiers, MarginTier, Underlying } from '@ballast/positions';

interface Rising {
  /** What the rates rise by for each coin of the position. */
  readonly perCoin: bigint;
  /** Coins from one row to the next. */
  readonly rowCoins: bigint;
}

const percent = (thousandths: bigint): bigint => (thousandths * WAD) / 100_000n;
const MAINTENANCE = percent(1_000n);
const INITIAL = percent(2_000n);
const ROWS = 100n;

/**
 * The API tells no margin table. Deribit published it, last on 11 January 2022 (support.deribit.com, "Change of leverage levels, position sizes and liquidation fees"): maintenance margin is 1% and initial margin 2%, each with
 * 0.005% more for every BTC, or 0.0004% for every ETH of the position.
 */
const RISING: Partial<Record<Underlying, Rising>> = { BTC: { perCoin: WAD / 20_000n, rowCoins: 10n }, ETH: { perCoin: WAD / 250_000n, rowCoins: 100n } };

/** The table of an inverse perpetual as rows, each with the rate at its upper end, so that it never tells too little; what is larger than its last row counts as margin whole, and is not grown. */
export function inverseTiers(underlying: Underlying): MarginTiers {
  const rising = RISING[underlying];
  if (rising === undefined) return { kind: 'unknown', why: 'Deribit tells no margin table for it' };
  const { perCoin, rowCoins } = rising;
  const rows = Array.from({ length: Number(ROWS) }, (_, row): MarginTier => {
    const more = perCoin * rowCoins * BigInt(row + 1);
    return { from: BigInt(row) * rowCoins * WAD, maintenanceRate: (MAINTENANCE + more) as Wad, initialRate: (INITIAL + more) as Wad, deduction: 0n };
  });
  return { kind: 'tiers', unit: 'coin', rows: [...rows, { from: ROWS * rowCoins * WAD, maintenanceRate: WAD as Wad, initialRate: WAD as Wad, deduction: 0n }] };
}
