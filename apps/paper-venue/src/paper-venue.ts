import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { admin, type Operated } from './admin/admin.js';
import { VenueClock } from './clock.js';
import { BASE, call } from './facade/deribit/call.js';
import { DeribitKeys, type Once } from './facade/deribit/keys.js';
import { FeedFollower, type FeedSettings } from './feed/follow-feed.js';
import type { PriceFeed } from './feed/price-feed.js';
import { openFirstAccounts, type FirstAccounts } from './first-accounts.js';
import { exchange } from './facade/hyperliquid/exchange.js';
import { info } from './facade/hyperliquid/info.js';
import { HyperliquidKeys } from './facade/hyperliquid/keys.js';
import { openingStates } from './listing.js';
import { Connections } from './push/connections.js';
import { PushFaults } from './push/push-faults.js';
import { RefusalLog } from './refusals.js';
import { RunningVenue } from './running-venue.js';
import { jsonAnswer, textAnswer, type WireAnswer } from './wire-answer.js';

const HOUR_MS = 3_600_000;
const MOST_BODY_BYTES = 100_000;
const STOP_PATIENCE_MS = 2_000;
const KEEP_ALIVE_MS = 75_000;

export interface PaperVenueOptions {
  /** 0 is any free one. */
  readonly port?: number;
  /** Milliseconds since the epoch; the machine's clock where it is not given. */
  readonly wall?: () => number;
  /** Whether a client id of Hyperliquid counts once: not known of the real venue. */
  readonly clientIds?: 'once' | 'repeatable';
  /** What of a call to Deribit counts once: not known either. */
  readonly once?: Once;
  /** How many ended orders, fills and payments are kept, each, per venue. */
  readonly mostKept?: number;
  /** Accounts that are there from the start. */
  readonly accounts?: FirstAccounts;
  /** Where prices come from beside the operator's door. */
  readonly feed?: { readonly source: PriceFeed; readonly settings: FeedSettings };
  /** Actions that an account of Hyperliquid may send before it has traded, and dollars traded from which it may cancel by a timer. */
  readonly hyperliquid?: { readonly actions?: number; readonly volumeForTimer?: number };
}

export interface StartedPaperVenue {
  readonly port: number;
  /** The base of every address: /info and /exchange of Hyperliquid, /api/v2 of Deribit, /admin. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts both venues on 127.0.0.1, and nowhere else. With a feed it answers once there are prices; it rejects where there are none to begin with. */
export async function startPaperVenue(options: PaperVenueOptions = {}): Promise<StartedPaperVenue> {
  const operated = assemble(options);
  const { feed, accounts } = options;
  if (accounts !== undefined) openFirstAccounts(operated, accounts);
  await feed?.source.start(new FeedFollower([operated.hyperliquid.running, operated.deribit.running], feed.settings, operated.clock.wall, (text) => console.error(text)));
  const server = createServer((request, response) => {
    served(operated, request, response).catch((error: unknown) => {
      console.error(error);
      if (!response.headersSent) response.writeHead(500).end();
    });
  });
  const connections = new Connections(operated);
  connections.attach(server);
  // Longer than clients keep a connection that they use again.
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  }).catch(async (error: unknown) => {
    await feed?.source.stop();
    throw error;
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      await feed?.source.stop();
      connections.stop();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), STOP_PATIENCE_MS).unref();
      });
    },
  };
}

/** Both venues, without a server. */
export function assemble({ wall = Date.now, clientIds = 'once', once = 'call', mostKept = 10_000, hyperliquid = {}, feed }: PaperVenueOptions = {}): Operated {
  const fundingClock = feed?.settings.fundingClock === 'feed' ? 'feed' : 'venue';
  const clock = new VenueClock(wall);
  const refusals = new RefusalLog(() => clock.now());
  const states = openingStates(clock.now(), clientIds);
  return {
    clock,
    refusals,
    pushes: { hyperliquid: new PushFaults(), deribit: new PushFaults() },
    hyperliquid: {
      running: new RunningVenue({ name: 'hyperliquid', fundingEveryMs: HOUR_MS, fundingClock, mostKept }, states.hyperliquid, clock), keys: new HyperliquidKeys(), refusals, actions: new Map(),
      limits: { actions: hyperliquid.actions ?? 10_000, volumeForTimer: hyperliquid.volumeForTimer ?? 1_000_000 },
    },
    deribit: { running: new RunningVenue({ name: 'deribit', fundingEveryMs: 8 * HOUR_MS, fundingClock, mostKept }, states.deribit, clock), keys: new DeribitKeys(once), refusals, options: new Map() },
  };
}

async function served(operated: Operated, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', url: target = '/' } = request;
  const body = await bodyOf(request);
  const path = target.split('?')[0] ?? '/';
  if (body === null) {
    response.writeHead(413, { connection: 'close' }).end('too large', () => request.destroy());
    return;
  }
  const { answer, silence } = answered(operated, request, { method, path, target, body });
  if (answer.kind === 'silence') {
    // The client's own patience ends it; a broken connection is seen at once.
    if (silence === 'reset') request.socket.destroy();
    return;
  }
  if (answer.afterMs > 0) await new Promise((resolve) => setTimeout(resolve, answer.afterMs));
  response.writeHead(answer.status, { 'content-type': answer.contentType, ...(answer.status === 429 ? { connection: 'close' } : {}) }).end(answer.body);
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly target: string;
  readonly body: string;
}

function answered(operated: Operated, request: IncomingMessage, { method, path, target, body }: Asked): { readonly answer: WireAnswer; readonly silence: 'hang' | 'reset' } {
  const { hyperliquid, deribit } = operated;
  if (path.startsWith('/admin/')) return { answer: fromHere(request) ? admin(operated, method, path, json(body)) : jsonAnswer(403, { error: { code: 'forbidden', message: 'only for programs on this machine' } }), silence: 'hang' };
  if (path.startsWith(BASE)) {
    const answer = method === 'GET' ? call(deribit, { authorization: request.headers.authorization, method, target, body }) : textAnswer(405, 'only GET');
    return { answer, silence: deribit.running.silence };
  }
  if (method === 'POST' && path === '/info') return { answer: info(hyperliquid, json(body)), silence: hyperliquid.running.silence };
  if (method === 'POST' && path === '/exchange') return { answer: exchange(hyperliquid, json(body)), silence: hyperliquid.running.silence };
  operated.refusals.add('none', `${method} ${path}`, 'no such address', {});
  return { answer: textAnswer(404, 'not found'), silence: 'hang' };
}

/** A program on this machine: the connection and the name it asked for are the loopback's, and no web page sent it. */
const fromHere = ({ socket, headers }: IncomingMessage): boolean =>
  socket.remoteAddress === '127.0.0.1' && /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(headers.host ?? '') && headers.origin === undefined && headers['sec-fetch-site'] === undefined;

/** What is no JSON is undefined, which no schema takes. */
function json(body: string): unknown {
  try {
    return body === '' ? undefined : (JSON.parse(body) as unknown);
  } catch {
    return undefined;
  }
}

/** The body as text, or null as soon as it is too large. */
const bodyOf = (request: IncomingMessage): Promise<string | null> =>
  new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    request.on('data', (piece: Buffer) => {
      bytes += piece.length;
      if (bytes <= MOST_BODY_BYTES) pieces.push(piece);
      else {
        request.pause();
        resolve(null);
      }
    });
    request.once('end', () => resolve(Buffer.concat(pieces).toString('utf8')));
    request.once('error', reject);
  });
