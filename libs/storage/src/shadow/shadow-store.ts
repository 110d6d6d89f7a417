import { randomUUID } from 'node:crypto';
import { BY_SHADOW, SHADOW_OUTCOMES, type IntentPlan, type ShadowFigures, type ShadowOutcome, type WouldHave } from '@ballast/policy';
import { partsOf, type PositionId } from '@ballast/positions';
import type { Address, ChainId, Hash32, UsdE8 } from '@ballast/units';
import { toDecimal, toDecimalOrNull, whole, wholeOrNull } from '../amount.js';
import { clientOf, type Database } from '../database.js';
import type { Prisma } from '../generated/prisma/client.js';
import { intentPlan, legs as legsShape } from '../json/decision-shape.js';
import { fromJson, storableText, toJson } from '../json/encode.js';
import { asset as assetShape } from '../json/quantities.js';
import { subjectOf } from '../switches/signing-gate.js';

/** A would-have of which it is not known yet what becomes of the loan. */
export interface OpenWouldHave extends WouldHave {
  readonly id: string;
  readonly account: Address;
  /** The call that was tried out. */
  readonly plan: IntentPlan;
  /** The block at which it was tried out a second time; null before that. */
  readonly againBlock: bigint | null;
  /** Whether a liquidation of the loan was told of since. */
  readonly liquidationTold: boolean;
}

/** What came of trying the same call out some blocks later. */
export interface TriedAgain {
  readonly blockNumber: bigint;
  readonly refusal: string | null;
  readonly gasUsed: bigint | null;
  /** Against the gas of the first time, in hundredths of a percent; null where either is not known. */
  readonly gasBps: number | null;
  /** It would have been refused, and no move of the market explains it. */
  readonly isMismatch: boolean;
}

/** What would have been done for owners in shadow mode, and what became of their loans without it. */
export class ShadowStore {
  constructor(private readonly database: Database) {}

  /** Notes what would have been done. A call that would have been refused at the block it was decided at is a mismatch. False, and nothing is written, where one of the position is open. */
  async note(would: WouldHave, plan: IntentPlan): Promise<boolean> {
    const { chainId, account } = partsOf(would.positionId);
    const { tried } = would;
    // A partial unique index keeps a second one out, also where two processes decide at once.
    const { count } = await clientOf(this.database).wouldHave.createMany({
      data: [{
        id: randomUUID(), chainId, account, positionId: would.positionId, mandateHash: would.mandateHash, action: would.action, asset: toJson(would.asset, 'WouldHave.asset'), amount: toDecimal(would.amount),
        trigger: toDecimal(would.trigger), healthBefore: toDecimal(would.healthBefore), costUsdE8: toDecimal(would.costUsdE8), lossAvoidedUsdE8: toDecimal(would.lossAvoidedUsdE8),
        blockNumber: would.blockNumber, at: would.at, legs: toJson(would.legs, 'WouldHave.legs'), plan: toJson(plan, 'WouldHave.plan'),
        refusal: tried.refusal === null ? null : storableText(tried.refusal), healthAfter: toDecimalOrNull(tried.healthAfter), gasUsed: tried.gasUsed, mismatch: tried.refusal !== null,
      }],
      skipDuplicates: true,
    });
    return count > 0;
  }

  async hasOpen(positionId: PositionId): Promise<boolean> {
    return (await clientOf(this.database).wouldHave.count({ where: { positionId, open: true } })) > 0;
  }

  /** Those of the chain, oldest first. */
  async open(chain: ChainId): Promise<readonly OpenWouldHave[]> {
    const rows = await clientOf(this.database).wouldHave.findMany({ where: { chainId: chain, open: true }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] });
    if (rows.length === 0) return [];
    const told = await clientOf(this.database).$queryRaw<{ id: string }[]>`
      SELECT w."id" FROM "WouldHave" w
      WHERE w."chainId" = ${chain} AND w."open" AND EXISTS (
        SELECT 1 FROM "OutboxEvent" e WHERE e."account" = w."account" AND e."positionId" = w."positionId" AND e."kind" = 'position.liquidated' AND e."createdAt" >= w."createdAt"
      )`;
    const liquidated = new Set(told.map(({ id }) => id));
    return rows.map((row) => wouldHaveFromRow(row, liquidated.has(row.id)));
  }

  /** Writes down the second try of an open one; of one that is closed, or was tried again already, nothing. */
  async triedAgain(id: string, again: TriedAgain): Promise<void> {
    const refusal = again.refusal === null ? null : storableText(again.refusal);
    await clientOf(this.database).wouldHave.updateMany({
      where: { id, open: true, againBlock: null },
      data: { againBlock: again.blockNumber, againRefusal: refusal, againGasUsed: again.gasUsed, gasBps: again.gasBps, ...(again.isMismatch ? { mismatch: true } : {}) },
    });
  }

  /** Closes an open one. False, and nothing is written, where it is closed already: the first outcome stays. */
  async close(id: string, outcome: ShadowOutcome): Promise<boolean> {
    const { count } = await clientOf(this.database).wouldHave.updateMany({ where: { id, open: true }, data: { open: false, outcome, closedAt: new Date() } });
    return count > 0;
  }

  /** Since when the account is in shadow mode on this chain; null where it is not. */
  async since(chain: ChainId, account: Address): Promise<Date | null> {
    const key = { scope: 'owner', subject: subjectOf({ kind: 'owner', chainId: chain, owner: account }), setBy: BY_SHADOW };
    return (await clientOf(this.database).switch.findUnique({ where: { scope_subject_setBy: key }, select: { since: true } }))?.since ?? null;
  }

  /** What the account's would-haves on this chain came to, of those noted at `from` and later. */
  async figures(chain: ChainId, account: Address, from: Date): Promise<ShadowFigures> {
    const rows = await clientOf(this.database).$queryRaw<FigureRow[]>`
      SELECT coalesce("outcome", 'open') AS "outcome", count(*)::int AS "count", sum("costUsdE8")::text AS "cost", sum("lossAvoidedUsdE8")::text AS "loss", count(*) FILTER (WHERE "mismatch")::int AS "mismatches"
      FROM "WouldHave" WHERE "chainId" = ${chain} AND "account" = ${account} AND "createdAt" >= ${from} GROUP BY 1`;
    const [gas] = await clientOf(this.database).$queryRaw<{ repeated: number; p95: number | null }[]>`
      SELECT count("gasBps")::int AS "repeated", percentile_disc(0.95) WITHIN GROUP (ORDER BY "gasBps") AS "p95"
      FROM "WouldHave" WHERE "chainId" = ${chain} AND "account" = ${account} AND "createdAt" >= ${from}`;
    const of = (outcome: string): FigureRow | undefined => rows.find((row) => row.outcome === outcome);
    return {
      open: of('open')?.count ?? 0,
      outcomes: Object.fromEntries(SHADOW_OUTCOMES.map((outcome) => [outcome, of(outcome)?.count ?? 0])) as Record<ShadowOutcome, number>,
      lossAvertedUsdE8: BigInt(of('liquidated')?.loss ?? 0) as UsdE8,
      costUsdE8: rows.reduce((sum, { cost }) => sum + BigInt(cost), 0n) as UsdE8,
      costForNothingUsdE8: BigInt(of('recovered')?.cost ?? 0) as UsdE8,
      mismatches: rows.reduce((sum, { mismatches }) => sum + mismatches, 0),
      repeated: gas?.repeated ?? 0,
      gasP95Bps: gas?.p95 ?? null,
    };
  }
}

interface FigureRow {
  readonly outcome: string;
  readonly count: number;
  readonly cost: string;
  readonly loss: string;
  readonly mismatches: number;
}

function wouldHaveFromRow(row: Prisma.WouldHaveGetPayload<object>, liquidationTold: boolean): OpenWouldHave {
  const where = `WouldHave ${row.id}`;
  return {
    id: row.id,
    account: row.account as Address,
    positionId: row.positionId as PositionId,
    mandateHash: row.mandateHash as Hash32,
    action: row.action as WouldHave['action'],
    asset: fromJson(assetShape, row.asset, `${where} asset`),
    amount: whole(row.amount),
    trigger: whole(row.trigger),
    healthBefore: whole(row.healthBefore),
    costUsdE8: whole(row.costUsdE8),
    lossAvoidedUsdE8: whole(row.lossAvoidedUsdE8),
    blockNumber: row.blockNumber,
    at: row.at,
    legs: fromJson(legsShape, row.legs, `${where} legs`),
    tried: { refusal: row.refusal, healthAfter: wholeOrNull(row.healthAfter), gasUsed: row.gasUsed },
    plan: fromJson(intentPlan, row.plan, `${where} plan`),
    againBlock: row.againBlock,
    liquidationTold,
  };
}
