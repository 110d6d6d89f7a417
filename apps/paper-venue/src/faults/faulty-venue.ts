import { VenueRefusal, apply, type Applied, type RefusalCode, type VenueEvent, type VenueState } from '../kernel/index.js';

/**
 * What goes wrong with one request. The four timeouts: the request never arrives, the reply never comes back, the reply comes late, the
 * venue executes after the client gave up.
 */
export type Fault =
  | { readonly kind: 'request-lost' | 'reply-lost' | 'outage' | 'rate-limited' | 'reduce-only-refused' | 'key-revoked' }
  | { readonly kind: 'reply-late' | 'executed-late'; readonly byMs: number };

export interface FaultRule {
  readonly on: 'order' | 'cancel' | 'any';
  readonly fromMs: number;
  /** Exclusive. */
  readonly untilMs: number;
  /** How many requests it still meets. */
  readonly times: number;
  readonly fault: Fault;
}

/** Something the venue does by itself: a halt, wrong prices on its return, an auto-deleveraging; and orders that arrived late. */
export interface Due {
  readonly atMs: number;
  readonly event: VenueEvent;
}

export interface RateLimit {
  readonly burst: number;
  readonly perSecond: number;
}

export interface FaultyVenue {
  readonly venue: VenueState;
  readonly rules: readonly FaultRule[];
  readonly due: readonly Due[];
  readonly limit: RateLimit | null;
  /** By account: thousandths of a request still free, and when that was so. */
  readonly allowances: Readonly<Record<string, { readonly free: number; readonly atMs: number }>>;
  /** Accounts whose key no longer counts. */
  readonly revoked: readonly string[];
}

/** What the client sees. `none`: nothing ever comes back. */
export type Reply =
  | { readonly kind: 'done'; readonly applied: Applied; readonly afterMs: number }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly message: string; readonly afterMs: number }
  | { readonly kind: 'none' | 'unavailable' | 'rate-limited' };

export interface Answered {
  readonly next: FaultyVenue;
  readonly reply: Reply;
}

export type ClientRequest = Extract<VenueEvent, { kind: 'order' | 'cancel' | 'mode' }>;

export const faultyVenue = (venue: VenueState, script: { readonly rules?: readonly FaultRule[]; readonly due?: readonly Due[]; readonly limit?: RateLimit } = {}): FaultyVenue => ({
  venue, rules: script.rules ?? [], due: script.due ?? [], limit: script.limit ?? null, allowances: {}, revoked: [],
});

/** Does what has become due by now, in the order of its time; a refusal of the engine's ends that one thing only. */
export function advance(before: FaultyVenue, nowMs: number): FaultyVenue {
  const [ready, later] = [before.due.filter(({ atMs }) => atMs <= nowMs), before.due.filter(({ atMs }) => atMs > nowMs)];
  const venue = [...ready].sort((a, b) => a.atMs - b.atMs).reduce((state, { event, atMs }) => attempted(state, event, atMs).state, before.venue);
  return { ...before, venue, due: later };
}

/** One request of a client with whatever the script has for it. Never throws for a refusal: that is a reply. */
export function submit(before: FaultyVenue, request: ClientRequest, nowMs: number): Answered {
  const account = request.kind === 'order' ? request.order.account : request.account;
  const { next: limited, free } = spend(advance(before, nowMs), account, nowMs);
  if (!free) return { next: limited, reply: { kind: 'rate-limited' } };
  const { fault, next } = drawn(limited, request.kind, nowMs);
  if (fault?.kind === 'key-revoked') return refused({ ...next, revoked: [...next.revoked, account] }, 'key-revoked');
  if (next.revoked.includes(account)) return refused(next, 'key-revoked');
  switch (fault?.kind) {
    case undefined:
      return executed(next, request, nowMs, 0);
    case 'reply-late':
      return executed(next, request, nowMs, fault.byMs);
    case 'executed-late':
      return { next: { ...next, due: [...next.due, { atMs: nowMs + fault.byMs, event: request }] }, reply: { kind: 'none' } };
    case 'reply-lost':
      return { next: executed(next, request, nowMs, 0).next, reply: { kind: 'none' } };
    case 'request-lost':
      return { next, reply: { kind: 'none' } };
    case 'outage':
      return { next, reply: { kind: 'unavailable' } };
    case 'rate-limited':
      return { next, reply: { kind: 'rate-limited' } };
    case 'reduce-only-refused':
      return request.kind === 'order' && request.order.reduceOnly ? refused(next, 'reduce-only-refused') : executed(next, request, nowMs, 0);
  }
}

const refused = (next: FaultyVenue, code: RefusalCode): Answered => ({ next, reply: { kind: 'refused', code, message: code, afterMs: 0 } });

function executed(next: FaultyVenue, request: ClientRequest, nowMs: number, afterMs: number): Answered {
  const { state, outcome } = attempted(next.venue, request, nowMs);
  const reply: Reply = outcome instanceof VenueRefusal ? { kind: 'refused', code: outcome.code, message: outcome.message, afterMs } : { kind: 'done', applied: outcome, afterMs };
  return { next: { ...next, venue: state }, reply };
}

function attempted(state: VenueState, event: VenueEvent, nowMs: number): { readonly state: VenueState; readonly outcome: Applied | VenueRefusal } {
  try {
    const applied = apply(state, event, nowMs);
    return { state: applied.state, outcome: applied };
  } catch (error) {
    if (error instanceof VenueRefusal) return { state, outcome: error };
    throw error;
  }
}

/** The first rule that this request meets, counted down. */
function drawn(before: FaultyVenue, kind: ClientRequest['kind'], nowMs: number): { readonly fault: Fault | null; readonly next: FaultyVenue } {
  const at = before.rules.findIndex(({ on, fromMs, untilMs, times }) => times > 0 && (on === 'any' || on === kind) && fromMs <= nowMs && nowMs < untilMs);
  const rule = before.rules[at];
  if (rule === undefined) return { fault: null, next: before };
  return { fault: rule.fault, next: { ...before, rules: before.rules.with(at, { ...rule, times: rule.times - 1 }) } };
}

/** One request out of the account's allowance, which fills again with time up to the burst. */
function spend(before: FaultyVenue, account: string, nowMs: number): { readonly next: FaultyVenue; readonly free: boolean } {
  const { limit } = before;
  if (limit === null) return { next: before, free: true };
  const last = before.allowances[account] ?? { free: limit.burst * 1_000, atMs: nowMs };
  const filled = Math.min(limit.burst * 1_000, last.free + Math.max(0, nowMs - last.atMs) * limit.perSecond);
  const free = filled >= 1_000;
  return { next: { ...before, allowances: { ...before.allowances, [account]: { free: free ? filled - 1_000 : filled, atMs: nowMs } } }, free };
}
