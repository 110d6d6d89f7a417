import type { ChainId } from '@ballast/units';
import { announce } from '../changes.js';
import { inTransaction, type Database } from '../database.js';

/** What is older was told of by then, or is told again as an alarm that lasts. */
const HOURS_LOOKED_BACK = 24;
const MOST_AT_ONCE = 500;

/**
 * Whom the owner named for when the others cannot be reached or do not look: a subscription with `escalatesAfterMinutes`. Only those that the owner made count as the others: anybody may subscribe to an account, and must not keep its
 * owner from being told.
 */
export class Escalations {
  constructor(private readonly database: Database) {}

  /**
   * Tells what is critical to those who are told later, and returns how many deliveries were written; by PostgreSQL's clock, and each event once. At once where every delivery to the others was given up; after the subscription's
   * minutes where nobody has acknowledged the alarm that the event tells of, or, where it tells of none, where it has reached none of the others.
   */
  async escalate(chain: ChainId): Promise<number> {
    return inTransaction(this.database, async (tx) => {
      const written = await tx.$queryRaw<{ subscriptionId: string }[]>`
        INSERT INTO "Delivery" ("id", "eventId", "subscriptionId", "channel", "urgency", "status")
        SELECT gen_random_uuid()::text, e."id", s."id", s."channel", 0, 'pending'
        FROM "Subscription" s
        JOIN "OutboxEvent" e ON e."chainId" = s."chainId" AND e."account" = s."account" AND e."severity" = 'critical'
          AND e."createdAt" > statement_timestamp() - make_interval(hours => ${HOURS_LOOKED_BACK}::int) AND e."createdAt" >= s."confirmedAt"
        LEFT JOIN "Alarm" a ON a."id" = e."data"->'alarm'->>'id'
        CROSS JOIN LATERAL (
          SELECT count(*) AS "all", count(*) FILTER (WHERE d."status" = 'dead') AS "dead", count(*) FILTER (WHERE d."status" = 'delivered') AS "delivered"
          FROM "Delivery" d JOIN "Subscription" f ON f."id" = d."subscriptionId" WHERE d."eventId" = e."id" AND f."byOwner" AND f."escalatesAfterMinutes" IS NULL
        ) others
        WHERE s."chainId" = ${chain} AND s."status" = 'active' AND s."escalatesAfterMinutes" IS NOT NULL AND others."all" > 0
          AND (a."id" IS NULL OR (a."endedAt" IS NULL AND a."acknowledgedAt" IS NULL))
          AND NOT EXISTS (SELECT 1 FROM "Delivery" d WHERE d."eventId" = e."id" AND d."subscriptionId" = s."id")
          AND (others."dead" = others."all" OR (e."createdAt" <= statement_timestamp() - make_interval(mins => s."escalatesAfterMinutes") AND (a."id" IS NOT NULL OR others."delivered" = 0)))
        ORDER BY s."id", e."createdAt" LIMIT ${MOST_AT_ONCE}::int
        FOR SHARE OF s
        ON CONFLICT ("eventId", "subscriptionId") DO NOTHING
        RETURNING "subscriptionId"`;
      if (written.length === 0) return 0;
      const told = await tx.subscription.findMany({ where: { id: { in: [...new Set(written.map(({ subscriptionId }) => subscriptionId))] } }, select: { account: true }, distinct: ['account'], orderBy: { account: 'asc' } });
      await announce(tx, told.map(({ account }) => ({ type: 'delivery', account })));
      return written.length;
    });
  }
}
