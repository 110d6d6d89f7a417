import { InvalidInput, type CoinE18, type ContractsE18, type SettlementE18, type SignedWad, type UsdE8, type Wad } from '@ballast/units';
import { z } from 'zod';

const DECIMAL = /^([+-]?)(\d{1,40})(?:\.(\d{0,60}))?(?:[eE]([+-]?\d{1,2}))?$/;

/** A number as a venue writes it, as text or as JSON's own number; `1e-8` counts. Stays text: no amount ever passes through a float of ours. */
export const decimal = z.union([z.string().regex(DECIMAL, 'a decimal number'), z.number()]).transform(String);
/** The same, and null where the venue writes an empty text or nothing for what it does not tell. */
export const maybeDecimal = z.union([z.literal('').transform(() => null), z.null(), decimal]).optional().transform((value) => value ?? null);
/** Milliseconds since 1970, as a number or as its text. */
export const timeMs = z.union([z.string().regex(/^\d{1,15}$/), z.number().int().min(0)]).transform(Number);
/** A name or an id, as text or as a whole number. */
export const idText = z.union([z.string().min(1), z.number().int()]).transform(String);

/** A whole number of zero or more, or its text: where one number of an answer is too long for a double, all come as text. */
export const whole = z.union([z.string().regex(/^\d{1,15}$/), z.number().int().min(0)]).transform(Number);
/** A statistic: a volatility, a Greek. */
export const statistic = z.union([z.string().regex(DECIMAL, 'a decimal number'), z.number()]).transform(Number);

export type WireRounding = 'down' | 'up' | 'nearest';

/**
 * The text as whole units of 10^-decimals: `down` towards minus infinity, `up` towards plus infinity, `nearest` with halves up.
 * @throws InvalidInput when it is no decimal number
 */
export function scaled(text: string, decimals: number, rounding: WireRounding): bigint {
  const [, sign, whole = '', fraction = '', exponent = '0'] = DECIMAL.exec(text) ?? [];
  if (sign === undefined) throw new InvalidInput('decimal number', JSON.stringify(text), 'digits with at most one point');
  const size = BigInt(whole + fraction);
  const raw = sign === '-' ? -size : size;
  const shift = decimals - fraction.length + Number(exponent);
  if (shift >= 0) return raw * 10n ** BigInt(shift);
  const step = 10n ** BigInt(-shift);
  const floor = raw / step - (raw < 0n && raw % step !== 0n ? 1n : 0n);
  const rest = raw - floor * step;
  return rounding === 'up' && rest > 0n ? floor + 1n : rounding === 'nearest' && rest * 2n >= step ? floor + 1n : floor;
}

export const usdNearest = (text: string): UsdE8 => scaled(text, 8, 'nearest') as UsdE8;
export const usdDown = (text: string): UsdE8 => scaled(text, 8, 'down') as UsdE8;
export const usdUp = (text: string): UsdE8 => scaled(text, 8, 'up') as UsdE8;
export const coinNearest = (text: string): CoinE18 => scaled(text, 18, 'nearest') as CoinE18;
/** Sizes have far fewer than 18 decimals. */
export const contracts = (text: string): ContractsE18 => scaled(text, 18, 'nearest') as ContractsE18;
export const settlementDown = (text: string): SettlementE18 => scaled(text, 18, 'down') as SettlementE18;
export const settlementUp = (text: string): SettlementE18 => scaled(text, 18, 'up') as SettlementE18;
export const wadUp = (text: string): Wad => scaled(text, 18, 'up') as Wad;
export const wadDown = (text: string): Wad => scaled(text, 18, 'down') as Wad;
export const signedWad = (text: string): SignedWad => scaled(text, 18, 'nearest') as SignedWad;
