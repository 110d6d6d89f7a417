import { notionalUp, quoteValue, type Instrument, type OrderRequest, type VenueMarket } from '@ballast/positions';
import type { KeyLimits } from '@ballast/policy';
import { BallastError, BPS, exactDecimalText, magnitude, mulDivDown, mulDivUp, WAD, type ContractsE18, type UsdE8 } from '@ballast/units';
import type { LimitCode } from '@ballast/venue-wire';

/** A limit that the key's owner set, or the gateway itself. Nothing was sent. */
export class LimitReached extends BallastError {
  readonly disposition = 'refused';
  constructor(readonly code: LimitCode, readonly what: string, readonly given: string, readonly expected: string) {
    super(`${what}: got ${given}, expected ${expected}`);
  }
}

/** Reductions may use so many times the turnover of a day: what was grown can be closed again. */
export const REDUCING_TIMES = 2n;

const usd = (value: bigint): string => `${exactDecimalText(value, 8)} USD`;

/** Dollars for each coin of the underlying, or of a dollar-quoted price as it is: the venue's mark, and the worst price that the order takes. */
export interface Prices {
  readonly markUsdE8: UsdE8;
  readonly capUsdE8: UsdE8;
}

/**
 * Both prices in dollars. A cap in coins is worth what the option's forward says, as its mark is: by another price of the coin the two would be apart by what lies between those. @throws LimitReached where the venue tells no
 * mark, or of a cap in coins no forward
 */
export function pricesOf({ side, priceCap }: Pick<OrderRequest, 'side' | 'priceCap'>, { markUsdE8: mark, option }: VenueMarket): Prices {
  if (mark.kind === 'no-price') throw new LimitReached('limit-no-mark', 'mark', 'none', 'a price that the venue marks with');
  if (priceCap.unit === 'usd') return { markUsdE8: mark.usdE8, capUsdE8: priceCap.usdE8 };
  const forward = option?.forwardUsdE8;
  if (forward?.kind !== 'known' || forward.value <= 0n) throw new LimitReached('limit-no-mark', 'forward', 'none', 'the price of the coin by which the venue marks the option');
  return { markUsdE8: mark.usdE8, capUsdE8: (side === 'buy' ? mulDivUp : mulDivDown)(quoteValue(priceCap), forward.value, WAD) as UsdE8 };
}

/** The cap of an order is not worse than the mark by more than the owner allows; better ones do no harm. @throws LimitReached */
export function requirePrice({ side }: Pick<OrderRequest, 'side'>, { markUsdE8, capUsdE8 }: Prices, { maxPriceApart }: KeyLimits): void {
  const edge = (side === 'buy' ? mulDivDown(markUsdE8, BPS + maxPriceApart, BPS) : mulDivUp(markUsdE8, BPS - maxPriceApart, BPS));
  if (side === 'buy' ? capUsdE8 > edge : capUsdE8 < edge) throw new LimitReached('limit-price', `price of the ${side === 'buy' ? 'purchase' : 'sale'}`, usd(capUsdE8), `${side === 'buy' ? 'at most' : 'at least'} ${usd(edge)}: ${maxPriceApart} bps from the mark of ${usd(markUsdE8)}`);
}

/** What contracts are worth at the dearer of the two prices, rounded up. Of an option it is the premium. */
export const worthUp = (contracts: bigint, instrument: Instrument, { markUsdE8, capUsdE8 }: Prices): UsdE8 => notionalUp(magnitude(contracts) as ContractsE18, instrument, markUsdE8 > capUsdE8 ? markUsdE8 : capUsdE8);

export const signedSize = ({ side, contracts }: Pick<OrderRequest, 'side' | 'contracts'>): bigint => (side === 'buy' ? contracts : -contracts);

/**
 * No position grows above what the owner allows, whichever of the sizes that it may have now it has. Options are bought and reduced, never written: their loss would have no end.
 * @throws LimitReached
 */
export function requirePosition(order: OrderRequest, possible: readonly bigint[], instrument: Instrument, prices: Prices, { maxNotionalUsdE8 }: KeyLimits): void {
  for (const before of possible) {
    const after = before + signedSize(order);
    if (instrument.kind === 'option' && after < 0n) throw new LimitReached('limit-option-written', 'option', `a position of ${exactDecimalText(after, 18)} contracts`, 'none that is written');
    if (magnitude(after) <= magnitude(before)) continue;
    const worth = worthUp(after, instrument, prices);
    if (worth > maxNotionalUsdE8) throw new LimitReached('limit-notional', 'position after the order', usd(worth), `at most ${usd(maxNotionalUsdE8)}`);
  }
}

/** Most that the orders of 24 hours may be worth, for one that grows a position or one that reduces it. */
export const mostTurnover = ({ reduceOnly }: Pick<OrderRequest, 'reduceOnly'>, { turnoverPerDayUsdE8 }: KeyLimits): UsdE8 => (reduceOnly ? turnoverPerDayUsdE8 * REDUCING_TIMES : turnoverPerDayUsdE8) as UsdE8;

/** @throws LimitReached where the orders of 24 hours would be worth more than the owner allows */
export function requireTurnover(order: Pick<OrderRequest, 'reduceOnly'>, spentUsdE8: UsdE8, worthUsdE8: UsdE8, limits: KeyLimits): void {
  const most = mostTurnover(order, limits);
  if (spentUsdE8 + worthUsdE8 > most) throw new LimitReached('limit-turnover', 'orders of 24 hours', `${usd(spentUsdE8 + worthUsdE8)} with this one`, `at most ${usd(most)}`);
}

/**
 * Most that whoever may ask the gateway, and has no key, can make the key's owner lose to bad prices within 24 hours: all of the turnover at the worst price that is allowed, with the fees; rounded up. On top comes what
 * the market does to positions of at most `maxNotionalUsdE8` an instrument.
 */
export const worstLossPerDayUp = ({ turnoverPerDayUsdE8, maxPriceApart }: KeyLimits, takerFeeWad: bigint): UsdE8 => {
  const most = turnoverPerDayUsdE8 * REDUCING_TIMES;
  return (mulDivUp(most, maxPriceApart, BPS) + mulDivUp(most, takerFeeWad, WAD)) as UsdE8;
};
