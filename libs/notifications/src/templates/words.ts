import { formatHealth, formatTokenAmount, formatUsd, formatUsdCents, parseDecimal, shortAddress, wad, type Rounding } from '@ballast/units';

/** Digits beyond `decimals` are cut, so that any plain decimal number can be shown. */
function scaled(text: string, decimals: number): bigint | null {
  const parts = /^(-?\d+)(?:\.(\d+))?$/.exec(text);
  return parts === null ? null : parseDecimal(`${parts[1]}.${(parts[2] ?? '').slice(0, decimals).padEnd(1, '0')}`, decimals);
}

/** `18,422 USDC`. What is no number is shown as it is. */
export function tokens(amount: string, symbol: string): string {
  const raw = scaled(amount, 18);
  return raw === null ? `${amount} ${symbol}` : formatTokenAmount(raw, 18, { symbol });
}

/** `1,523.4567 USDC`, to the last digit: what must be moved, or was. What is no number is shown as it is. */
export function exactTokens(amount: string, symbol: string): string {
  const parts = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount);
  if (parts === null) return `${amount} ${symbol}`;
  const [, sign = '', whole = '0', rest = ''] = parts;
  const decimals = rest.replace(/0+$/, '');
  return `${sign === '' ? '' : '−'}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${decimals === '' ? '' : `.${decimals}`}\u00a0${symbol}`;
}

/** `main.ETH` of an account's id at a venue. */
export const nameOfAccount = (id: string): string => id.split(':account:').at(-1) ?? id;
/** `ETH-PERPETUAL` of an instrument's id. */
export const nameOfInstrument = (id: string): string => id.split(':instrument:').at(-1) ?? id;

export function dollars(amount: string, rounding: Rounding = 'up'): string {
  const raw = scaled(amount, 8);
  return raw === null ? `$${amount}` : formatUsd(raw, rounding);
}

export function dollarsAndCents(amount: string): string {
  const raw = scaled(amount, 8);
  return raw === null ? `$${amount}` : formatUsdCents(raw);
}

export function health(value: string, digits = 2): string {
  const raw = scaled(value, 18);
  return raw === null || raw < 0n ? value : formatHealth(wad(raw), digits);
}

/** Whether the first of two decimal numbers is the smaller, exactly to 18 decimals; false where one is no number. */
export function isLess(left: string, right: string): boolean {
  const [a, b] = [scaled(left, 18), scaled(right, 18)];
  return a !== null && b !== null && a < b;
}

/** `20 Nov 2026, 18:02 UTC`; what is no time is shown as it is. */
export function moment(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const shown = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZone: 'UTC' });
  return `${shown.format(at)} UTC`;
}

/** `0x91c4…e07a` for what is long. */
export const shortHash = (hash: string): string => (hash.length > 14 ? shortAddress(hash) : hash);

/** Protocols as position ids name them. */
const NAMES = { 'aave-v3': 'Aave', 'morpho-blue': 'Morpho Blue', venus: 'Venus', 'compound-v3': 'Compound III' };

/** The protocol as people call it: what the notice says, else what the position's id `<chain>-<protocol>-<account>` says; empty when neither does. */
export function protocolName(protocol: string | null | undefined, positionId: string | null): string {
  if (protocol) return /^aave/i.test(protocol) ? 'Aave' : protocol;
  const named = positionId === null ? undefined : Object.entries(NAMES).find(([part]) => positionId.includes(`-${part}-`));
  return named?.[1] ?? '';
}

/** `your Aave loan`. */
export const yourLoan = (protocol: string): string => (protocol === '' ? 'your loan' : `your ${protocol} loan`);

/** The coin that pays a chain's fees. */
const nativeCoin = (chainId: number): string => (chainId === 56 ? 'BNB' : chainId === 137 ? 'POL' : chainId === 43114 ? 'AVAX' : 'ETH');

/** The network fee in dollars where they are known, else in the chain's coin; null when unknown. */
export function networkFee(paid: { readonly gasUsd?: string | null; readonly gasCostWei?: string | null }, chainId: number): string | null {
  if (paid.gasUsd) return dollarsAndCents(paid.gasUsd);
  return paid.gasCostWei ? formatTokenAmount(BigInt(paid.gasCostWei), 18, { symbol: nativeCoin(chainId), rounding: 'up' }) : null;
}

/** An end stop where there is none. */
export const sentence = (text: string): string => (/[.!?…]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`);

export const joined = (parts: readonly (string | null | undefined | false)[]): string => parts.filter((part): part is string => typeof part === 'string' && part !== '').join(' ');
