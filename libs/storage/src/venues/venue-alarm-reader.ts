import { NO_FAILURE, type FailedOrders, type OrderTrials } from '@ballast/policy';
import type { ClientOrderId, InstrumentId, VenueAccountId } from '@ballast/positions';
import { clientOf, type Database } from '../database.js';
import { Prisma } from '../generated/prisma/client.js';
import { intentFromRow } from './order-rows.js';

/** Decisions one after the other that could not act. Times are wall clock of who decided, in milliseconds. */
export interface CannotSpell {
  /** Of its first run. */
  readonly id: string;
  readonly since: number;
  /** From when on no run of one reason lasted for long, but the newest may: then they count together. */
  readonly unsettledSince: number;
  /** Each once. */
  readonly reasons: readonly string[];
}

const NEWEST_FIRST = [{ lastAt: 'desc' }, { createdAt: 'desc' }] satisfies Prisma.VenueDecisionOrderByWithRelationInput[];
const OLDEST_FIRST = [{ lastAt: 'asc' }, { createdAt: 'asc' }] satisfies Prisma.VenueDecisionOrderByWithRelationInput[];

/** Nothing was filled of what it asked for, nothing was moved, and nothing of it is under way. */
const CAME_TO_NOTHING = { kind: 'act', orders: { none: { OR: [{ open: true }, { filled: { gt: 0 } }] } }, moves: { none: { OR: [{ open: true }, { state: 'DONE' }] } } } satisfies Prisma.VenueDecisionWhereInput;

/** What alarms about venues are made from: how orders went, how long nothing could be done, and what was told of it. */
export class VenueAlarmReader {
  constructor(private readonly database: Database) {}

  /** How orders of this account and instrument went, in the order in which they were planned. */
  async trials(account: VenueAccountId, instrument: InstrumentId): Promise<OrderTrials> {
    const filled = await clientOf(this.database).venueOrder.findMany({ where: { account, instrument, filled: { gt: 0 } }, orderBy: [{ createdAt: 'desc' }, { clientId: 'desc' }], take: 2, select: { createdAt: true } });
    const [last, before] = filled.map(({ createdAt }) => createdAt);
    const [failing, failed] = await Promise.all([this.failed(account, instrument, last ?? null, null), last === undefined ? null : this.failed(account, instrument, before ?? null, last)]);
    return { failing, over: failed === null || last === undefined ? null : { failed, workedAt: last.getTime() } };
  }

  /** Instruments of which anything was ever ordered in the account. */
  async ordered(account: VenueAccountId): Promise<readonly InstrumentId[]> {
    const rows = await clientOf(this.database).venueOrder.findMany({ where: { account }, distinct: ['instrument'], select: { instrument: true } });
    return rows.map(({ instrument }) => instrument as InstrumentId);
  }

  private async failed(account: VenueAccountId, instrument: InstrumentId, after: Date | null, until: Date | null): Promise<FailedOrders | null> {
    const client = clientOf(this.database);
    const [row] = await client.$queryRaw<{ times: number; first: string | null; last: string | null; since: Date; lastAt: Date }[]>`
      SELECT count(*)::int AS "times", (array_agg("clientId" ORDER BY "createdAt", "clientId"))[1] AS "first", (array_agg("clientId" ORDER BY "createdAt" DESC, "clientId" DESC))[1] AS "last", min("createdAt") AS "since", max("createdAt") AS "lastAt"
      FROM "VenueOrder"
      WHERE "account" = ${account} AND "instrument" = ${instrument} AND NOT "open" AND "filled" = 0
        AND (${after}::timestamptz IS NULL OR "createdAt" > ${after}::timestamptz) AND (${until}::timestamptz IS NULL OR "createdAt" < ${until}::timestamptz)
        AND NOT ("why"->>'kind' = 'dropped' AND "why"->>'code' = ANY(${[...NO_FAILURE.dropped]}::text[]))
        AND NOT ("why"->>'kind' = 'rejected' AND "why"->'rejection'->>'reason' = ANY(${[...NO_FAILURE.rejected]}::text[]))`;
    if (row === undefined || row.first === null || row.last === null) return null;
    const last = await client.venueOrder.findUniqueOrThrow({ where: { clientId: row.last } });
    return { first: row.first as ClientOrderId, times: row.times, since: row.since.getTime(), last: intentFromRow(last), lastAt: row.lastAt.getTime() };
  }

  /**
   * The spell that the newest decision about this plan or account belongs to; null where that one could act, or there is none. A run of `longMs` or more counts as long. Of an account, whose owner is told of no end, a try that
   * came to nothing ends none.
   */
  async cannotSpell(of: { readonly planId: string } | { readonly account: VenueAccountId }, longMs: number): Promise<CannotSpell | null> {
    const client = clientOf(this.database);
    const could = await client.venueDecision.findFirst({ where: { ...of, kind: { not: 'cannot' }, ...('account' in of ? { NOT: CAME_TO_NOTHING } : {}) }, orderBy: NEWEST_FIRST, select: { lastAt: true } });
    const runs = { ...of, kind: 'cannot', ...(could === null ? {} : { lastAt: { gt: could.lastAt } }) };
    const [first, newest, reasons] = await Promise.all([
      client.venueDecision.findFirst({ where: runs, orderBy: OLDEST_FIRST, select: { id: true, at: true } }), client.venueDecision.findFirst({ where: runs, orderBy: NEWEST_FIRST, select: { id: true, at: true } }),
      client.venueDecision.findMany({ where: runs, distinct: ['reason'], select: { reason: true } }),
    ]);
    if (first === null || newest === null) return null;
    const subject = 'planId' in of ? Prisma.sql`"planId" = ${of.planId}` : Prisma.sql`"account" = ${of.account}`;
    const [long] = await client.$queryRaw<{ lastAt: Date }[]>`
      SELECT "lastAt" FROM "VenueDecision"
      WHERE ${subject} AND "kind" = 'cannot' AND "lastAt" >= ${first.at}::timestamptz AND "id" <> ${newest.id} AND "lastAt" - "at" >= ${longMs}::float8 * interval '1 millisecond'
      ORDER BY "lastAt" DESC LIMIT 1`;
    const unsettled = long === undefined ? first : await client.venueDecision.findFirst({ where: { ...runs, lastAt: { gt: long.lastAt } }, orderBy: OLDEST_FIRST, select: { at: true } });
    return { id: first.id, since: first.at.getTime(), unsettledSince: (unsettled ?? newest).at.getTime(), reasons: reasons.map(({ reason }) => reason) };
  }

  /** Which of these notices were written. */
  async told(ids: readonly string[]): Promise<readonly string[]> {
    const rows = await clientOf(this.database).outboxEvent.findMany({ where: { id: { in: [...ids] } }, select: { id: true } });
    return rows.map(({ id }) => id);
  }
}
