import { InvalidInput } from './errors.js';

/** `down` is towards the smaller number, `up` towards the larger, `nearest` has halves up. */
export type Rounding = 'down' | 'up' | 'nearest';

/** raw / 10^decimals as decimal text with exactly `fractionDigits` digits after the point. Exact before the one rounding. */
export function decimalText(raw: bigint, decimals: number, fractionDigits: number, rounding: Rounding): string {
  requireDigits('decimals', decimals);
  requireDigits('fraction digits', fractionDigits);
  if (fractionDigits >= decimals) return place(raw * 10n ** BigInt(fractionDigits - decimals), fractionDigits);
  const step = 10n ** BigInt(decimals - fractionDigits);
  const floor = floorDiv(raw, step);
  const rest = raw - floor * step;
  const roundsUp = rest > 0n && (rounding === 'up' || (rounding === 'nearest' && rest * 2n >= step));
  return place(roundsUp ? floor + 1n : floor, fractionDigits);
}

/** raw / 10^decimals as decimal text without loss and without trailing zeros: `1.5`, `42`. */
export function exactDecimalText(raw: bigint, decimals: number): string {
  const text = decimalText(raw, decimals, decimals, 'down');
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/**
 * The whole number of 10^-decimals units that the text names: `parseDecimal('1.5', 6)` is 1500000n. Exact.
 * @throws InvalidInput when the text is not a plain decimal number or has digits finer than `decimals`
 */
export function parseDecimal(text: string, decimals: number): bigint {
  requireDigits('decimals', decimals);
  const parts = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (parts === null) throw new InvalidInput('decimal number', JSON.stringify(text), 'digits with at most one point, like 12.5');
  const [, sign = '', whole = '', fraction = ''] = parts;
  const kept = fraction.slice(0, decimals).padEnd(decimals, '0');
  if (/[1-9]/.test(fraction.slice(decimals))) throw new InvalidInput('decimal number', JSON.stringify(text), `at most ${decimals} decimals`);
  const size = BigInt(whole + kept);
  return sign === '-' ? -size : size;
}

function requireDigits(field: string, value: number): void {
  if (!Number.isInteger(value) || value < 0 || value > 100) throw new InvalidInput(field, String(value), 'a whole number from 0 to 100');
}

function floorDiv(x: bigint, y: bigint): bigint {
  const quotient = x / y;
  return x < 0n && quotient * y !== x ? quotient - 1n : quotient;
}

function place(scaled: bigint, fractionDigits: number): string {
  const sign = scaled < 0n ? '-' : '';
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(fractionDigits + 1, '0');
  return fractionDigits === 0 ? sign + digits : `${sign}${digits.slice(0, -fractionDigits)}.${digits.slice(-fractionDigits)}`;
}
