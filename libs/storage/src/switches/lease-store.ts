import { clientOf, type Database } from '../database.js';

/** A lease as its holder has it: `fence` tells it from every earlier one. */
export interface Lease {
  readonly name: string;
  readonly fence: bigint;
}

/** Leases by the database's own clock: no two processes need agree on the time. */
export class LeaseStore {
  constructor(private readonly database: Database) {}

  /** Takes the lease where nobody holds it, or prolongs what this holder has; null while somebody else holds it. The fence is one more for every new holder. */
  async hold(name: string, holder: string, milliseconds: number): Promise<Lease | null> {
    // clock_timestamp(), not now(): a transaction that waited for the row's lock must not count from before it waited.
    const [row] = await clientOf(this.database).$queryRaw<{ fence: bigint }[]>`
      INSERT INTO "Lease" ("name", "holder", "fence", "expiresAt") VALUES (${name}, ${holder}, 1, clock_timestamp() + ${milliseconds} * interval '1 millisecond')
      ON CONFLICT ("name") DO UPDATE SET
        "fence" = CASE WHEN "Lease"."holder" = EXCLUDED."holder" AND "Lease"."expiresAt" > clock_timestamp() THEN "Lease"."fence" ELSE "Lease"."fence" + 1 END,
        "holder" = EXCLUDED."holder",
        "expiresAt" = EXCLUDED."expiresAt"
      WHERE "Lease"."holder" = EXCLUDED."holder" OR "Lease"."expiresAt" <= clock_timestamp()
      RETURNING "fence"`;
    return row === undefined ? null : { name, fence: row.fence };
  }

  /** Gives the lease up at once, so that another need not wait for it to run out. */
  async giveUp(name: string, holder: string): Promise<void> {
    await clientOf(this.database).$executeRaw`UPDATE "Lease" SET "expiresAt" = clock_timestamp() WHERE "name" = ${name} AND "holder" = ${holder}`;
  }

  /** Who holds it now, and under which fence; null where nobody does. */
  async holderOf(name: string): Promise<{ readonly holder: string; readonly fence: bigint } | null> {
    const [row] = await clientOf(this.database).$queryRaw<{ holder: string; fence: bigint }[]>`SELECT "holder", "fence" FROM "Lease" WHERE "name" = ${name} AND "expiresAt" > clock_timestamp()`;
    return row ?? null;
  }
}
