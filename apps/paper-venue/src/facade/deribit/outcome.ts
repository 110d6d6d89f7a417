import type { NoAnswer } from '../../faults/faulty-venue.js';
import type { Market, RefusalCode } from '../../kernel/index.js';
import type { RefusalLog } from '../../refusals.js';
import type { RunningVenue } from '../../running-venue.js';
import { jsonAnswer, withoutAnswer, type WireAnswer } from '../../wire-answer.js';
import type { DeribitKeys } from './keys.js';
import type { OptionQuote } from './option-quotes.js';

/** What answers for Deribit. */
export interface DeribitDesk {
  readonly running: RunningVenue;
  readonly keys: DeribitKeys;
  readonly refusals: RefusalLog;
  /** What an operator quotes, by name. */
  readonly options: Map<string, OptionQuote>;
}

/** How a call ended: a result, an error of the venue, or no answer. */
export type Outcome =
  | { readonly kind: 'result'; readonly result: unknown; readonly afterMs?: number }
  | VenueError
  | NoAnswer;

export interface VenueError {
  readonly kind: 'error';
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
  readonly afterMs?: number;
}

export const result = (value: unknown, afterMs = 0): Outcome => ({ kind: 'result', result: value, afterMs });
export const error = (code: number, message: string, data?: unknown): VenueError => ({ kind: 'error', code, message, data });
export const invalidParam = (param: string, reason: string): VenueError => error(-32602, 'Invalid params', { reason, param });

export const UNAUTHORIZED = error(13009, 'unauthorized');
export const FORBIDDEN = error(13021, 'forbidden');

/** The envelope with the venue's times in millionths of a second. It is a test network, and says so. */
export function wired(outcome: Outcome, cameMs: number, leftMs: number): WireAnswer {
  const times = { usIn: cameMs * 1_000, usOut: leftMs * 1_000, usDiff: (leftMs - cameMs) * 1_000, testnet: true };
  const told = (status: number, { code, message, data }: VenueError, afterMs = 0): WireAnswer => jsonAnswer(status, { jsonrpc: '2.0', error: { code, message, ...(data === undefined ? {} : { data }) }, ...times }, afterMs);
  switch (outcome.kind) {
    case 'result':
      return jsonAnswer(200, { jsonrpc: '2.0', result: outcome.result, ...times }, outcome.afterMs);
    case 'error':
      return told(outcome.code === UNAUTHORIZED.code ? 401 : 400, outcome, outcome.afterMs);
    default:
      return withoutAnswer(outcome, { busy: told(400, error(10040, 'retry')), rateLimited: told(429, error(10028, 'too_many_requests')) });
  }
}

/** What the engine's refusal is called there. */
export function errorOf(code: RefusalCode, message: string, market?: Market): VenueError {
  switch (code) {
    case 'bad-tick':
      return error(10043, 'price_wrong_tick');
    case 'bad-lot':
      return invalidParam('amount', 'must be a multiple of the minimum order size');
    case 'bad-size':
    case 'below-min-notional':
      return error(10002, 'qty_too_low');
    case 'outside-price-band':
      return error(10011, 'price_not_allowed');
    case 'not-enough-margin':
      return error(10009, 'not_enough_funds');
    case 'reduce-only-would-grow':
    case 'reduce-only-refused':
      return error(11030, 'other_reject', { reason: 'invalid_reduce_only_order' });
    case 'post-only-would-cross':
      return error(11054, 'post_only_reject');
    case 'unknown-order':
      return error(11044, 'not_open_order');
    case 'unknown-instrument':
      return error(13020, 'not_found');
    case 'halted':
      return error(10041, 'settlement_in_progress');
    case 'key-revoked':
      return UNAUTHORIZED;
    case 'nothing-to-match':
    case 'duplicate-client-id':
    case 'bad-leverage':
    case 'not-isolated':
    case 'unknown-account':
    case 'wrong-currency':
      return error(11030, 'other_reject', { reason: market === undefined ? message : `${market.instrument.name}: ${message}` });
  }
}
