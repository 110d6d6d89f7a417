import type { DeltaInterval } from '@ballast/risk';
import { decimalText, exactDecimalText, formatTokenAmount, type Rounding } from '@ballast/units';
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
export const intervalView = (interval: DeltaInterval): { low: string; high: string } | null => (interval.kind === 'unbounded' ? null : { low: coinText(interval.lo), high: coinText(interval.hi) });
/** A time of our wall clock in milliseconds. */
export const clockTime = (ms: number): string => new Date(ms).toISOString();
