import type { Reading } from '@ballast/positions';
import type { Address } from '@ballast/units';

/** What a venue's key is made of. Only a key that can trade and cannot withdraw is ever used. */
export type VenueCredentials =
  | { readonly venue: 'deribit'; readonly clientId: string; readonly clientSecret: string }
  /** `agentKey` is of an agent that the account approved: 0x and 64 hex digits. */
  | { readonly venue: 'hyperliquid'; readonly account: Address; readonly agentKey: `0x${string}` }
  | { readonly venue: 'binance-usdm'; readonly apiKey: string; readonly secret: string }
  | { readonly venue: 'okx'; readonly apiKey: string; readonly secret: string; readonly passphrase: string }
  | { readonly venue: 'bybit'; readonly apiKey: string; readonly secret: string };

/** A key that was looked at: it can trade and cannot withdraw. */
export interface KeyRights {
  /** The venue's own words for what it may do. */
  readonly told: string;
  /** Wall clock in milliseconds at which it ends by itself. */
  readonly expiresAt: Reading<number | 'never'>;
}

/** Every text of the credentials that must not be shown. */
export function secretsOf(credentials: VenueCredentials): readonly string[] {
  switch (credentials.venue) {
    case 'deribit':
      return [credentials.clientId, credentials.clientSecret];
    case 'hyperliquid':
      return [credentials.agentKey];
    case 'okx':
      return [credentials.apiKey, credentials.secret, credentials.passphrase];
    case 'binance-usdm':
    case 'bybit':
      return [credentials.apiKey, credentials.secret];
  }
}
