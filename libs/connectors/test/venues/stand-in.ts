import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { VenueCredentials } from '../../src/venues/index.js';

export const hmac = (secret: string, text: string, encoding: 'hex' | 'base64' = 'hex'): string => createHmac('sha256', secret).update(text).digest(encoding);

export interface Asked {
  readonly method: string;
  readonly path: string;
  /** Of the query and the body together, as text. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: string;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

export interface StoodOrder {
  readonly id: number;
  readonly clientId: string;
  readonly side: 'buy' | 'sell';
  readonly size: string;
  readonly filled: string;
  readonly reduceOnly: boolean;
}

/** What a venue of this kind answers. Sizes are in its own contracts; the account is short 2 to begin with, and 8 more can be had. */
export interface Dialect {
  readonly credentials: VenueCredentials;
  /** The account's name within Ballast. */
  readonly accountName: string;
  readonly account: string;
  readonly symbol: string;
  /** Whose signature is on it: none where the question is public. */
  readonly signature: (asked: Asked) => 'good' | 'bad' | 'none';
  readonly isOrder: (asked: Asked) => boolean;
  readonly revoked: { readonly status: number; readonly body: unknown };
  readonly duplicate: { readonly status: number; readonly body: unknown };
  readonly orderOf: (asked: Asked) => { readonly clientId: string; readonly side: string; readonly size: string; readonly reduceOnly: boolean };
  readonly placed: (order: StoodOrder) => unknown;
  readonly answer: (asked: Asked, state: StandInState) => unknown;
}

export interface StandInState {
  readonly orders: Map<string, StoodOrder>;
  leverage: number;
  margin: number;
  /** What the key may do, in the venue's own form; null for what it should. */
  rights: unknown;
  revoked: boolean;
  /** Leaves questions that are signed without an answer. */
  silent: boolean;
  fault: 'reply-lost' | 'request-lost' | 'limited' | 'outage' | null;
}

export interface StandIn {
  readonly url: string;
  readonly state: StandInState;
  readonly asked: Asked[];
  readonly stop: () => Promise<void>;
}

const FILLABLE = 8;

/** A stand-in on this machine for a venue that the paper venue does not speak: it checks signatures, fills what it can, and goes wrong when told to. */
export async function standIn(dialect: Dialect): Promise<StandIn> {
  const state: StandInState = { orders: new Map(), leverage: 5, margin: 100, rights: null, revoked: false, silent: false, fault: null };
  const asked: Asked[] = [];
  const answerTo = (request: Asked): { readonly status: number; readonly body: unknown } | 'nothing' => {
    const signed = dialect.signature(request);
    if (signed === 'bad' || (signed === 'good' && state.revoked)) return dialect.revoked;
    if (state.silent && signed === 'good' && !dialect.isOrder(request)) return 'nothing';
    const fault = dialect.isOrder(request) ? state.fault : null;
    if (fault !== null) state.fault = null;
    if (fault === 'limited') return { status: 429, body: 'Too Many Requests' };
    if (fault === 'outage') return { status: 503, body: '<html>503</html>' };
    if (fault === 'request-lost') return 'nothing';
    if (!dialect.isOrder(request)) {
      const body = dialect.answer(request, state);
      return body === undefined ? { status: 404, body: `no ${request.method} ${request.path}` } : { status: 200, body };
    }
    const { clientId, side, size, reduceOnly } = dialect.orderOf(request);
    if (state.orders.has(clientId)) return dialect.duplicate;
    const order: StoodOrder = { id: 100 + state.orders.size, clientId, side: side.toLowerCase() as 'buy' | 'sell', size, filled: String(Math.min(Number(size), FILLABLE)), reduceOnly };
    state.orders.set(clientId, order);
    return fault === 'reply-lost' ? 'nothing' : { status: 200, body: dialect.placed(order) };
  };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      const [path = '', query = ''] = (request.url ?? '').split('?');
      const inBody = body.startsWith('{') ? Object.fromEntries(Object.entries(JSON.parse(body) as object).map(([key, value]) => [key, String(value)])) : Object.fromEntries(new URLSearchParams(body));
      const one = { method: request.method ?? '', path, query, body, headers: request.headers, params: { ...Object.fromEntries(new URLSearchParams(query)), ...inBody } };
      asked.push(one);
      const answer = answerTo(one);
      if (answer === 'nothing') return;
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const stop = (): Promise<void> => new Promise((stopped) => {
    server.close(() => stopped());
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, state, asked, stop };
}

export const NOW = 1_790_000_000_000;
