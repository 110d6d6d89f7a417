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
   * an earlier sign gets this one in its place. Two workers that ask at once write one. Intervals go by PostgreSQL's clock: a worker whose own is hours ahead would otherwise keep the signs of its successor back.
   * @param data plain JSON, the same for all
   */
  async tellDue(chain: ChainId, data: Readonly<Record<string, unknown>>): Promise<number> {
    return inTransaction(this.database, async (tx) => {
      const due = await tx.$queryRaw<{ id: string; account: string; aliveAt: Date }[]>`
        UPDATE "Subscription" SET "aliveAt" = statement_timestamp()
        WHERE "id" IN (
          SELECT "id" FROM "Subscription"
          WHERE "chainId" = ${chain} AND "status" = 'active' AND "aliveMinutes" IS NOT NULL
            AND ("aliveAt" IS NULL OR "aliveAt" <= statement_timestamp() - make_interval(mins => "aliveMinutes"))
          ORDER BY "id" FOR UPDATE SKIP LOCKED)
        RETURNING "id", "account", "aliveAt"`;
      if (due.length === 0) return 0;
      const ids = due.map(({ id }) => id);
      await tx.delivery.updateMany({
        where: { subscriptionId: { in: ids }, status: 'pending', event: { kind: 'alive' } }, data: { status: 'dead', lastError: 'a newer one took its place', claimedUntil: null },
      });
      const events = due.map(({ id, account, aliveAt }) => ({ id: `evt_alive_${id}_${aliveAt.getTime()}`, subscriptionId: id, account, createdAt: aliveAt }));
      await tx.outboxEvent.createMany({
        data: events.map(({ id, account, createdAt }) => ({ id, chainId: chain, account, kind: 'alive', severity: 'info', data: toJson(data, 'OutboxEvent.data'), createdAt })), skipDuplicates: true,
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

  /** Deletes the chain's signs of life that are older than `keptMs` milliseconds, by PostgreSQL's clock. */
  async prune(chain: ChainId, keptMs: number): Promise<void> {
    await clientOf(this.database).$executeRaw`DELETE FROM "OutboxEvent" WHERE "kind" = 'alive' AND "chainId" = ${chain} AND "createdAt" < statement_timestamp() - ${keptMs}::float8 * interval '1 millisecond'`;
  }
}
