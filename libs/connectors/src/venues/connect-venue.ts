import type { VenueEnvironment, VenuePlace } from '@ballast/positions';
import type { ConnectionPlan, VenueConnection } from './connection.js';
import { connectBinance } from './binance-usdm/connect-binance.js';
import { connectBybit } from './bybit/connect-bybit.js';
import { connectDeribit } from './deribit/connect-deribit.js';
import { connectHyperliquid } from './hyperliquid/connect-hyperliquid.js';
import { connectOkx } from './okx/connect-okx.js';
import type { VenueCredentials } from './venue-keys.js';

export interface VenueOptions {
  readonly environment: VenueEnvironment;
  readonly credentials: VenueCredentials;
  /** Ballast's own name of the key's account: `<environment>:<venue>:account:<accountName>`; Deribit's are `<accountName>.<currency>`. */
  readonly accountName: string;
  /** Scheme, host and port in place of the venue's own. A paper environment needs one, on this machine. */
  readonly url?: string;
  readonly timeoutMs?: number;
  /** Whether requests wait their turn within the venue's limits, which is the default and of a live venue always so. */
  readonly paced?: boolean;
  /** Requests that wait their turn leave at once while the venue's minute has room, not evenly spread over it: for orders and what they must know first. At Hyperliquid alone, where a question may cost a sixtieth of the minute. */
  readonly inBursts?: boolean;
  /** What OKX's orders and leverage are for; other venues keep it with the account or the instrument. */
  readonly marginMode?: 'cross' | 'isolated';
  /** Wall clock in milliseconds. */
  readonly now?: () => number;
}

const TIMEOUT_MS = 10_000;

/**
 * A reader and a trader for one key, once the venue has said that the key can trade and cannot withdraw.
 * @throws VenueKeyRefused where it may do more, or less; VenueUnavailable and VenueAnswerInvalid where that could not be learnt; OutboundRefused where a paper environment would leave this machine
 */
export async function connectVenue({ environment, credentials, accountName, url, timeoutMs = TIMEOUT_MS, paced = true, inBursts = false, marginMode = 'cross', now = Date.now }: VenueOptions): Promise<VenueConnection> {
  const place: VenuePlace = { environment, venue: credentials.venue };
  const plan: ConnectionPlan = { place, accountName, url, timeoutMs, paced, inBursts, marginMode, now };
  switch (credentials.venue) {
    case 'deribit':
      return connectDeribit(plan, credentials);
    case 'hyperliquid':
      return connectHyperliquid(plan, credentials);
    case 'binance-usdm':
      return connectBinance(plan, credentials);
    case 'okx':
      return connectOkx(plan, credentials);
    case 'bybit':
      return connectBybit(plan, credentials);
  }
}
