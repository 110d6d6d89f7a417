import { InvalidInput } from './errors.js';

declare const unit: unique symbol;
/** A bigint that knows its scale at compile time; at run time it is a plain bigint. */
export type Quantity<Unit extends string> = bigint & { readonly [unit]: Unit };

/** A ratio or health factor scaled by 1e18. */
export type Wad = Quantity<'Wad'>;
/** A rate or index scaled by 1e27. */
export type Ray = Quantity<'Ray'>;
/** A share in hundredths of a percent: 10,000 = 100%. */
export type Bps = Quantity<'Bps'>;
/** US dollars with 8 decimals, the base currency of Aave v3's oracle. */
export type UsdE8 = Quantity<'UsdE8'>;
/** Token units as the token counts them; the asset says how many decimals. */
export type RawAmount = Quantity<'RawAmount'>;

/** A ratio scaled by 1e18 that may be below zero: a rate of funding. */
export type SignedWad = Quantity<'SignedWad'>;
/** US dollars with 8 decimals that may be below zero: a profit, a payment. */
export type SignedUsdE8 = Quantity<'SignedUsdE8'>;
/** Coins of an underlying (ETH, BTC) with 18 decimals; below zero what is owed or sold short. */
export type CoinE18 = Quantity<'CoinE18'>;
/** What a derivatives venue counts an order in, with 18 decimals; its instrument says what one contract is. Below zero in a short position. */
export type ContractsE18 = Quantity<'ContractsE18'>;
/** Units of the currency in which an account settles (ETH, USDC), with 18 decimals; may be below zero. */
export type SettlementE18 = Quantity<'SettlementE18'>;

export const WAD = 1_000_000_000_000_000_000n as Wad;
export const RAY = 1_000_000_000_000_000_000_000_000_000n as Ray;
export const BPS = 10_000n as Bps;
export const USD_E8 = 100_000_000n as UsdE8;

function nonNegative<U extends string>(name: U): (value: bigint) => Quantity<U> {
  return (value) => {
    if (value < 0n) throw new InvalidInput(name, value.toString(), 'a quantity of zero or more');
    return value as Quantity<U>;
  };
}

/** Brands a bigint already scaled by 1e18. @throws InvalidInput when negative */
export const wad = nonNegative('Wad');
/** Brands a bigint already scaled by 1e27. @throws InvalidInput when negative */
export const ray = nonNegative('Ray');
/** Brands a bigint already in hundredths of a percent. @throws InvalidInput when negative */
export const bps = nonNegative('Bps');
/** Brands a bigint already in dollars with 8 decimals. @throws InvalidInput when negative */
export const usdE8 = nonNegative('UsdE8');
/** Brands a bigint already in the token's own units. @throws InvalidInput when negative */
export const rawAmount = nonNegative('RawAmount');
