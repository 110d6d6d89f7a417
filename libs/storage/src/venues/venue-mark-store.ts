import { partsOfInstrument, type InstrumentId } from '@ballast/positions';
import type { UsdE8 } from '@ballast/units';
import { toDecimal, whole } from '../amount.js';
import { clientOf, type Database } from '../database.js';

/** A mark of a venue; `at` in milliseconds of our wall clock. */
export interface MarkSample {
  readonly at: number;
  readonly usdE8: UsdE8;
}

const MINUTE = 60_000;

/** Marks of instruments over time, for realised volatility. */
export class VenueMarkStore {
  constructor(private readonly database: Database) {}

  /** Stores the first mark of each minute and instrument; later ones change nothing. */
  async sample(marks: readonly (MarkSample & { readonly instrument: InstrumentId })[]): Promise<void> {
    await clientOf(this.database).venueMark.createMany({
      data: marks.map(({ instrument, at, usdE8 }) => ({ environment: partsOfInstrument(instrument).environment, instrument, minute: BigInt(Math.floor(at / MINUTE)), at: new Date(at), usdE8: toDecimal(usdE8) })), skipDuplicates: true,
    });
  }

  /** Those from `since` on, in milliseconds, oldest first. */
  async since(instrument: InstrumentId, since: number): Promise<readonly MarkSample[]> {
    const rows = await clientOf(this.database).venueMark.findMany({ where: { instrument, minute: { gte: BigInt(Math.floor(since / MINUTE)) }, at: { gte: new Date(since) } }, orderBy: { minute: 'asc' } });
    return rows.map(({ at, usdE8 }) => ({ at: at.getTime(), usdE8: whole(usdE8) }));
  }

  /** Deletes what is older than this, in milliseconds; returns how many. */
  async forgetBefore(before: number): Promise<number> {
    return (await clientOf(this.database).venueMark.deleteMany({ where: { at: { lt: new Date(before) } } })).count;
  }
}
