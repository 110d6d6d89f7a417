import { clientOf, inTransaction, type Database } from '../database.js';
import { closeGate } from './signing-gate.js';

/** A lease as its holder has it: `fence` tells it from every earlier one. */
export interface Lease {
  readonly name: string;
  readonly fence: bigint;
}

/** Leases by the database's own clock: no two processes need agree on the time. */
export class LeaseStore {
  constructor(private readonly database: Database) {}

  /**
   * Prolongs what this holder has, or takes the lease where nobody holds it; null while somebody else does. Every new holder's fence is at least one more
   * than the last one's, and at least `atLeast`. A lease that ran out is taken anew also by who had it: it may have slept through another's time.
   */
  async hold(name: string, holder: string, milliseconds: number, atLeast = 1n): Promise<Lease | null> {
    // Signatures share the gate and read the lease's row without a lock, so that prolonging never waits for them. clock_timestamp(), not now(): a transaction that waited must not count from before it waited.
    const [own] = await clientOf(this.database).$queryRaw<{ fence: bigint }[]>`
      UPDATE "Lease" SET "expiresAt" = clock_timestamp() + ${milliseconds} * interval '1 millisecond'
      WHERE "name" = ${name} AND "holder" = ${holder} AND "expiresAt" > clock_timestamp() RETURNING "fence"`;
    if (own !== undefined) return { name, fence: own.fence };
    return (await this.holderOf(name)) === null ? this.take(name, holder, milliseconds, atLeast) : null;
  }

  /** Waits for the signatures that are under way under an older lease; none begins meanwhile. */
  private take(name: string, holder: string, milliseconds: number, atLeast: bigint): Promise<Lease | null> {
    return inTransaction(this.database, async (tx) => {
      await closeGate(tx);
      const [row] = await tx.$queryRaw<{ fence: bigint }[]>`
        INSERT INTO "Lease" ("name", "holder", "fence", "expiresAt") VALUES (${name}, ${holder}, ${atLeast}, clock_timestamp() + ${milliseconds} * interval '1 millisecond')
        ON CONFLICT ("name") DO UPDATE SET "fence" = GREATEST("Lease"."fence" + 1, ${atLeast}), "holder" = EXCLUDED."holder", "expiresAt" = EXCLUDED."expiresAt"
        WHERE "Lease"."expiresAt" <= clock_timestamp()
        RETURNING "fence"`;
      return row === undefined ? null : { name, fence: row.fence };
    });
  }

  /** Gives the lease up at once, so that another need not wait for it to run out. */
  async giveUp(name: string, holder: string): Promise<void> {
    // Kept in whole milliseconds, rounded: without the one taken off it could end a moment from now.
    await clientOf(this.database).$executeRaw`UPDATE "Lease" SET "expiresAt" = clock_timestamp() - interval '1 millisecond' WHERE "name" = ${name} AND "holder" = ${holder}`;
  }

  /** Who holds it now, and under which fence; null where nobody does. */
  async holderOf(name: string): Promise<{ readonly holder: string; readonly fence: bigint } | null> {
    const [row] = await clientOf(this.database).$queryRaw<{ holder: string; fence: bigint }[]>`SELECT "holder", "fence" FROM "Lease" WHERE "name" = ${name} AND "expiresAt" > clock_timestamp()`;
    return row ?? null;
  }
}
