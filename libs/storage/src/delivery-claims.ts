import type { Channel, DueDelivery } from '@ballast/policy';
import type { Address, ChainId } from '@ballast/units';
import { z } from 'zod';
import { acknowledgeToken } from './alarms/acknowledge-token.js';
import { Prisma } from './generated/prisma/client.js';
import { BREAKS_AFTER } from './delivery-breakers.js';
import { stillValid } from './webhook-secrets.js';

/** So many deliveries go to one webhook host at once; with several workers that claim at the same moment, so many of each. */
export const SLOTS_A_HOST = 8;
/** For one that may be claimed so many are looked at: those that must wait hide nobody behind them for longer than a look, for they are put off by it. */
const LOOKED_AT = 4;

export interface ClaimWish {
  readonly channel: Channel;
  readonly limit: number;
  readonly holdMs: number;
  /** This delivery or none. */
  readonly only?: string;
}

/**
 * Claims in one statement, and returns all that it takes to send. By `statement_timestamp()`: `clock_timestamp()` moves within a statement, so that no index could be searched up to it. What is due is
 * found for each severity by itself, so that what waits for its next time is not read. What is due and may not go now is put off: until its endpoint's rest is over, for as long as
 * another tries that endpoint out, or for a moment where its host has no slot; that is no attempt.
 */
export const claimQuery = ({ channel, limit, holdMs, only }: ClaimWish): Prisma.Sql => Prisma.sql`
  WITH due AS MATERIALIZED (
    SELECT d.* FROM (VALUES (0), (1), (2)) AS u("urgency") CROSS JOIN LATERAL (
      SELECT "id", "subscriptionId", "urgency", "nextAttemptAt", "createdAt" FROM "Delivery"
      WHERE "status" = 'pending' AND "channel" = ${channel} AND "urgency" = u."urgency" AND "nextAttemptAt" <= statement_timestamp()
        AND ("claimedUntil" IS NULL OR "claimedUntil" <= statement_timestamp()) ${only === undefined ? Prisma.empty : Prisma.sql`AND "id" = ${only}`}
      ORDER BY "nextAttemptAt", "createdAt", "id" LIMIT ${LOOKED_AT * limit}::int
      FOR UPDATE SKIP LOCKED
    ) d
  ), held AS (
    SELECT s."host", s."target", count(*) AS "count" FROM "Delivery" d JOIN "Subscription" s ON s."id" = d."subscriptionId"
    WHERE d."status" = 'pending' AND d."claimedUntil" IS NOT NULL AND d."claimedUntil" > statement_timestamp() AND d."channel" = ${channel}
    GROUP BY s."host", s."target"
  ), placed AS (
    SELECT due.*, s."host", b."openUntil", coalesce(b."openUntil" > statement_timestamp(), false) AS "rests", coalesce(b."failures", 0) >= ${BREAKS_AFTER} AS "isOnTrial",
      row_number() OVER (PARTITION BY s."host" ORDER BY due."urgency", due."nextAttemptAt", due."createdAt", due."id") AS "ofHost",
      row_number() OVER (PARTITION BY b."endpoint" ORDER BY due."urgency", due."nextAttemptAt", due."createdAt", due."id") AS "ofEndpoint",
      (SELECT coalesce(sum(held."count"), 0) FROM held WHERE held."host" = s."host") AS "heldOfHost",
      (SELECT coalesce(sum(held."count"), 0) FROM held WHERE b."endpoint" = 'email' OR held."target" = b."endpoint") AS "heldOfEndpoint"
    FROM due JOIN "Subscription" s ON s."id" = due."subscriptionId"
    LEFT JOIN "DeliveryBreaker" b ON b."endpoint" = ${channel === 'email' ? Prisma.sql`'email'` : Prisma.sql`s."target"`}
  ), looked AS (
    SELECT *, NOT "rests" AND (NOT "isOnTrial" OR "ofEndpoint" + "heldOfEndpoint" <= 1) AND ("host" IS NULL OR "ofHost" + "heldOfHost" <= ${SLOTS_A_HOST}) AS "mayGo" FROM placed
  ), taken AS (
    UPDATE "Delivery" d SET "claimedUntil" = statement_timestamp() + ${holdMs}::float8 * interval '1 millisecond', "claimId" = gen_random_uuid()::text, "attempts" = d."attempts" + 1
    FROM (SELECT "id" FROM looked WHERE "mayGo" ORDER BY "urgency", "nextAttemptAt", "createdAt", "id" LIMIT ${limit}::int) go
    WHERE d."id" = go."id" RETURNING d."id", d."eventId", d."subscriptionId", d."attempts", d."claimId", d."urgency", d."nextAttemptAt", d."createdAt"
  ), put_off AS (
    UPDATE "Delivery" d SET "nextAttemptAt" = CASE WHEN looked."rests" THEN looked."openUntil" + random() * interval '1 second' WHEN looked."isOnTrial" THEN statement_timestamp() + (2 + 2 * random()) * interval '1 second' ELSE statement_timestamp() + (0.2 + 0.3 * random()) * interval '1 second' END
    FROM looked WHERE d."id" = looked."id" AND NOT looked."mayGo"
  )
  SELECT t."id", t."attempts", t."claimId", statement_timestamp() AS "claimedAt", e."id" AS "eventId", e."kind", e."severity", e."account", e."chainId", e."positionId", e."data", e."createdAt",
    s."id" AS "subscriptionId", s."channel", s."target", s."secret", s."retiredSecrets", s."endToken"
  FROM taken t JOIN "OutboxEvent" e ON e."id" = t."eventId" JOIN "Subscription" s ON s."id" = t."subscriptionId"
  ORDER BY t."urgency", t."nextAttemptAt", t."createdAt", t."id"`;

const claimedRow = z.object({
  id: z.string(), attempts: z.number(), claimId: z.string(), claimedAt: z.date(), eventId: z.string(), kind: z.string(), severity: z.string(), account: z.string(), chainId: z.number(), positionId: z.string().nullable(),
  data: z.unknown(), createdAt: z.date(), subscriptionId: z.string(), channel: z.enum(['email', 'webhook']), target: z.string(), secret: z.string().nullable(), retiredSecrets: z.unknown(), endToken: z.string(),
});

/** What a claim's row says. */
export function claimedFromRow(row: unknown): DueDelivery {
  const { id, attempts, claimId, claimedAt, eventId, subscriptionId, account, chainId, channel, target, secret, retiredSecrets, endToken, ...event } = claimedRow.parse(row);
  return {
    id, attempts, claimId, claimedAt,
    event: { ...event, id: eventId, account: account as Address, chainId: chainId as ChainId },
    subscription: { id: subscriptionId, channel, target, secret, previousSecrets: stillValid(retiredSecrets, claimedAt), endToken },
    acknowledgeToken: tokenFor(event.data, { id: subscriptionId, endToken }),
  };
}

/** Null where the event tells of no alarm. */
function tokenFor(data: unknown, { id, endToken }: { readonly id: string; readonly endToken: string }): string | null {
  const alarmId = (data as { readonly alarm?: { readonly id?: unknown } } | null)?.alarm?.id;
  return typeof alarmId === 'string' ? acknowledgeToken({ alarmId, subscriptionId: id }, endToken) : null;
}
