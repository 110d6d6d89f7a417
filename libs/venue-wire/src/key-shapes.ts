import type { KeyLimits } from '@ballast/policy';
import { currencyOf, partsOfVenueAccount, venueAccountId, type DerivativesVenue, type Reading, type Settlement, type VenueAccountId, type VenuePlace } from '@ballast/positions';
import { InvalidInput } from '@ballast/units';
import { z } from 'zod';
import { account, address, bps, chainId, environment, instrument, reading, time, usdE8, venue, words } from './scalars.js';
import type { KeyContent, KeyPlace, VenueCredentials } from './sealing/key-text.js';
import { shapeOf } from './shape.js';

/** A key that was looked at: it can trade and cannot withdraw. */
export interface KeyRights {
  /** The venue's own words for what it may do. */
  readonly told: string;
  /** Wall clock in milliseconds at which it ends by itself. */
  readonly expiresAt: Reading<number | 'never'>;
}

/** Which key: one of a venue by Ballast's own name of its account. A `VenueKeyRecord` is one. */
export interface KeyName extends VenuePlace {
  readonly name: string;
}

/** A key as its owner handed it in: a sealed text and where it opens. A `VenueKeyRecord` is one. */
export interface SealedKey extends KeyPlace {
  readonly sealed: string;
}

/** What is told of a key that is open. Nothing of it is secret. */
export interface OpenedKey {
  readonly rights: KeyRights;
  /** As its owner sealed them. */
  readonly limits: KeyLimits;
  /** Accounts in which the instruments of its limits settle. */
  readonly accounts: readonly VenueAccountId[];
}

const text = z.string().min(1).max(500);
export const credentials = shapeOf<VenueCredentials>()(z.discriminatedUnion('venue', [
  z.strictObject({ venue: z.literal('deribit'), clientId: text, clientSecret: text }),
  z.strictObject({ venue: z.literal('hyperliquid'), account: address, agentKey: z.string().regex(/^0x[0-9a-fA-F]{64}$/, '0x and 64 hex digits').transform((key) => key as `0x${string}`) }),
  z.strictObject({ venue: z.literal('binance-usdm'), apiKey: text, secret: text }),
  z.strictObject({ venue: z.literal('okx'), apiKey: text, secret: text, passphrase: text }),
  z.strictObject({ venue: z.literal('bybit'), apiKey: text, secret: text }),
]));

const WHOLE = 10_000n;
export const keyLimits = shapeOf<KeyLimits>()(z.strictObject({
  instruments: z.array(instrument).min(1).max(200).readonly(), maxNotionalUsdE8: usdE8, turnoverPerDayUsdE8: usdE8, maxPriceApart: bps.refine((apart) => apart < WHOLE, 'hundredths of a percent, below 10000'),
}));
export const keyContent = shapeOf<KeyContent>()(z.strictObject({ credentials, limits: keyLimits }));

export const keyName = z.string().regex(/^[A-Za-z0-9._-]{1,48}$/, '1 to 48 letters, digits, dots, dashes or underscores');
export const sealedKey = shapeOf<SealedKey>()(z.strictObject({ environment, venue, chainId, owner: address, name: keyName, sealed: z.string().min(1).max(20_000) }));

export const keyRights = shapeOf<KeyRights>()(z.object({ told: words, expiresAt: reading(z.union([time, z.literal('never')])) }));
export const openedKey = shapeOf<OpenedKey>()(z.object({ rights: keyRights, limits: keyLimits, accounts: z.array(account).readonly() }));

/** Where each currency has a margin of its own, and so is an account: `<name>.<currency>`. */
const BY_CURRENCY: ReadonlySet<DerivativesVenue> = new Set(['deribit', 'okx']);

/** The account of a key in which something settles. @throws InvalidInput when the name makes no account id */
export const accountOfKey = (key: KeyName, settlement: Settlement): VenueAccountId =>
  venueAccountId(key, BY_CURRENCY.has(key.venue) ? `${key.name}.${currencyOf(settlement)}` : key.name);

/** The key that an account is traded with. @throws InvalidInput when it is no account id, or one without a currency where it needs one */
export function keyOfAccount(account: VenueAccountId): KeyName {
  const { environment, venue, name } = partsOfVenueAccount(account);
  if (!BY_CURRENCY.has(venue)) return { environment, venue, name };
  const [, bare] = /^(.+)\.[A-Z]{2,10}$/.exec(name) ?? [];
  if (bare === undefined) throw new InvalidInput('account', account, `${environment}:${venue}:account:<name>.<currency>`);
  return { environment, venue, name: bare };
}
