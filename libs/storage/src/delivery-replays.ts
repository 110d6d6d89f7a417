import { randomUUID } from 'node:crypto';
import type { Address } from '@ballast/units';
import { announce } from './changes.js';
import { inTransaction, type Database, type Transaction } from './database.js';
import { writeDeliveries } from './notices.js';
import { CHALLENGE_EVENT } from './subscription-proof.js';

/** The event of the test button: `data` says who asked, and it goes to one subscription alone. */
export const TEST_EVENT = 'test';
/** What says nothing any more once its moment is over. */
const OF_THE_MOMENT = ['alive', 'subscription.confirm', CHALLENGE_EVENT, TEST_EVENT];
/** As many dead deliveries of a subscription as one request takes up. */
export const REPLAYED_AT_ONCE = 500;

/** What an owner asks of deliveries: to try again what ended, under the same event's id, and to try a webhook out. */
export class DeliveryReplays {
  constructor(private readonly database: Database) {}

  /**
   * Takes a delivery of the account up again that was delivered or given up: due at once, with all its tries. One that is under way stays as it is.
   * `unknown` where the account has no such delivery, `ended` where its subscription is not active.
   */
  async one(account: Address, deliveryId: string): Promise<'replayed' | 'pending' | 'unknown' | 'ended'> {
    return inTransaction(this.database, async (tx) => {
      // The subscription is locked as new deliveries lock it: one that is being ended finds this one pending, or ended before it.
      const [row] = await tx.$queryRaw<{ status: string; subscription: string }[]>`
        SELECT d."status", s."status" AS "subscription" FROM "Delivery" d JOIN "Subscription" s ON s."id" = d."subscriptionId"
        WHERE d."id" = ${deliveryId} AND s."account" = ${account} FOR UPDATE OF d FOR SHARE OF s`;
      if (row === undefined) return 'unknown';
      if (row.subscription !== 'active') return 'ended';
      if (row.status === 'pending') return 'pending';
      await takeUp(tx, account, [deliveryId]);
      return 'replayed';
    });
  }

  /** Takes up what was given up for a subscription of the account, the oldest first and at most `REPLAYED_AT_ONCE`; how many. null where the account has no such active subscription. */
  async dead(account: Address, subscriptionId: string): Promise<number | null> {
    return inTransaction(this.database, async (tx) => {
      if (!(await isActive(tx, account, subscriptionId))) return null;
      const dead = await tx.$queryRaw<{ id: string }[]>`
        SELECT d."id" FROM "Delivery" d JOIN "OutboxEvent" e ON e."id" = d."eventId"
        WHERE d."subscriptionId" = ${subscriptionId} AND d."status" = 'dead' AND e."kind" <> ALL(${OF_THE_MOMENT}::text[])
        ORDER BY d."createdAt", d."id" LIMIT ${REPLAYED_AT_ONCE}::int FOR UPDATE OF d`;
      await takeUp(tx, account, dead.map(({ id }) => id));
      return dead.length;
    });
  }

  /** Puts a test event for one active webhook of the account into the outbox; its id. null where the account has no such webhook. */
  async test(account: Address, subscriptionId: string): Promise<string | null> {
    return inTransaction(this.database, async (tx) => {
      if (!(await isActive(tx, account, subscriptionId, 'webhook'))) return null;
      const eventId = `evt_test_${randomUUID()}`;
      await tx.$executeRaw`
        INSERT INTO "OutboxEvent" ("id", "chainId", "account", "kind", "severity", "data")
        SELECT ${eventId}, s."chainId", s."account", ${TEST_EVENT}, 'info', '{"reason": "The owner of this subscription asked for a test."}'::jsonb FROM "Subscription" s WHERE s."id" = ${subscriptionId}`;
      await writeDeliveries(tx, [{ eventId, subscriptionId }]);
      await announce(tx, [{ type: 'delivery', account }]);
      return eventId;
    });
  }
}

/** Holds the subscription until the transaction ends, so that it does not end meanwhile. */
async function isActive(tx: Transaction, account: Address, subscriptionId: string, channel: 'webhook' | null = null): Promise<boolean> {
  const found = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM "Subscription" WHERE "id" = ${subscriptionId} AND "account" = ${account} AND "status" = 'active' AND (${channel}::text IS NULL OR "channel" = ${channel}) FOR SHARE`;
  return found.length > 0;
}

async function takeUp(tx: Transaction, account: Address, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.$executeRaw`
    UPDATE "Delivery" SET "status" = 'pending', "attempts" = 0, "nextAttemptAt" = clock_timestamp(), "claimedUntil" = NULL, "claimId" = NULL, "deliveredAt" = NULL, "takenUpAt" = clock_timestamp()
    WHERE "id" = ANY(${[...ids]}::text[])`;
  await announce(tx, [{ type: 'delivery', account }]);
}
