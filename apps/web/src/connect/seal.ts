import { keyIdOf, sealKey, type KeyContent, type KeyPlace } from '@ballast/venue-wire/sealing';
import { parseDecimal } from '@ballast/units';
import type { DerivativesVenue, VenueEnvironment, VenueKeyRequest } from '../api/types.js';

/** Where a key opens, and nowhere else. */
export interface Place {
  readonly environment: VenueEnvironment;
  readonly venue: DerivativesVenue;
  readonly chainId: number;
  readonly owner: string;
  readonly name: string;
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** A key's name: 12 small letters and digits, each as likely as any other. */
export function randomKeyName(): string {
  let name = '';
  while (name.length < 12) {
    for (const byte of crypto.getRandomValues(new Uint8Array(16))) if (byte < 252 && name.length < 12) name += LETTERS[byte % LETTERS.length];
  }
  return name;
}

/** The limits as the process that holds keys enforces them: ids with their place, dollars in 1e-8, hundredths of a percent. @throws InvalidInput for finer digits */
export const sealedLimits = (limits: VenueKeyRequest['limits'], { environment, venue }: Pick<Place, 'environment' | 'venue'>): KeyContent['limits'] => ({
  instruments: limits.instruments.map((symbol) => `${environment}:${venue}:instrument:${symbol}`) as readonly string[] as KeyContent['limits']['instruments'],
  maxNotionalUsdE8: parseDecimal(limits.maxNotionalUsd, 8) as KeyContent['limits']['maxNotionalUsdE8'],
  turnoverPerDayUsdE8: parseDecimal(limits.turnoverPerDayUsd, 8) as KeyContent['limits']['turnoverPerDayUsdE8'],
  maxPriceApart: parseDecimal(limits.maxPriceApartPercent, 2) as KeyContent['limits']['maxPriceApart'],
});

/** Credentials and limits as one text that only the process that holds keys can open. Nothing of it leaves the page before. @throws SealUnopened when the public key is none */
export const seal = (credentials: Readonly<Record<string, string>>, limits: VenueKeyRequest['limits'], place: Place, publicKey: string): Promise<string> =>
  sealKey({ credentials: { ...credentials, venue: place.venue } as unknown as KeyContent['credentials'], limits: sealedLimits(limits, place) }, place as unknown as KeyPlace, publicKey);

/** What people compare: `3f2a 9c01 77be d410`. */
export const keyIdInWords = async (publicKey: string): Promise<string> => (await keyIdOf(publicKey)).replace(/(.{4})(?=.)/g, '$1 ');
