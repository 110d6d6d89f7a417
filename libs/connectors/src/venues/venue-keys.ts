import type { VenueCredentials } from '@ballast/venue-wire';

export type { KeyRights, VenueCredentials } from '@ballast/venue-wire';

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
