import { VenueKeyRefused, unknown } from '@ballast/positions';
import type { KeyRights, VenueCredentials } from '../venue-keys.js';
import type { VenueWire } from '../wire/venue-wire.js';
import type { DERIBIT_CALLS } from './deribit-calls.js';
import { SCOPE, resultOf } from './deribit-schemas.js';

/** Rights that let a key move funds out, or make itself another key that does. */
const TOO_MUCH = ['wallet:read_write', 'account:read_write', 'custody:read_write'] as const;
const NEEDED = ['trade:read_write', 'account:read'] as const;

/** Deribit tells a key's scope when it is shown the key. @throws VenueKeyRefused where it may do too much or too little */
export async function deribitKeyRights(wire: VenueWire<typeof DERIBIT_CALLS>, { clientId, clientSecret }: Extract<VenueCredentials, { venue: 'deribit' }>): Promise<KeyRights> {
  const { result: { scope } } = await wire.read('publicGetAuth', { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret }, resultOf(SCOPE));
  const rights = scope.split(' ');
  const tooMuch = TOO_MUCH.filter((right) => rights.includes(right));
  if (tooMuch.length > 0) throw new VenueKeyRefused('deribit', `it has ${tooMuch.join(' and ')}; make one with ${NEEDED.join(', ')} and wallet:none`);
  const missing = NEEDED.filter((right) => !rights.includes(right));
  if (missing.length > 0) throw new VenueKeyRefused('deribit', `it lacks ${missing.join(' and ')}`);
  return { told: rights.filter((right) => /^(account|trade|wallet|block_trade|block_rfq|custody):/.test(right)).join(' '), expiresAt: unknown('Deribit does not tell when a key ends') };
}
