import type { Order, VenueFill, VenueState } from '../../kernel/index.js';
import { averageE8, numberOf } from '../wire-numbers.js';
import { accountId } from './account-results.js';
import { error, type DeribitDesk } from './outcome.js';

const TIMES = { 'good-til-cancelled': 'good_til_cancelled', 'immediate-or-cancel': 'immediate_or_cancel', 'fill-or-kill': 'fill_or_kill' } as const;

export const ORDER_NOT_FOUND = error(10004, 'order_not_found');

/** `ETH-12` for the twelfth thing of the venue; the coin before it is the instrument's. */
const named = (state: VenueState, instrument: string, id: number): string => `${state.markets[instrument]?.instrument.settlesIn ?? ''}-${id}`;

export function orderResult(state: VenueState, order: Order) {
  const amount = numberOf(order.sizeE8);
  return {
    label: order.clientId ?? '', price: numberOf(order.priceE8), user_id: Number(/\d+/.exec(order.account)?.[0] ?? 0), amount, direction: order.side, time_in_force: TIMES[order.timeInForce], instrument_name: order.instrument,
    web: false, api: true, order_id: named(state, order.instrument, order.id), creation_timestamp: order.placedAtMs, replaced: false, filled_amount: numberOf(order.filledE8), last_update_timestamp: order.changedAtMs,
    post_only: order.postOnly, reduce_only: order.reduceOnly, average_price: numberOf(averageE8(order.filledPriceSizeE16, order.filledE8)), mmp: false,
    contracts: numberOf(order.sizeE8) / numberOf(state.markets[order.instrument]?.instrument.lotE8 ?? 1n), reject_post_only: order.postOnly, order_state: order.status, order_type: 'limit', is_liquidation: false, risk_reducing: false,
    ...(order.status === 'cancelled' ? { cancel_reason: 'user_request' } : {}),
  };
}

/** A fill of the account's: one that is no order's, a liquidation or an auto-deleveraging, has the id of itself as its order. */
export function tradeResult(state: VenueState, fill: VenueFill) {
  const market = state.markets[fill.instrument];
  const order = fill.orderId === null ? undefined : state.orders[fill.orderId];
  return {
    trade_seq: fill.id, trade_id: named(state, fill.instrument, fill.id), timestamp: fill.atMs, tick_direction: 0, state: order?.status ?? 'filled', self_trade: false, reduce_only: order?.reduceOnly ?? false,
    price: numberOf(fill.priceE8), post_only: order?.postOnly ?? false, order_type: fill.orderId === null ? 'liquidation' : 'limit', order_id: named(state, fill.instrument, fill.orderId ?? fill.id), matching_id: null, mmp: false,
    api: true, risk_reducing: false, liquidity: fill.liquidity === 'maker' ? 'M' : 'T', ...(fill.reason === 'liquidation' || fill.reason === 'takeover' ? { liquidation: fill.liquidity === 'maker' ? 'M' : 'T' } : {}),
    ...(fill.clientId === null ? {} : { label: fill.clientId }), instrument_name: fill.instrument, index_price: numberOf(market?.indexE8 ?? 0n), mark_price: numberOf(market?.markE8 ?? 0n),
    fee_currency: market?.instrument.settlesIn ?? '', fee: numberOf(fill.feeE8), direction: fill.side, contracts: numberOf(fill.sizeE8) / numberOf(market?.instrument.lotE8 ?? 1n), amount: numberOf(fill.sizeE8),
    profit_loss: numberOf(fill.realisedE8),
  };
}

export interface Which {
  readonly currency?: string;
  readonly instrument?: string;
}

const within = (state: VenueState, name: string, { currency, instrument }: Which) => (of: { readonly account: string; readonly instrument: string }): boolean => {
  const settlesIn = state.markets[of.instrument]?.instrument.settlesIn ?? '';
  return of.account === accountId(name, settlesIn) && (currency === undefined || currency === 'any' || currency === settlesIn) && (instrument === undefined || instrument === of.instrument);
};

/** The account's orders, the newest first. */
export const ordersOf = ({ running: { state } }: DeribitDesk, name: string, which: Which): readonly Order[] => Object.values(state.orders).filter(within(state, name, which)).sort((a, b) => b.id - a.id);

/** The account's fills, the oldest first. */
export const fillsOf = ({ running: { state } }: DeribitDesk, name: string, which: Which): readonly VenueFill[] => state.fills.filter(within(state, name, which));

/** The account's order of that id, or undefined. */
export function orderById(desk: DeribitDesk, name: string, orderId: string): Order | undefined {
  const order = desk.running.state.orders[Number(/^[A-Z]+-(\d{1,15})$/.exec(orderId)?.[1] ?? -1)];
  return order !== undefined && within(desk.running.state, name, {})(order) ? order : undefined;
}
