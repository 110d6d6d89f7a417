import { SEVERITIES, type Notice } from '@ballast/policy';
import { noteAlarms, withoutIdleEnds } from './alarms/alarm-book.js';
import { announce } from './changes.js';
import type { Transaction } from './database.js';
import { Prisma } from './generated/prisma/client.js';
import { toJsonText } from './json/encode.js';

/** Of an event `e`: what is critical is brought first. */
const URGENCY = Prisma.sql`CASE e."severity" WHEN 'critical' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END`;

/** Of an event `e` and a subscription `s`: its severity is one that the subscription takes. */
const TAKES_IT = Prisma.sql`array_position(${[...SEVERITIES]}::text[], e."severity") >= array_position(${[...SEVERITIES]}::text[], s."leastSeverity")`;

/** One that is told later (see `Escalations`) is told at once where the owner has no other that is: an alarm must reach somebody. */
const IS_TOLD_AT_ONCE = Prisma.sql`(s."escalatesAfterMinutes" IS NULL OR NOT EXISTS (
  SELECT 1 FROM "Subscription" f WHERE f."chainId" = s."chainId" AND f."account" = s."account" AND f."status" = 'active' AND f."byOwner" AND f."escalatesAfterMinutes" IS NULL))`;

/** The event tells of an alarm again, or of its end, and the subscription was told of it before: with a severity that it takes, or by escalation. */
const WAS_TOLD_OF_ITS_ALARM = Prisma.sql`EXISTS (
  SELECT 1 FROM "OutboxEvent" t JOIN "Delivery" d ON d."eventId" = t."id" AND d."subscriptionId" = s."id"
  WHERE t."account" = e."account" AND t."data"->'alarm'->>'id' IS NOT NULL AND t."data"->'alarm'->>'id' IN (
    SELECT a."id" FROM "Alarm" a WHERE a."account" = e."account" AND (a."endedBy" = e."id" OR a."id" = e."data"->'alarm'->>'id')))`;

/** The subscriber has seen the alarm that the event tells of again, for the cause that it has. */
const HAS_SEEN_IT = Prisma.sql`(e."kind" = 'alarm.still' AND EXISTS (
  SELECT 1 FROM "AlarmSeen" n JOIN "Alarm" a ON a."id" = n."alarmId" AND a."cause" = n."cause" WHERE n."alarmId" = e."data"->'alarm'->>'id' AND n."subscriptionId" = s."id"))`;

/**
 * Writes notices and one delivery for each active subscription of their account that takes their severity and is told at once, within the caller's transaction.
 * What tells of an alarm again, and what ends it, goes to whoever was told of that alarm too.
 * A notice whose id is stored already is left as it is, its deliveries too. Alarms are opened and ended by those that are new; the end of one that is not open
 * (`alarm.over`) is not written. Returns the ids that are new.
 */
export async function writeNotices(tx: Transaction, given: readonly Notice[]): Promise<readonly string[]> {
  const notices = await withoutIdleEnds(tx, given);
  if (notices.length === 0) return [];
  const rows = notices.map((notice) => ({ ...notice, data: undefined, text: toJsonText(notice.data, 'OutboxEvent.data') }));
  const written = await tx.$queryRaw<{ id: string; account: string }[]>`
    INSERT INTO "OutboxEvent" ("id", "chainId", "account", "positionId", "kind", "severity", "data")
    SELECT n->>'id', (n->>'chainId')::int, n->>'account', n->>'positionId', n->>'kind', n->>'severity', (n->>'text')::jsonb
    FROM jsonb_array_elements(${toJsonText(rows, 'OutboxEvent')}::jsonb) AS n
    ORDER BY n->>'id'
    ON CONFLICT ("id") DO NOTHING
    RETURNING "id", "account"`;
  const ids = written.map(({ id }) => id);
  if (ids.length === 0) return ids;
  const isNew = new Set(ids);
  await noteAlarms(tx, notices.filter(({ id }) => isNew.has(id)));
  // The subscriptions are locked: one that is being ended either ends first, or finds these deliveries and ends them too.
  await tx.$executeRaw`
    INSERT INTO "Delivery" ("id", "eventId", "subscriptionId", "channel", "urgency", "status")
    SELECT gen_random_uuid()::text, e."id", s."id", s."channel", ${URGENCY}, 'pending'
    FROM "OutboxEvent" e
    JOIN "Subscription" s ON s."chainId" = e."chainId" AND s."account" = e."account" AND s."status" = 'active'
    WHERE e."id" = ANY(${ids}::text[]) AND ((${TAKES_IT} AND ${IS_TOLD_AT_ONCE}) OR ${WAS_TOLD_OF_ITS_ALARM}) AND NOT ${HAS_SEEN_IT}
    ORDER BY s."id"
    FOR SHARE OF s
    ON CONFLICT ("eventId", "subscriptionId") DO NOTHING`;
  await announce(tx, [...new Set(written.map(({ account }) => account))].map((account) => ({ type: 'delivery', account })));
  return ids;
}

/** Writes one delivery of an event to a subscription each, due at once by the database's clock. One that is there already is left as it is. */
export async function writeDeliveries(tx: Transaction, deliveries: readonly { readonly eventId: string; readonly subscriptionId: string }[]): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO "Delivery" ("id", "eventId", "subscriptionId", "channel", "urgency", "status")
    SELECT gen_random_uuid()::text, e."id", s."id", s."channel", ${URGENCY}, 'pending'
    FROM jsonb_array_elements(${JSON.stringify(deliveries)}::jsonb) AS d
    JOIN "OutboxEvent" e ON e."id" = d->>'eventId' JOIN "Subscription" s ON s."id" = d->>'subscriptionId'
    ON CONFLICT ("eventId", "subscriptionId") DO NOTHING`;
}
