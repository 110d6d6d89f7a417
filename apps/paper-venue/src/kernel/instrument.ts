import { InvalidInput } from '@ballast/units';

declare const unit: unique symbol;
/** Money per unit of the base coin, scaled by 1e8. */
export type PriceE8 = bigint & { readonly [unit]?: 'priceE8' };
/** Signed size, scaled by 1e8: coins for a linear perpetual, US dollars for an inverse one. Above zero is long. */
export type SizeE8 = bigint & { readonly [unit]?: 'sizeE8' };
/** An amount of the settlement currency, scaled by 1e8: US dollars for a linear perpetual, coins for an inverse one. */
export type CashE8 = bigint & { readonly [unit]?: 'cashE8' };
/** A rate, scaled by 1e12: 2% is 20_000_000_000. */
export type RateE12 = bigint & { readonly [unit]?: 'rateE12' };

export const E8 = 100_000_000n;
export const E12 = 1_000_000_000_000n;

/** One step of the margin table. What lies above `aboveE8` of notional needs these rates; what lies below keeps those of the steps before. */
export interface MarginTier {
  readonly aboveE8: CashE8;
  readonly initialRateE12: RateE12;
  readonly maintenanceRateE12: RateE12;
}

export interface Instrument {
  readonly name: string;
  /** `linear` is sized in coins and settled in dollars, as on Hyperliquid; `inverse` is sized in dollars and settled in the coin, as on Deribit. */
  readonly kind: 'linear' | 'inverse';
  readonly settlesIn: string;
  readonly tickE8: PriceE8;
  readonly lotE8: SizeE8;
  /** The least notional of an order in the settlement currency; orders that only reduce are exempt. */
  readonly minNotionalE8: CashE8;
  /** How far from the mark a limit may lie, as a share of the mark. */
  readonly priceBandE12: RateE12;
  readonly makerFeeE12: RateE12;
  readonly takerFeeE12: RateE12;
  /** Ascending, the first from zero. */
  readonly tiers: readonly MarginTier[];
  /** Of an option alone, which is linear in the coin: bought for a premium, never written, paid out once when it expires. */
  readonly option?: OptionFees;
}

/** A share of the coins, at most a share of the premium. */
export interface OptionFees {
  readonly ofCoinsE12: RateE12;
  readonly mostOfPremiumE12: RateE12;
}

/** x * y / z towards minus infinity, for any signs of x and y and a z above zero. */
export function mulDivFloor(x: bigint, y: bigint, z: bigint): bigint {
  const product = x * y;
  const quotient = product / z;
  return product < 0n && quotient * z !== product ? quotient - 1n : quotient;
}

/** x * y / z towards plus infinity, for any signs of x and y and a z above zero. */
export const mulDivCeil = (x: bigint, y: bigint, z: bigint): bigint => -mulDivFloor(-x, y, z);

export const absolute = (x: bigint): bigint => (x < 0n ? -x : x);
export const smaller = (x: bigint, y: bigint): bigint => (x < y ? x : y);
export const larger = (x: bigint, y: bigint): bigint => (x > y ? x : y);

/**
 * What holding `size` at `price` is worth in the settlement currency, rounded down. Linear: size * price. Inverse: -size / price, so
 * that a long gains as the price rises and the entry price of several fills is their harmonic mean.
 */
export function worthFloor(instrument: Instrument, size: SizeE8, price: PriceE8): CashE8 {
  requirePrice(price);
  return instrument.kind === 'linear' ? mulDivFloor(size, price, E8) : mulDivFloor(-size, E8, price);
}

/** As worthFloor, rounded up: what is paid to take on `size` at `price`. */
export const worthCeil = (instrument: Instrument, size: SizeE8, price: PriceE8): CashE8 => -worthFloor(instrument, -size, price);

/** The notional of a size of either sign, in the settlement currency, rounded up. */
export function notionalUp(instrument: Instrument, size: SizeE8, price: PriceE8): CashE8 {
  requirePrice(price);
  const held = absolute(size);
  return instrument.kind === 'linear' ? mulDivCeil(held, price, E8) : mulDivCeil(held, E8, price);
}

/** The margin that a notional needs by the instrument's steps, rounded up. */
export function tieredMarginUp(instrument: Instrument, notional: CashE8, rate: 'initialRateE12' | 'maintenanceRateE12'): CashE8 {
  let needed = 0n;
  instrument.tiers.forEach((tier, index) => {
    if (notional <= tier.aboveE8) return;
    const next = instrument.tiers[index + 1];
    const part = (next === undefined ? notional : smaller(notional, next.aboveE8)) - tier.aboveE8;
    needed += part * tier[rate];
  });
  return mulDivCeil(needed, 1n, E12);
}

/** A table from steps of the highest leverage, as Hyperliquid gives them: maintenance is half of the initial margin at that leverage. Rates rounded up. */
export const tiersOfLeverage = (steps: readonly { readonly aboveE8: CashE8; readonly maxLeverage: bigint }[]): readonly MarginTier[] =>
  steps.map(({ aboveE8, maxLeverage }) => ({ aboveE8, initialRateE12: mulDivCeil(E12, 1n, maxLeverage), maintenanceRateE12: mulDivCeil(E12, 1n, 2n * maxLeverage) }));

/** The highest leverage of a step: its initial rate was rounded up from one over it. */
export const leverageOfTier = ({ initialRateE12 }: MarginTier): bigint => (E12 + initialRateE12 / 2n) / initialRateE12;

/** The highest leverage that may be chosen. */
export const maxLeverage = ({ tiers: [first] }: Instrument): bigint => (first === undefined ? 1n : leverageOfTier(first));

function requirePrice(price: PriceE8): void {
  if (price <= 0n) throw new InvalidInput('price', price.toString(), 'a price above zero');
}
