import { decimalText, exactDecimalText, formatHealth, formatMoves, formatPercentDown, formatTokenAmount, formatUsd, formatUsdCents, parseDecimal, type Rounding } from '@ballast/units';

/**
 * Figures as people read them. The API speaks decimal text; it becomes a whole number of its own smallest unit, and the formats of
 * @ballast/units write that. What is unknown is null and becomes a dash; it never becomes 0, NaN or a sign for infinity.
 */
export const UNKNOWN = '—';

const isDecimal = (text: string | null): text is string => text !== null && /^-?\d+(\.\d+)?$/.test(text);
const fractionDigits = (text: string): number => text.split('.')[1]?.length ?? 0;

/** The number that the text names, scaled by 10^decimals; finer digits are rounded to `side` first. */
function scaled(text: string, decimals: number, side: Rounding): bigint {
  const digits = fractionDigits(text);
  return parseDecimal(digits <= decimals ? text : decimalText(parseDecimal(text, digits), digits, decimals, side), decimals);
}

/** Health to `digits` places, rounded down. */
export const health = (value: string | null, digits = 2): string => (isDecimal(value) ? formatHealth(scaled(value, 18, 'down') as Parameters<typeof formatHealth>[0], digits) : UNKNOWN);

/** Whole dollars; `up` for a long loan's liquidation price, losses and costs, `down` for what the owner has. */
export const dollars = (value: string | null, side: Rounding = 'nearest'): string => (isDecimal(value) ? formatUsd(scaled(value, 8, side), side) : UNKNOWN);

/** Dollars with cents. */
export const cents = (value: string | null, side: Rounding = 'nearest'): string => (isDecimal(value) ? formatUsdCents(scaled(value, 8, side), side) : UNKNOWN);

/** A cost: rounded up, with cents under 1,000 dollars. A cost above zero never reads as nothing. */
export const cost = (value: string | null): string => (isDecimal(value) && Math.abs(Number(value)) >= 1_000 ? dollars(value, 'up') : cents(value, 'up'));

/** A distance in percent, one decimal, rounded down. */
export const percentDown = (value: string | null): string => (isDecimal(value) ? formatPercentDown(scaled(value, 2, 'down')) : UNKNOWN);

/** Typical daily moves, one decimal, rounded down, without the unit. */
export const moves = (value: number | null): string => (value === null || !Number.isFinite(value) ? UNKNOWN : formatMoves(value).replace(' moves', ''));

/** A token amount by the rule of @ballast/units, cut rather than rounded up; the symbol after a space that does not break. */
export const amount = (value: string | null, symbol?: string): string => (isDecimal(value) ? formatTokenAmount(parseDecimal(value, fractionDigits(value)), fractionDigits(value), { symbol }) : UNKNOWN);

/** The format of dollars and cents without its sign of money, so that every figure of two decimals is written alike. */
const twoDecimals = (value: bigint): string => formatUsdCents(value * 1_000_000n, 'nearest').replace('$', '');

/** An exposure with its sign and two decimals, `+48.29`, `−14.00`, `0.00`; what would read as zero and is not keeps four digits, `+0.001203`. */
export function signed(value: string | null, side: Rounding = 'nearest'): string {
  if (!isDecimal(value)) return UNKNOWN;
  const raw = scaled(value, 2, side);
  if (raw === 0n && compare(value, '0') !== 0) return `${compare(value, '0') < 0 ? '−' : '+'}${amount(value.replace('-', ''))}`;
  return `${raw > 0n ? '+' : ''}${twoDecimals(raw)}`;
}

/** A size without a sign and with two decimals: `14.00`. */
export const size = (value: string | null): string => signed(value).replace(/^[+−]/, '');

/** Dollars and cents with their sign: `+$1,282.40`, `−$61.75`. Rounded down: towards the loss. */
export function signedCents(value: string | null, side: Rounding = 'down'): string {
  if (!isDecimal(value)) return UNKNOWN;
  const raw = scaled(value, 2, side);
  return `${raw > 0n ? '+' : ''}${formatUsdCents(raw * 1_000_000n, 'nearest')}`;
}

/** A share in percent as it was given, `50%`, `7.5%`. */
export const percent = (value: string | null): string => (isDecimal(value) ? `${trimmed(value)}%` : UNKNOWN);
const trimmed = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);

/** Times what the venue needs: `15.2×`, rounded down. */
export const times = (value: string | null): string => (isDecimal(value) ? `${formatPercentDown(scaled(value, 2, 'down')).replace('%', '')}×` : UNKNOWN);

/** Whole numbers with separators, such as block numbers. */
export const whole = (value: string | number | null): string => (value === null || !/^\d+$/.test(String(value)) ? UNKNOWN : BigInt(value).toLocaleString('en-US'));

/** An exact integer scaled by 10^decimals as plain decimal text, no digit lost: `1210000000000000000`, 18 → `1.21`. */
export const unscale = (value: string, decimals: number): string => exactDecimalText(BigInt(value), decimals);

/** Sums decimal texts exactly. */
export function sum(values: readonly string[]): string {
  const digits = Math.max(0, ...values.map(fractionDigits));
  return exactDecimalText(values.reduce((total, value) => total + parseDecimal(value, digits), 0n), digits);
}

/** Product of two decimal texts, exact. */
export function product(left: string, right: string): string {
  const [a, b] = [fractionDigits(left), fractionDigits(right)];
  return exactDecimalText(parseDecimal(left, a) * parseDecimal(right, b), a + b);
}

export const negate = (value: string): string => (value.startsWith('-') ? value.slice(1) : `-${value}`);

/** Compares decimal texts exactly: below zero when left is smaller. */
export function compare(left: string, right: string): number {
  const digits = Math.max(fractionDigits(left), fractionDigits(right));
  const difference = parseDecimal(left, digits) - parseDecimal(right, digits);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
export const smaller = (left: string, right: string): string => (compare(left, right) <= 0 ? left : right);

const WORDS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];
/** Small counts as words. */
export const inWords = (count: number): string => WORDS[count] ?? String(count);
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
/** `a`, `a and b`, `a, b and c`. */
export const listed = (parts: readonly string[]): string => (parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`);
