import { startPaperVenue, type PaperVenueOptions, type StartedPaperVenue } from '../src/paper-venue.js';

export interface HyperliquidAccount {
  readonly account: string;
  readonly agent: string;
  readonly privateKey: string;
}

export interface DeribitAccount {
  readonly account: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
}

/** Who makes things happen at a venue. */
export interface VenueOperator {
  /** POST /admin/...; throws with what was answered where it is not done. */
  readonly let: <T = unknown>(path: string, body: unknown) => Promise<T>;
  readonly get: <T>(path: string) => Promise<T>;
  readonly refusals: () => Promise<readonly { readonly venue: string; readonly asked: string; readonly why: string; readonly request: string }[]>;
}

/** A started venue and its operator. */
export interface OperatedVenue extends StartedPaperVenue, VenueOperator {}

export async function operatedVenue(options: PaperVenueOptions = {}): Promise<OperatedVenue> {
  const started = await startPaperVenue(options);
  return { ...started, ...operatorOf(started.url) };
}

/** The operator of a venue that runs at this address, in whatever process. */
export function operatorOf(url: string): VenueOperator {
  const get = async <T>(path: string): Promise<T> => (await (await fetch(url + path)).json()) as T;
  return {
    get,
    refusals: () => get('/admin/refusals'),
    let: async <T>(path: string, body: unknown) => {
      const response = await fetch(`${url}/admin/${path}`, { method: 'POST', body: JSON.stringify(body) });
      const text = await response.text();
      if (response.status !== 200) throw new Error(`${response.status} ${text}`);
      return JSON.parse(text) as T;
    },
  };
}

/** A book of one level on each side. */
export const oneLevel = (bid: string, ask: string, size: string) => ({ bids: [[bid, size]], asks: [[ask, size]] });
