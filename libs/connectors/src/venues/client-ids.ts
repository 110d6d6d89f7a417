import { clientOrderId, type ClientOrderId, type DerivativesVenue, type VenueOrder } from '@ballast/positions';

/** The id as the venue wants it: Hyperliquid 0x and 32 hex digits, all others the digits alone (OKX takes letters and digits, at most 32; Binance and Bybit at most 36; Deribit's label at most 64). */
export const venueClientId = (venue: DerivativesVenue, id: ClientOrderId): string => (venue === 'hyperliquid' ? `0x${id}` : id);

/** Whose order it is, by the id that the venue tells. An id of another form, or none, is not ours. */
export function ownerOf(venue: DerivativesVenue, text: string | null | undefined): VenueOrder['clientId'] {
  const bare = venue === 'hyperliquid' ? (text ?? '').replace(/^0x/, '') : (text ?? '');
  return /^[0-9a-f]{32}$/.test(bare) && (venue !== 'hyperliquid' || text?.startsWith('0x') === true) ? { kind: 'ours', id: clientOrderId(bare) } : { kind: 'foreign' };
}
