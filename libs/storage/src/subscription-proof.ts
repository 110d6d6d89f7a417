import { randomUUID } from 'node:crypto';
import { announce } from './changes.js';
import type { Transaction } from './database.js';
import { writeDeliveries } from './notices.js';
import { newToken } from './token.js';

/** The event that carries a challenge: `data` is `{ challenge }`, 256 random bits, and it goes to one webhook alone, which is to answer with them. Nothing but the event keeps them. */
export const CHALLENGE_EVENT = 'webhook.challenge';
const PROOF_EVENTS = ['subscription.confirm', CHALLENGE_EVENT];

/** What a pending subscription waits for. */
export interface WaitsFor {
  readonly what: 'confirmation' | 'challenge';
  /** When it was asked for last. */
  readonly askedAt: Date;
  /** `given-up`: what asks for it could not be brought, or was not answered as it should be. Asking for the same subscription again tries anew. */
  readonly state: 'asked' | 'given-up';
  /** Why the last attempt failed. */
  readonly lastError: string | null;
}

/** Puts a new challenge for a webhook into the outbox, in place of the one that may still wait. */
export async function sendChallenge(tx: Transaction, { id, chainId, account }: { readonly id: string; readonly chainId: number; readonly account: string }): Promise<void> {
  await tx.delivery.updateMany({ where: { subscriptionId: id, status: 'pending', event: { kind: CHALLENGE_EVENT } }, data: { status: 'dead', lastError: 'a newer one took its place', claimedUntil: null } });
  const eventId = `evt_challenge_${randomUUID()}`;
  // "createdAt" is left to PostgreSQL, by whose clock the pause between two of them is counted.
  await tx.$executeRaw`
    INSERT INTO "OutboxEvent" ("id", "chainId", "account", "kind", "severity", "data")
    VALUES (${eventId}, ${chainId}, ${account}, ${CHALLENGE_EVENT}, 'info', ${JSON.stringify({ challenge: newToken() })}::jsonb)`;
  await writeDeliveries(tx, [{ eventId, subscriptionId: id }]);
  await announce(tx, [{ type: 'delivery', account }]);
}

/** Locks the subscriptions that challenges were for. Before their deliveries, as whoever ends a subscription locks them. */
export async function holdProven(tx: Transaction, deliveryIds: readonly string[]): Promise<void> {
  if (deliveryIds.length === 0) return;
  await tx.$queryRaw`SELECT 1 FROM "Subscription" WHERE "id" IN (SELECT "subscriptionId" FROM "Delivery" WHERE "id" = ANY(${[...deliveryIds]}::text[])) ORDER BY "id" FOR UPDATE`;
}

/** Makes the webhooks active to which these challenges were delivered, by PostgreSQL's clock. One that has ended stays so. */
export async function activateProven(tx: Transaction, deliveryIds: readonly string[]): Promise<void> {
  if (deliveryIds.length === 0) return;
  await tx.$executeRaw`
    UPDATE "Subscription" s SET "status" = 'active', "confirmedAt" = statement_timestamp()
    FROM "Delivery" d JOIN "OutboxEvent" e ON e."id" = d."eventId"
    WHERE d."id" = ANY(${[...deliveryIds]}::text[]) AND e."kind" = ${CHALLENGE_EVENT} AND s."id" = d."subscriptionId" AND s."channel" = 'webhook' AND s."status" = 'pending'`;
}

/** What each of these subscriptions was asked for last, by its id. */
export async function waitedFor(client: Transaction, subscriptionIds: readonly string[]): Promise<ReadonlyMap<string, WaitsFor>> {
  if (subscriptionIds.length === 0) return new Map();
  const rows = await client.$queryRaw<{ subscriptionId: string; kind: string; askedAt: Date; status: string; lastError: string | null }[]>`
    SELECT DISTINCT ON (d."subscriptionId") d."subscriptionId", e."kind", e."createdAt" AS "askedAt", d."status", d."lastError"
    FROM "Delivery" d JOIN "OutboxEvent" e ON e."id" = d."eventId"
    WHERE d."subscriptionId" = ANY(${subscriptionIds}::text[]) AND e."kind" = ANY(${PROOF_EVENTS}::text[])
    ORDER BY d."subscriptionId", e."createdAt" DESC, d."status" = 'dead', e."id"`;
  return new Map(rows.map(({ subscriptionId, kind, askedAt, status, lastError }) => [
    subscriptionId, { what: kind === CHALLENGE_EVENT ? 'challenge' : 'confirmation', askedAt, state: status === 'dead' ? 'given-up' : 'asked', lastError } as const,
  ]));
}
