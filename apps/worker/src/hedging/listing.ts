import { partsOfVenueAccount, type DerivativeAccount, type Instrument, type InstrumentId, type VenueAccountId } from '@ballast/positions';
import type { VenueLine } from './keeping.js';

const AGE_MS = 60_000;

/** What each venue lists, asked once a minute: which markets are open, their lots and margin tables. */
export class Listing {
  private readonly byVenue = new Map<string, { readonly instruments: readonly Instrument[]; readonly at: number }>();
  /** Which listing of each instrument was stored. */
  private readonly stored = new Map<InstrumentId, Instrument>();

  /** `keep` stores listings for those who show positions and cannot ask the venue. */
  constructor(private readonly now: () => number, private readonly keep: (instruments: readonly Instrument[]) => Promise<void>) {}

  /** @throws as the reader, where it was never told; what was told last stands in for an answer that does not come */
  async of(account: VenueAccountId, line: Pick<VenueLine, 'reader'>): Promise<readonly Instrument[]> {
    const place = placeOf(account);
    const last = this.byVenue.get(place);
    if (last !== undefined && this.now() - last.at < AGE_MS) return last.instruments;
    try {
      const instruments = await line.reader.instruments(['ETH', 'BTC']);
      this.byVenue.set(place, { instruments, at: this.now() });
      return instruments;
    } catch (error) {
      if (last === undefined) throw error;
      return last.instruments;
    }
  }

  /** Stores the perpetuals, of which there are few, and of the options what the account holds. */
  async keepFor({ positions }: Pick<DerivativeAccount, 'positions'>, instruments: readonly Instrument[]): Promise<void> {
    const held = new Set(positions.map(({ instrument }) => instrument));
    const wanted = instruments.filter((one) => (one.kind === 'perpetual' || held.has(one.id)) && this.stored.get(one.id) !== one);
    if (wanted.length === 0) return;
    await this.keep(wanted);
    for (const one of wanted) this.stored.set(one.id, one);
  }

  /** What was told last, whenever that was; none where nothing ever was. */
  remembered(account: VenueAccountId): readonly Instrument[] {
    return this.byVenue.get(placeOf(account))?.instruments ?? [];
  }

  /** The same of one instrument. */
  listed(account: VenueAccountId, instrument: InstrumentId): Instrument | undefined {
    return this.remembered(account).find(({ id }) => id === instrument);
  }
}

const placeOf = (account: VenueAccountId): string => {
  const { environment, venue } = partsOfVenueAccount(account);
  return `${environment}:${venue}`;
};
