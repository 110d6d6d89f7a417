import type { DeliveryOutcome, Receipt } from '@ballast/policy';
import type { Transaction } from './database.js';
import { storableText } from './json/encode.js';

/** One attempt of a delivery as its account's owner sees it. */
export interface ReceiptRecord {
  readonly at: Date;
  readonly latencyMs: number;
  readonly status: number | null;
  readonly error: string | null;
  /** How the receiver's answer began. */
  readonly answer: string | null;
}

/** More than a delivery is tried without anybody asking for it, and not many more. */
export const RECEIPTS_A_DELIVERY = 20;
const DAYS_KEPT = 30;
/** Each receipt that is written takes up to so many old ones away: more than come, so that none stays, and few enough to wait for. */
const FORGOTTEN_AT_ONCE = 10;

/** One attempt that ended at `now` by the database's clock. */
export interface NewReceipt {
  readonly deliveryId: string;
  readonly now: Date;
  readonly outcome: DeliveryOutcome;
  readonly receipt: Receipt;
}

/** Keeps attempts, and forgets older ones, within the caller's transaction, which holds the deliveries' rows. */
export async function writeReceipts(tx: Transaction, receipts: readonly NewReceipt[]): Promise<void> {
  if (receipts.length === 0) return;
  await tx.deliveryReceipt.createMany({
    data: receipts.map(({ deliveryId, now, outcome, receipt: { latencyMs, answer } }) => ({
      deliveryId, attemptedAt: new Date(now.getTime() - latencyMs), latencyMs, status: outcome.status,
      error: outcome.kind === 'delivered' ? null : storableText(outcome.error), answer: answer === null ? null : storableText(answer),
    })),
  });
  await tx.$executeRaw`
    DELETE FROM "DeliveryReceipt" r USING unnest(${[...new Set(receipts.map(({ deliveryId }) => deliveryId))]}::text[]) AS d("id")
    WHERE r."deliveryId" = d."id" AND r."id" <= (SELECT "id" FROM "DeliveryReceipt" WHERE "deliveryId" = d."id" ORDER BY "id" DESC OFFSET ${RECEIPTS_A_DELIVERY}::int LIMIT 1)`;
  await tx.$executeRaw`
    DELETE FROM "DeliveryReceipt" WHERE "id" IN (
      SELECT "id" FROM "DeliveryReceipt" WHERE "attemptedAt" < statement_timestamp() - make_interval(days => ${DAYS_KEPT}::int)
      ORDER BY "attemptedAt" LIMIT ${FORGOTTEN_AT_ONCE * receipts.length}::int FOR UPDATE SKIP LOCKED)`;
}

export function receiptFromRow(row: { readonly attemptedAt: Date; readonly latencyMs: number; readonly status: number | null; readonly error: string | null; readonly answer: string | null }): ReceiptRecord {
  return { at: row.attemptedAt, latencyMs: row.latencyMs, status: row.status, error: row.error, answer: row.answer };
}
