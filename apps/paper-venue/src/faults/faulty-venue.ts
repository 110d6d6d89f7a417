import { VenueRefusal, apply, type Applied, type RefusalCode, type VenueEvent, type VenueState } from '../kernel/index.js';

/**
 * What goes wrong with one request. The four timeouts: the request never arrives, the reply never comes back, the reply comes late, the
 * venue executes after the client gave up. `busy` asks to try again, `outage` answers for the whole venue.
 */
export type Fault =
  | { readonly kind: 'request-lost' | 'reply-lost' | 'outage' | 'busy' | 'rate-limited' | 'reduce-only-refused' | 'key-revoked' }
  | { readonly kind: 'reply-late' | 'executed-late'; readonly byMs: number };

export interface FaultRule {
  /** `read` is a question that changes nothing; `change` is a change of leverage or margin. */
  readonly on: 'order' | 'cancel' | 'change' | 'read' | 'any';
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
  /** By key: thousandths of a request still free, and when that was so. */
  readonly allowances: Readonly<Record<string, { readonly free: number; readonly atMs: number }>>;
  /** Keys that no longer count. */
  readonly revoked: readonly string[];
}

/** Why a client sees no answer of the engine. `none`: nothing ever comes back; `arrived` tells whether the venue had the request. */
export type NoAnswer =
  | { readonly kind: 'none'; readonly arrived: boolean }
  | { readonly kind: 'unavailable' | 'busy' | 'rate-limited' };

/** What the client sees. */
export type Reply =
  | { readonly kind: 'done'; readonly applied: Applied; readonly afterMs: number }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly message: string; readonly afterMs: number }
  | NoAnswer;

export interface Answered {
  readonly next: FaultyVenue;
  readonly reply: Reply;
}

export type ClientRequest = Extract<VenueEvent, { kind: 'order' | 'cancel' | 'mode' | 'isolated-margin' }>;

/** Who asks, and until when it may still be executed. */
export interface Asking {
  /** Whose allowance it takes from and who may be revoked; the account where it is not given. */
  readonly key?: string;
  /** The last moment at which the venue may execute it; without an end where it is not given. */
  readonly untilMs?: number;
}

export const faultyVenue = (venue: VenueState, script: { readonly rules?: readonly FaultRule[]; readonly due?: readonly Due[]; readonly limit?: RateLimit } = {}): FaultyVenue => ({
  venue, rules: script.rules ?? [], due: script.due ?? [], limit: script.limit ?? null, allowances: {}, revoked: [],
});

/** Does what has become due by now, in the order of its time; a refusal of the engine's ends that one thing only. */
export function advance(before: FaultyVenue, nowMs: number): FaultyVenue {
  if (before.due.length === 0) return before;
  const [ready, later] = [before.due.filter(({ atMs }) => atMs <= nowMs), before.due.filter(({ atMs }) => atMs > nowMs)];
  const venue = [...ready].sort((a, b) => a.atMs - b.atMs).reduce((state, { event, atMs }) => attempted(state, event, atMs).state, before.venue);
  return { ...before, venue, due: later };
}

/** One request of a client with whatever the script has for it. Never throws for a refusal: that is a reply. */
export function submit(before: FaultyVenue, request: ClientRequest, nowMs: number, { key, untilMs = Infinity }: Asking = {}): Answered {
  const asking = key ?? (request.kind === 'order' ? request.order.account : request.account);
  const met = meet(before, request.kind === 'order' || request.kind === 'cancel' ? request.kind : 'change', asking, nowMs);
  if (met.reply !== null) return { next: met.next, reply: met.reply };
  const { fault, next } = met;
  if (next.revoked.includes(asking)) return refused(next, 'key-revoked');
  switch (fault?.kind) {
    case 'reply-late':
      return executed(next, request, nowMs, fault.byMs);
    case 'executed-late': {
      const atMs = nowMs + fault.byMs;
      return { next: atMs > untilMs ? next : { ...next, due: [...next.due, { atMs, event: request }] }, reply: { kind: 'none', arrived: true } };
    }
    case 'reply-lost':
      return { next: executed(next, request, nowMs, 0).next, reply: { kind: 'none', arrived: true } };
    case 'reduce-only-refused':
      return request.kind === 'order' && request.order.reduceOnly ? refused(next, 'reduce-only-refused') : executed(next, request, nowMs, 0);
    default:
      return executed(next, request, nowMs, 0);
  }
}

/** What a question meets on its way: nothing (and then how late its answer is), or why there is no answer. A question without a key takes from an allowance of its own and revokes none. */
export function ask(before: FaultyVenue, nowMs: number, asking?: string, as: 'read' | 'change' = 'read'): { readonly next: FaultyVenue; readonly reply: { readonly kind: 'done'; readonly afterMs: number } | { readonly kind: 'key-revoked' } | NoAnswer } {
  const key = asking ?? 'anybody';
  const { next, fault, reply } = meet(before, asking === undefined ? 'unsigned' : as, key, nowMs);
  if (reply !== null) return { next, reply };
  if (next.revoked.includes(key)) return { next, reply: { kind: 'key-revoked' } };
  if (fault?.kind === 'reply-lost' || fault?.kind === 'executed-late') return { next, reply: { kind: 'none', arrived: true } };
  return { next, reply: { kind: 'done', afterMs: fault?.kind === 'reply-late' ? fault.byMs : 0 } };
}

type Kind = Exclude<FaultRule['on'], 'any'> | 'unsigned';

/** Whatever is due first, then the key's allowance, then the script. `reply` is what ends the request before it is looked at. */
function meet(before: FaultyVenue, kind: Kind, key: string, nowMs: number): { readonly next: FaultyVenue; readonly fault: Fault | null; readonly reply: NoAnswer | null } {
  const { next: limited, free } = spend(advance(before, nowMs), key, nowMs);
  if (!free) return { next: limited, fault: null, reply: { kind: 'rate-limited' } };
  const { fault, next } = drawn(limited, kind, nowMs);
  switch (fault?.kind) {
    case 'request-lost':
      return { next, fault, reply: { kind: 'none', arrived: false } };
    case 'outage':
      return { next, fault, reply: { kind: 'unavailable' } };
    case 'busy':
    case 'rate-limited':
      return { next, fault, reply: { kind: fault.kind } };
    case 'key-revoked':
      return { next: { ...next, revoked: [...next.revoked, key] }, fault, reply: null };
    default:
      return { next, fault, reply: null };
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
function drawn(before: FaultyVenue, kind: Kind, nowMs: number): { readonly fault: Fault | null; readonly next: FaultyVenue } {
  const meets = ({ on, fault }: FaultRule): boolean => (kind === 'unsigned' ? (on === 'any' || on === 'read') && fault.kind !== 'key-revoked' : on === 'any' || on === kind);
  const at = before.rules.findIndex((rule) => rule.times > 0 && meets(rule) && rule.fromMs <= nowMs && nowMs < rule.untilMs);
  const rule = before.rules[at];
  if (rule === undefined) return { fault: null, next: before };
  return { fault: rule.fault, next: { ...before, rules: before.rules.with(at, { ...rule, times: rule.times - 1 }) } };
}

/** One request out of the key's allowance, which fills again with time up to the burst. */
function spend(before: FaultyVenue, key: string, nowMs: number): { readonly next: FaultyVenue; readonly free: boolean } {
  const { limit } = before;
  if (limit === null) return { next: before, free: true };
  const last = before.allowances[key] ?? { free: limit.burst * 1_000, atMs: nowMs };
  const filled = Math.min(limit.burst * 1_000, last.free + Math.max(0, nowMs - last.atMs) * limit.perSecond);
  const free = filled >= 1_000;
  return { next: { ...before, allowances: { ...before.allowances, [key]: { free: free ? filled - 1_000 : filled, atMs: nowMs } } }, free };
}
