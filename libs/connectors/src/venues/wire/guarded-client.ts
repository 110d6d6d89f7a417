import type { Exchange } from 'ccxt';
import type { VenuePlace } from '@ballast/positions';
import { InvalidInput } from '@ballast/units';
import { VenueSaid, VenueSilent, type Problem } from './failures.js';
import { hostsOf, Outbound, OutboundRefused, pointedAt } from './outbound.js';

/** ccxt's names of the calls that an adapter makes, each with what it is on the wire: `GET /api/v2/private/buy`. Nothing else leaves. */
export type Calls = Readonly<Record<string, string>>;

/** What a venue's client is made of. */
export interface ClientPlan {
  readonly place: VenuePlace;
  readonly exchange: 'deribit' | 'hyperliquid' | 'binanceusdm' | 'okx' | 'bybit';
  readonly calls: Calls;
  /** Keys and options as ccxt's constructor takes them. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Scheme, host and port in place of the venue's own; needed of a paper environment. */
  readonly url: string | undefined;
  readonly timeoutMs: number;
  /** Whether requests wait their turn within the venue's limits; false against a paper venue that has none. */
  readonly paced: boolean;
  /** What an answer that came says of a failure; null where it tells of none. */
  readonly problemOf: (answer: unknown) => Problem | null;
  /** Looks at a body before it leaves, beyond the list of calls. @throws OutboundRefused */
  readonly checkBody?: (path: string, body: string) => void;
}

type ExchangeClass = new (settings: object) => Exchange;
/** Execution is not known behind these: the answer is that the venue did not come to an end in time. */
const isServerFailure = (status: number): boolean => status >= 500 || status === 408;

/**
 * ccxt's client of a venue, held: it sends only the listed calls to the listed hosts, tries nothing twice, follows no redirect, tells failures by the venue's own code, and asks
 * for no builder's fee and no referrer. ccxt is loaded with the first client.
 */
export async function guardedClient({ place, exchange, calls, settings, url, timeoutMs, paced, problemOf, checkBody }: ClientPlan): Promise<Exchange> {
  if (place.environment === 'paper' && url === undefined) throw new InvalidInput('address of the paper venue', 'none', 'http://127.0.0.1:<port>');
  const { default: ccxt } = await import('ccxt');
  const Base = ccxt[exchange] as unknown as ExchangeClass;
  const limits: { outbound: Outbound | null } = { outbound: null };

  class Guarded extends Base {
    override async fetch(target: string, method = 'GET', headers: unknown = undefined, body: unknown = undefined): Promise<unknown> {
      if (limits.outbound === null) throw new OutboundRefused('a request', 'a client that is ready');
      limits.outbound.check(target, method);
      checkBody?.(new URL(target).pathname, typeof body === 'string' ? body : '');
      return super.fetch(target, method, headers as never, body as never) as Promise<unknown>;
    }

    // ccxt maps words to classes; Ballast maps codes, and needs them as they came.
    override handleErrors(status: number, reason: string, _url: string, _method: string, _headers: never, body: string, answer: unknown): undefined {
      const problem = answer === undefined || answer === null ? null : problemOf(answer);
      if (problem !== null && !(isServerFailure(status) && problem.code === '')) throw new VenueSaid(status, problem.code, problem.message);
      if (isServerFailure(status)) throw new VenueSilent('server-error', `HTTP ${status}`);
      if (status >= 400) throw new VenueSaid(status, `http-${status}`, `${reason} ${body.slice(0, 200)}`);
      return undefined;
    }

    // How long an order may travel: OKX takes it as a header, Bybit as a part of what is signed. ccxt passes on neither.
    override sign(path: string, api: never, method: never, params: Record<string, unknown> = {}, headers?: never, body?: never): ReturnType<Exchange['sign']> {
      const { expTime, travelMs, ...rest } = params;
      if (travelMs !== undefined) this.options['recvWindow'] = travelMs;
      const request = super.sign(path, api, method, rest, headers, body) as { headers?: Record<string, string> };
      if (travelMs !== undefined) this.options['recvWindow'] = DEFAULT_WINDOW_MS;
      if (expTime !== undefined) request.headers = { ...request.headers, expTime: String(expTime) };
      // The names of brokers, who are paid for orders, are not ours.
      if (request.headers !== undefined) delete request.headers['Referer'];
      return request as never;
    }

    // Of Hyperliquid: a signed action for a builder's fee before every order, and one for a referrer.
    async initializeClient(): Promise<boolean> {
      return true;
    }
    async handleBuilderFeeApproval(): Promise<boolean> {
      return true;
    }
    async setRef(): Promise<boolean> {
      return true;
    }
  }

  const client = new Guarded({ ...settings, timeout: timeoutMs, enableRateLimit: paced || place.environment === 'live', verbose: false });
  client.options = { ...client.options, maxRetriesOnFailure: 0, recvWindow: DEFAULT_WINDOW_MS, adjustForTimeDifference: false };
  if (url !== undefined) client.urls = pointedAt(client.urls, url);
  const hostname = String((client as { hostname?: string }).hostname ?? '');
  limits.outbound = new Outbound(place.environment, url === undefined ? hostsOf(client.urls['api'], hostname) : new Set([new URL(url).host]), new Set(Object.values(calls)));
  return client;
}

/** How old a signed question may be when it arrives. */
const DEFAULT_WINDOW_MS = 5_000;
