import type { Channel, Settlement } from '@ballast/policy';
import { announce } from './changes.js';
import type { Transaction } from './database.js';
import { noteOutcomes } from './delivery-breakers.js';
import { writeReceipts } from './delivery-receipts.js';
import { storableText } from './json/encode.js';
import { activateProven, holdProven } from './subscription-proof.js';

interface HeldRow {
  readonly id: string;
  readonly status: string;
  readonly claimId: string | null;
  readonly account: string;
  readonly channel: Channel;
  readonly target: string;
  readonly now: Date;
}

/** The deliveries of challenges that were echoed. */
const provenOf = (settlements: readonly Settlement[]): readonly string[] => settlements.flatMap(({ claim, outcome }) => (outcome.kind === 'delivered' && outcome.proven === true ? [claim.id] : []));

/** Writes what came of claims, within the caller's transaction: receipts, the deliveries' new states, and what it says of their endpoints; a webhook that echoed its challenge becomes active with it. A delivery that is not there any more has nothing to be settled. */
export async function writeSettlements(tx: Transaction, settlements: readonly Settlement[]): Promise<void> {
  await holdProven(tx, provenOf(settlements));
  // In the order of their ids: two that settle some of the same deliveries do not wait for each other.
  const rows = await tx.$queryRaw<HeldRow[]>`
    SELECT d."id", d."status", d."claimId", e."account", d."channel", s."target", clock_timestamp() AS "now"
    FROM "Delivery" d JOIN "OutboxEvent" e ON e."id" = d."eventId" JOIN "Subscription" s ON s."id" = d."subscriptionId"
    WHERE d."id" = ANY(${settlements.map(({ claim }) => claim.id)}::text[]) ORDER BY d."id" FOR UPDATE OF d`;
  const held = new Map(rows.map((row) => [row.id, row]));
  const known = settlements.flatMap((settlement) => {
    const row = held.get(settlement.claim.id);
    return row === undefined ? [] : [{ ...settlement, row }];
  });
  await writeReceipts(tx, known.flatMap(({ claim, outcome, receipt, row }) => (receipt === undefined ? [] : [{ deliveryId: claim.id, now: row.now, outcome, receipt }])));
  // Another's by now where the claim is not the last one: a notifier that was frozen must not give away what is not its own. One that is settled stays as it is.
  const counted = known.filter(({ claim, outcome, row }) => row.status === 'pending' && (row.claimId === claim.claimId || outcome.kind === 'delivered'));
  const changes = counted.map(({ claim, outcome }) => ({
    id: claim.id, status: outcome.kind === 'failed' ? 'pending' : outcome.kind, lastStatus: outcome.status, lastError: outcome.kind === 'delivered' ? null : storableText(outcome.error),
    retryAfterMs: outcome.kind === 'failed' ? outcome.retryAfterMs : null,
  }));
  await tx.$executeRaw`
    UPDATE "Delivery" d SET "claimedUntil" = NULL, "claimId" = NULL, "status" = c."status", "lastStatus" = c."lastStatus", "lastError" = c."lastError",
      "deliveredAt" = CASE WHEN c."status" = 'delivered' THEN clock_timestamp() ELSE d."deliveredAt" END,
      "nextAttemptAt" = CASE WHEN c."status" = 'pending' THEN clock_timestamp() + c."retryAfterMs" * interval '1 millisecond' ELSE d."nextAttemptAt" END
    FROM jsonb_to_recordset(${JSON.stringify(changes)}::jsonb) AS c("id" text, "status" text, "lastStatus" int, "lastError" text, "retryAfterMs" float8)
    WHERE d."id" = c."id" AND d."status" = 'pending'`;
  await activateProven(tx, provenOf(counted));
  await noteOutcomes(tx, known.filter(({ receipt }) => receipt !== undefined).map(({ outcome, row: { channel, target } }) => ({ channel, target, outcome })));
  await announce(tx, [...new Set(counted.map(({ row }) => row.account))].sort().map((account) => ({ type: 'delivery', account })));
}
