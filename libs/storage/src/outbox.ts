import type { Address, ChainId } from '@ballast/units';
import type { Claim, DeliveryOutcome, DueDelivery, DueEntry, Notice, Outbox, Receipt } from '@ballast/policy';
import { acknowledgeToken } from './alarms/acknowledge-token.js';
import { announce } from './changes.js';
import { clientOf, inTransaction, type Database } from './database.js';
import { receiptFromRow, RECEIPTS_A_DELIVERY, writeReceipt, type ReceiptRecord } from './delivery-receipts.js';
import { NotStored } from './errors.js';
import { Prisma } from './generated/prisma/client.js';
import { storableText } from './json/encode.js';
import { writeNotices } from './notices.js';
import { activateProven, holdProven } from './subscription-proof.js';
import { stillValid } from './webhook-secrets.js';

/** One delivery as its account's owner sees it. */
export interface DeliveryRecord {
  readonly id: string;
  readonly eventId: string;
  readonly subscriptionId: string;
  readonly kind: string;
  readonly channel: 'email' | 'webhook';
  readonly target: string;
  readonly status: 'pending' | 'delivered' | 'dead';
  readonly attempts: number;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly createdAt: Date;
  readonly deliveredAt: Date | null;
  /** Of each attempt that is kept, newest first. What was answered is told of subscriptions alone that the account's owner made: what others' receivers say is not his to read. */
  readonly receipts: readonly ReceiptRecord[];
}

/**
 * What is due now, of each channel at most so many: what waits for a mail server that hangs must not hide a webhook. By `statement_timestamp()`: `clock_timestamp()` moves within a
 * statement, so that no index could be searched up to it, and all that waits would be read at every look.
 */
export const dueQuery = (limitOfEach: number): Prisma.Sql => Prisma.sql`
  SELECT "id", "channel" FROM (
    SELECT *, row_number() OVER (PARTITION BY "channel" ORDER BY "urgency", "nextAttemptAt", "createdAt", "id") AS "place" FROM (
      SELECT d."id", d."nextAttemptAt", d."createdAt", s."channel", CASE e."severity" WHEN 'critical' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END AS "urgency"
      FROM "Delivery" d JOIN "OutboxEvent" e ON e."id" = d."eventId" JOIN "Subscription" s ON s."id" = d."subscriptionId"
      WHERE d."status" = 'pending' AND d."nextAttemptAt" <= statement_timestamp() AND (d."claimedUntil" IS NULL OR d."claimedUntil" <= statement_timestamp())
    ) due
  ) placed
  WHERE "place" <= ${limitOfEach}
  ORDER BY "urgency", "nextAttemptAt", "createdAt", "id"`;

/** Null where the event tells of no alarm. */
function tokenFor(data: unknown, { id, endToken }: { readonly id: string; readonly endToken: string }): string | null {
  const alarmId = (data as { readonly alarm?: { readonly id?: unknown } } | null)?.alarm?.id;
  return typeof alarmId === 'string' ? acknowledgeToken({ alarmId, subscriptionId: id }, endToken) : null;
}

/** The outbox in PostgreSQL, whose clock says what is due and until when it is held. */
export class PrismaOutbox implements Outbox {
  constructor(private readonly database: Database) {}

  async due(limitOfEach: number): Promise<readonly DueEntry[]> {
    return clientOf(this.database).$queryRaw<DueEntry[]>(dueQuery(limitOfEach));
  }

  /** Counts the attempt at once, so that a delivery that kills its notifier is not tried for ever. `attempts` includes this one. */
  async claim(deliveryId: string, holdMs: number): Promise<DueDelivery | null> {
    const client = clientOf(this.database);
    const [claimed] = await client.$queryRaw<{ claimedAt: Date }[]>`
      UPDATE "Delivery" SET "claimedUntil" = clock_timestamp() + ${holdMs}::float8 * interval '1 millisecond', "attempts" = "attempts" + 1
      WHERE "id" = (
        SELECT "id" FROM "Delivery"
        WHERE "id" = ${deliveryId} AND "status" = 'pending' AND "nextAttemptAt" <= clock_timestamp() AND ("claimedUntil" IS NULL OR "claimedUntil" <= clock_timestamp())
        FOR UPDATE SKIP LOCKED)
      RETURNING clock_timestamp() AS "claimedAt"`;
    if (claimed === undefined) return null;
    const row = await client.delivery.findUniqueOrThrow({ where: { id: deliveryId }, include: { event: true, subscription: true } });
    const { event, subscription } = row;
    return {
      id: row.id,
      attempts: row.attempts,
      claimedAt: claimed.claimedAt,
      event: {
        id: event.id, kind: event.kind, severity: event.severity, account: event.account as Address, chainId: event.chainId as ChainId,
        positionId: event.positionId, data: event.data, createdAt: event.createdAt,
      },
      subscription: {
        id: subscription.id, channel: subscription.channel as 'email' | 'webhook', target: subscription.target, secret: subscription.secret, previousSecrets: stillValid(subscription.retiredSecrets, claimed.claimedAt), endToken: subscription.endToken,
      },
      acknowledgeToken: tokenFor(event.data, subscription),
    };
  }

  /** A delivery that is settled already stays as it is: a late answer does not undo an earlier one. A webhook that echoed its challenge becomes active with it. */
  async settle({ id, attempts }: Claim, outcome: DeliveryOutcome, receipt?: Receipt): Promise<void> {
    const isProven = outcome.kind === 'delivered' && outcome.proven === true;
    await inTransaction(this.database, async (tx) => {
      if (isProven) await holdProven(tx, id);
      const [row] = await tx.$queryRaw<{ status: string; attempts: number; account: string; now: Date }[]>`
        SELECT d."status", d."attempts", e."account", clock_timestamp() AS "now" FROM "Delivery" d JOIN "OutboxEvent" e ON e."id" = d."eventId" WHERE d."id" = ${id} FOR UPDATE OF d`;
      if (row === undefined) throw new NotStored('delivery', id);
      if (receipt !== undefined) await writeReceipt(tx, id, row.now, outcome, receipt);
      if (row.status !== 'pending') return;
      // Another holds it by now: a notifier that was frozen must not give away what is not its own.
      if (row.attempts !== attempts && outcome.kind !== 'delivered') return;
      await tx.delivery.update({
        where: { id },
        data: {
          claimedUntil: null,
          lastStatus: outcome.status,
          lastError: outcome.kind === 'delivered' ? null : storableText(outcome.error),
          ...(outcome.kind === 'delivered' ? { status: 'delivered', deliveredAt: row.now } : {}),
          ...(outcome.kind === 'failed' ? { nextAttemptAt: new Date(row.now.getTime() + outcome.retryAfterMs) } : {}),
          ...(outcome.kind === 'dead' ? { status: 'dead' } : {}),
        },
      });
      if (isProven) await activateProven(tx, id);
      await announce(tx, [{ type: 'delivery', account: row.account }]);
    });
  }

  async tell(notices: readonly Notice[]): Promise<void> {
    await inTransaction(this.database, (tx) => writeNotices(tx, notices));
  }

  /** Deliveries to the account's subscribers, all or those of one status, newest first, without signs of life that arrived. Targets are given whole: the caller masks them. */
  async ofAccount(account: Address, limit: number, status?: DeliveryRecord['status']): Promise<readonly DeliveryRecord[]> {
    const rows = await clientOf(this.database).delivery.findMany({
      where: { event: { account }, ...(status === undefined ? {} : { status }), NOT: { event: { kind: 'alive' }, status: 'delivered' } }, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }], take: limit, 
      include: { event: true, subscription: true, receipts: { orderBy: { id: 'desc' }, take: RECEIPTS_A_DELIVERY } },
    });
    return rows.map((row) => ({
      id: row.id, eventId: row.eventId, subscriptionId: row.subscriptionId, kind: row.event.kind, channel: row.subscription.channel as DeliveryRecord['channel'], target: row.subscription.target,
      status: row.status as DeliveryRecord['status'], attempts: row.attempts, lastStatus: row.lastStatus, lastError: row.lastError,
      createdAt: row.createdAt, deliveredAt: row.deliveredAt, receipts: row.receipts.map((receipt) => receiptFromRow(row.subscription.byOwner ? receipt : { ...receipt, answer: null })),
    }));
  }
}
