import type { FilledLately, SentOrder } from '@ballast/policy';
import type { InstrumentId, VenueAccountId } from '@ballast/positions';
import type { ContractsE18, UsdE8 } from '@ballast/units';
import type { Transaction } from '../database.js';
import { Prisma } from '../generated/prisma/client.js';
import { intentFromRow } from './order-rows.js';

/** Whose orders: of a plan, or those that protect a guarded account. */
export type SentFor = { readonly planId: string } | { readonly account: VenueAccountId };

/** An order that was sent, with when that was by the database's clock. */
export interface SentRecord {
  readonly clientId: string;
  readonly order: SentOrder;
  /** How long ago, in milliseconds, by the database's clock alone. */
  readonly ageMs: number;
}

interface Row extends Omit<SentOrder, 'at' | 'notionalUsdE8'> {
  readonly clientId: string;
  readonly at: Date;
  readonly ageMs: number;
  readonly notional: string;
}

/** An order is sent moments after it was decided on and planned, also for the last time: rows that are older by more than this are not looked at. */
const PLANNED_BEFORE_MS = 3_600_000;

/** Orders that were sent in the last so many milliseconds by the database's clock, oldest first; `at` is the wall clock of who sent them. Of one that is over the part counts that was filled, rounded up. */
export async function sentOrders(tx: Transaction, of: SentFor, withinMs: number): Promise<readonly SentRecord[]> {
  const since = Prisma.sql`clock_timestamp() - ${withinMs + PLANNED_BEFORE_MS}::float8 * interval '1 millisecond'`;
  const whose = 'planId' in of ? Prisma.sql`o."planId" = ${of.planId}`
    : Prisma.sql`o."planId" IS NULL AND o."decisionId" IN (SELECT d."id" FROM "VenueDecision" d WHERE d."account" = ${of.account} AND d."createdAt" > ${since})`;
  const rows = await tx.$queryRaw<Row[]>`
    SELECT o."clientId", o."sentAt" AS "at", extract(epoch FROM clock_timestamp() - o."sentOn")::float8 * 1000 AS "ageMs", o."account", o."instrument", o."side", o."reduceOnly", o."state" = 'REJECTED' AND o."filled" = 0 AS "isRejected",
      NOT o."open" AND o."filled" = 0 AND ((o."state" = 'REJECTED' AND o."why"#>>'{rejection,reason}' = 'no-match') OR (o."state" = 'CANCELED' AND o."why"->>'kind' = 'nothing')) AS "isUnmatched",
      (CASE WHEN o."open" THEN o."notionalUsdE8" ELSE div(o."notionalUsdE8" * o."filled" + o."contracts" - 1, o."contracts") END)::text AS "notional"
    FROM "VenueOrder" o
    WHERE ${whose} AND o."createdAt" > ${since} AND o."sentOn" > clock_timestamp() - ${withinMs}::float8 * interval '1 millisecond'
    ORDER BY o."sentOn", o."clientId"`;
  return rows.map(({ clientId, at, ageMs, notional, account: placed, instrument, ...order }) => ({
    clientId, ageMs, order: { ...order, account: placed as VenueAccountId, instrument: instrument as InstrumentId, at: at.getTime(), notionalUsdE8: BigInt(notional) as UsdE8 },
  }));
}

/** Orders of the account of which something was filled, and whose last step is at most so many milliseconds old by the database's clock; with what of their fills is counted. Oldest first. */
export async function filledLately(tx: Transaction, account: VenueAccountId, withinMs: number): Promise<readonly FilledLately[]> {
  const since = Prisma.sql`clock_timestamp() - ${withinMs + PLANNED_BEFORE_MS}::float8 * interval '1 millisecond'`;
  const found = await tx.$queryRaw<{ clientId: string; counted: string }[]>`
    SELECT o."clientId", coalesce((SELECT sum(f."contracts") FROM "VenueFill" f WHERE f."orderId" = o."clientId"), 0)::text AS "counted"
    FROM "VenueOrder" o
    WHERE o."account" = ${account} AND NOT o."open" AND o."filled" > 0 AND o."createdAt" > ${since}
      AND (SELECT max(s."at") FROM "VenueOrderStep" s WHERE s."clientId" = o."clientId") > clock_timestamp() - ${withinMs}::float8 * interval '1 millisecond'`;
  if (found.length === 0) return [];
  const rows = await tx.venueOrder.findMany({ where: { clientId: { in: found.map(({ clientId }) => clientId) } }, orderBy: [{ createdAt: 'asc' }, { clientId: 'asc' }] });
  const counted = new Map(found.map((one) => [one.clientId, BigInt(one.counted)]));
  return rows.map((row) => ({ intent: intentFromRow(row), counted: (counted.get(row.clientId) ?? 0n) as ContractsE18 }));
}
