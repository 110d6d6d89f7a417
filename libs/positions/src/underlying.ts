import { InvalidInput, mulDivDown, mulDivUp, oneToken } from '@ballast/units';
import type { Asset } from './asset.js';

/** What several tokens are claims on, and what their holder's risk is counted in. */
export type Underlying = 'ETH' | 'BTC' | 'USD';

/** How a token's rate is known: one for one, or by a view of the token itself, scaled by 1e18. */
export type RateRule = 'one-for-one' | 'stEthPerToken' | 'getExchangeRate' | 'exchangeRate';

const rules = (underlying: Underlying, rate: RateRule, ...symbols: string[]) => symbols.map((symbol) => [symbol, { underlying, rate }] as const);

/** The tokens whose underlying is known, by symbol. Only tokens that the address book names may be looked up here: anybody can call a token WETH. */
export const UNDERLYINGS: ReadonlyMap<string, { readonly underlying: Underlying; readonly rate: RateRule }> = new Map([
  ...rules('ETH', 'one-for-one', 'ETH', 'WETH', 'stETH'),
  ...rules('ETH', 'stEthPerToken', 'wstETH'),
  ...rules('ETH', 'getExchangeRate', 'rETH'),
  ...rules('ETH', 'exchangeRate', 'cbETH'),
  ...rules('BTC', 'one-for-one', 'WBTC', 'cbBTC', 'BTCB'),
  ...rules('USD', 'one-for-one', 'USDC', 'USDC.e', 'USDCn', 'USDbC', 'USDT', 'USDT0', 'DAI', 'USDS', 'GHO', 'PYUSD', 'LUSD', 'crvUSD', 'FRAX'),
]);

/**
 * Units of the underlying for one whole token, scaled by 1e18. `own`: no other underlying is known for it, it stands for itself. `no-rate`: it has one, but the rate is not known now: it
 * stands for itself as well, and whoever counts it must say so. A rate tells what the issuer owes, not what a market pays: a stable coin counts as a dollar also when it is sold below.
 */
export type TokenRate =
  | { readonly kind: 'rate'; readonly underlying: Underlying; readonly rateE18: bigint }
  | { readonly kind: 'own' }
  | { readonly kind: 'no-rate'; readonly underlying: Underlying };

/** One token on one chain, as text. */
export const tokenKey = ({ chainId, address }: Pick<Asset, 'chainId' | 'address'>): string => `${chainId}:${address}`;

type Convert = (x: bigint, y: bigint, denominator: bigint) => bigint;
const inUnderlying = (convert: Convert, amount: bigint, decimals: number, rateE18: bigint): bigint => {
  if (amount < 0n) throw new InvalidInput('amount', amount.toString(), 'zero or more token units');
  return convert(amount, rateE18, oneToken(decimals));
};

/** Token units as units of the underlying with 18 decimals, rounded down: what is owned. @throws InvalidInput when negative */
export const inUnderlyingDown = (amount: bigint, decimals: number, rateE18: bigint): bigint => inUnderlying(mulDivDown, amount, decimals, rateE18);
/** Token units as units of the underlying with 18 decimals, rounded up: what is owed. @throws InvalidInput when negative */
export const inUnderlyingUp = (amount: bigint, decimals: number, rateE18: bigint): bigint => inUnderlying(mulDivUp, amount, decimals, rateE18);
