import { CLOCK_SKEW_MS, type ClientOrderId, type DerivativesVenue, type OrderRequest, type Rejection, type Underlying, type UnknownBecause } from '@ballast/positions';
import type { ContractsE18 } from '@ballast/units';
import type { GateRefusal } from './venue-gate.js';

/**
 * PLANNED is written before anything is sent, SENT before the bytes leave. UNKNOWN: nobody knows whether the venue has it. ACKED and PARTIAL are open at the venue. FILLED, CANCELED (over with what is
 * filled, which may be nothing), REJECTED (never was an order) and DROPPED (never sent) are final.
 */
export type VenueIntentState = 'PLANNED' | 'SENT' | 'UNKNOWN' | 'ACKED' | 'PARTIAL' | 'FILLED' | 'CANCELED' | 'REJECTED' | 'DROPPED';
export const TERMINAL_VENUE_STATES: readonly VenueIntentState[] = ['FILLED', 'CANCELED', 'REJECTED', 'DROPPED'];

/** Why an order was never sent: what the gate says, what the stored state says in the transaction that would have sent it, or that whoever was to send it is gone. Each has its sentence in `orderSentence`. */
export type OrderDropCode = GateRefusal | StoredRefusal | 'left-behind' | 'venue-not-reached' | 'refused';
/** What the stored state says against sending, whatever the gate says. */
export type StoredRefusal = 'key-ended' | 'key-not-accepted' | 'account-not-guarded' | 'bounds-changed' | 'plan-ended' | 'plan-changed';

/** One order of ours through its life. `order.clientId` is its id everywhere. */
export interface VenueIntent {
  readonly order: OrderRequest;
  readonly underlying: Underlying;
  readonly state: VenueIntentState;
  /** Times that it was sent and wall clock of the last; nothing before the first. */
  readonly sent: { readonly kind: 'never' } | { readonly kind: 'sent'; readonly times: number; readonly lastAt: number };
  /** Of the contracts that were asked for; never falls. */
  readonly filled: ContractsE18;
  /** Why it ended without being filled, or why it is unknown; for people. */
  readonly why: { readonly kind: 'nothing' } | { readonly kind: 'unknown'; readonly because: UnknownBecause | 'no-answer' } | { readonly kind: 'rejected'; readonly rejection: Rejection } | { readonly kind: 'never-arrived' } | { readonly kind: 'dropped'; readonly code: OrderDropCode };
}

/** What a venue promises about orders under an id of ours. hedging.md sections 1.3, 3.2 and 6: what nobody measured is taken as not promised. */
export interface VenueOrderRules {
  /** A second order with the same id is refused, also when the first is done. Only there may one be sent again. */
  readonly refusesDuplicates: boolean;
  /** An order that arrives after `validUntil` is refused. */
  readonly enforcesValidUntil: boolean;
  /** Longest that a request may be under way, in milliseconds. */
  readonly maxLatencyMs: number;
}

const LATENCY = { maxLatencyMs: 30_000 } as const;
export const VENUE_ORDER_RULES: Readonly<Record<DerivativesVenue, VenueOrderRules>> = {
  deribit: { refusesDuplicates: false, enforcesValidUntil: true, ...LATENCY },
  // What it does with a second cloid is not known, and the client library drops expiresAfter.
  hyperliquid: { refusesDuplicates: false, enforcesValidUntil: false, ...LATENCY },
  // Ids are unique among open orders only, and ours are never open for long; recvWindow is enforced.
  'binance-usdm': { refusesDuplicates: false, enforcesValidUntil: true, ...LATENCY },
  okx: { refusesDuplicates: true, enforcesValidUntil: false, ...LATENCY },
  bybit: { refusesDuplicates: true, enforcesValidUntil: true, ...LATENCY },
};

/** What our clock and a venue's may be apart, in milliseconds. */
export const VENUE_CLOCK_SKEW_MS = CLOCK_SKEW_MS;

/**
 * Wall clock in milliseconds of the last moment at which an order can arrive: what a venue does not know later, it never had. Where the venue refuses what is late, `validUntil`; everywhere twice the longest latency
 * after it was last sent; with what the clocks may be apart on top.
 */
export function lastArrival({ sentAt, validUntil }: { readonly sentAt: number; readonly validUntil: number }, { enforcesValidUntil, maxLatencyMs }: VenueOrderRules, clockSkewMs: number = VENUE_CLOCK_SKEW_MS): number {
  const arrived = sentAt + 2 * maxLatencyMs;
  return (enforcesValidUntil && validUntil > arrived ? validUntil : arrived) + clockSkewMs;
}

export const isTerminalVenueState = (state: VenueIntentState): boolean => TERMINAL_VENUE_STATES.includes(state);

/** What of ours stands in the way of a further order for this account and underlying, or for the account in `any`: an unknown one before any that is merely under way. Nothing is sent beside either. */
export function orderUnderWay(intents: readonly VenueIntent[], account: OrderRequest['account'], underlying: Underlying | 'any'): { readonly kind: 'none' } | { readonly kind: 'open' | 'unknown'; readonly id: ClientOrderId } {
  const open = intents.filter((intent) => intent.order.account === account && (underlying === 'any' || intent.underlying === underlying) && !isTerminalVenueState(intent.state));
  const unknown = open.find(({ state }) => state === 'UNKNOWN');
  const first = unknown ?? open[0];
  return first === undefined ? { kind: 'none' } : { kind: unknown === undefined ? 'open' : 'unknown', id: first.order.clientId };
}
