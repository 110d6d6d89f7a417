import { InvalidInput, type Address, type ChainId } from '@ballast/units';
import type { PositionId } from '@ballast/positions';
import type { NoticeKind } from '@ballast/policy';
import { clientOf, type Database } from './database.js';
import { decisionFromRow, decisionParts, intentRecordFromRow, intentRecordParts, type DecisionRecord, type IntentRecord } from './journal/rows.js';

/** A notice as it was written. */
export interface NoticeRecord {
  readonly id: string;
  readonly chainId: ChainId;
  readonly account: Address;
  readonly positionId: PositionId | null;
  readonly kind: string;
  readonly severity: 'info' | 'warning' | 'critical';
  readonly data: unknown;
  readonly createdAt: Date;
}

/** One line of what happened to an account. An intent stands alone only where no decision led to it (putting a mandate in force). */
export type ActivityEntry =
  | { readonly kind: 'decision'; readonly id: string; readonly at: Date; readonly decision: DecisionRecord; readonly intent: IntentRecord | null }
  | { readonly kind: 'intent'; readonly id: string; readonly at: Date; readonly intent: IntentRecord }
  | { readonly kind: 'notice'; readonly id: string; readonly at: Date; readonly notice: NoticeRecord };

export interface ActivityPage {
  readonly entries: readonly ActivityEntry[];
  /** Where the next page begins; null on the last. */
  readonly nextCursor: string | null;
}

/** Notices that no decision or intent of the list says already. */
const ON_THEIR_OWN: readonly NoticeKind[] = ['position.liquidated', 'blind', 'sighted', 'mandate.rejected', 'mandate.expiring', 'stop.set', 'stop.released', 'rescue.by-backup'];
/** Kinds that begin so tell of what is on no public chain: they are their owner's alone to see. */
const OWNERS_ALONE = '^(hedge|venue|account)[.]';

type Kind = ActivityEntry['kind'];
interface Key {
  readonly at: Date;
  readonly kind: Kind;
  readonly id: string;
}

/** The merged record of an account: what was decided, done, and seen. */
export class ActivityReader {
  constructor(private readonly database: Database) {}

  /**
   * Newest first. A run of equal decisions stands where it began, so pages do not shift while it goes on. `seenBy`: who is known to look, null for anybody; notices of hedges and venues are in it for the account itself alone.
   * @throws InvalidInput for a cursor that no page gave out
   */
  async page(account: Address, limit: number, cursor: string | null = null, seenBy: Address | null = null): Promise<ActivityPage> {
    const after = cursor === null ? END_OF_TIME : keyFromCursor(cursor);
    const keys = await clientOf(this.database).$queryRaw<Key[]>`
      SELECT "kind", "id", "at" FROM (
        SELECT 'decision' AS "kind", d."id", d."createdAt" AS "at" FROM "Decision" d JOIN "Position" p ON p."id" = d."positionId" WHERE p."account" = ${account}
        UNION ALL
        SELECT 'intent', i."id", i."createdAt" FROM "Intent" i JOIN "Position" p ON p."id" = i."positionId" WHERE p."account" = ${account} AND i."decisionId" IS NULL
        UNION ALL
        SELECT 'notice', e."id", e."createdAt" FROM "OutboxEvent" e WHERE e."account" = ${account} AND (e."kind" = ANY(${[...ON_THEIR_OWN]}::text[]) OR (${seenBy === account}::boolean AND e."kind" ~ ${OWNERS_ALONE}))
      ) AS happened
      WHERE ("at", "kind", "id") < (${after.at}::timestamptz, ${after.kind}, ${after.id})
      ORDER BY "at" DESC, "kind" DESC, "id" DESC
      LIMIT ${limit + 1}`;
    const shown = keys.slice(0, limit);
    const last = shown.at(-1);
    return { entries: await this.entries(shown), nextCursor: keys.length > limit && last !== undefined ? cursorFromKey(last) : null };
  }

  private async entries(keys: readonly Key[]): Promise<readonly ActivityEntry[]> {
    const client = clientOf(this.database);
    const ids = (kind: Kind): string[] => keys.filter((key) => key.kind === kind).map(({ id }) => id);
    const [decisions, intents, notices] = await Promise.all([
      client.decision.findMany({ where: { id: { in: ids('decision') } }, include: decisionParts }),
      client.intent.findMany({ where: { OR: [{ id: { in: ids('intent') } }, { decisionId: { in: ids('decision') } }] }, include: intentRecordParts }),
      client.outboxEvent.findMany({ where: { id: { in: ids('notice') } } }),
    ]);
    const decisionById = new Map(decisions.map((row) => [row.id, decisionFromRow(row)]));
    const intentById = new Map(intents.map((row) => [row.id, intentRecordFromRow(row)]));
    const intentByDecision = new Map([...intentById.values()].flatMap((intent) => (intent.decisionId === null ? [] : [[intent.decisionId, intent] as const])));
    const noticeById = new Map(notices.map((row) => [row.id, row]));
    return keys.flatMap(({ kind, id, at }): ActivityEntry[] => {
      if (kind === 'decision') {
        const decision = decisionById.get(id);
        return decision === undefined ? [] : [{ kind, id, at, decision, intent: intentByDecision.get(id) ?? null }];
      }
      if (kind === 'intent') {
        const intent = intentById.get(id);
        return intent === undefined ? [] : [{ kind, id, at, intent }];
      }
      const row = noticeById.get(id);
      if (row === undefined) return [];
      const notice: NoticeRecord = {
        id: row.id, chainId: row.chainId as ChainId, account: row.account as Address, positionId: row.positionId as PositionId | null,
        kind: row.kind, severity: row.severity as NoticeRecord['severity'], data: row.data, createdAt: row.createdAt,
      };
      return [{ kind, id, at, notice }];
    });
  }
}

const END_OF_TIME: Key = { at: new Date('9999-01-01T00:00:00Z'), kind: 'notice', id: '' };

const cursorFromKey = ({ at, kind, id }: Key): string => Buffer.from(`${at.getTime()} ${kind} ${id}`).toString('base64url');

function keyFromCursor(cursor: string): Key {
  const match = /^(\d{1,15}) (decision|intent|notice) ([^\u0000]+)$/s.exec(Buffer.from(cursor, 'base64url').toString('utf8'));
  const [, milliseconds, kind, id] = match ?? [];
  if (milliseconds === undefined || kind === undefined || id === undefined) {
    throw new InvalidInput('cursor', JSON.stringify(cursor.slice(0, 100)), 'the nextCursor of an earlier page');
  }
  return { at: new Date(Number(milliseconds)), kind: kind as Kind, id };
}
