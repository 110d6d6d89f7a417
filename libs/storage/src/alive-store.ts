import type { ChainId } from '@ballast/units';
import { announce } from './changes.js';
import { clientOf, inTransaction, type Database } from './database.js';
import { toJson } from './json/encode.js';
import { writeDeliveries } from './notices.js';

/** Signs of life for the webhooks that asked for them. */
export class AliveStore {
  constructor(private readonly database: Database) {}

  /**
   * Puts a sign of life into the outbox for each webhook of the chain whose interval is over, and returns how many. One that still waits for
   * an earlier sign gets this one in its place. Two workers that ask at once write one.
   * @param data plain JSON, the same for all
   */
  async tellDue(chain: ChainId, now: Date, data: Readonly<Record<string, unknown>>): Promise<number> {
    return inTransaction(this.database, async (tx) => {
      const due = await tx.$queryRaw<{ id: string; account: string }[]>`
        UPDATE "Subscription" SET "aliveAt" = ${now}
        WHERE "id" IN (
          SELECT "id" FROM "Subscription"
          WHERE "chainId" = ${chain} AND "status" = 'active' AND "aliveMinutes" IS NOT NULL
            AND ("aliveAt" IS NULL OR "aliveAt" <= ${now}::timestamptz - make_interval(mins => "aliveMinutes"))
          ORDER BY "id" FOR UPDATE SKIP LOCKED)
        RETURNING "id", "account"`;
      if (due.length === 0) return 0;
      const ids = due.map(({ id }) => id);
      await tx.delivery.updateMany({
        where: { subscriptionId: { in: ids }, status: 'pending', event: { kind: 'alive' } }, data: { status: 'dead', lastError: 'a newer one took its place', claimedUntil: null },
      });
      const events = due.map(({ id, account }) => ({ id: `evt_alive_${id}_${now.getTime()}`, subscriptionId: id, account }));
      await tx.outboxEvent.createMany({
        data: events.map(({ id, account }) => ({ id, chainId: chain, account, kind: 'alive', severity: 'info', data: toJson(data, 'OutboxEvent.data'), createdAt: now })), skipDuplicates: true,
      });
      await writeDeliveries(tx, events.map(({ id, subscriptionId }) => ({ eventId: id, subscriptionId })));
      await announce(tx, [...new Set(due.map(({ account }) => account))].map((account) => ({ type: 'delivery', account })));
      return due.length;
    });
  }

  /** Signs of life of the chain that were not delivered yet will not be: what they say no longer holds. */
  async withdraw(chain: ChainId, reason: string): Promise<void> {
    await clientOf(this.database).delivery.updateMany({
      where: { status: 'pending', event: { kind: 'alive', chainId: chain } }, data: { status: 'dead', lastError: reason, claimedUntil: null },
    });
  }

  /** Deletes the chain's signs of life from before `before`. */
  async prune(chain: ChainId, before: Date): Promise<void> {
    await clientOf(this.database).outboxEvent.deleteMany({ where: { kind: 'alive', chainId: chain, createdAt: { lt: before } } });
  }
}
