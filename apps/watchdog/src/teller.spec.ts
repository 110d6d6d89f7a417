import { describe, expect, it } from 'vitest';
import { DeliveryFailed, Links, type EmailMessage, type WebhookMessage } from '@ballast/notifications';
import type { Recipient, ToldEvent } from './state.js';
import { Teller, type Outstanding } from './teller.js';

const ABOUT = { chainId: 31337, account: `0x${'ab'.repeat(20)}`, endToken: 'e'.repeat(43) };
const mail = (id: string, target: string): Recipient => ({ ...ABOUT, id, channel: 'email', target, secret: null, previousSecrets: [] });
const hook = (id: string): Recipient => ({ ...ABOUT, id, channel: 'webhook', target: `https://example.com/${id}`, secret: 'whsec_x', previousSecrets: [] });
const event = (id: string, given: Partial<ToldEvent> = {}): ToldEvent => ({
  id, kind: 'silent', severity: 'critical', audience: 'everybody', at: 1_000, data: { chainName: 'Base', cause: 'silent', reason: 'No heartbeat', since: '2027-01-15T08:00:00Z' }, ...given,
});

/** A teller whose receivers note what they get, and refuse while `refuse` says so. */
function telling(recipients: readonly Recipient[], outstanding: Outstanding = { events: [], untold: [] }, operators: readonly string[] = ['ops@example.com']) {
  const at = { now: 1_000, refuse: null as DeliveryFailed | null };
  const got: string[] = [];
  const take = (what: string) => {
    if (at.refuse !== null) throw at.refuse;
    got.push(what);
    return { status: 250, answer: '' };
  };
  const errors: string[] = [];
  const teller = new Teller(
    {
      email: { send: async (message: EmailMessage) => take(`${message.to} ${decodeURIComponent(message.headers['X-Ballast-Event'] ?? '')}`) }, webhook: { send: async (message: WebhookMessage) => take(`${message.url} ${message.id}`) },
      links: new Links('https://ballast.example'), operators, chain: 31337, recipients: () => new Map(recipients.map((one) => [one.id, one])), now: () => at.now, random: () => 0.99, log: { info: () => undefined, error: (message) => errors.push(message) },
    },
    outstanding,
  );
  return { teller, at, got, errors };
}

describe('what is told', () => {
  it('goes to everybody, to a mailbox once however many accounts it asked for, and to each webhook', async () => {
    const { teller, got } = telling([mail('a', 'me@example.com'), mail('b', 'ME@example.com'), { ...mail('o', 'Ops@example.com'), account: 'operators' }, hook('c'), { ...hook('d'), account: 'operators' }]);
    teller.take([event('e1')]);
    expect(teller.outstanding.untold).toHaveLength(4);
    await teller.tellDue(100);
    expect(got.sort()).toEqual(['https://example.com/c e1', 'https://example.com/d e1', 'me@example.com e1', 'ops@example.com e1']);
    expect(teller.outstanding).toEqual({ events: [], untold: [] });
  });

  it('of the watchdog itself goes to operators alone, beside what they are told of the service', async () => {
    const { teller, got } = telling([mail('a', 'me@example.com')]);
    teller.take([event('e1'), event('e2', { kind: 'watchdog.unsure', audience: 'operators', data: { reason: 'x', since: '2027-01-15T08:00:00Z' } })]);
    await teller.tellDue(100);
    expect(got.sort()).toEqual(['me@example.com e1', 'ops@example.com e1', 'ops@example.com e2']);
  });

  it('and was refused is tried again, later each time, also by another process that goes on from what was stored', async () => {
    const first = telling([hook('c')], undefined, []);
    first.at.refuse = new DeliveryFailed(500, 'passing', 'not now');
    first.teller.take([event('e1')]);
    await first.teller.tellDue(100);
    expect(first.errors).toEqual(['subscription:c was not told of e1 (attempt 1): not now']);
    expect(await first.teller.tellDue(100)).toBe(0);
    const kept = JSON.parse(JSON.stringify(first.teller.outstanding)) as Outstanding;
    const second = telling([hook('c')], kept, []);
    expect(await second.teller.tellDue(100)).toBe(0);
    second.at.now += 4_000;
    await second.teller.tellDue(100);
    expect(second.got).toEqual(['https://example.com/c e1']);
  });

  it('is the newest: who was not told of the silence is told of its end alone', async () => {
    const { teller, at, got } = telling([hook('c')], undefined, []);
    at.refuse = new DeliveryFailed(500, 'passing', 'not now');
    teller.take([event('e1')]);
    await teller.tellDue(100);
    at.refuse = null;
    teller.take([event('e2', { kind: 'silent.over', severity: 'info', data: { chainName: 'Base', since: '2027-01-15T08:00:00Z', until: '2027-01-15T09:00:00Z' } })]);
    await teller.tellDue(100);
    expect(got).toEqual(['https://example.com/c e2']);
  });

  it('is given up where the receiver wants no more of it or has gone, and never for operators', async () => {
    const { teller, at } = telling([hook('c'), hook('gone')]);
    at.refuse = new DeliveryFailed(410, 'final', 'gone');
    teller.take([event('e1')]);
    await teller.tellDue(100);
    expect(teller.untold.map(({ recipient }) => recipient)).toEqual(['operator:ops@example.com']);
    for (let attempt = 0; attempt < 30; attempt += 1) {
      at.now += 600_000;
      await teller.tellDue(100);
    }
    expect(teller.untold).toMatchObject([{ recipient: 'operator:ops@example.com', attempts: 31 }]);
    const other = telling([], { events: [event('e1')], untold: [{ recipient: 'subscription:ended', eventId: 'e1', attempts: 3, nextAt: 0, lastError: 'x' }] }, []);
    await other.teller.tellDue(100);
    expect(other.teller.untold).toEqual([]);
  });
});
