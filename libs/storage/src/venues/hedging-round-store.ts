import type { ChainId } from '@ballast/units';
import { clientOf, type Database } from '../database.js';

/** When everything that is hedged and guarded on a chain was last looked after. */
export class HedgingRoundStore {
  constructor(private readonly database: Database) {}

  /** A round ended in which nothing was left out, at this time of our wall clock. */
  async finished(chain: ChainId, finishedAt: Date): Promise<void> {
    await clientOf(this.database).hedgingRound.upsert({ where: { chainId: chain }, create: { chainId: chain, finishedAt }, update: { finishedAt } });
  }

  /** Null before the first. */
  async latest(chain: ChainId): Promise<Date | null> {
    return (await clientOf(this.database).hedgingRound.findUnique({ where: { chainId: chain } }))?.finishedAt ?? null;
  }
}
