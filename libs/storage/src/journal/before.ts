import type { Decision } from '@ballast/policy';
import type { PositionId } from '@ballast/positions';
import type { Hash32 } from '@ballast/units';
import { z } from 'zod';
import { clientOf, type Database } from '../database.js';
import { Prisma } from '../generated/prisma/client.js';
import { intentFromRow, type IntentOutline, type LastDecided } from './rows.js';

/** What is stored of a position before it is decided on. */
export interface Before {
  readonly intents: readonly IntentOutline[];
  /** Null where nothing was ever decided. */
  readonly last: LastDecided | null;
}

const json = z.json().nullable();
const text = z.string().nullable();
const amount = z.string().transform((digits) => new Prisma.Decimal(digits));
const intentRow = z.object({
  id: z.string(), chainId: z.number(), positionId: z.string(), mandateHash: z.string(), decisionId: text, permitId: text, kind: z.string(), state: z.string(), guard: z.string(),
  min: amount, max: amount, deadline: z.string().transform(BigInt), fill: json, towards: json, economics: json, receipt: json, failureCode: text, failureMessage: text, closedAt: z.string().transform((at) => new Date(at)).nullable(),
});
const decisionRow = z.object({ id: z.string(), kind: z.string(), reason: z.string(), mandateHash: text, lastAt: z.string().transform(BigInt) });
const beforeRow = z.object({ decision: decisionRow.nullable(), intents: z.array(intentRow) });

/** The position's last intents in outline, newest first, and its last decision, in one statement. */
export async function readBefore(database: Database, positionId: PositionId, limit: number): Promise<Before> {
  const rows = await clientOf(database).$queryRaw<unknown[]>`
    SELECT (
      SELECT to_jsonb(d) FROM (
        SELECT "id", "kind", "reason", "mandateHash", "lastAt"::text FROM "Decision" WHERE "positionId" = ${positionId} ORDER BY "lastBlock" DESC, "createdAt" DESC LIMIT 1
      ) d
    ) AS "decision", (
      SELECT coalesce(jsonb_agg(to_jsonb(i) ORDER BY i."createdAt" DESC, i."id" DESC), '[]') FROM (
        SELECT "id", "chainId", "positionId", "mandateHash", "decisionId", "permitId", "kind", "state", "guard", "min"::text, "max"::text, "deadline"::text, "fill", "towards", "economics", "receipt",
          "failureCode", "failureMessage", "closedAt", "createdAt"
        FROM "Intent" WHERE "positionId" = ${positionId} ORDER BY "createdAt" DESC, "id" DESC LIMIT ${limit}
      ) i
    ) AS "intents"`;
  const { decision, intents } = beforeRow.parse(rows[0]);
  return {
    intents: intents.map((row) => ({ ...intentFromRow({ ...row, transactions: [] }), closedAt: row.closedAt })),
    last: decision === null ? null : {
      id: decision.id, lastAt: decision.lastAt,
      decision: { kind: decision.kind as Decision['kind'], reason: decision.reason as Decision['reason'], mandateHash: decision.mandateHash as Hash32 | null },
    },
  };
}
