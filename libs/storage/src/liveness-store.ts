import { z } from 'zod';
import { ACTION_KINDS } from '@ballast/policy';
import type { ChainId } from '@ballast/units';
import { clientOf, type Database } from './database.js';
import { toJson } from './json/encode.js';
import { shapeOf } from './json/shape.js';

/** Nearest-rank percentiles in milliseconds: each is a time that was really taken. Without any there is no number. */
export type Percentiles = { readonly kind: 'measured'; readonly count: number; readonly p50Ms: number; readonly p95Ms: number; readonly p99Ms: number } | { readonly kind: 'not-measured' };

/** From the decision to act, to the first time its transaction was given to a node, to the block that held it. */
export interface StageTimes {
  readonly triggerToSent: Percentiles;
  readonly sentToMined: Percentiles;
  readonly triggerToMined: Percentiles;
}

/** Of actions that were decided on in the last 24 hours, and in the last 30 days. */
export interface ActionTimes {
  readonly day: StageTimes;
  readonly month: StageTimes;
}

export interface BlindSpell {
  readonly since: string;
  /** null while it lasts */
  readonly until: string | null;
  readonly reason: string;
}

/** How many positions, when the one read the longest ago was read, and the one in the middle. */
export interface CheckTimes {
  readonly positions: number;
  readonly oldestAt: string | null;
  readonly medianAt: string | null;
}

/** What is hedged and guarded at derivatives venues, and how lately it was looked after. */
export interface HedgingFigures {
  /** Hedges in force, and accounts that are guarded. */
  readonly plans: number;
  readonly guarded: number;
  /** When the last round ended in which all of them were looked after; null before the first. */
  readonly roundAt: string | null;
  /** Accounts with a key in force: all are watched. `oldestReadingAt`: of the one that was read the longest ago; null where there is none, or one was never read. */
  readonly accounts: number;
  readonly oldestReadingAt: string | null;
}

export interface LivenessFigures {
  /** Positions with debt at watched accounts: those under a mandate in force, and all. What nobody guards may be read much less often. */
  readonly checks: { readonly guarded: CheckTimes; readonly all: CheckTimes };
  /** Mandates in force; those whose rule could not run by the newest decision, or whose loan was not read for a minute; those with no decision yet. */
  readonly mandates: { readonly armed: number; readonly cannot: number; readonly undecided: number; readonly reasons: readonly { readonly reason: string; readonly count: number }[] };
  readonly openIntents: number;
  readonly hedging: HedgingFigures;
  readonly actions: ActionTimes;
  /** Spells that touched the last 24 hours and 30 days, and the newest ten of them. */
  readonly blindSpells: { readonly day: number; readonly month: number; readonly last: readonly BlindSpell[] };
}

export interface MeasuredLiveness {
  readonly measuredAt: Date;
  readonly figures: LivenessFigures;
}

const count = z.number().int();
const percentiles = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('measured'), count, p50Ms: z.number(), p95Ms: z.number(), p99Ms: z.number() }),
  z.object({ kind: z.literal('not-measured') }),
]);
const checkTimes = z.object({ positions: count, oldestAt: z.string().nullable(), medianAt: z.string().nullable() });
const stageTimes = z.object({ triggerToSent: percentiles, sentToMined: percentiles, triggerToMined: percentiles });
const figuresShape = shapeOf<LivenessFigures>()(
  z.object({
    checks: z.object({ guarded: checkTimes, all: checkTimes }),
    mandates: z.object({ armed: count, cannot: count, undecided: count, reasons: z.array(z.object({ reason: z.string(), count })).readonly() }),
    openIntents: count,
    hedging: z.object({ plans: count, guarded: count, roundAt: z.string().nullable(), accounts: count, oldestReadingAt: z.string().nullable() }),
    actions: z.object({ day: stageTimes, month: stageTimes }),
    blindSpells: z.object({ day: count, month: count, last: z.array(z.object({ since: z.string(), until: z.string().nullable(), reason: z.string() })).readonly() }),
  }),
);

const DAY_MS = 86_400_000;
const MONTH_MS = 30 * DAY_MS;
/** A guarded loan that was read longer ago than this cannot be protected now, whatever was decided about it last. */
const UNREAD_AFTER_MS = 60_000;
/** The reason counted for it; every other one is a decision's own. */
export const NOT_SEEN = 'not-seen';

/** How well each chain is watched: measured from the rows of the database, and kept as it was measured. */
export class LivenessStore {
  constructor(private readonly database: Database) {}

  /** Counts everything anew. Times between rows are by the clocks that wrote them: the database's for decisions and blocks, the worker's for what was sent. */
  async measure(chain: ChainId, now: Date): Promise<LivenessFigures> {
    const [checks, mandates, openIntents, hedging, day, month, blindSpells] = await Promise.all([
      this.checks(chain), this.mandates(chain, now), clientOf(this.database).intent.count({ where: { chainId: chain, open: true } }), this.hedging(chain),
      this.times(chain, new Date(now.getTime() - DAY_MS)), this.times(chain, new Date(now.getTime() - MONTH_MS)), this.blindSpells(chain, now),
    ]);
    return { checks, mandates, openIntents, hedging, actions: { day, month }, blindSpells };
  }

  async save(chain: ChainId, measured: MeasuredLiveness): Promise<void> {
    const row = { measuredAt: measured.measuredAt, figures: toJson(measured.figures, 'Liveness.figures') };
    await clientOf(this.database).liveness.upsert({ where: { chainId: chain }, create: { chainId: chain, ...row }, update: row });
  }

  /** As measured last; null before the first time, and where another version measured otherwise: its worker measures anew within seconds. */
  async latest(chain: ChainId): Promise<MeasuredLiveness | null> {
    const row = await clientOf(this.database).liveness.findUnique({ where: { chainId: chain } });
    const figures = row === null ? null : figuresShape.safeParse(row.figures);
    return row === null || !figures?.success ? null : { measuredAt: row.measuredAt, figures: figures.data };
  }

  /** A loan that was paid back is not read any more at some protocols, so only those with debt are looked at. */
  private async checks(chain: ChainId): Promise<LivenessFigures['checks']> {
    const [all, guarded] = await clientOf(this.database).$queryRaw<CheckRow[]>`
      SELECT guarded, count(*) AS positions, min("observedAt") AS oldest, percentile_disc(0.5) WITHIN GROUP (ORDER BY "observedAt") AS median
      FROM (VALUES (false), (true)) AS wanted(guarded) JOIN "Position" p ON NOT guarded OR EXISTS (SELECT 1 FROM "Mandate" m WHERE m."positionId" = p."id" AND m."status" = 'active')
      JOIN "WatchedAccount" w ON w."chainId" = p."chainId" AND w."protocol" = p."protocol" AND w."account" = p."account"
      JOIN LATERAL (SELECT "debtUsdE8" FROM "PositionSample" s WHERE s."positionId" = p."id" ORDER BY "blockNumber" DESC LIMIT 1) s ON s."debtUsdE8" > 0
      WHERE p."chainId" = ${chain} GROUP BY guarded ORDER BY guarded`;
    return { guarded: checkTimesOf(guarded), all: checkTimesOf(all) };
  }

  private async mandates(chain: ChainId, now: Date): Promise<LivenessFigures['mandates']> {
    const unread = new Date(now.getTime() - UNREAD_AFTER_MS);
    const rows = await clientOf(this.database).$queryRaw<{ kind: 'cannot' | 'can' | 'undecided'; reason: string | null; count: bigint }[]>`
      SELECT "kind", "reason", count(*) AS "count" FROM (
        SELECT CASE WHEN p."observedAt" < ${unread} OR d."kind" = 'cannot' THEN 'cannot' WHEN d."kind" IS NULL THEN 'undecided' ELSE 'can' END AS "kind",
          CASE WHEN p."observedAt" < ${unread} THEN ${NOT_SEEN} WHEN d."kind" = 'cannot' THEN d."reason" END AS "reason"
        FROM "Mandate" m
        LEFT JOIN "Position" p ON p."id" = m."positionId"
        LEFT JOIN LATERAL (
          SELECT "kind", "reason", "mandateHash" FROM "Decision" d WHERE d."positionId" = m."positionId" ORDER BY "lastBlock" DESC, "createdAt" DESC LIMIT 1
        ) d ON d."mandateHash" = m."hash"
        WHERE m."chainId" = ${chain} AND m."status" = 'active'
      ) judged GROUP BY "kind", "reason" ORDER BY "count" DESC, "reason"`;
    const total = (kind: string): number => rows.reduce((sum, row) => (kind === '' || row.kind === kind ? sum + Number(row.count) : sum), 0);
    const reasons = rows.flatMap(({ kind, reason, count: many }) => (kind === 'cannot' && reason !== null ? [{ reason, count: Number(many) }] : []));
    return { armed: total(''), cannot: total('cannot'), undecided: total('undecided'), reasons };
  }

  private async hedging(chain: ChainId): Promise<HedgingFigures> {
    const [row] = await clientOf(this.database).$queryRaw<HedgingRow[]>`
      SELECT (SELECT count(*)::int FROM "HedgePlan" WHERE "chainId" = ${chain} AND "active") AS "plans", (SELECT "finishedAt" FROM "HedgingRound" WHERE "chainId" = ${chain}) AS "round",
        count(*) FILTER (WHERE a."bounds" IS NOT NULL)::int AS "guarded", count(*)::int AS "accounts", min(a."readAt") AS "oldest", coalesce(bool_and(a."readAt" IS NOT NULL), false) AS "isWhole"
      FROM "VenueAccount" a JOIN "VenueKey" k ON k."environment" = a."environment" AND k."venue" = a."venue" AND k."name" = a."keyName" AND k."state" <> 'ended' WHERE a."chainId" = ${chain}`;
    return { plans: row?.plans ?? 0, guarded: row?.guarded ?? 0, roundAt: row?.round?.toISOString() ?? null, accounts: row?.accounts ?? 0, oldestReadingAt: row?.isWhole === true ? (row.oldest?.toISOString() ?? null) : null };
  }

  /** A block that vanished does not count: the last time that the action was found in one does. */
  private async times(chain: ChainId, since: Date): Promise<StageTimes> {
    const [row] = await clientOf(this.database).$queryRaw<{ found: Partial<Record<Stage, TimesRow>> }[]>`
      WITH acted AS (
        SELECT d."createdAt" AS "trigger",
          (SELECT min("broadcastAt") FROM "IntentTransaction" t WHERE t."intentId" = i."id" AND t."purpose" = 'call') AS "sent",
          (SELECT max("at") FROM "IntentStep" s WHERE s."intentId" = i."id" AND s."to" = 'MINED') AS "mined"
        FROM "Intent" i JOIN "Decision" d ON d."id" = i."decisionId"
        WHERE i."chainId" = ${chain} AND i."kind" = ANY(${[...ACTION_KINDS]}::text[]) AND d."createdAt" > ${since}
      ), timed AS (
        SELECT unnest(ARRAY['triggerToSent', 'sentToMined', 'triggerToMined']) AS "stage",
          unnest(ARRAY["sent" - "trigger", "mined" - "sent", "mined" - "trigger"]) AS "took" FROM acted WHERE "sent" IS NOT NULL
      ), ranked AS (
        SELECT "stage", count(*) AS n, percentile_disc(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY greatest(0, extract(epoch FROM "took") * 1000)::double precision) AS ms
        FROM timed WHERE "took" IS NOT NULL GROUP BY "stage"
      )
      SELECT coalesce(jsonb_object_agg("stage", jsonb_build_object('count', n, 'ms', to_jsonb(ms))), '{}'::jsonb) AS found FROM ranked`;
    const found = row?.found ?? {};
    return { triggerToSent: percentilesOf(found.triggerToSent), sentToMined: percentilesOf(found.sentToMined), triggerToMined: percentilesOf(found.triggerToMined) };
  }

  private async blindSpells(chain: ChainId, now: Date): Promise<LivenessFigures['blindSpells']> {
    const [day, month] = [DAY_MS, MONTH_MS].map((span) => ({ chainId: chain, OR: [{ until: null }, { until: { gt: new Date(now.getTime() - span) } }] }));
    const client = clientOf(this.database);
    const [inDay, inMonth, last] = await Promise.all([client.blindSpell.count({ where: day }), client.blindSpell.count({ where: month }), client.blindSpell.findMany({ where: { chainId: chain }, orderBy: { since: 'desc' }, take: 10 })]);
    return { day: inDay, month: inMonth, last: last.map(({ since, until, reason }) => ({ since: since.toISOString(), until: until?.toISOString() ?? null, reason })) };
  }
}

interface HedgingRow {
  readonly plans: number;
  readonly guarded: number;
  readonly round: Date | null;
  readonly accounts: number;
  readonly oldest: Date | null;
  readonly isWhole: boolean;
}

interface CheckRow {
  readonly positions: bigint;
  readonly oldest: Date | null;
  readonly median: Date | null;
}

const checkTimesOf = (row: CheckRow | undefined): CheckTimes => ({ positions: Number(row?.positions ?? 0n), oldestAt: row?.oldest?.toISOString() ?? null, medianAt: row?.median?.toISOString() ?? null });

type Stage = keyof StageTimes;
interface TimesRow {
  readonly count: number;
  readonly ms: readonly [number, number, number];
}

const percentilesOf = (row: TimesRow | undefined): Percentiles =>
  row === undefined ? { kind: 'not-measured' } : { kind: 'measured', count: row.count, p50Ms: Math.round(row.ms[0]), p95Ms: Math.round(row.ms[1]), p99Ms: Math.round(row.ms[2]) };
