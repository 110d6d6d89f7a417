import { exactDecimalText, decimalText, type Rounding } from './decimal-text.js';
import type { Address } from './identity.js';
import type { Bps, UsdE8, Wad } from './quantity.js';

/**
 * The one place where numbers become words, for the API, the pages and the mails.
 * The caller names the rounding side where the side of danger depends on the meaning of the number; where it never does
 * (health, distance, chance) the function fixes it. Money goes from bigint to text without passing through a float.
 */
export const DEFAULT_LOCALE = 'en-US';
const MINUS = '\u2212';
const NO_BREAK_SPACE = '\u00a0';
const ELLIPSIS = '\u2026';

/** Making one takes far longer than using it, and every decision writes a dozen figures. */
const formats = new Map<string, Intl.NumberFormat>();

function formatOf(fractionDigits: number, locale: string): Intl.NumberFormat {
  const key = `${fractionDigits} ${locale}`;
  const known = formats.get(key) ?? new Intl.NumberFormat(locale, { minimumFractionDigits: fractionDigits, maximumFractionDigits: fractionDigits });
  formats.set(key, known);
  return known;
}

/** Groups and separators of the locale, with the true minus sign. `text` must be a plain decimal number. */
const localized = (text: string, fractionDigits: number, locale: string): string => formatOf(fractionDigits, locale).format(text as `${number}`).replace('-', MINUS);

function withSign(text: string, prefix: string): string {
  return text.startsWith(MINUS) ? `${MINUS}${prefix}${text.slice(1)}` : `${prefix}${text}`;
}

/**
 * Whole dollars: `$2,517`. The liquidation price of collateral, losses and costs round up; the liquidation price of a debt and
 * what the owner has round down.
 */
export function formatUsd(value: UsdE8 | bigint, rounding: Rounding, locale: string = DEFAULT_LOCALE): string {
  return withSign(localized(decimalText(value, 8, 0, rounding), 0, locale), '$');
}

/** Dollars and cents: `$22.52`, for tables of amounts and costs. Rounds up unless told otherwise. */
export function formatUsdCents(value: UsdE8 | bigint, rounding: Rounding = 'up', locale: string = DEFAULT_LOCALE): string {
  return withSign(localized(decimalText(value, 8, 2, rounding), 2, locale), '$');
}

/** A health factor with 2 decimals (or `fractionDigits`), always rounded down: `1.24`. null, meaning no debt: `No debt`. */
export function formatHealth(health: Wad | null, fractionDigits = 2, locale: string = DEFAULT_LOCALE): string {
  return health === null ? 'No debt' : localized(decimalText(health, 18, fractionDigits, 'down'), fractionDigits, locale);
}

const formatPercent = (share: Bps | bigint, rounding: Rounding, locale: string): string =>
  `${localized(decimalText(share, 2, 1, rounding), 1, locale)}%`;

/** A share with 1 decimal, rounded down: a distance to liquidation, `19.3%`. */
export const formatPercentDown = (share: Bps | bigint, locale: string = DEFAULT_LOCALE): string => formatPercent(share, 'down', locale);
/** A share with 1 decimal, rounded up: a cost rate. */
export const formatPercentUp = (share: Bps | bigint, locale: string = DEFAULT_LOCALE): string => formatPercent(share, 'up', locale);

/** Typical daily moves with 1 decimal, rounded down: `6.3 moves`. */
export function formatMoves(dailyMoves: number, locale: string = DEFAULT_LOCALE): string {
  return `${localized((Math.floor(dailyMoves * 10 + FLOAT_NOISE) / 10).toFixed(1), 1, locale)} moves`;
}

/** Keeps a value that is a whole step but for float noise on its step. */
const FLOAT_NOISE = 1e-9;

/**
 * A chance, rounded up: from 1% on with 1 decimal, under 1% with 2 decimals, under the model's floor as `<1%`. Never `0%`: what is
 * smaller than the last digit shown is `<0.01%`.
 */
export function formatChance(
  chance: { readonly kind: 'probability'; readonly value: number } | { readonly kind: 'floor'; readonly below: number },
  locale: string = DEFAULT_LOCALE,
): string {
  if (chance.kind === 'floor') return `<${trimZeros(percentUp(chance.below, 2))}%`;
  if (chance.value < 0.0001) return '<0.01%';
  const digits = chance.value < 0.01 ? 2 : 1;
  const percent = percentUp(chance.value, digits);
  return Number(percent) >= 100 ? '100%' : `${localized(percent, digits, locale)}%`;
}

function percentUp(value: number, digits: number): string {
  const step = 10 ** digits;
  return (Math.ceil(value * 100 * step - FLOAT_NOISE) / step).toFixed(digits);
}

const trimZeros = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);

/**
 * A token amount: whole amounts as they are (`42`), else 2 decimals from 1 up (`12.40`) and 4 significant digits below (`0.05123`).
 * Rounded down unless told otherwise; `symbol` follows a non-breaking space.
 */
export function formatTokenAmount(
  raw: bigint,
  decimals: number,
  options: { readonly symbol?: string; readonly rounding?: Rounding; readonly locale?: string } = {},
): string {
  const rounding = options.rounding ?? 'down';
  const digits = tokenFractionDigits(raw, decimals);
  const text = localized(decimalText(raw, decimals, digits, rounding), digits, options.locale ?? DEFAULT_LOCALE);
  return options.symbol === undefined ? text : `${text}${NO_BREAK_SPACE}${options.symbol}`;
}

function tokenFractionDigits(raw: bigint, decimals: number): number {
  const size = raw < 0n ? -raw : raw;
  const one = 10n ** BigInt(decimals);
  if (size % one === 0n) return 0;
  if (size >= one) return Math.min(2, decimals);
  const leadingZeros = decimals - size.toString().length;
  const writtenOut = exactDecimalText(size, decimals).length - '0.'.length;
  return Math.min(leadingZeros + 4, writtenOut);
}

/** `0x7a3e…91cd`: the first and last 4 hex digits. */
export const shortAddress = (value: Address | string): string => `${value.slice(0, 6)}${ELLIPSIS}${value.slice(-4)}`;
