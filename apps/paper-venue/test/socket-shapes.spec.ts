import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assemble } from '../src/paper-venue.js';
import { DeribitSession } from '../src/push/deribit-session.js';
import { HyperliquidSession } from '../src/push/hyperliquid-session.js';
import { differences } from './shapes.js';

const FOLDER = resolve(process.env['BALLAST_DATA'] ?? '../shared', 'data/exchange_fixtures');
const recorded = (file: string): unknown => JSON.parse(readFileSync(resolve(FOLDER, file), 'utf8'));
const ask = (session: DeribitSession, method: string, params: object = {}) => session.answer({ jsonrpc: '2.0', id: 1, method, params })[0];
const told = (session: DeribitSession | HyperliquidSession): unknown => [...session.streams.values()].flatMap((stream) => stream())[0];

describe.skipIf(!existsSync(FOLDER))('the recorded messages of sockets', () => {
  it('Deribit: what is subscribed, a ticker, a heartbeat', () => {
    const session = new DeribitSession(assemble().deribit);
    const answer = ask(session, 'public/subscribe', { channels: ['ticker.BTC-PERPETUAL.100ms', 'deribit_price_index.nothing'] });
    expect(differences(answer, [recorded('deribit/ws_subscribe_response.json')])).toEqual([]);
    expect(answer).toMatchObject({ result: ['ticker.BTC-PERPETUAL.100ms'] });
    expect(differences(told(session), [recorded('deribit/ws_ticker.json')])).toEqual([]);
  });

  it('Hyperliquid: mids', () => {
    const session = new HyperliquidSession(assemble().hyperliquid);
    session.answer({ method: 'subscribe', subscription: { type: 'allMids' } });
    const { channel, data } = told(session) as { channel: string; data: { mids: object } };
    const theirs = recorded('hyperliquid/ws_allmids.json') as { channel: string; data: { mids: object } };
    expect(channel).toBe(theirs.channel);
    expect(differences(Object.values(data.mids), [Object.values(theirs.data.mids)])).toEqual([]);
  });
});

describe('a heartbeat of Deribit', () => {
  it('is asked for once an interval; a client that does not answer one is let go', () => {
    let now = 1_790_000_000_000;
    const session = new DeribitSession(assemble({ wall: () => now }).deribit);
    expect(ask(session, 'public/set_heartbeat', { interval: 5 })).toMatchObject({ error: { code: -32602 } });
    expect(ask(session, 'public/set_heartbeat', { interval: 10 })).toMatchObject({ result: 'ok' });
    const request = { jsonrpc: '2.0', method: 'heartbeat', params: { type: 'test_request' } };
    expect(session.due()).toEqual([]);
    now += 10_000;
    expect([session.due(), session.due()]).toEqual([[request], []]);
    ask(session, 'public/test');
    now += 10_000;
    expect(session.due()).toEqual([request]);
    now += 10_000;
    expect(session.due()).toBe('close');
  });

  it('nobody is told of an account without signing in', () => {
    const session = new DeribitSession(assemble().deribit);
    expect(ask(session, 'private/subscribe', { channels: ['user.orders.any.any.raw'] })).toMatchObject({ error: { code: 13009 } });
    expect(ask(session, 'public/subscribe', { channels: ['user.orders.any.any.raw'] })).toMatchObject({ result: [] });
  });
});
