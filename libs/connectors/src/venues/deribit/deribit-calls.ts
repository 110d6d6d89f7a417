import { maybe, meaningsByCode, refused, type Problem } from '../wire/failures.js';

const api = (path: string): string => `GET /api/v2/${path}`;

/** Everything that is asked of Deribit, by ccxt's name. */
export const DERIBIT_CALLS = {
  publicGetGetInstruments: api('public/get_instruments'), publicGetGetOrderBook: api('public/get_order_book'), publicGetTicker: api('public/ticker'), publicGetAuth: api('public/auth'),
  privateGetGetAccountSummary: api('private/get_account_summary'), privateGetGetPositions: api('private/get_positions'), privateGetGetOpenOrdersByCurrency: api('private/get_open_orders_by_currency'),
  privateGetGetUserTradesByCurrency: api('private/get_user_trades_by_currency'), privateGetGetTransactionLog: api('private/get_transaction_log'),
  privateGetGetOrderStateByLabel: api('private/get_order_state_by_label'), privateGetBuy: api('private/buy'), privateGetSell: api('private/sell'), privateGetCancel: api('private/cancel'),
} as const;

/** `{"error":{"code":10009,"message":"not_enough_funds","data":{...}}}` */
export function deribitProblem(answer: unknown): Problem | null {
  const error = (answer as { error?: { code?: unknown; message?: unknown; data?: { reason?: unknown; param?: unknown } } } | null)?.error;
  if (typeof error !== 'object' || error === null) return null;
  const late = error.data?.param === 'valid_until' || error.data?.reason === 'valid_until';
  return { code: late ? 'valid_until' : String(error.code), message: [error.message, error.data?.param, error.data?.reason].filter((part) => typeof part === 'string').join(': ') };
}

const byCode = meaningsByCode([
  [refused('margin'), 10009], [refused('tick-or-lot'), 10043], [refused('min-notional'), 10002], [refused('price-band'), 10005, 10006, 10007, 10008, 10011], [refused('rate-limit'), 10028, 10066],
  [refused('closed'), 10012, 10040, 10041, 10047, 11051], [refused('key-refused'), 10000, 13004, 13009, 13021], [refused('expired'), 'valid_until'], [maybe('server-error'), 10001, 11094, -32603],
]);
/** Codes of Deribit. 11030 (`other_reject`) tells its reason in words. */
export const deribitMeaning: typeof byCode = (said) => (said.venueCode === '11030' && /reduce_only/.test(said.message) ? refused('reduce-only') : byCode(said));
