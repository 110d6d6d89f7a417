import type { Exchange } from 'ccxt';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { meaningsByCode, maybe, refused, VenueSaid, VenueSilent } from './failures.js';
import { OutboundRefused } from './outbound.js';
import { VenueWire } from './venue-wire.js';

const CALLS = { ask: 'GET /ask' } as const;
const SECRET = 'a-very-secret-secret';
const SCHEMA = z.object({ size: z.string(), side: z.enum(['buy', 'sell']) });
const MEANING = meaningsByCode([[refused('margin'), 1], [refused('rate-limit'), 2], [refused('key-refused'), 3], [refused('closed'), 4], [maybe('duplicate-id'), 5], [refused('expired'), 6]]);

/** A wire whose client answers so, or throws so. */
function wire(outcome: unknown): VenueWire<typeof CALLS> {
  const client = { ask: async () => {
    if (outcome instanceof Error) throw outcome;
    return outcome;
  }, withdraw: async () => ({ size: '1', side: 'buy' }) } as unknown as Exchange;
  return new VenueWire({ environment: 'paper', venue: 'okx' }, { reads: client, orders: client }, CALLS, MEANING, [SECRET]);
}
const said = (code: number): VenueSaid => new VenueSaid(400, String(code), `no, ${SECRET}`);
const timeout = Object.assign(new Error(`okx GET https://www.okx.com/ask?signature=abc timed out ${SECRET}`), { name: 'RequestTimeout' });

describe('a question', () => {
  const failure = (outcome: unknown) => wire(outcome).read('ask', {}, SCHEMA).then(() => 'answered', (error: { code: string }) => error.code);

  it('fails by what the venue meant', async () => {
    expect(await Promise.all([said(1), said(2), said(3), said(4), said(5), said(6), said(99), timeout, new VenueSilent('server-error', 'HTTP 503'), new OutboundRefused('x', 'y'), { size: 1 }].map(failure))).toEqual([
      'venue-answer-invalid', 'venue-rate-limited', 'venue-key-refused', 'venue-unavailable', 'venue-unavailable', 'venue-unavailable', 'venue-answer-invalid', 'venue-unavailable', 'venue-unavailable', 'outbound-refused', 'venue-answer-invalid',
    ]);
  });

  it('names each field with what was given and what was expected, and no secret', async () => {
    await expect(wire({ size: 1, side: SECRET }).read('ask', {}, SCHEMA)).rejects.toThrow('okx, GET /ask: size: got 1, expected a value of type string; side: got "[key]", expected one of buy, sell');
    for (const outcome of [said(1), said(2), said(3), said(4), timeout]) {
      const message = await wire(outcome).read('ask', {}, SCHEMA).then(() => '', (error: Error) => error.message);
      expect(message).not.toMatch(new RegExp(`${SECRET}|signature|\\?`));
      expect(message).toContain('okx');
    }
  });

  it('that is not listed is not asked, whatever the client can do', async () => {
    await expect(wire({}).read('withdraw' as 'ask', {}, SCHEMA)).rejects.toBeInstanceOf(OutboundRefused);
    await expect(wire({}).read('constructor' as 'ask', {}, SCHEMA)).rejects.toBeInstanceOf(OutboundRefused);
    expect(await wire({}).send('withdraw' as 'ask', {}, SCHEMA)).toMatchObject({ kind: 'rejected', rejection: { code: 'not-sent' } });
  });

  it('finds nothing where the venue says so by its code', async () => {
    expect(await wire(said(7)).find('ask', {}, SCHEMA, ['7'])).toBeNull();
    await expect(wire(said(3)).find('ask', {}, SCHEMA, ['7'])).rejects.toMatchObject({ code: 'venue-key-refused' });
  });
});

describe('an order', () => {
  it('is done, refused, or nobody knows; it never throws', async () => {
    const ends = await Promise.all([{ size: '1', side: 'buy' }, said(1), said(3), said(5), said(99), timeout, new VenueSilent('server-error', ''), new Error('anything'), new TypeError('odd'), { size: 1 }, 'text', undefined].map(async (outcome) => {
      const answer = await wire(outcome).send('ask', {}, SCHEMA);
      return answer.kind === 'unknown' ? answer.because : answer.kind === 'rejected' ? answer.rejection.reason : answer.kind;
    }));
    expect(ends).toEqual(['done', 'margin', 'key-refused', 'duplicate-id', 'other', 'timeout', 'server-error', 'network', 'network', 'unreadable-answer', 'unreadable-answer', 'unreadable-answer']);
    expect(JSON.stringify(await wire(said(1)).send('ask', {}, SCHEMA))).not.toContain(SECRET);
  });
});
