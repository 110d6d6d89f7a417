import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { heartbeatKey, heartbeatPublicKey, newHeartbeatKey, openHeartbeat, publicKeyText, signHeartbeat } from '@ballast/heartbeat';
import { ChainStore, HeartbeatStore, LivenessStore } from '@ballast/storage';
import { address, chainId, hash32 } from '@ballast/units';
import { addActiveWebhook } from '../../../test/factories/active-webhook.js';
import { aHeartbeat } from '../../../test/factories/heartbeat.js';
import * as contract from '../src/contract/schemas.js';
import { Visitor, startStack, type Stack } from './stack.js';

const TOKEN = 'a token of the watchdog that nobody guesses'.replaceAll(' ', '-');
const CHAIN = chainId(31337);
let stack: Stack;
let visitor: Visitor;
let sql: pg.Client;

beforeAll(async () => {
  stack = await startStack({ postgresUrl: inject('postgresUrl'), redisUrl: inject('redisUrl') }, { WATCHDOG_TOKEN: TOKEN });
  sql = new pg.Client({ connectionString: stack.env['DATABASE_URL'] });
  await sql.connect();
});
afterAll(async () => {
  await sql.end();
  await stack.stop();
});
beforeEach(() => {
  visitor = new Visitor(stack.baseUrl);
});

describe('the status', () => {
  it('has no figures before they were measured, and then those that were stored, with their time', async () => {
    expect(contract.status.parse((await visitor.call('GET', '/v1/status')).body).liveness).toEqual([]);
    const store = new LivenessStore(stack.database);
    const measuredAt = new Date(Date.now() - 60_000);
    const figures = await store.measure(CHAIN, measuredAt);
    await store.save(CHAIN, { measuredAt, figures: { ...figures, mandates: { armed: 3, cannot: 2, undecided: 0, reasons: [{ reason: 'wallet-empty', count: 1 }, { reason: 'not-seen', count: 1 }, { reason: 'of-a-newer-worker', count: 0 }] } } });
    const { liveness, hedging } = contract.status.parse((await visitor.call('GET', '/v1/status')).body);
    expect(hedging).toEqual([{ chainId: 31337, measuredAt: measuredAt.toISOString(), plans: 0, guarded: 0, roundAt: null, accounts: 0, oldestReadingAt: null }]);
    expect(liveness).toMatchObject([{ chainId: 31337, measuredAt: measuredAt.toISOString(), mandates: { armed: 3, cannot: 2, reasons: [{ sentence: expect.stringContaining('wallet holds no') }, { sentence: expect.stringContaining('not read') }, { sentence: 'of-a-newer-worker' }] } }]);
  });

  it('is told to Prometheus outside of the versioned API', async () => {
    await new ChainStore(stack.database).headSeen(CHAIN, 'Local chain', { number: 7n, hash: hash32(`0x${'1'.repeat(64)}`), timestamp: 1n }, new Date());
    const response = await fetch(new URL('/metrics', stack.baseUrl));
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    expect(await response.text()).toMatch(/ballast_chain_head_number\{chain="31337"\} 7\n[^]*ballast_hedge_plans\{chain="31337"\} 0\n/);
    expect((await fetch(new URL('/metrics', stack.baseUrl), { method: 'POST' })).status).toBe(404);
  });
});

describe('the heartbeat', () => {
  it('is none before the first, and then exactly what was signed', async () => {
    expect(await visitor.call('GET', '/v1/status/heartbeat')).toMatchObject({ status: 404, body: { code: 'not-found' } });
    const key = heartbeatKey(newHeartbeatKey());
    const body = { ...aHeartbeat(), sequence: 0 };
    const signed = await new HeartbeatStore(stack.database).issue(CHAIN, new Date(), (sequence) => signHeartbeat({ ...body, sequence }, key));
    const answer = await visitor.call('GET', '/v1/status/heartbeat');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.body).toEqual(signed);
    expect(openHeartbeat(answer.body, heartbeatPublicKey(publicKeyText(key)))).toEqual({ ...body, sequence: expect.any(Number) });
  });
});

describe('the list of those whom the watchdog tells', () => {
  const ask = (path = '', token: string | null = TOKEN) => visitor.call('GET', `/v1/watchdog/recipients${path}`, undefined, token === null ? {} : { authorization: `Bearer ${token}` });

  it('holds what it takes to reach them, a page at a time', async () => {
    for (let n = 0; n < 3; n += 1) await addActiveWebhook(stack.database, { chainId: CHAIN, account: address(`0x${'ab'.repeat(20)}`), target: `https://example.com/${n}` });
    const first = contract.watchdogRecipients.parse((await ask('?limit=2')).body);
    const second = contract.watchdogRecipients.parse((await ask(`?limit=2&after=${first.next}`)).body);
    expect([first.recipients.length, second.recipients.length, second.next]).toEqual([2, 1, null]);
    expect([...first.recipients, ...second.recipients].map(({ target }) => target).sort()).toEqual([0, 1, 2].map((n) => `https://example.com/${n}`));
    expect(first.recipients[0]).toMatchObject({ channel: 'webhook', secret: expect.stringMatching(/^whsec_/) });
    expect((await ask()).headers.get('cache-control')).toBe('no-store');
  });

  it('is for the one with the token alone, who is not let guess for ever', async () => {
    for (const token of [null, '', 'x', `${TOKEN}x`, TOKEN.slice(1)]) expect(await ask('?limit=0', token)).toMatchObject({ status: 401, body: { code: 'watchdog-token-refused' } });
    expect(await ask('?limit=0')).toMatchObject({ status: 400, body: { code: 'request-invalid' } });
    for (let n = 0; n < 20; n += 1) await ask('', 'wrong');
    expect(await ask('', 'wrong')).toMatchObject({ status: 429 });
    expect((await ask()).status).toBe(200);
  });
});

describe('signs of life', () => {
  it('are asked for with a webhook, and said back', async () => {
    const asked = { channel: 'webhook', account: `0x${'cd'.repeat(20)}`, url: 'https://93.184.216.34/alive' };
    const answer = await visitor.call('POST', '/v1/subscriptions', { ...asked, aliveMinutes: 15 });
    expect(answer.status).toBe(201);
    expect(contract.subscription.parse(answer.body)).toMatchObject({ aliveMinutes: 15 });
    for (const aliveMinutes of [0, 1.5, 1_441, 'often']) expect(await visitor.call('POST', '/v1/subscriptions', { ...asked, aliveMinutes })).toMatchObject({ status: 400, body: { code: 'request-invalid' } });
  });
});

describe('the least severity that a subscription takes', () => {
  it('is asked for with either channel, said back, and is info where none is asked for', async () => {
    const asked = { channel: 'webhook', account: `0x${'ce'.repeat(20)}` };
    const least = async (body: object) => contract.subscription.parse((await visitor.call('POST', '/v1/subscriptions', body)).body).leastSeverity;
    expect(await least({ ...asked, url: 'https://93.184.216.34/critical', leastSeverity: 'critical' })).toBe('critical');
    expect(await least({ ...asked, url: 'https://93.184.216.34/all' })).toBe('info');
    expect(await least({ ...asked, channel: 'email', email: 'least@example.test', leastSeverity: 'warning' })).toBe('warning');
    expect(await visitor.call('POST', '/v1/subscriptions', { ...asked, url: 'https://93.184.216.34/loud', leastSeverity: 'loud' })).toMatchObject({ status: 400, body: { code: 'request-invalid' } });
  });
});

describe('without a token for a watchdog', () => {
  it('there is no such address', async () => {
    const other = await startStack({ postgresUrl: inject('postgresUrl'), redisUrl: inject('redisUrl') });
    try {
      const answer = await new Visitor(other.baseUrl).call('GET', '/v1/watchdog/recipients', undefined, { authorization: `Bearer ${TOKEN}` });
      expect(answer).toMatchObject({ status: 404, body: { code: 'not-found' } });
    } finally {
      await other.stop();
    }
  });
});
