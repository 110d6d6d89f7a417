import { isTerminalVenueState, lastArrival, type OrderDropCode, type VenueIntent, type VenueIntentState, type VenueOrderRules } from '@ballast/policy';
import type { OrderLookup, PlaceAnswer, UnknownBecause, VenueOrder } from '@ballast/positions';
import type { ContractsE18 } from '@ballast/units';

/**
 * The life of an order at a derivatives venue as pure functions, as `intent-life.ts` has it for transactions: what follows depends on what is stored and on nothing else, whoever carries it out may die
 * between any two steps, and two may do it at once as long as each change is written against the state that it was made from.
 */
export type VenueEvent =
  /** The gate or the clock kept it from being sent. */
  | { readonly type: 'dropped'; readonly code: OrderDropCode }
  /** It is about to be sent, for the first time or again; written before the bytes leave. */
  | { readonly type: 'sending'; readonly at: number }
  /** What the venue, or the lack of it, said to the bytes that were sent as the `attempt`th; the first is 1. */
  | { readonly type: 'answered'; readonly answer: PlaceAnswer; readonly attempt: number }
  /** No answer was noted in time: whoever sent it may be dead. */
  | { readonly type: 'silent' }
  /** The venue was asked by its id. */
  | { readonly type: 'looked-up'; readonly lookup: OrderLookup };

/** What to do next. */
export type VenueEffect =
  | { readonly kind: 'drop'; readonly code: 'too-late' }
  /** Ask the gate, write `sending`, and send; again with the same id where `again`. */
  | { readonly kind: 'send'; readonly again: boolean }
  | { readonly kind: 'wait' }
  | { readonly kind: 'note-silence' }
  | { readonly kind: 'look-up' }
  /** It is open although it should fill or be gone at once. */
  | { readonly kind: 'cancel' };

/** When it is, in milliseconds of our own clock. */
export interface VenueMoment {
  readonly now: number;
  readonly rules: VenueOrderRules;
  /** An answer that takes longer is not waited for. */
  readonly answerWithinMs: number;
  /** What our clock and the venue's may be apart. */
  readonly clockSkewMs: number;
}

export interface VenueStep {
  readonly next: VenueIntent;
  /** False where the event told nothing new: the intent is the same object. */
  readonly changed: boolean;
  /** Something that must not happen did: an order that was over had more filled than was known. */
  readonly alarm: { readonly kind: 'none' } | { readonly kind: 'late-execution'; readonly was: ContractsE18; readonly is: ContractsE18 } | { readonly kind: 'filled-too-much'; readonly is: ContractsE18 };
}

/** The effect that follows; null once it is over. */
export function nextVenueEffect(intent: VenueIntent, moment: VenueMoment): VenueEffect | null {
  switch (intent.state) {
    case 'PLANNED': return moment.now > intent.order.validUntil ? { kind: 'drop', code: 'too-late' } : { kind: 'send', again: false };
    case 'SENT': return intent.sent.kind === 'sent' && between(moment.now, intent.sent.lastAt, moment.answerWithinMs) ? { kind: 'wait' } : { kind: 'note-silence' };
    case 'UNKNOWN': return { kind: 'look-up' };
    case 'ACKED': case 'PARTIAL': return moment.now > intent.order.validUntil ? { kind: 'cancel' } : { kind: 'look-up' };
    case 'FILLED': case 'CANCELED': case 'REJECTED': case 'DROPPED': return null;
  }
}

/** A time that is still to come was noted by a clock ahead of ours: patience counted from it would have no end. */
const between = (now: number, from: number, length: number): boolean => now >= from && now - from < length;

/** From when on it counts that the venue does not know the order: it could no longer arrive. */
export const absenceCountsFrom = ({ order, sent }: VenueIntent, { rules, clockSkewMs }: VenueMoment): number =>
  lastArrival({ sentAt: sent.kind === 'sent' ? sent.lastAt : 0, validUntil: order.validUntil }, rules, clockSkewMs);

/** Whether it may be sent once more under its id: the venue would refuse the second of two, and it would not arrive too late. */
export const mayResend = ({ order }: VenueIntent, { rules, now }: VenueMoment): boolean => rules.refusesDuplicates && now < order.validUntil;

/** What follows a look-up that found nothing: sent again where that is safe, waited where it may still arrive, over where it may not. */
export function afterAbsence(intent: VenueIntent, lookup: Extract<OrderLookup, { kind: 'not-found' }>, moment: VenueMoment): 'resend' | 'wait' | 'over' {
  if (lookup.searched === 'history' && lookup.observedAt > absenceCountsFrom(intent, moment)) return 'over';
  return lookup.searched === 'history' && mayResend(intent, moment) ? 'resend' : 'wait';
}

/** Applies an event. Pure: the caller writes `next` against the state that it had, and then does what `nextVenueEffect` says. */
export function venueStep(intent: VenueIntent, event: VenueEvent, moment: VenueMoment): VenueStep {
  switch (event.type) {
    case 'dropped': return intent.state === 'PLANNED' ? to(intent, 'DROPPED', { why: { kind: 'dropped', code: event.code } }) : ignored(intent);
    case 'sending': return sending(intent, event.at, moment);
    case 'silent': return intent.state === 'SENT' ? to(intent, 'UNKNOWN', { why: { kind: 'unknown', because: 'no-answer' } }) : ignored(intent);
    case 'answered': return answered(intent, event.answer, event.attempt);
    case 'looked-up': return event.lookup.kind === 'found' ? found(intent, event.lookup.order, moment) : absent(intent, event.lookup, moment);
  }
}

function sending(intent: VenueIntent, at: number, moment: VenueMoment): VenueStep {
  const isFirst = intent.state === 'PLANNED' && intent.sent.kind === 'never';
  const isAgain = intent.state === 'UNKNOWN' && intent.sent.kind === 'sent' && mayResend(intent, moment);
  if (!isFirst && !isAgain) return ignored(intent);
  return to(intent, 'SENT', { sent: { kind: 'sent', times: intent.sent.kind === 'sent' ? intent.sent.times + 1 : 1, lastAt: at }, why: { kind: 'nothing' } });
}

function answered(intent: VenueIntent, answer: PlaceAnswer, attempt: number): VenueStep {
  if (answer.kind === 'accepted') return seen(intent, answer.order);
  if (intent.state !== 'SENT' && intent.state !== 'UNKNOWN') return ignored(intent);
  if (answer.kind === 'unknown') return intent.state === 'SENT' && intent.sent.kind === 'sent' && intent.sent.times === attempt ? unknownOf(intent, answer.because) : ignored(intent);
  // A refusal of one sending tells nothing of another: what was sent before or after may have been taken.
  const isOnly = intent.sent.kind === 'sent' && intent.sent.times === 1 && attempt === 1;
  if (isOnly) return to(intent, 'REJECTED', { why: { kind: 'rejected', rejection: answer.rejection } });
  return intent.state === 'SENT' ? unknownOf(intent, 'duplicate-id') : ignored(intent);
}

const unknownOf = (intent: VenueIntent, because: UnknownBecause): VenueStep => to(intent, 'UNKNOWN', { why: { kind: 'unknown', because } });

/** Of an order that was sent more than once a rejection counts only when none of the sendings can still arrive. */
function found(intent: VenueIntent, order: VenueOrder, moment: VenueMoment): VenueStep {
  const isOneOfSeveral = intent.sent.kind === 'sent' && intent.sent.times > 1 && order.state === 'rejected' && order.filled === 0n;
  return isOneOfSeveral && order.observedAt <= absenceCountsFrom(intent, moment) ? ignored(intent) : seen(intent, order);
}

/** The venue has it. Fills never fall, and what was over comes back only with an alarm. */
function seen(intent: VenueIntent, order: VenueOrder): VenueStep {
  if (intent.state === 'PLANNED') return ignored(intent);
  const filled = (order.filled > intent.filled ? order.filled : intent.filled) as ContractsE18;
  const alarm: VenueStep['alarm'] = filled > intent.order.contracts ? { kind: 'filled-too-much', is: filled }
    : isTerminalVenueState(intent.state) && filled > intent.filled ? { kind: 'late-execution', was: intent.filled, is: filled } : { kind: 'none' };
  if (isTerminalVenueState(intent.state)) {
    // FILLED, or over with more than was known.
    if (filled === intent.filled) return ignored(intent);
    return { ...to(intent, filled >= intent.order.contracts ? 'FILLED' : 'CANCELED', { filled, why: { kind: 'nothing' } }), alarm };
  }
  const state: VenueIntentState = filled >= intent.order.contracts ? 'FILLED' : order.state === 'open' ? (filled > 0n ? 'PARTIAL' : 'ACKED') : order.state === 'rejected' && filled === 0n ? 'REJECTED' : 'CANCELED';
  if (state === intent.state && filled === intent.filled) return ignored(intent);
  const why: VenueIntent['why'] = state === 'REJECTED' ? { kind: 'rejected', rejection: { reason: 'other', code: 'rejected', message: 'The venue lists it as rejected.' } } : { kind: 'nothing' };
  return { ...to(intent, state, { filled, why }), alarm };
}

function absent(intent: VenueIntent, lookup: Extract<OrderLookup, { kind: 'not-found' }>, moment: VenueMoment): VenueStep {
  if (intent.state !== 'UNKNOWN' || afterAbsence(intent, lookup, moment) !== 'over') return ignored(intent);
  return to(intent, 'CANCELED', { why: { kind: 'never-arrived' } });
}

const ignored = (intent: VenueIntent): VenueStep => ({ next: intent, changed: false, alarm: { kind: 'none' } });
const to = (intent: VenueIntent, state: VenueIntentState, change: Partial<VenueIntent>): VenueStep => ({ next: { ...intent, ...change, state }, changed: true, alarm: { kind: 'none' } });
