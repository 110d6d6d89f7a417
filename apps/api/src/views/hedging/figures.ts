import type { DeltaInterval } from '@ballast/risk';
import { decimalText, exactDecimalText, formatTokenAmount, mulDivFloor, type Rounding } from '@ballast/units';
import { currencyOf, type Settlement } from '@ballast/positions';

/** Coins, contracts and amounts of a settlement currency have 18 decimals. */
const DECIMALS = 18;

export const coinText = (e18: bigint): string => exactDecimalText(e18, DECIMALS);
/** `1,250.00 USDC`, for sentences. */
export const amountWords = (e18: bigint, settlement: Settlement, rounding: Rounding): string => formatTokenAmount(e18, DECIMALS, { symbol: currencyOf(settlement), rounding });
/** A share scaled by 1e18 as percent with one decimal. */
export const percentText = (wad: bigint, rounding: Rounding): string => decimalText(wad * 100n, DECIMALS, 1, rounding);
/** A share scaled by 1e18 as percent, as it was set. */
export const exactPercentText = (wad: bigint): string => exactDecimalText(wad * 100n, DECIMALS);
/** Hundredths of a percent as percent. */
export const bpsText = (bps: bigint): string => exactDecimalText(bps, 2);
/** Half of it is the most that rounding moves a number of coins by: a billionth of a coin is the dust of the arithmetic, and would turn $300 into $301. */
const DUST_E18 = 1_000_000_000n;
/** To the nearest billionth of a coin. */
export const withoutDust = (coinsE18: bigint): bigint => mulDivFloor(coinsE18 + DUST_E18 / 2n, 1n, DUST_E18) * DUST_E18;
export const intervalView = (interval: DeltaInterval): { low: string; high: string } | null => (interval.kind === 'unbounded' ? null : { low: coinText(withoutDust(interval.lo)), high: coinText(withoutDust(interval.hi)) });
/** A time of our wall clock in milliseconds. */
export const clockTime = (ms: number): string => new Date(ms).toISOString();
