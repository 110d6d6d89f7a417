import { VenueAnswerInvalid, partsOfInstrument, type Instrument, type InstrumentId, type Underlying } from '@ballast/positions';

/** The instruments of a venue, read once and shared between its reader and its trader; read again for one that is not among them. */
export class Listing {
  private known: Promise<readonly Instrument[]> | null = null;

  constructor(private readonly readAll: () => Promise<readonly Instrument[]>) {}

  /** Read anew. */
  async of(underlyings: readonly Underlying[]): Promise<readonly Instrument[]> {
    return (await this.refreshed()).filter(({ underlying }) => underlyings.includes(underlying));
  }

  /** As it was read last. @throws VenueAnswerInvalid where the venue does not list it */
  async get(id: InstrumentId): Promise<Instrument> {
    const found = (await (this.known ?? this.refreshed())).find((one) => one.id === id) ?? (await this.refreshed()).find((one) => one.id === id);
    if (found !== undefined) return found;
    throw new VenueAnswerInvalid(partsOfInstrument(id).venue, 'instruments', `got no ${id}, expected it to be listed`);
  }

  private refreshed(): Promise<readonly Instrument[]> {
    const reading = this.readAll();
    this.known = reading;
    reading.catch(() => {
      if (this.known === reading) this.known = null;
    });
    return reading;
  }
}
