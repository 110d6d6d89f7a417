import type { KeyLimits } from '@ballast/policy';
import type { DerivativesVenue, VenueEnvironment } from '@ballast/positions';
import type { Address, ChainId } from '@ballast/units';
import { sealText, SEALED_VERSION } from './seal.js';

/** What a venue's key is made of. Only a key that can trade and cannot withdraw is ever used. */
export type VenueCredentials =
  | { readonly venue: 'deribit'; readonly clientId: string; readonly clientSecret: string }
  /** `agentKey` is of an agent that the account approved: 0x and 64 hex digits. */
  | { readonly venue: 'hyperliquid'; readonly account: Address; readonly agentKey: `0x${string}` }
  | { readonly venue: 'binance-usdm'; readonly apiKey: string; readonly secret: string }
  | { readonly venue: 'okx'; readonly apiKey: string; readonly secret: string; readonly passphrase: string }
  | { readonly venue: 'bybit'; readonly apiKey: string; readonly secret: string };

/** Whose key it is and for what: a sealed text opens nowhere else. A `VenueKeyRecord` is one. */
export interface KeyPlace {
  readonly environment: VenueEnvironment;
  readonly venue: DerivativesVenue;
  readonly chainId: ChainId;
  readonly owner: Address;
  /** Ballast's own name of the key's account. */
  readonly name: string;
}

/** What is sealed: the key, and what its owner lets it be used for. */
export interface KeyContent {
  readonly credentials: VenueCredentials;
  readonly limits: KeyLimits;
}

/** What binds a sealed text to its place. */
export const contextOf = ({ environment, venue, chainId, owner, name }: KeyPlace): string => [SEALED_VERSION, environment, venue, chainId, owner.toLowerCase(), name].join('|');

/** Seals a key with its limits to the public key of the process that holds keys; to be done where the owner is. @throws SealUnopened when it is no public key */
export const sealKey = (content: KeyContent, place: KeyPlace, publicKey: string): Promise<string> =>
  sealText(JSON.stringify(content, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)), contextOf(place), publicKey);
