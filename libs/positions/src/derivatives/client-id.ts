import { InvalidInput, type Hash32 } from '@ballast/units';
import { clientOrderId, type ClientOrderId, type VenueOrder } from './venue-order.js';
import type { DerivativesVenue, VenuePlace } from './venue.js';

/** What names an order for good: the same plan, version and slice always have the same id, and a new id is a new order. */
export interface OrderName extends VenuePlace {
  /** Whose account it is. */
  readonly user: string;
  readonly plan: string;
  readonly planVersion: number;
  readonly slice: number;
}

const PART = /^[A-Za-z0-9._:-]{1,128}$/;

/** The first 128 bits of the hash of the name. `hash` is a cryptographic hash of UTF-8 text (SHA-256 or Keccak-256). @throws InvalidInput for an empty part or one with other signs than letters, digits and . _ : - */
export function clientOrderIdOf({ environment, user, venue, plan, planVersion, slice }: OrderName, hash: (text: string) => Hash32): ClientOrderId {
  for (const [field, part] of [['user', user], ['plan', plan]] as const) if (!PART.test(part)) throw new InvalidInput(field, JSON.stringify(part), 'letters, digits and . _ : -');
  for (const [field, count] of [['plan version', planVersion], ['slice', slice]] as const) if (!Number.isSafeInteger(count) || count < 0) throw new InvalidInput(field, String(count), 'a whole number from 0');
  return clientOrderId(hash(['ballast-order-1', environment, user, venue, plan, planVersion, slice].join('|')).slice(2, 34));
}

/** The id as the venue takes it: `0x` and 32 hex digits at Hyperliquid (cloid), 32 hex digits as Deribit's label, OKX's clOrdId (at most 32 letters and digits), Binance's newClientOrderId and Bybit's orderLinkId. */
export const venueClientId = (venue: DerivativesVenue, id: ClientOrderId): string => (venue === 'hyperliquid' ? `0x${id}` : id);

/** Whose order it is by the id that the venue tells; absent or of another shape it is foreign. */
export function clientIdFrom(venue: DerivativesVenue, text: string | undefined): VenueOrder['clientId'] {
  const bare = text === undefined ? '' : venue === 'hyperliquid' ? (text.startsWith('0x') ? text.slice(2).toLowerCase() : '') : text;
  return /^[0-9a-f]{32}$/.test(bare) ? { kind: 'ours', id: clientOrderId(bare) } : { kind: 'foreign' };
}
