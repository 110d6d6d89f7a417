import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { connectVenue } from '../connect-venue.js';
import { guardedClient } from './guarded-client.js';
import { hostsOf, Outbound, OutboundRefused, pointedAt } from './outbound.js';

const HERE = 'http://127.0.0.1:4700';
const CREDENTIALS = { venue: 'deribit', clientId: 'an-id-of-a-client', clientSecret: 'a-secret-of-a-client' } as const;

describe('addresses', () => {
  it('are all moved to one host with their paths, whatever the depth', () => {
    const urls = { logo: 'https://a.example/logo.png', api: { rest: 'https://{hostname}', ws: { public: 'wss://b.example/ws/v1' }, list: ['http://c.example/x'] }, doc: 'none' };
    expect(pointedAt(urls, HERE)).toEqual({ logo: `${HERE}/logo.png`, api: { rest: HERE, ws: { public: 'ws://127.0.0.1:4700/ws/v1' }, list: [`${HERE}/x`] }, doc: 'none' });
    expect(() => pointedAt(urls, 'http://127.0.0.1:1/path')).toThrow('without a path');
    expect(() => pointedAt(urls, 'ftp://127.0.0.1')).toThrow('address of the venue');
    expect([...hostsOf(urls.api, 'h.example')]).toEqual(['h.example', 'b.example', 'c.example']);
  });

  it.each(['deribit', 'hyperliquid', 'binanceusdm', 'okx', 'bybit'] as const)('of %s leave no other host', async (exchange) => {
    const { default: ccxt } = await import('ccxt');
    const plain = new ccxt[exchange]();
    expect(hostsOf(plain.urls, 'h.example').size).toBeGreaterThan(0);
    expect([...hostsOf(pointedAt(plain.urls, HERE), 'h.example')]).toEqual(['127.0.0.1:4700']);
  });
});

describe('what may leave', () => {
  const allowed = (environment: 'paper' | 'live', hosts: string[]) => new Outbound(environment, new Set(hosts), new Set(['GET /api/v2/private/buy']));
  const refusal = (outbound: Outbound, url: string, method = 'GET'): string => {
    try {
      outbound.check(url, method);
      return 'allowed';
    } catch (error) {
      return (error as Error).message;
    }
  };

  it('acceptance 15: what is of paper stays on this machine, whatever the hosts are said to be', () => {
    for (const outside of ['www.deribit.com', '10.0.0.1:80', 'localhost:4700', '127.0.0.1.example.com', '128.0.0.1', '0.0.0.0:1']) expect(() => allowed('paper', [outside]), outside).toThrow('a paper venue on this machine');
    const here = allowed('paper', ['127.0.0.1:4700', '[::1]:4700']);
    expect(refusal(here, `${HERE}/api/v2/private/buy?amount=1`)).toBe('allowed');
    expect(refusal(here, 'http://[::1]:4700/api/v2/private/buy')).toBe('allowed');
    expect(refusal(here, 'https://www.deribit.com/api/v2/private/buy')).toContain('expected this machine alone');
    expect(refusal(here, 'http://127.0.0.1@www.deribit.com/api/v2/private/buy')).toContain('expected this machine alone');
    expect(refusal(here, 'http://127.0.0.1:4701/api/v2/private/buy')).toContain('127.0.0.1:4700');
  });

  it('is a listed call to a listed host, encrypted where it leaves the machine', () => {
    const live = allowed('live', ['www.deribit.com']);
    expect(refusal(live, 'https://www.deribit.com/api/v2/private/buy')).toBe('allowed');
    for (const [url, method] of [['http://www.deribit.com/api/v2/private/buy', 'GET'], ['https://www.deribit.com/api/v2/private/withdraw', 'GET'], ['https://www.deribit.com/api/v2/private/buy', 'POST'], ['https://www.deribit.com.example.com/api/v2/private/buy', 'GET']] as const) {
      expect(refusal(live, url, method), url).toContain('refused to send');
    }
  });
});

describe('a client of a paper environment', () => {
  const servers: ReturnType<typeof createServer>[] = [];
  afterEach(() => servers.splice(0).forEach((server) => server.close()));

  it('acceptance 15: a paper client is not made without an address on this machine', async () => {
    await expect(connectVenue({ environment: 'paper', accountName: 'main', credentials: CREDENTIALS })).rejects.toThrow('address of the paper venue');
    await expect(connectVenue({ environment: 'paper', accountName: 'main', credentials: CREDENTIALS, url: 'https://test.deribit.com' })).rejects.toBeInstanceOf(OutboundRefused);
  });

  it('acceptance 15: a paper client sends nothing elsewhere and nothing that is not listed, also where its addresses are changed behind its back, and follows no redirect', async () => {
    const seen: string[] = [];
    const server = createServer((request, response) => {
      seen.push(request.url ?? '');
      response.writeHead(302, { location: 'https://www.deribit.com/api/v2/public/auth' }).end();
    });
    servers.push(server);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await expect(connectVenue({ environment: 'paper', accountName: 'main', credentials: CREDENTIALS, url, paced: false })).rejects.toMatchObject({ code: 'venue-unavailable' });
    expect(seen).toHaveLength(1);
    const client = await guardedClient({ place: { environment: 'paper', venue: 'deribit' }, exchange: 'deribit', calls: { publicGetGetTime: 'GET /api/v2/public/get_time' }, settings: { apiKey: 'a-key', secret: 'a-secret' }, url, timeoutMs: 1_000, paced: false, problemOf: () => null });
    await expect(client.withdraw('ETH', 1, '0x1234567890123456789012345678901234567890')).rejects.toBeInstanceOf(OutboundRefused);
    await expect(client.fetchBalance()).rejects.toBeInstanceOf(OutboundRefused);
    client.urls['api'] = { rest: 'https://www.deribit.com' };
    await expect(client.fetchTime()).rejects.toThrow('expected this machine alone');
    expect(seen).toHaveLength(1);
  });

  it('that wants tries again is not obeyed: an order is sent once', async () => {
    let count = 0;
    const server = createServer((request) => {
      count += 1;
      request.socket.destroy();
    });
    servers.push(server);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = await guardedClient({ place: { environment: 'paper', venue: 'deribit' }, exchange: 'deribit', calls: { publicGetGetTime: 'GET /api/v2/public/get_time' }, settings: { options: { maxRetriesOnFailure: 3 } }, url, timeoutMs: 1_000, paced: false, problemOf: () => null });
    await expect(client.fetchTime()).rejects.toThrow();
    expect(count).toBe(1);
  });
});
