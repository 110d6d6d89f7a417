import { marginOf, initialMarginUp, modeOf, trade, type Account } from './account.js';
import { crosses, sizeWithin, take, type Fill, type Side } from './book.js';
import { VenueRefusal } from './errors.js';
import { E12, absolute, larger, mulDivCeil, mulDivFloor, notionalUp, smaller, type CashE8, type Instrument, type OptionFees, type PriceE8, type SizeE8 } from './instrument.js';
import { accountOf, costOf, marketOf, plus, signedSize, valuationOf, withAccount, withInsurance, withMarket, type Market, type Order, type TimeInForce, type VenueFill, type VenueState } from './state.js';

export interface NewOrder {
  readonly account: string;
  readonly instrument: string;
  readonly side: Side;
  readonly priceE8: PriceE8;
  readonly sizeE8: SizeE8;
  readonly timeInForce: TimeInForce;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  readonly clientId: string | null;
}

/**
 * Checks an order and matches it: what can be had within its limit is filled at the book's prices, the rest rests or is given up as its
 * time in force says.
 * @throws VenueRefusal with the reason; the state is then as it was
 */
export function placeOrder(state: VenueState, asked: NewOrder): { readonly state: VenueState; readonly order: Order } {
  const market = marketOf(state, asked.instrument);
  const account = accountOf(state, asked.account);
  const sizeE8 = checked(state, market, account, asked);
  const unmatched = !matchable(market, asked, sizeE8);
  if (unmatched && state.rules.unmatched === 'refuse') throw new VenueRefusal('nothing-to-match', 'no resting order, or not enough, within the limit');
  const order: Order = {
    ...asked, sizeE8, id: state.nextId, filledE8: 0n, filledPriceSizeE16: 0n, placedAtMs: state.nowMs, changedAtMs: state.nowMs, status: 'open',
  };
  const { fills, book } = take(market.book, asked.side, unmatched ? 0n : sizeE8, asked.priceE8);
  let next = withMarket({ ...withOrder(state, order), nextId: state.nextId + 1 }, { ...market, book });
  if (asked.clientId !== null) next = { ...next, clientIds: { ...next.clientIds, [`${asked.account}/${asked.clientId}`]: order.id } };
  for (const fill of fills) next = fillOrder(next, order.id, fill, 'taker');
  const placed = next.orders[order.id] ?? order;
  if (placed.status === 'open' && asked.timeInForce !== 'good-til-cancelled') next = closeOrder(next, order.id, 'cancelled');
  return { state: next, order: next.orders[order.id] ?? placed };
}

/** Whether an order that does not rest can have what it asks: anything at all, or everything where it is all or nothing. */
function matchable({ book }: Market, { timeInForce, side, priceE8 }: NewOrder, sizeE8: SizeE8): boolean {
  if (timeInForce === 'immediate-or-cancel') return crosses(book, side, priceE8);
  return timeInForce === 'good-til-cancelled' || sizeWithin(book, side, priceE8) >= sizeE8;
}

/** The size that goes on, cut down where a reduce-only order asks for more than there is. */
function checked(state: VenueState, market: Market, account: Account, asked: NewOrder): SizeE8 {
  const { instrument } = market;
  if (market.halted) throw new VenueRefusal('halted', `trading in ${instrument.name} is halted`);
  if (account.settlesIn !== instrument.settlesIn) throw new VenueRefusal('wrong-currency', `${instrument.name} settles in ${instrument.settlesIn}`);
  if (asked.sizeE8 <= 0n) throw new VenueRefusal('bad-size', 'the size must be above zero');
  if (asked.priceE8 <= 0n || asked.priceE8 % instrument.tickE8 !== 0n) throw new VenueRefusal('bad-tick', 'the price is no multiple of the tick');
  if (asked.sizeE8 % instrument.lotE8 !== 0n) throw new VenueRefusal('bad-lot', 'the size is no multiple of the lot');
  const used = asked.clientId !== null && `${asked.account}/${asked.clientId}` in state.clientIds;
  if (used && state.rules.clientIds === 'once') throw new VenueRefusal('duplicate-client-id', `client id ${asked.clientId} has been used`);
  if (absolute(asked.priceE8 - market.markE8) * E12 > market.markE8 * instrument.priceBandE12) throw new VenueRefusal('outside-price-band', 'the price is too far from the mark');
  if (asked.postOnly && crosses(market.book, asked.side, asked.priceE8)) throw new VenueRefusal('post-only-would-cross', 'a post-only order would have matched at once');
  if (asked.reduceOnly) return reducing(state, account, asked);
  if (instrument.option !== undefined && asked.side === 'sell' && asked.sizeE8 > reducible(account, instrument.name, 'sell')) throw new VenueRefusal('not-enough-margin', 'options are not written here');
  if (notionalUp(instrument, asked.sizeE8, asked.priceE8) < instrument.minNotionalE8) throw new VenueRefusal('below-min-notional', 'the order is below the least notional');
  requireMargin(state, market, account, asked);
  return asked.sizeE8;
}

function reducing(state: VenueState, account: Account, asked: NewOrder): SizeE8 {
  const most = reducible(account, asked.instrument, asked.side);
  if (most === 0n) throw new VenueRefusal('reduce-only-would-grow', 'a reduce-only order would grow the position');
  if (asked.sizeE8 > most && state.rules.reduceOnly === 'refuse') throw new VenueRefusal('reduce-only-would-grow', 'a reduce-only order is larger than the position');
  return smaller(asked.sizeE8, most);
}

/** How much of the position an order of this side could close; zero when it would only grow one. */
export function reducible(account: Account, instrument: string, side: Side): SizeE8 {
  const held = account.positions[instrument]?.sizeE8 ?? 0n;
  return side === 'buy' ? larger(-held, 0n) : larger(held, 0n);
}

/** The initial margin that open orders hold back, without those that only reduce; rounded up. */
export const orderMarginUp = (state: VenueState, account: string): CashE8 =>
  state.openOrders.reduce((sum, id) => {
    const order = state.orders[id];
    if (order === undefined || order.account !== account || order.reduceOnly) return sum;
    const { instrument } = marketOf(state, order.instrument);
    return sum + initialMarginUp(instrument, order.sizeE8 - order.filledE8, order.priceE8, modeOf(accountOf(state, account), order.instrument).leverage);
  }, 0n);

/** Cash that may back new positions or be withdrawn: cross equity minus what cross positions and open orders hold, at least zero; rounded down. */
export function availableFloor(state: VenueState, account: Account): CashE8 {
  const { equityE8, initialE8 } = marginOf(account, valuationOf(state), 'cross');
  return larger(equityE8 - initialE8 - orderMarginUp(state, account.id), 0n);
}

/** Only what grows the position needs margin, at the order's limit and with the taker's fee. */
function requireMargin(state: VenueState, market: Market, account: Account, asked: NewOrder): void {
  const closing = smaller(asked.sizeE8, reducible(account, asked.instrument, asked.side));
  const growing = asked.sizeE8 - closing;
  if (growing === 0n) return;
  const mode = account.positions[asked.instrument]?.mode ?? modeOf(account, asked.instrument);
  const fee = feeOf(market, growing, asked.priceE8, 'taker');
  const freed = closing === 0n || mode.kind === 'isolated' ? 0n : initialMarginUp(market.instrument, closing, market.markE8, mode.leverage);
  // Buying above the mark, or selling below it, loses the difference at once.
  const signed = signedSize(asked.side, growing);
  const atOnce = larger(costOf(market.instrument, signed, asked.priceE8) - costOf(market.instrument, signed, market.markE8), 0n);
  const needed = initialMarginUp(market.instrument, growing, asked.priceE8, mode.leverage) + fee + atOnce;
  if (needed > availableFloor(state, account) + freed) throw new VenueRefusal('not-enough-margin', 'not enough margin for the order');
}

/** The fee of a fill. Of a linear perpetual it is cut to 1e-6, as in the fills that Hyperliquid recorded; of an inverse one rounded up to 1e-8. */
export function feeOf({ instrument }: Market, sizeE8: SizeE8, priceE8: PriceE8, liquidity: 'maker' | 'taker'): CashE8 {
  if (instrument.option !== undefined) return optionFeeUp(instrument, instrument.option, sizeE8, priceE8);
  const rate = liquidity === 'maker' ? instrument.makerFeeE12 : instrument.takerFeeE12;
  const notional = notionalUp(instrument, sizeE8, priceE8);
  return instrument.kind === 'linear' ? mulDivFloor(notional, rate, E12 * 100n) * 100n : -mulDivFloor(-notional, rate, E12);
}

const optionFeeUp = (instrument: Instrument, { ofCoinsE12, mostOfPremiumE12 }: OptionFees, sizeE8: SizeE8, priceE8: PriceE8): CashE8 =>
  smaller(mulDivCeil(sizeE8, ofCoinsE12, E12), mulDivCeil(notionalUp(instrument, sizeE8, priceE8), mostOfPremiumE12, E12));

/** Books one fill of an order against the feed's side. */
export function fillOrder(state: VenueState, id: number, fill: Fill, liquidity: 'maker' | 'taker'): VenueState {
  const order = state.orders[id];
  if (order === undefined) return state;
  const filledE8 = order.filledE8 + fill.sizeE8;
  const filled: Order = { ...order, filledE8, filledPriceSizeE16: order.filledPriceSizeE16 + fill.priceE8 * fill.sizeE8, changedAtMs: state.nowMs };
  const next = bookTrade(state, accountOf(state, order.account), { ...fill, instrument: order.instrument, side: order.side, liquidity, reason: 'order', orderId: id, clientId: order.clientId });
  const booked = withOrder(next, filled);
  return filledE8 === order.sizeE8 ? closeOrder(booked, id, 'filled') : booked;
}

type Trade = Pick<VenueFill, 'instrument' | 'side' | 'priceE8' | 'sizeE8' | 'liquidity' | 'reason' | 'orderId' | 'clientId'>;

/** A trade of an account, or of an insurance fund, with the feed's side: position, cash, fee and the record of it. The fund pays no fee. */
export function bookTrade(state: VenueState, account: Account, wanted: Trade): VenueState {
  const market = marketOf(state, wanted.instrument);
  const signed = signedSize(wanted.side, wanted.sizeE8);
  const cost = costOf(market.instrument, signed, wanted.priceE8);
  const isFund = state.insurance[account.settlesIn] === account;
  const feeE8 = isFund ? 0n : feeOf(market, wanted.sizeE8, wanted.priceE8, wanted.liquidity);
  const startSizeE8 = account.positions[wanted.instrument]?.sizeE8 ?? 0n;
  const { account: traded, realisedE8 } = trade(account, market.instrument, signed, cost);
  const after = { ...traded, cashE8: traded.cashE8 - feeE8 };
  const next = { ...state, feesE8: plus(state.feesE8, account.settlesIn, feeE8), marketE8: plus(state.marketE8, account.settlesIn, cost) };
  if (isFund) return withInsurance(next, after);
  const record: VenueFill = { ...wanted, id: state.nextId, account: account.id, feeE8, realisedE8, startSizeE8, atMs: state.nowMs };
  return withAccount({ ...next, fills: [...next.fills, record], nextId: state.nextId + 1 }, after);
}

/** @throws VenueRefusal unknown-order when it is not the account's or no longer open */
export function cancelOrder(state: VenueState, account: string, id: number): VenueState {
  const order = state.orders[id];
  if (order === undefined || order.account !== account || order.status !== 'open') throw new VenueRefusal('unknown-order', 'the order was never placed, is already cancelled or filled');
  return closeOrder(state, id, 'cancelled');
}

export const closeOrder = (state: VenueState, id: number, status: 'filled' | 'cancelled'): VenueState => {
  const order = state.orders[id];
  return order === undefined ? state : withOrder(state, { ...order, status, changedAtMs: state.nowMs });
};

function withOrder(state: VenueState, order: Order): VenueState {
  const others = state.openOrders.filter((id) => id !== order.id);
  return { ...state, orders: { ...state.orders, [order.id]: order }, openOrders: order.status === 'open' ? [...others, order.id] : others };
}

/**
 * Fills resting orders whose limit the feed has traded through (strictly beyond it), oldest first, at their limit, up to what the feed
 * shows beyond it. A reduce-only order is cut to what there still is to close, and ends when there is nothing.
 */
export function matchResting(state: VenueState, instrument: string): VenueState {
  let next = state;
  for (const id of [...state.openOrders].sort((a, b) => a - b)) {
    const order = next.orders[id];
    const market = marketOf(next, instrument);
    if (order === undefined || order.status !== 'open' || order.instrument !== instrument || market.halted) continue;
    const most = order.reduceOnly ? reducible(accountOf(next, order.account), instrument, order.side) : order.sizeE8;
    if (most === 0n) {
      next = closeOrder(next, id, 'cancelled');
      continue;
    }
    const beyond = order.side === 'buy' ? order.priceE8 - 1n : order.priceE8 + 1n;
    const { fills, book } = take(market.book, order.side, smaller(order.sizeE8 - order.filledE8, most), beyond);
    const sizeE8 = fills.reduce((sum, fill) => sum + fill.sizeE8, 0n);
    if (sizeE8 > 0n) next = fillOrder(withMarket(next, { ...market, book }), id, { priceE8: order.priceE8, sizeE8 }, 'maker');
  }
  return next;
}
