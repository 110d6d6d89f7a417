import { wadFromNumberUp, mulDivCeil, mulDivFloor, WAD, type CoinE18 } from '@ballast/units';

/** Where a delta lies for certain, in coins of the underlying; or the plain fact that nothing bounds it. */
export type DeltaInterval = { readonly kind: 'interval'; readonly lo: CoinE18; readonly hi: CoinE18 } | { readonly kind: 'unbounded'; readonly why: string };

export const exactly = (coins: bigint): DeltaInterval => ({ kind: 'interval', lo: coins as CoinE18, hi: coins as CoinE18 });
export const between = (lo: bigint, hi: bigint): DeltaInterval => ({ kind: 'interval', lo: lo as CoinE18, hi: hi as CoinE18 });
export const unbounded = (why: string): DeltaInterval => ({ kind: 'unbounded', why });

/** The sum of both; without bounds where one is. */
export function plus(one: DeltaInterval, other: DeltaInterval): DeltaInterval {
  if (one.kind === 'unbounded') return one;
  return other.kind === 'unbounded' ? other : between(one.lo + other.lo, one.hi + other.hi);
}

/** What was there when it was last read may be gone by now, whole or in part: from nothing to all of it. */
export const maybeGone = (interval: DeltaInterval): DeltaInterval =>
  interval.kind === 'unbounded' ? interval : between(interval.lo < 0n ? interval.lo : 0n, interval.hi > 0n ? interval.hi : 0n);

/** Coins times a statistic, which is a float: widened by a millionth of a millionth to both sides, so that it holds the product for certain. */
export function timesStatistic(coins: CoinE18, factor: number): DeltaInterval {
  const size = wadFromNumberUp(Math.abs(factor)) as bigint;
  const signed = factor < 0 ? -size : size;
  const [inner, outer] = factor < 0 ? [signed, signed + STEP] : [signed - STEP, signed];
  const ends = [mulDivFloor(coins, inner, WAD), mulDivCeil(coins, inner, WAD), mulDivFloor(coins, outer, WAD), mulDivCeil(coins, outer, WAD)];
  return between(ends.reduce((least, end) => (end < least ? end : least)), ends.reduce((most, end) => (end > most ? end : most)));
}

/** The step of `wadFromNumberUp`. */
const STEP = 1_000_000n;
