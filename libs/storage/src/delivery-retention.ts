import { announce } from './changes.js';
import { clientOf, inTransaction, type Database } from './database.js';

/** Deliveries that ended are kept so long, with what is left of their receipts; what they told stays. */
export const DELIVERIES_DAYS_KEPT = 90;
/** Longer than anything waits by its own schedule or its subscriber's wish: whoever waits still waits for an endpoint that rests, again and again. */
const HOURS_UNTIL_GIVEN_UP = 48;
const AT_ONCE = 5_000;

/** The end of deliveries, by PostgreSQL's clock. */
export class DeliveryRetention {
  constructor(private readonly database: Database) {}

  /** Gives up what has waited for two days since it was written or taken up again, and returns how many; its owner may take it up again. */
  async giveUp(): Promise<number> {
    return inTransaction(this.database, async (tx) => {
      const given = await tx.$queryRaw<{ account: string }[]>`
        UPDATE "Delivery" d SET "status" = 'dead', "claimedUntil" = NULL, "claimId" = NULL, "lastError" = 'given up after two days' || coalesce(': ' || b."lastError", '')
        FROM "OutboxEvent" e, "Subscription" s LEFT JOIN "DeliveryBreaker" b ON b."endpoint" = CASE s."channel" WHEN 'email' THEN 'email' ELSE s."target" END
        WHERE e."id" = d."eventId" AND s."id" = d."subscriptionId" AND d."id" IN (
          SELECT "id" FROM "Delivery"
          WHERE "status" = 'pending' AND "takenUpAt" < statement_timestamp() - make_interval(hours => ${HOURS_UNTIL_GIVEN_UP}::int) AND ("claimedUntil" IS NULL OR "claimedUntil" <= statement_timestamp())
          ORDER BY "id" LIMIT ${AT_ONCE}::int FOR UPDATE SKIP LOCKED)
        RETURNING e."account"`;
      await announce(tx, [...new Set(given.map(({ account }) => account))].sort().map((account) => ({ type: 'delivery', account })));
      return given.length;
    });
  }

  /** Deletes deliveries that ended and are older than `DELIVERIES_DAYS_KEPT`, the oldest first and some at a time; how many. Their events stay: nothing is told twice for that. */
  async forget(): Promise<number> {
    return clientOf(this.database).$executeRaw`
      DELETE FROM "Delivery" WHERE "id" IN (
        SELECT "id" FROM "Delivery" WHERE "status" <> 'pending' AND "createdAt" < statement_timestamp() - make_interval(days => ${DELIVERIES_DAYS_KEPT}::int)
        ORDER BY "createdAt" LIMIT ${AT_ONCE}::int FOR UPDATE SKIP LOCKED)`;
  }
}
