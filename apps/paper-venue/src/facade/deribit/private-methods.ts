import { parseDecimal } from '@ballast/units';
import { z } from 'zod';
import type { Reply } from '../../faults/faulty-venue.js';
import type { Market, Order, Side, TimeInForce } from '../../kernel/index.js';
import { accountId, currenciesOf, owner, positionResult, positionResults, summary } from './account-results.js';
import type { DeribitKey } from './keys.js';
import { clamped } from './market-results.js';
import { isOnTick, takeUp } from './option-markets.js';
import { liveOption } from './option-results.js';
import { fillsOf, ordersOf, orderById, orderResult, ORDER_NOT_FOUND, tradeResult, type Which } from './order-results.js';
import { errorOf, invalidParam, result, type DeribitDesk, type Outcome } from './outcome.js';
import { transactionLog } from './transaction-log.js';
import { counted, currencyName, instrumentName, onMarket, timeMs, yesOrNo } from './public-methods.js';

/** A method for the holder of a key with a right. Those that change something go through the engine's faults by themselves. */
export interface PrivateMethod {
  readonly right: readonly [area: string, level: 'read' | 'read_write'];
  readonly changes: boolean;
  readonly params: z.ZodType;
  readonly call: (desk: DeribitDesk, key: DeribitKey, params: never) => Outcome;
}

type Call<S extends z.ZodType> = (desk: DeribitDesk, key: DeribitKey, params: z.output<S>) => Outcome;
const method = (area: string, level: 'read' | 'read_write') => <S extends z.ZodType>(params: S, call: Call<S>): PrivateMethod => ({ right: [area, level], changes: level === 'read_write', params, call });
const [reads, readsTrades, trades] = [method('account', 'read'), method('trade', 'read'), method('trade', 'read_write')];

const decimal = z.string().regex(/^\d{1,15}(\.\d{1,8})?$/).transform((text) => parseDecimal(text, 8));
const orderId = z.object({ order_id: z.string().min(1).max(60) });
const inCurrency = z.object({ currency: currencyName });
const inInstrument = z.object({ instrument_name: instrumentName });
const listing = { count: counted(1_000).default(10), start_timestamp: timeMs.default(0), end_timestamp: timeMs.default(Number.MAX_SAFE_INTEGER), sorting: z.enum(['asc', 'desc', 'default']).default('default') };
const TIMES: Readonly<Record<string, TimeInForce>> = { good_til_cancelled: 'good-til-cancelled', immediate_or_cancel: 'immediate-or-cancel', fill_or_kill: 'fill-or-kill' };

const ORDER = z.object({
  instrument_name: instrumentName,
  amount: decimal,
  // Nothing of the product places an order without a limit.
  type: z.literal('limit').default('limit'),
  price: decimal,
  label: z.string().max(64).optional(),
  time_in_force: z.enum(['good_til_cancelled', 'immediate_or_cancel', 'fill_or_kill']).default('good_til_cancelled'),
  post_only: yesOrNo.default(false),
  reject_post_only: yesOrNo.default(false),
  reduce_only: yesOrNo.default(false),
  valid_until: timeMs.optional(),
});

const place = (side: Side) => trades(ORDER, (desk, key, asked) => {
  const option = liveOption(desk, asked.instrument_name);
  if (option !== undefined) takeUp(desk, option);
  return onMarket(desk, asked.instrument_name, (market) => placed(desk, key, market, side, asked));
});

function placed(desk: DeribitDesk, key: DeribitKey, market: Market, side: Side, asked: z.output<typeof ORDER>): Outcome {
  const { running } = desk;
  const { instrument } = market;
  if (asked.post_only && !asked.reject_post_only) return invalidParam('reject_post_only', 'must be true with post_only: the paper venue does not move a price');
  const untilMs = asked.valid_until === undefined ? Infinity : running.clock.fromClient(asked.valid_until);
  if (untilMs < running.tick()) return invalidParam('valid_until', 'the order came after it');
  if (instrument.option !== undefined && !isOnTick(asked.price)) return errorOf('bad-tick', 'the premium is no multiple of the tick');
  const reply = running.submit({
    kind: 'order',
    order: {
      account: accountId(key.account, instrument.settlesIn), instrument: instrument.name, side, priceE8: instrument.option === undefined ? clamped(market, side, asked.price) : asked.price, sizeE8: asked.amount,
      timeInForce: TIMES[asked.time_in_force] ?? 'good-til-cancelled', postOnly: asked.post_only, reduceOnly: asked.reduce_only, clientId: asked.label ?? null,
    },
  }, { key: key.clientId, untilMs });
  return after(reply, (order) => ({ order: order === null ? null : orderResult(running.state, order), trades: running.state.fills.filter((fill) => fill.orderId === order?.id).map((fill) => tradeResult(running.state, fill)) }));
}

const after = (reply: Reply, told: (order: Order | null) => unknown): Outcome => {
  if (reply.kind === 'refused') return { ...errorOf(reply.code, reply.message), afterMs: reply.afterMs };
  return reply.kind === 'done' ? result(told(reply.applied.order), reply.afterMs) : reply;
};

function cancel(desk: DeribitDesk, key: DeribitKey, order: Order): Outcome {
  const reply = desk.running.submit({ kind: 'cancel', account: order.account, orderId: order.id }, { key: key.clientId });
  return after(reply, () => orderResult(desk.running.state, desk.running.state.orders[order.id] ?? order));
}

/** Cancels each and tells how many; ends at the first that gets no answer. */
function cancelEach(desk: DeribitDesk, key: DeribitKey, orders: readonly Order[]): Outcome {
  let cancelled = 0;
  for (const order of orders.filter(({ status }) => status === 'open')) {
    const outcome = cancel(desk, key, order);
    if (outcome.kind !== 'result') return outcome;
    cancelled += 1;
  }
  return result(cancelled);
}

const open = (desk: DeribitDesk, { account }: DeribitKey, which: Which): Outcome => result(ordersOf(desk, account, which).filter(({ status }) => status === 'open').map((order) => orderResult(desk.running.state, order)));

const history = (desk: DeribitDesk, { account }: DeribitKey, which: Which, count: number): Outcome =>
  result(ordersOf(desk, account, which).filter(({ status }) => status !== 'open').slice(0, count).map((order) => orderResult(desk.running.state, order)));

interface Page {
  readonly count: number;
  readonly start_timestamp: number;
  readonly end_timestamp: number;
  readonly sorting: 'asc' | 'desc' | 'default';
}

/** Fills of a time, the newest first unless asked otherwise. */
function userTrades(desk: DeribitDesk, { account }: DeribitKey, which: Which, { count, start_timestamp: start, end_timestamp: end, sorting }: Page): Outcome {
  const found = fillsOf(desk, account, which).filter(({ atMs }) => atMs >= start && atMs <= end);
  const sorted = sorting === 'asc' ? found : found.toReversed();
  return result({ trades: sorted.slice(0, count).map((fill) => tradeResult(desk.running.state, fill)), has_more: sorted.length > count });
}

const tradesIn = readsTrades(inCurrency.extend(listing), (desk, key, page) => userTrades(desk, key, { currency: page.currency }, page));
const tradesOf = readsTrades(inInstrument.extend(listing), (desk, key, page) => userTrades(desk, key, { instrument: page.instrument_name }, page));

export const PRIVATE: Readonly<Record<string, PrivateMethod>> = {
  get_account_summary: reads(inCurrency, (desk, { account }, { currency }) => (currenciesOf(desk).includes(currency) ? result({ ...owner(account, 0), ...summary(desk, account, currency) }) : invalidParam('currency', 'invalid currency'))),
  get_account_summaries: reads(z.object({}), (desk, { account }) => result({ ...owner(account, 0), summaries: currenciesOf(desk).map((currency) => summary(desk, account, currency)) })),
  get_positions: readsTrades(z.object({ currency: currencyName.optional(), kind: z.string().max(20).optional() }), (desk, { account }, { currency }) => result(positionResults(desk, account, currency))),
  get_position: readsTrades(inInstrument, (desk, { account }, { instrument_name: name }) => onMarket(desk, name, (market) => result(positionResult(desk, account, market)))),
  buy: place('buy'),
  sell: place('sell'),
  cancel: trades(orderId, (desk, key, { order_id: id }) => {
    const order = orderById(desk, key.account, id);
    return order === undefined ? ORDER_NOT_FOUND : cancel(desk, key, order);
  }),
  cancel_all: trades(z.object({}), (desk, key) => cancelEach(desk, key, ordersOf(desk, key.account, {}))),
  cancel_all_by_currency: trades(inCurrency, (desk, key, { currency }) => cancelEach(desk, key, ordersOf(desk, key.account, { currency }))),
  cancel_all_by_instrument: trades(inInstrument, (desk, key, { instrument_name: instrument }) => cancelEach(desk, key, ordersOf(desk, key.account, { instrument }))),
  cancel_by_label: trades(z.object({ label: z.string().max(64), currency: currencyName.optional() }), (desk, key, { label, currency }) => cancelEach(desk, key, ordersOf(desk, key.account, { currency }).filter(({ clientId }) => clientId === label))),
  get_order_state: readsTrades(orderId, (desk, { account }, { order_id: id }) => {
    const order = orderById(desk, account, id);
    return order === undefined ? ORDER_NOT_FOUND : result(orderResult(desk.running.state, order));
  }),
  get_order_state_by_label: readsTrades(inCurrency.extend({ label: z.string().max(64) }), (desk, { account }, { currency, label }) =>
    result(ordersOf(desk, account, { currency }).filter(({ clientId }) => clientId === label).map((order) => orderResult(desk.running.state, order)))),
  get_transaction_log: reads(z.object({ currency: currencyName, start_timestamp: timeMs, end_timestamp: timeMs, count: counted(250).default(100), query: z.string().max(100).optional(), continuation: timeMs.default(0) }), (desk, { account }, asked) => transactionLog(desk, account, asked)),
  get_open_orders: readsTrades(z.object({}), (desk, key) => open(desk, key, {})),
  get_open_orders_by_currency: readsTrades(inCurrency, (desk, key, { currency }) => open(desk, key, { currency })),
  get_open_orders_by_instrument: readsTrades(inInstrument, (desk, key, { instrument_name: instrument }) => open(desk, key, { instrument })),
  get_order_history_by_currency: readsTrades(inCurrency.extend({ count: counted(1_000).default(20) }), (desk, key, { currency, count }) => history(desk, key, { currency }, count)),
  get_order_history_by_instrument: readsTrades(inInstrument.extend({ count: counted(1_000).default(20) }), (desk, key, { instrument_name: instrument, count }) => history(desk, key, { instrument }, count)),
  get_user_trades_by_currency: tradesIn,
  get_user_trades_by_currency_and_time: tradesIn,
  get_user_trades_by_instrument: tradesOf,
  get_user_trades_by_instrument_and_time: tradesOf,
  get_user_trades_by_order: readsTrades(orderId, (desk, { account }, { order_id: id }) => {
    const order = orderById(desk, account, id);
    return order === undefined ? ORDER_NOT_FOUND : result(fillsOf(desk, account, {}).filter((fill) => fill.orderId === order.id).map((fill) => tradeResult(desk.running.state, fill)));
  }),
};
