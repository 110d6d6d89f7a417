import type { VenuePlace, VenueReader, VenueTrader } from '@ballast/positions';
import type { KeyRights } from './venue-keys.js';

/** One key at one venue. The client behind it cannot be reached. */
export interface VenueConnection extends VenuePlace {
  readonly reader: VenueReader;
  readonly trader: VenueTrader;
  /** What the venue said of the key when the connection was made. */
  readonly rights: KeyRights;
  /** Asks again. @throws as `connectVenue` */
  readonly checkKey: () => Promise<KeyRights>;
}

/** What each venue's connection is made from. */
export interface ConnectionPlan {
  readonly place: VenuePlace;
  readonly accountName: string;
  readonly url: string | undefined;
  readonly timeoutMs: number;
  readonly paced: boolean;
  readonly inBursts: boolean;
  readonly marginMode: 'cross' | 'isolated';
  readonly now: () => number;
}
