import { reminderOf, waitAfterTelling, type Notice } from '@ballast/policy';
import type { PositionId } from '@ballast/positions';
import type { Address, ChainId } from '@ballast/units';
import { announce } from '../changes.js';
import { clientOf, inTransaction, type Database, type Transaction } from '../database.js';
import type { Prisma } from '../generated/prisma/client.js';
import { writeNotices } from '../notices.js';
import { isAcknowledgeToken, readAcknowledgeToken } from './acknowledge-token.js';
import { alarmWords } from './alarm-book.js';

/** A trouble that lasts, or lasted. */
export interface AlarmRecord {
  readonly id: string;
  readonly chainId: ChainId;
  readonly account: Address;
  readonly positionId: PositionId | null;
  /** Of the event that told of it, as `data` is its data. */
  readonly kind: string;
  readonly cause: string;
  readonly data: unknown;
  readonly openedAt: Date;
  /** Since its cause is what it is. */
  readonly tellings: number;
  readonly toldAt: Date;
  /** When it is told again, unless it was acknowledged or is over. */
  readonly tellAt: Date;
  readonly acknowledgedAt: Date | null;
  /** `owner`, signed in, or the id of the subscription whose link was used; for whoever used it, where it was not the owner's. */
  readonly acknowledgedBy: string | null;
  readonly endedAt: Date | null;
}

/** Alarms that one turn tells again. */
const MOST_AT_ONCE = 200;
const OWNER = 'owner';

type AlarmRow = Prisma.AlarmGetPayload<object>;

/** Alarms in PostgreSQL, by whose clock they are told again. What opens and ends them is written with the events that tell of it. */
export class AlarmStore {
  constructor(private readonly database: Database) {}

  /** Tells alarms of the chain again that are due, and returns how many; at most 200 at once. Two workers that ask at once tell each once. */
  async remind(chain: ChainId): Promise<number> {
    return inTransaction(this.database, async (tx) => {
      const rows = await tx.$queryRaw<(AlarmRow & { now: Date })[]>`
        SELECT *, statement_timestamp() AS "now" FROM "Alarm"
        WHERE "chainId" = ${chain} AND "endedAt" IS NULL AND "acknowledgedAt" IS NULL AND "tellAt" <= statement_timestamp()
        ORDER BY "tellAt", "id" LIMIT ${MOST_AT_ONCE} FOR UPDATE SKIP LOCKED`;
      const judged = rows.map((row) => ({ row, reminder: reminderOf({ tellings: row.tellings, toldAt: row.toldAt.getTime(), isAcknowledged: row.acknowledgedAt !== null, isOver: row.endedAt !== null }, row.now.getTime()) }));
      const due = judged.flatMap(({ row, reminder }) => (reminder.kind === 'due' ? [{ row, telling: reminder.telling }] : []));
      await writeNotices(tx, due.map(({ row, telling }) => stillSo(row, telling)));
      for (const { row, telling } of due) await tx.alarm.update({ where: { id: row.id }, data: { tellings: telling, toldAt: row.now, tellAt: new Date(row.now.getTime() + waitAfterTelling(telling)) } });
      for (const { row, reminder } of judged) if (reminder.kind === 'waits') await tx.alarm.update({ where: { id: row.id }, data: { tellAt: new Date(reminder.until) } });
      return due.length;
    });
  }

  /** The owner has seen it. Again, or once it is over, changes nothing. Null where the account has no such alarm. */
  async acknowledge(account: Address, id: string): Promise<AlarmRecord | null> {
    return inTransaction(this.database, (tx) => acknowledge(tx, { id, account }, OWNER));
  }

  /**
   * Whoever has the link of a mail has seen it. Of a subscription that the account's owner made with a session, as `acknowledge`. Anybody may subscribe to any account, so of others it ends the telling to that subscription alone: nobody
   * can silence an owner's alarms. Null for a token that is none, or whose subscription has ended.
   */
  async acknowledgeByLink(token: string): Promise<AlarmRecord | null> {
    const named = readAcknowledgeToken(token);
    if (named === null) return null;
    return inTransaction(this.database, async (tx) => {
      const subscription = await tx.subscription.findUnique({ where: { id: named.subscriptionId } });
      if (subscription === null || subscription.status !== 'active' || !isAcknowledgeToken(token, subscription.endToken)) return null;
      const where = { id: named.alarmId, account: subscription.account, chainId: subscription.chainId };
      return subscription.byOwner ? acknowledge(tx, where, subscription.id) : seenBy(tx, where, subscription.id);
    });
  }

  /** Alarms of an account, those that are open first, then newest first. */
  async ofAccount(account: Address, limit: number): Promise<readonly AlarmRecord[]> {
    const { alarm } = clientOf(this.database);
    const open = await alarm.findMany({ where: { account, endedAt: null }, orderBy: [{ openedAt: 'desc' }, { id: 'desc' }], take: limit });
    const ended = await alarm.findMany({ where: { account, endedAt: { not: null } }, orderBy: [{ openedAt: 'desc' }, { id: 'desc' }], take: limit - open.length });
    return [...open, ...ended].map(alarmFromRow);
  }
}

async function acknowledge(tx: Transaction, where: { readonly id: string; readonly account: string; readonly chainId?: number }, by: string): Promise<AlarmRecord | null> {
  const { id } = where;
  if ((await tx.alarm.findFirst({ where })) === null) return null;
  const seen = await tx.$executeRaw`UPDATE "Alarm" SET "acknowledgedAt" = statement_timestamp(), "acknowledgedBy" = ${by} WHERE "id" = ${id} AND "acknowledgedAt" IS NULL AND "endedAt" IS NULL`;
  if (seen > 0) await announce(tx, [{ type: 'delivery', account: where.account }]);
  return alarmFromRow(await tx.alarm.findUniqueOrThrow({ where: { id } }));
}

/** As it stands for the subscriber, who has seen it for its cause. */
async function seenBy(tx: Transaction, where: { readonly id: string; readonly account: string; readonly chainId: number }, subscriptionId: string): Promise<AlarmRecord | null> {
  const row = await tx.alarm.findFirst({ where });
  if (row === null) return null;
  if (row.endedAt !== null || row.acknowledgedAt !== null) return alarmFromRow(row);
  const [seen] = await tx.$queryRaw<{ seenAt: Date }[]>`
    INSERT INTO "AlarmSeen" AS n ("alarmId", "subscriptionId", "cause", "seenAt") VALUES (${row.id}, ${subscriptionId}, ${row.cause}, statement_timestamp())
    ON CONFLICT ("alarmId", "subscriptionId") DO UPDATE SET "seenAt" = CASE WHEN n."cause" = excluded."cause" THEN n."seenAt" ELSE excluded."seenAt" END, "cause" = excluded."cause"
    RETURNING "seenAt"`;
  return { ...alarmFromRow(row), acknowledgedAt: seen?.seenAt ?? null, acknowledgedBy: subscriptionId };
}

/** Named by the telling before it, whoever finds it due. */
function stillSo(row: AlarmRow, telling: number): Notice {
  const data = { ...(row.data as Record<string, unknown>), alarm: alarmWords({ ...row, isAcknowledged: false }, telling) };
  return { id: `evt_still_${row.id}_${row.toldAt.getTime()}`, chainId: row.chainId as ChainId, account: row.account as Address, positionId: row.positionId as PositionId | null, kind: 'alarm.still', severity: 'critical', data };
}

const alarmFromRow = (row: AlarmRow): AlarmRecord => ({
  id: row.id, chainId: row.chainId as ChainId, account: row.account as Address, positionId: row.positionId as PositionId | null, kind: row.kind, cause: row.cause, data: row.data, openedAt: row.openedAt,
  tellings: row.tellings, toldAt: row.toldAt, tellAt: row.tellAt, acknowledgedAt: row.acknowledgedAt, acknowledgedBy: row.acknowledgedBy, endedAt: row.endedAt,
});
