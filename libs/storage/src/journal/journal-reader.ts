import { ACTION_KINDS } from '@ballast/policy';
import type { PositionId } from '@ballast/positions';
import type { ChainId } from '@ballast/units';
import { clientOf, type Database } from '../database.js';
import { readBefore, type Before } from './before.js';
import { decisionFromRow, decisionParts, intentRecordFromRow, intentRecordParts, type DecisionRecord, type IntentRecord } from './rows.js';

/** Decisions and intents with their whole record, for pages and for telling what was said last. */
export class JournalReader {
  constructor(private readonly database: Database) {}

  /** Newest first. */
  async decisions(positionId: PositionId, limit: number): Promise<readonly DecisionRecord[]> {
    const rows = await clientOf(this.database).decision.findMany({
      where: { positionId }, orderBy: [{ lastBlock: 'desc' }, { createdAt: 'desc' }], take: limit, include: decisionParts,
    });
    return rows.map(decisionFromRow);
  }

  async decision(id: string): Promise<DecisionRecord | null> {
    const row = await clientOf(this.database).decision.findUnique({ where: { id }, include: decisionParts });
    return row === null ? null : decisionFromRow(row);
  }

  /** The position's latest decision. */
  async latestDecision(positionId: PositionId): Promise<DecisionRecord | null> {
    return (await this.decisions(positionId, 1))[0] ?? null;
  }

  async intent(id: string): Promise<IntentRecord | null> {
    const row = await clientOf(this.database).intent.findUnique({ where: { id }, include: intentRecordParts });
    return row === null ? null : intentRecordFromRow(row);
  }

  /** Those of the ids that exist, in any order. */
  async intents(ids: readonly string[]): Promise<readonly IntentRecord[]> {
    const rows = await clientOf(this.database).intent.findMany({ where: { id: { in: [...ids] } }, include: intentRecordParts });
    return rows.map(intentRecordFromRow);
  }

  /** The position's open action, of which there is at most one. An activation or a permit on its way is no action. */
  async openAction(positionId: PositionId): Promise<IntentRecord | null> {
    const row = await clientOf(this.database).intent.findFirst({ where: { positionId, open: true, kind: { in: [...ACTION_KINDS] } }, include: intentRecordParts });
    return row === null ? null : intentRecordFromRow(row);
  }

  /** The chain's positions that have an open action. */
  async openActions(chainId: ChainId): Promise<ReadonlySet<PositionId>> {
    const rows = await clientOf(this.database).intent.findMany({ where: { chainId, open: true, kind: { in: [...ACTION_KINDS] } }, select: { positionId: true } });
    return new Set(rows.map(({ positionId }) => positionId as PositionId));
  }

  /** The position's intents, newest first. */
  async intentsOf(positionId: PositionId, limit: number): Promise<readonly IntentRecord[]> {
    const rows = await clientOf(this.database).intent.findMany({
      where: { positionId }, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }], take: limit, include: intentRecordParts,
    });
    return rows.map(intentRecordFromRow);
  }

  /** What is stored of the position before it is decided on: its last intents in outline, newest first, and its last decision. One statement: a rescue waits for it. */
  before(positionId: PositionId, limit: number): Promise<Before> {
    return readBefore(this.database, positionId, limit);
  }
}
