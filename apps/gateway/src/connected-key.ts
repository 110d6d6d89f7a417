import { connectVenue, type VenueConnection } from '@ballast/connectors/venues';
import type { KeyLimits } from '@ballast/policy';
import { VenueAnswerInvalid, type Instrument, type InstrumentId, type VenueAccountId, type VenueEnvironment } from '@ballast/positions';
import { BallastError } from '@ballast/units';
import { accountOfKey, type KeyContent, type KeyName } from '@ballast/venue-wire';

export interface VenueSettings {
  readonly environment: VenueEnvironment;
  /** Addresses of the paper venues by name; empty in a live environment. */
  readonly paperUrls: { readonly [venue: string]: string | undefined };
  readonly timeoutMs: number;
  readonly now: () => number;
}

/** The key is of the other environment, or of a venue that this gateway does not speak to. */
export class KeyElsewhere extends BallastError {
  readonly code = 'key-elsewhere';
  readonly disposition = 'refused';
  constructor(readonly given: string, readonly expected: string) {
    super(`key: got one of ${given}, expected ${expected}`);
  }
}

/** What is listed where a key trades; read again for what is not known yet. */
export class KnownInstruments {
  private known: ReadonlyMap<InstrumentId, Instrument> = new Map();

  constructor(private readonly connection: VenueConnection) {}

  /** @throws as `VenueReader`; VenueAnswerInvalid where the venue does not list it */
  async get(id: InstrumentId): Promise<Instrument> {
    if (!this.known.has(id)) await this.read();
    const found = this.known.get(id);
    if (found === undefined) throw new VenueAnswerInvalid(this.connection.venue, 'instruments', `got no ${id}, expected it to be listed`);
    return found;
  }

  /** Accounts in which these settle, of those that are listed. */
  async accountsFor(key: KeyName, ids: readonly InstrumentId[]): Promise<readonly VenueAccountId[]> {
    await this.read();
    return [...new Set(ids.flatMap((id) => { const found = this.known.get(id); return found === undefined ? [] : accountOfKey(key, found.settlement); }))];
  }

  private async read(): Promise<void> {
    this.known = new Map((await this.connection.reader.instruments(['ETH', 'BTC'])).map((one) => [one.id, one]));
  }
}

/** One key in use. Two connections, each with clients and a pace of its own: what an order has to know before it is sent never waits behind somebody's polls, and is asked at once. Only the second signs. */
export interface ConnectedKey extends KeyName {
  readonly limits: KeyLimits;
  readonly polls: VenueConnection;
  readonly orders: VenueConnection;
  readonly instruments: KnownInstruments;
}

/** @throws KeyElsewhere, and as `connectVenue`: VenueKeyRefused where the key can withdraw */
export async function connectKey(key: KeyName, { credentials, limits }: KeyContent, { environment, paperUrls, timeoutMs, now }: VenueSettings): Promise<ConnectedKey> {
  const url = environment === 'paper' ? paperUrls[key.venue] : undefined;
  if (environment === 'paper' && url === undefined) throw new KeyElsewhere(key.venue, `a venue with a paper address: ${Object.keys(paperUrls).filter((name) => paperUrls[name] !== undefined).join(', ')}`);
  const connect = (inBursts: boolean): Promise<VenueConnection> => connectVenue({ environment, credentials, accountName: key.name, url, timeoutMs, paced: environment === 'live', inBursts, now });
  // One after the other: a key that is refused is asked about once.
  const orders = await connect(true);
  const polls = await connect(false);
  return { environment: key.environment, venue: key.venue, name: key.name, limits, polls, orders, instruments: new KnownInstruments(orders) };
}
