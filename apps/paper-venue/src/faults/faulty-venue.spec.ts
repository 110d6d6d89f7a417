import { describe, expect, it } from 'vitest';
import { aLinear, aMarket, anOrder, aVenue, e8, prices } from '../../test/venues.js';
import { advance, ask, faultyVenue, submit, type ClientRequest, type Fault, type FaultRule, type FaultyVenue } from './faulty-venue.js';

const venue = aVenue([aMarket(aLinear(), '3000')], { a: ['USDC', '100000'], b: ['USDC', '100000'] });
const buy = (overrides = {}): ClientRequest => ({ kind: 'order', order: anOrder('buy', '1', '3010', overrides) });
const once = (fault: Fault, rest: Partial<FaultRule> = {}): FaultRule => ({ on: 'any', fromMs: 0, untilMs: 1e12, times: 1, fault, ...rest });
const held = ({ venue: { accounts } }: FaultyVenue, account = 'a'): bigint => accounts[account]?.positions['ETH']?.sizeE8 ?? 0n;

describe('the four timeouts', () => {
  const first = (fault: Fault) => submit(faultyVenue(venue, { rules: [once(fault)] }), buy({ clientId: 'x' }), 100);

  it('a lost request is not executed, and can be sent again', () => {
    const { next, reply } = first({ kind: 'request-lost' });
    expect([reply.kind, held(next)]).toEqual(['none', 0n]);
    expect(held(submit(next, buy({ clientId: 'x' }), 200).next)).toBe(e8('1'));
  });

  it('a lost reply hides an executed order; sent again under its id it is refused', () => {
    const { next, reply } = first({ kind: 'reply-lost' });
    expect([reply.kind, held(next)]).toEqual(['none', e8('1')]);
    const again = submit(next, buy({ clientId: 'x' }), 200);
    expect(again.reply).toMatchObject({ kind: 'refused', code: 'duplicate-client-id' });
    expect(held(again.next)).toBe(e8('1'));
  });

  it('a late reply tells of what was done at once', () => {
    const { next, reply } = first({ kind: 'reply-late', byMs: 9_000 });
    expect(reply).toMatchObject({ kind: 'done', afterMs: 9_000 });
    expect(held(next)).toBe(e8('1'));
  });

  it('an order that is executed late is executed after nothing was seen of it; one sent meanwhile under its id makes it void', () => {
    const { next, reply } = first({ kind: 'executed-late', byMs: 5_000 });
    expect([reply.kind, held(next), held(advance(next, 5_099)), held(advance(next, 5_100))]).toEqual(['none', 0n, 0n, e8('1')]);
    const again = submit(next, buy({ clientId: 'x' }), 3_000);
    expect([again.reply.kind, held(advance(again.next, 9_000))]).toEqual(['done', e8('1')]);
  });
});

describe('questions', () => {
  it('meet the rules for questions and for anything, share the allowance of their key, and a revoked key asks in vain', () => {
    const script = (fault: Fault, on: FaultRule['on'] = 'read'): FaultyVenue => faultyVenue(venue, { rules: [once(fault, { on })] });
    expect(ask(script({ kind: 'outage' }, 'order'), 1).reply).toEqual({ kind: 'done', afterMs: 0 });
    expect(ask(script({ kind: 'reply-late', byMs: 70 }, 'any'), 1).reply).toEqual({ kind: 'done', afterMs: 70 });
    expect((['request-lost', 'reply-lost', 'busy', 'rate-limited', 'outage'] as const).map((kind) => ask(script({ kind }), 1).reply.kind)).toEqual(['none', 'none', 'busy', 'rate-limited', 'unavailable']);
    const { next } = ask(faultyVenue(venue, { limit: { burst: 1, perSecond: 1 } }), 1, 'key');
    expect([submit(next, buy(), 1, { key: 'key' }).reply.kind, submit(next, buy(), 1, { key: 'another' }).reply.kind]).toEqual(['rate-limited', 'done']);
    const revoked = submit(script({ kind: 'key-revoked' }, 'order'), buy(), 1, { key: 'key' }).next;
    expect(ask(script({ kind: 'key-revoked' }, 'any'), 1).next.rules).toEqual(script({ kind: 'key-revoked' }, 'any').rules);
    expect([ask(revoked, 2, 'key').reply.kind, ask(revoked, 2, 'another').reply.kind, ask(revoked, 2).reply.kind]).toEqual(['key-revoked', 'done', 'done']);
  });
});

describe('other trouble', () => {
  it('an order that is executed late is void when it would come after its own end', () => {
    const late = (untilMs: number): FaultyVenue => advance(submit(faultyVenue(venue, { rules: [once({ kind: 'executed-late', byMs: 500 })] }), buy(), 100, { untilMs }).next, 1_000);
    expect([held(late(600)), held(late(599))]).toEqual([e8('1'), 0n]);
  });

  it('an outage lasts as long as it is scripted and changes nothing', () => {
    const down = faultyVenue(venue, { rules: [once({ kind: 'outage' }, { fromMs: 100, untilMs: 200, times: 1_000 })] });
    const during = submit(down, buy(), 150);
    expect([submit(down, buy(), 99).reply.kind, during.reply.kind, held(during.next), submit(during.next, buy(), 200).reply.kind]).toEqual(['done', 'unavailable', 0n, 'done']);
  });

  it('each account has an allowance of requests that fills again with time', () => {
    let state = faultyVenue(venue, { limit: { burst: 2, perSecond: 1 } });
    const seen = [0, 0, 0, 500, 1_000, 1_000].map((nowMs) => {
      const { next, reply } = submit(state, buy(), nowMs);
      state = next;
      return reply.kind;
    });
    expect(seen).toEqual(['done', 'done', 'rate-limited', 'rate-limited', 'done', 'rate-limited']);
    expect(submit(state, buy({ account: 'b' }), 1_000).reply.kind).toBe('done');
    expect(held(state)).toBe(e8('3'));
  });

  it('a refused reduction meets only orders that reduce', () => {
    const long = submit(faultyVenue(venue, { rules: [once({ kind: 'reduce-only-refused' }, { fromMs: 200, times: 5 })] }), buy(), 100).next;
    const sell: ClientRequest = { kind: 'order', order: anOrder('sell', '1', '2990', { reduceOnly: true }) };
    expect(submit(long, sell, 300).reply).toMatchObject({ kind: 'refused', code: 'reduce-only-refused' });
    expect(submit(long, buy(), 300).reply.kind).toBe('done');
  });

  it('a revoked key stays revoked, for that account alone', () => {
    const { next, reply } = submit(faultyVenue(venue, { rules: [once({ kind: 'key-revoked' })] }), buy(), 1);
    expect(reply).toMatchObject({ kind: 'refused', code: 'key-revoked' });
    expect(submit(next, buy(), 1_000_000).reply).toMatchObject({ kind: 'refused', code: 'key-revoked' });
    expect(submit(next, buy({ account: 'b' }), 2).reply.kind).toBe('done');
  });

  it('an auto-deleveraging, a halt and wrong prices on the return happen when they are due', () => {
    const state = submit(faultyVenue(venue, { due: [
      { atMs: 500, event: { kind: 'adl', account: 'a', instrument: 'ETH', shareBps: 5_000n, priceE8: e8('3000') } },
      { atMs: 600, event: { kind: 'halt', instrument: 'ETH' } },
      { atMs: 700, event: prices(venue, 'ETH', '300') },
      { atMs: 700, event: { kind: 'resume', instrument: 'ETH' } },
    ] }), buy(), 100).next;
    expect(held(advance(state, 500))).toBe(e8('0.5'));
    expect(submit(state, buy(), 650).reply).toMatchObject({ kind: 'refused', code: 'halted' });
    const back = advance(state, 700).venue.markets['ETH'];
    expect([back?.halted, back?.markE8]).toEqual([false, e8('300')]);
  });
});
