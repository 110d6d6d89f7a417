import { marginOf, modeOf, newAccount, withPosition, type Account, type MarginMode } from './account.js';
import type { Book } from './book.js';
import { VenueRefusal } from './errors.js';
import { E12, maxLeverage, mulDivCeil, worthCeil, worthFloor, type CashE8, type PriceE8, type RateE12 } from './instrument.js';
import { deleverageShare, liquidateAll } from './liquidation.js';
import { availableFloor, cancelOrder, closeOrder, matchResting, placeOrder, type NewOrder } from './matching.js';
import { accountOf, marketOf, plus, valuationOf, withAccount, withMarket, type Market, type Order, type VenueState } from './state.js';

export type VenueEvent =
  | { readonly kind: 'open-account'; readonly account: string; readonly settlesIn: string }
  | { readonly kind: 'deposit' | 'withdraw'; readonly account: string; readonly amountE8: CashE8 }
  | { readonly kind: 'mode'; readonly account: string; readonly instrument: string; readonly mode: MarginMode }
  | { readonly kind: 'isolated-margin'; readonly account: string; readonly instrument: string; readonly amountE8: CashE8 }
  | { readonly kind: 'order'; readonly order: NewOrder }
  | { readonly kind: 'cancel'; readonly account: string; readonly orderId: number }
  | { readonly kind: 'prices'; readonly instrument: string; readonly markE8: PriceE8; readonly indexE8: PriceE8; readonly book: Book }
  | { readonly kind: 'funding-rate'; readonly instrument: string; readonly rateE12: RateE12 }
  | { readonly kind: 'pay-funding'; readonly instrument: string }
  | { readonly kind: 'halt' | 'resume'; readonly instrument: string }
  | { readonly kind: 'list'; readonly market: Market }
  /** An option expires: each coin of it pays so much, which may be nothing. */
  | { readonly kind: 'settle'; readonly instrument: string; readonly payoutE8: PriceE8 }
  | { readonly kind: 'adl'; readonly account: string; readonly instrument: string; readonly shareBps: bigint; readonly priceE8: PriceE8 };

export interface Applied {
  readonly state: VenueState;
  /** The order of an `order` event as it stands after matching. */
  readonly order: Order | null;
}

/**
 * The whole venue: what was, what happens and when -> what is. Same arguments, same answer. New prices and funding fill resting orders and
 * liquidate before they return.
 * @throws VenueRefusal with the state untouched
 */
export function apply(before: VenueState, event: VenueEvent, nowMs: number): Applied {
  const state = { ...before, nowMs: Math.max(nowMs, before.nowMs) };
  if (event.kind === 'order') return placeOrder(state, event.order);
  return { state: changed(state, event), order: null };
}

function changed(state: VenueState, event: Exclude<VenueEvent, { kind: 'order' }>): VenueState {
  switch (event.kind) {
    case 'open-account':
      return event.account in state.accounts ? state : withAccount(state, newAccount(event.account, event.settlesIn));
    case 'deposit':
      return paidIn(state, accountOf(state, event.account), event.amountE8);
    case 'withdraw': {
      const account = accountOf(state, event.account);
      if (event.amountE8 > availableFloor(state, account)) throw new VenueRefusal('not-enough-margin', 'not enough free cash');
      return paidIn(state, account, -event.amountE8);
    }
    case 'mode':
      return withMode(state, accountOf(state, event.account), event.instrument, event.mode);
    case 'isolated-margin':
      return withIsolatedMargin(state, accountOf(state, event.account), event.instrument, event.amountE8);
    case 'cancel':
      return cancelOrder(state, event.account, event.orderId);
    case 'prices': {
      const market = { ...marketOf(state, event.instrument), markE8: event.markE8, indexE8: event.indexE8, book: event.book };
      return liquidateAll(matchResting(withMarket(state, market), event.instrument));
    }
    case 'funding-rate':
      return withMarket(state, { ...marketOf(state, event.instrument), fundingRateE12: event.rateE12 });
    case 'pay-funding':
      return liquidateAll(payFunding(state, event.instrument));
    case 'halt':
    case 'resume': {
      const next = withMarket(state, { ...marketOf(state, event.instrument), halted: event.kind === 'halt' });
      return event.kind === 'halt' ? next : liquidateAll(matchResting(next, event.instrument));
    }
    case 'list':
      return Object.hasOwn(state.markets, event.market.instrument.name) ? state : withMarket(state, event.market);
    case 'settle':
      return settled(state, event.instrument, event.payoutE8);
    case 'adl':
      return deleverageShare(state, event.account, event.instrument, event.shareBps, event.priceE8);
  }
}

/** Positions are paid out, rounded down, open orders end, and nothing of it is traded any more. */
function settled(state: VenueState, name: string, payoutE8: PriceE8): VenueState {
  const market = marketOf(state, name);
  let next = withMarket(state, { ...market, halted: true });
  for (const id of state.openOrders) if (state.orders[id]?.instrument === name) next = closeOrder(next, id, 'cancelled');
  for (const account of Object.values(state.accounts)) {
    const held = account.positions[name];
    if (held === undefined) continue;
    const paid = payoutE8 === 0n ? 0n : worthFloor(market.instrument, held.sizeE8, payoutE8);
    next = withAccount({ ...next, marketE8: plus(next.marketE8, account.settlesIn, -paid) }, withPosition(account, { ...held, sizeE8: 0n, costE8: held.costE8 - paid }));
  }
  return next;
}

const paidIn = (state: VenueState, account: Account, amountE8: CashE8): VenueState =>
  withAccount({ ...state, depositedE8: plus(state.depositedE8, account.settlesIn, amountE8) }, { ...account, cashE8: account.cashE8 + amountE8 });

/** Leverage for what is opened next; with a position only the leverage of a cross one can change, and only where the margin for it is there. */
function withMode(state: VenueState, account: Account, name: string, mode: MarginMode): VenueState {
  const { instrument } = marketOf(state, name);
  const most = maxLeverage(instrument);
  if (mode.leverage < 1n || mode.leverage > most) throw new VenueRefusal('bad-leverage', `leverage must be from 1 to ${most}`);
  const held = account.positions[name];
  const next: Account = { ...account, modes: { ...account.modes, [name]: mode } };
  if (held === undefined) return withAccount(state, next);
  if (held.mode.kind !== 'cross' || mode.kind !== 'cross') throw new VenueRefusal('bad-leverage', 'the margin mode of an open position cannot be changed');
  const after = withAccount(state, withPosition(next, { ...held, mode }));
  if (mode.leverage < modeOf(account, name).leverage && availableFloor(after, accountOf(after, account.id)) === 0n) throw new VenueRefusal('not-enough-margin', 'not enough margin for this leverage');
  return after;
}

/** Free cash set aside for an isolated position, or taken back from it below zero: as much as is left above its initial margin. */
function withIsolatedMargin(state: VenueState, account: Account, name: string, amountE8: CashE8): VenueState {
  const held = account.positions[name];
  if (held === undefined || held.mode.kind !== 'isolated') throw new VenueRefusal('not-isolated', `no isolated position in ${name}`);
  if (amountE8 > availableFloor(state, account)) throw new VenueRefusal('not-enough-margin', 'not enough free cash');
  const after = { ...held, isolatedE8: held.isolatedE8 + amountE8 };
  const { equityE8, initialE8 } = marginOf(account, valuationOf(state), after);
  if (amountE8 < 0n && equityE8 < initialE8) throw new VenueRefusal('not-enough-margin', 'less than the initial margin would be left');
  return withAccount(state, withPosition({ ...account, cashE8: account.cashE8 - amountE8 }, after));
}

/** One payment at the market's rate on its index price: longs pay and shorts receive while the rate is above zero. What is paid is rounded up, what is received down. */
function payFunding(state: VenueState, name: string): VenueState {
  const { instrument, indexE8, fundingRateE12 } = marketOf(state, name);
  if (instrument.option !== undefined) return state;
  let next = state;
  for (const account of Object.values(state.accounts)) {
    const held = account.positions[name];
    if (held === undefined) continue;
    // What a long of N dollars stands for is N / index coins: the worth of the opposite size.
    const notional = worthCeil(instrument, instrument.kind === 'linear' ? held.sizeE8 : -held.sizeE8, indexE8);
    const paid = mulDivCeil(notional, fundingRateE12, E12);
    const isolated = held.mode.kind === 'isolated';
    const position = { ...held, isolatedE8: held.isolatedE8 - (isolated ? paid : 0n), fundingE8: held.fundingE8 - paid };
    const after = { ...account, cashE8: account.cashE8 - (isolated ? 0n : paid), positions: { ...account.positions, [name]: position } };
    const payment = { account: account.id, instrument: name, sizeE8: held.sizeE8, amountE8: -paid, rateE12: fundingRateE12, atMs: state.nowMs };
    next = withAccount({ ...next, marketE8: plus(next.marketE8, account.settlesIn, paid), funding: [...next.funding, payment] }, after);
  }
  return next;
}
