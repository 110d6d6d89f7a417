import { partsOfInstrument, type Instrument, type InstrumentId } from '@ballast/positions';
import { listedInstrument } from '@ballast/venue-wire';
import { clientOf, type Database } from '../database.js';
import { fromJson, toJsonText } from '../json/encode.js';

/** What is listed at the venues, as it was read last: whoever shows a position needs to know what one contract is. */
export class VenueInstrumentStore {
  constructor(private readonly database: Database) {}

  async put(instruments: readonly Instrument[], readAt: Date): Promise<void> {
    if (instruments.length === 0) return;
    const rows = instruments.map((one) => ({ id: one.id, environment: partsOfInstrument(one.id).environment, text: toJsonText(one, 'VenueInstrument.listing') }));
    await clientOf(this.database).$executeRaw`
      INSERT INTO "VenueInstrument" ("id", "environment", "listing", "readAt")
      SELECT i->>'id', i->>'environment', (i->>'text')::jsonb, ${readAt} FROM jsonb_array_elements(${JSON.stringify(rows)}::jsonb) AS i ORDER BY i->>'id'
      ON CONFLICT ("id") DO UPDATE SET "listing" = EXCLUDED."listing", "readAt" = EXCLUDED."readAt"`;
  }

  /** Those that are known here; the others are left out. */
  async of(ids: readonly InstrumentId[]): Promise<readonly Instrument[]> {
    const rows = await clientOf(this.database).venueInstrument.findMany({ where: { id: { in: [...ids] } } });
    return rows.map(({ id, listing }) => fromJson(listedInstrument, listing, `VenueInstrument ${id} listing`));
  }
}
