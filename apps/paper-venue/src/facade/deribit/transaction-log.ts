import { absolute, signedSize, type FundingPayment, type VenueFill } from '../../kernel/index.js';
import { numberOf } from '../wire-numbers.js';
import { accountId } from './account-results.js';
import { tradeResult } from './order-results.js';
import { result, type DeribitDesk, type Outcome } from './outcome.js';

export interface LogQuestion {
  readonly currency: string;
  readonly start_timestamp: number;
  readonly end_timestamp: number;
  readonly count: number;
  /** Words of it: a kind of entry, an instrument. */
  readonly query?: string;
  /** How many entries were told before. */
  readonly continuation: number;
}

/** What was booked on the account of a currency, the newest first: trades with their fees, and settlements with the funding of their position. Deposits are not kept. */
export function transactionLog(desk: DeribitDesk, account: string, { currency, start_timestamp: start, end_timestamp: end, count, query, continuation }: LogQuestion): Outcome {
  const { state, clock } = desk.running;
  const until = Math.max(end, clock.fromClient(end));
  const own = accountId(account, currency);
  const mine = ({ account: of, atMs }: { readonly account: string; readonly atMs: number }): boolean => of === own && atMs >= start && atMs <= until;
  const entries = [
    ...state.fills.filter(mine).map((fill) => tradeEntry(desk, fill, currency)),
    ...state.funding.filter(mine).map((payment) => settlementEntry(desk, payment)),
  ].map((entry) => ({ ...entry, user_seq: entry.id, user_id: 0, user_role: 'trader', username: account, currency, profit_as_cashflow: false }));
  const words = (query ?? '').toLowerCase().split(' ').filter((word) => word !== '');
  const found = entries.filter(({ type, instrument_name: name }) => words.every((word) => `${type} ${name.toLowerCase()}`.includes(word))).sort((a, b) => b.timestamp - a.timestamp || b.id - a.id);
  const told = continuation + count;
  return result({ logs: found.slice(continuation, told), continuation: found.length > told ? told : null });
}

function tradeEntry({ running: { state } }: DeribitDesk, fill: VenueFill, currency: string) {
  const { trade_id, order_id, price, amount, contracts, mark_price, index_price, instrument_name } = tradeResult(state, fill);
  const after = fill.startSizeE8 + signedSize(fill.side, fill.sizeE8);
  return {
    id: fill.id, type: fill.reason === 'order' ? 'trade' : 'liquidation', timestamp: fill.atMs, instrument_name, side: `${absolute(after) > absolute(fill.startSizeE8) ? 'open' : 'close'} ${fill.side}`, trade_id, order_id, price, price_currency: 'USD', amount,
    contracts, mark_price, index_price, position: numberOf(after), commission: numberOf(fill.feeE8), change: numberOf(fill.realisedE8 - fill.feeE8), cashflow: numberOf(fill.realisedE8), interest_pl: null, fee_currency: currency,
  };
}

function settlementEntry({ running: { state } }: DeribitDesk, payment: FundingPayment) {
  const { instrument, atMs, sizeE8, amountE8 } = payment;
  const market = state.markets[instrument];
  // Instrument and time name a payment; numbers of trades are far below.
  const id = atMs * 10 + Object.keys(state.markets).indexOf(instrument);
  return {
    id, type: 'settlement', timestamp: atMs, instrument_name: instrument, side: sizeE8 < 0n ? 'short' : 'long', trade_id: null, order_id: null, price: numberOf(market?.markE8 ?? 0n), price_currency: 'USD', amount: numberOf(absolute(sizeE8)),
    mark_price: numberOf(market?.markE8 ?? 0n), index_price: numberOf(market?.indexE8 ?? 0n), position: numberOf(sizeE8), commission: 0, change: numberOf(amountE8), cashflow: numberOf(amountE8), interest_pl: numberOf(amountE8), session_rpl: 0, session_upl: 0,
  };
}
