import { BPS, magnitude, mulDivDown, mulDivUp, type Bps, type CoinE18, type ContractsE18, type UsdE8 } from '@ballast/units';
import { coinsFloor, notionalUp, onTickDown, onTickUp, quoteValue, usdQuote, type BookLevel, type OrderSide, type Perpetual, type Quote, type VenueMarket } from '@ballast/positions';
import type { PlannedOrder } from './hedge-decision.js';
import type { LegStanding } from './leg-standing.js';

/** The worst price that is taken: the reference and so much on top, on the tick, rounded towards the reference. */
export function priceCap(side: OrderSide, referenceUsdE8: UsdE8, slippage: Bps, { tick }: Pick<Perpetual, 'tick'>): Quote {
  return side === 'buy'
    ? onTickDown(tick, usdQuote(mulDivDown(referenceUsdE8, BPS + slippage, BPS) as UsdE8))
    : onTickUp(tick, usdQuote(mulDivUp(referenceUsdE8, slippage < BPS ? BPS - slippage : 1n, BPS) as UsdE8));
}

/** Of what the key's limits allow from the mark so much is used: the mark moves on before the order is looked at by whoever holds the key. */
const OF_THE_LIMIT: Bps = 8_000n as Bps;

/** The same, and inside what the key's limits allow from the mark: a price beyond that never reaches the venue, and what is to be closed would stay open. */
function priceCapFor(side: OrderSide, { leg: { instrument, market, priceApart } }: LegStanding, referenceUsdE8: UsdE8, slippage: Bps): Quote {
  const cap = priceCap(side, referenceUsdE8, slippage, instrument);
  if (market.kind === 'unknown' || market.value.markUsdE8.kind === 'no-price') return cap;
  const edge = priceCap(side, market.value.markUsdE8.usdE8, mulDivDown(priceApart, OF_THE_LIMIT, BPS) as Bps, instrument);
  return (side === 'buy' ? quoteValue(edge) < quoteValue(cap) : quoteValue(edge) > quoteValue(cap)) ? edge : cap;
}

/** Contracts of the best three levels within the cap, on the side that would be taken from. */
export function depthWithin(side: OrderSide, { bids, asks }: Pick<VenueMarket, 'bids' | 'asks'>, cap: Quote): ContractsE18 {
  const within = ({ price }: BookLevel): boolean => price.unit === cap.unit && (side === 'buy' ? quoteValue(price) <= quoteValue(cap) : quoteValue(price) >= quoteValue(cap));
  return (side === 'buy' ? asks : bids).slice(0, 3).filter(within).reduce<bigint>((sum, { contracts }) => sum + contracts, 0n) as ContractsE18;
}

export type Sliced = { readonly kind: 'order'; readonly order: PlannedOrder } | { readonly kind: 'not'; readonly because: 'no-price' | 'book-thin' | 'below-minimum' | 'market-closed' };

export interface SliceTerms {
  readonly standing: LegStanding;
  /** Above zero bought. */
  readonly contracts: ContractsE18;
  readonly reduceOnly: boolean;
  readonly slippage: Bps;
  readonly depthShare: Bps;
  readonly isEmergency: boolean;
}

/**
 * One order of what is to be traded: a share of the book's best levels, whole lots, at least the venue's minimum. A reduction takes the least lot also of a book that shows too little: the cap guards its
 * price. What is left is planned anew from the venue's position.
 */
export function sliceOrder({ standing, contracts, reduceOnly, slippage, depthShare, isEmergency }: SliceTerms): Sliced {
  const { leg: { instrument, market }, price, account } = standing;
  if (instrument.state !== 'open') return { kind: 'not', because: 'market-closed' };
  if (price.kind === 'none' || market.kind === 'unknown') return { kind: 'not', because: 'no-price' };
  const side: OrderSide = contracts > 0n ? 'buy' : 'sell';
  const cap = priceCapFor(side, standing, price.usdE8, slippage);
  const wanted = magnitude(contracts);
  const room = mulDivDown(depthWithin(side, market.value, cap), depthShare, BPS);
  const least = reduceOnly && wanted < instrument.minContracts ? wanted : instrument.minContracts;
  const most = room >= least ? room : reduceOnly ? least : 0n;
  if (most === 0n) return { kind: 'not', because: 'book-thin' };
  const taken = wanted <= most ? wanted : most - (most % instrument.lot);
  const size = (reduceOnly && standing.contracts !== 0n && taken > magnitude(standing.contracts) ? magnitude(standing.contracts) : taken) as ContractsE18;
  const notionalUsdE8 = notionalUp(size, instrument, price.usdE8);
  const isExempt = reduceOnly && instrument.minNotionalExemptsReduceOnly;
  if (size === 0n || (size < instrument.minContracts && !reduceOnly) || (notionalUsdE8 < instrument.minNotionalUsdE8 && !isExempt)) return { kind: 'not', because: 'below-minimum' };
  const rest = (contracts > 0n ? wanted - size : size - wanted) as ContractsE18;
  return { kind: 'order', order: { account: account.id, instrument: instrument.id, side, contracts: size, priceCap: cap, reduceOnly, notionalUsdE8, isEmergency, restCoins: coinsFloor(rest, instrument, price.usdE8) as CoinE18 } };
}
