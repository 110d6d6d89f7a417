import { spawn } from 'node:child_process';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InvalidEnvironment } from '@ballast/environment';
import { parseEnv } from '../src/env.js';
import { operatedVenue, type OperatedVenue } from './started-venue.js';

let venue: OperatedVenue;
beforeAll(async () => {
  venue = await operatedVenue();
});
afterAll(() => venue.stop());

/** The status of an answer, with headers that fetch would not let one set. */
const status = (path: string, headers: Record<string, string>): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: venue.port, path, headers }, (response) => resolve(response.resume().statusCode)).on('error', reject).end();
  });

describe('the operator\'s door', () => {
  it('is for programs on this machine: not under another name, and not for a web page', async () => {
    expect(await status('/admin/state', {})).toBe(200);
    for (const [name, value] of [['host', 'venue.example'], ['origin', 'https://evil.example'], ['sec-fetch-site', 'cross-site']] as const) expect(await status('/admin/state', { [name]: value })).toBe(403);
  });

  it('says what is wrong with what it is given', async () => {
    const refused = (path: string, body: unknown): Promise<string> => venue.let(path, body).then(() => 'done', (error: Error) => error.message);
    expect(await refused('hyperliquid/events', { kind: 'prices', instrument: 'ETH', mark: '-1' })).toContain('400');
    expect(await refused('hyperliquid/events', { kind: 'prices', instrument: 'DOGE', mark: '1' })).toContain('unknown-instrument');
    expect(await refused('hyperliquid/accounts', { deposits: { EUR: '1' } })).toContain('USDC');
    expect(await refused('hyperliquid/keys', { account: 'nobody' })).toContain('unknown-account');
    expect(await refused('okx/accounts', {})).toContain('404');
    expect(await refused('clock', { advanceMs: -1 })).toContain('400');
  });

  it('shows the whole state, and no secret of a key', async () => {
    const { privateKey, account } = await venue.let<{ privateKey: string; account: string }>('hyperliquid/accounts', { deposits: { USDC: '12.5' } });
    const key = await venue.let<{ account: string; clientSecret: string }>('deribit/accounts', { deposits: { ETH: '2' } });
    await venue.let('deribit/deposits', { account: key.account, currency: 'ETH', amount: '-0.5' });
    const state = await venue.get<{ hyperliquid: { accounts: Record<string, { cashE8: string }> }; deribit: { accounts: Record<string, { cashE8: string }> } }>('/admin/state');
    expect(state.hyperliquid.accounts[account]?.cashE8).toBe('1250000000');
    expect(state.deribit.accounts[`${key.account}:ETH`]?.cashE8).toBe('150000000');
    expect(JSON.stringify(state)).not.toContain(privateKey);
    expect(JSON.stringify(state)).not.toContain(key.clientSecret);
  });
});

describe('what is no request of a venue', () => {
  it('is answered and recorded: an unknown address, what is no JSON, an unknown question, a body without end', async () => {
    const post = async (path: string, body: string): Promise<number> => (await fetch(venue.url + path, { method: 'POST', body })).status;
    expect([await post('/nowhere', '{}'), await post('/info', '{'), await post('/info', '{"type":"candleSnapshot"}'), await post('/info', '{"type":"clearinghouseState","user":"me"}')]).toEqual([404, 422, 422, 422]);
    expect((await fetch(`${venue.url}/api/v2/public/constructor`)).status).toBe(400);
    expect((await venue.refusals()).map(({ asked }) => asked)).toEqual(['POST /nowhere', 'POST /info', 'candleSnapshot', 'clearinghouseState', 'public/constructor']);
    expect(await post('/info', 'x'.repeat(200_000))).toBe(413);
    expect((await fetch(`${venue.url}/api/v2/public/test`)).status).toBe(200);
  });
});

describe('names that every object has', () => {
  it('are no instrument and no account', async () => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      expect(await (await fetch(`${venue.url}/api/v2/public/ticker?instrument_name=${name}`)).json()).toMatchObject({ error: { code: 13020 } });
      await expect(venue.let('deribit/events', { kind: 'halt', instrument: name })).rejects.toThrow('unknown-instrument');
      await expect(venue.let('deribit/events', { kind: 'adl', account: name, instrument: 'ETH-PERPETUAL', shareBps: 1, price: '1' })).rejects.toThrow('unknown-account');
      await expect(venue.let('hyperliquid/deposits', { account: name, currency: 'USDC', amount: '1' })).rejects.toThrow('unknown-account');
    }
  });
});

describe('the process', () => {
  it('tells where it answers in one line of JSON, and ends on SIGTERM', async () => {
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn(process.execPath, ['--import', 'tsx', 'apps/paper-venue/src/main.ts'], { env: { PATH, HOME, PAPER_VENUE_PORT: '0' }, stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const line = await new Promise<string>((resolve) => child.stdout.once('data', (data: Buffer) => resolve(data.toString())));
    const { paperVenue } = JSON.parse(line) as { paperVenue: string };
    expect((await fetch(`${paperVenue}/api/v2/public/test`)).status).toBe(200);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('names a variable that is wrong', () => {
    expect(() => parseEnv({ PAPER_VENUE_PORT: '99999' })).toThrow(InvalidEnvironment);
    expect(parseEnv({ PAPER_VENUE_PORT: '' })).toEqual({ port: 4_700, clientIds: 'once' });
  });
});
