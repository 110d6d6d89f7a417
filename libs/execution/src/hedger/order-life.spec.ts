import { describe, expect, it } from 'vitest';
import { VENUE_ORDER_RULES, type VenueIntent } from '@ballast/policy';
import { clientOrderId, instrumentId, usdQuote, venueAccountId, type OrderLookup, type PlaceAnswer, type VenueOrder, type VenuePlace } from '@ballast/positions';
import type { ContractsE18, UsdE8 } from '@ballast/units';
import { absenceCountsFrom, nextVenueEffect, venueStep, type VenueEvent, type VenueMoment } from './order-life.js';

const PLACE: VenuePlace = { environment: 'paper', venue: 'deribit' };
const SENT_AT = 1_000_000;
const count = (value: number): ContractsE18 => BigInt(value) as ContractsE18;
const order = { account: venueAccountId(PLACE, 'main'), instrument: instrumentId(PLACE, 'ETH-PERPETUAL'), clientId: clientOrderId('a'.repeat(32)), side: 'sell' as const, contracts: count(10), priceCap: usdQuote(1n as UsdE8), reduceOnly: false, validUntil: SENT_AT + 20_000 };
const planned: VenueIntent = { order, underlying: 'ETH', state: 'PLANNED', sent: { kind: 'never' }, filled: count(0), why: { kind: 'nothing' } };
const moment = (change: Partial<VenueMoment> = {}): VenueMoment => ({ now: SENT_AT, rules: VENUE_ORDER_RULES.deribit, answerWithinMs: 10_000, clockSkewMs: 2_000, ...change });
const told = (filled: number, state: VenueOrder['state'] = 'done'): VenueOrder => ({ account: order.account, instrument: order.instrument, venueId: 'v', clientId: { kind: 'ours', id: order.clientId }, side: 'sell', reduceOnly: false, requested: order.contracts, filled: count(filled), state, observedAt: SENT_AT });
const accepted = (filled: number, state?: VenueOrder['state']): PlaceAnswer => ({ kind: 'accepted', order: told(filled, state) });
const rejected: PlaceAnswer = { kind: 'rejected', rejection: { reason: 'margin', code: '10009', message: 'not_enough_funds' } };
const absent = (observedAt: number, searched: 'history' | 'open-orders' = 'history'): OrderLookup => ({ kind: 'not-found', searched, observedAt });
const after = (intent: VenueIntent, ...events: VenueEvent[]): VenueIntent => events.reduce((now, event) => venueStep(now, event, moment()).next, intent);
const sent = after(planned, { type: 'sending', at: SENT_AT });
const unknown = after(sent, { type: 'answered', answer: { kind: 'unknown', because: 'timeout' }, attempt: 1 });

describe('a venue order', () => {
  it.each<[string, PlaceAnswer, string, number]>([
    ['all', accepted(10), 'FILLED', 10], ['a part', accepted(8), 'CANCELED', 8], ['nothing', accepted(0), 'CANCELED', 0], ['nothing yet', accepted(0, 'open'), 'ACKED', 0], ['a part so far', accepted(3, 'open'), 'PARTIAL', 3], ['a refusal', rejected, 'REJECTED', 0],
    ['a timeout', { kind: 'unknown', because: 'timeout' }, 'UNKNOWN', 0], ['a duplicate id', { kind: 'unknown', because: 'duplicate-id' }, 'UNKNOWN', 0],
  ])('that was answered with %s', (_, answer, state, filled) => {
    expect(after(sent, { type: 'answered', answer, attempt: 1 })).toMatchObject({ state, filled: count(filled) });
    // Whoever died before noting the answer is followed by the same look-up.
    if (answer.kind === 'accepted') expect(after(unknown, { type: 'looked-up', lookup: { kind: 'found', order: answer.order } })).toMatchObject({ state, filled: count(filled) });
  });

  it('is not sent twice by two who read it at once, nor after its time', () => {
    expect(venueStep(sent, { type: 'sending', at: SENT_AT + 1 }, moment()).changed).toBe(false);
    expect(nextVenueEffect(planned, moment({ now: order.validUntil + 1 }))).toEqual({ kind: 'drop', code: 'too-late' });
    expect(nextVenueEffect(sent, moment({ now: SENT_AT + 10_000 }))).toEqual({ kind: 'note-silence' });
    expect(nextVenueEffect(sent, moment({ now: SENT_AT - 1 }))).toEqual({ kind: 'note-silence' });
    expect(nextVenueEffect(sent, moment({ now: SENT_AT + 9_999 }))).toEqual({ kind: 'wait' });
  });

  it('that is not found counts as never arrived only when it could no longer arrive, and in the history', () => {
    const from = absenceCountsFrom(unknown, moment());
    expect(from).toBe(SENT_AT + 62_000);
    expect(after(unknown, { type: 'looked-up', lookup: absent(from) }).state).toBe('UNKNOWN');
    expect(after(unknown, { type: 'looked-up', lookup: absent(from + 1, 'open-orders') }).state).toBe('UNKNOWN');
    expect(after(unknown, { type: 'looked-up', lookup: absent(from + 1) })).toMatchObject({ state: 'CANCELED', why: { kind: 'never-arrived' }, filled: 0n });
  });

  it.each([['deribit', false], ['hyperliquid', false], ['binance-usdm', false], ['okx', true], ['bybit', true]] as const)('at %s may be sent again under its id: %s', (venue, may) => {
    expect(venueStep(unknown, { type: 'sending', at: SENT_AT + 1 }, moment({ rules: VENUE_ORDER_RULES[venue] })).changed).toBe(may);
    expect(venueStep(unknown, { type: 'sending', at: order.validUntil }, moment({ rules: VENUE_ORDER_RULES[venue], now: order.validUntil })).changed).toBe(false);
  });

  it('that was sent twice is not over when one sending is refused', () => {
    const rules = VENUE_ORDER_RULES.okx;
    const again = venueStep(unknown, { type: 'sending', at: SENT_AT + 1 }, moment({ rules })).next;
    expect(venueStep(again, { type: 'answered', answer: rejected, attempt: 2 }, moment({ rules })).next.state).toBe('UNKNOWN');
    expect(venueStep(again, { type: 'looked-up', lookup: { kind: 'found', order: told(0, 'rejected') } }, moment({ rules })).changed).toBe(false);
  });

  it('that is over comes back only with an alarm, and its fills never fall', () => {
    const over = after(unknown, { type: 'looked-up', lookup: absent(SENT_AT + 100_000) });
    const late = venueStep(over, { type: 'looked-up', lookup: { kind: 'found', order: told(10) } }, moment());
    expect(late).toMatchObject({ next: { state: 'FILLED', filled: 10n }, alarm: { kind: 'late-execution', was: 0n, is: 10n } });
    expect(venueStep(sent, { type: 'answered', answer: accepted(11), attempt: 1 }, moment()).alarm).toEqual({ kind: 'filled-too-much', is: 11n });
    const part = after(sent, { type: 'answered', answer: accepted(8), attempt: 1 });
    expect(venueStep(part, { type: 'looked-up', lookup: { kind: 'found', order: told(3) } }, moment()).changed).toBe(false);
    expect(venueStep(part, { type: 'answered', answer: rejected, attempt: 1 }, moment()).changed).toBe(false);
  });

  it('that rests although it should not is cancelled', () => {
    const resting = after(sent, { type: 'answered', answer: accepted(3, 'open'), attempt: 1 });
    expect(nextVenueEffect(resting, moment())).toEqual({ kind: 'look-up' });
    expect(nextVenueEffect(resting, moment({ now: order.validUntil + 1 }))).toEqual({ kind: 'cancel' });
    expect(after(resting, { type: 'looked-up', lookup: { kind: 'found', order: told(3) } })).toMatchObject({ state: 'CANCELED', filled: 3n });
  });
});
