import { describe, expect, it } from 'vitest';
import { VENUE_LIFE, venueBrokenBy, venueHistoryOf, venueShrunk, venueWritten, type VenueHappening, type VenueLife } from '../../test/venue-histories/history.js';

const HISTORIES = Number(process.env['BALLAST_HISTORIES'] ?? 20_000);
const FIRST_SEED = Number(process.env['BALLAST_HISTORY_SEED'] ?? 1);

/** The first history that breaks, made as small as it goes. */
function firstBroken(from: number, count: number, life: VenueLife = VENUE_LIFE): { readonly least: readonly VenueHappening[]; readonly said: string } | null {
  for (let seed = from; seed < from + count; seed++) {
    const history = venueHistoryOf(seed);
    const broken = venueBrokenBy(history, seed, life);
    if (broken === null) continue;
    const least = venueShrunk(history.slice(0, broken.at + 1), (one) => venueBrokenBy(one, seed, life) !== null);
    return { least, said: `seed ${seed}: ${broken.what}\nshrunk to ${least.length} happenings (${venueBrokenBy(least, seed, life)?.what}):\n${venueWritten(least)}` };
  }
  return null;
}

describe('the life of venue orders', () => {
  it(`survives ${HISTORIES.toLocaleString('en-US')} histories of faults, every order executed at most once and known for what it was`, { timeout: 600_000 }, () => {
    const found = firstBroken(FIRST_SEED, HISTORIES);
    if (found !== null) expect.fail(found.said);
  });
});

const wrongStep = (change: (...given: Parameters<VenueLife['venueStep']>) => ReturnType<VenueLife['venueStep']>): VenueLife => ({ ...VENUE_LIFE, venueStep: change });

describe('a life with a mistake in it is found out', () => {
  it.each<[string, VenueLife, RegExp]>([
    ['a timeout counts as not sent', wrongStep((intent, event, moment) => VENUE_LIFE.venueStep(intent, event.type === 'answered' && event.answer.kind === 'unknown' ? { ...event, answer: { kind: 'rejected', rejection: { reason: 'other', code: '', message: '' } } } : event, moment)), /venue executed/],
    ['nothing found at once is nothing at all', wrongStep((intent, event, moment) => VENUE_LIFE.venueStep(intent, event, event.type === 'looked-up' ? { ...moment, rules: { ...moment.rules, enforcesValidUntil: false, maxLatencyMs: 0 }, clockSkewMs: -100_000 } : moment)), /venue executed|late/],
    ['open orders are all that is searched', wrongStep((intent, event, moment) => VENUE_LIFE.venueStep(intent, event.type === 'looked-up' && event.lookup.kind === 'not-found' ? { ...event, lookup: { ...event.lookup, searched: 'history' } } : event, moment)), /venue executed|late/],
    ['it is sent again where the venue takes two', wrongStep((intent, event, moment) => VENUE_LIFE.venueStep(intent, event, { ...moment, rules: { ...moment.rules, refusesDuplicates: true } })), /executed|too-much/],
    ['a refusal of the second counts for the first', wrongStep((intent, event, moment) => VENUE_LIFE.venueStep(event.type === 'answered' && intent.sent.kind === 'sent' ? { ...intent, sent: { ...intent.sent, times: 1 } } : intent, event.type === 'answered' ? { ...event, attempt: 1 } : event, moment)), /venue executed|late/],
    ['what is asked for counts as filled', wrongStep((intent, event, moment) => {
      const made = VENUE_LIFE.venueStep(intent, event, moment);
      return made.next.state === 'CANCELED' && made.changed ? { ...made, next: { ...made.next, state: 'FILLED', filled: made.next.order.contracts } } : made;
    }), /venue executed/],
    ['silence is waited for', { ...VENUE_LIFE, nextVenueEffect: (intent, moment) => (intent.state === 'SENT' ? { kind: 'wait' } : VENUE_LIFE.nextVenueEffect(intent, moment)) }, /still SENT/],
    ['an order that rests is left', { ...VENUE_LIFE, nextVenueEffect: (intent, moment) => (intent.state === 'ACKED' || intent.state === 'PARTIAL' ? { kind: 'wait' } : VENUE_LIFE.nextVenueEffect(intent, moment)) }, /still (ACKED|PARTIAL)/],
  ])('%s', (_, life, expected) => {
    const found = firstBroken(1, 5_000, life);
    expect(found?.said).toMatch(expected);
    expect(found?.least.length).toBeLessThanOrEqual(25);
  });
});
