import { randomUUID } from 'node:crypto';
import type { DecidedAt, Decision } from '@ballast/policy';
import { toDecimalOrNull, wholeOrNull } from '../amount.js';
import type { Transaction } from '../database.js';
import { Prisma } from '../generated/prisma/client.js';
import { toJson, toJsonText } from '../json/encode.js';

/**
 * Stores a decision; the caller holds the position's row lock, so no other decision of the position comes between reading
 * the last one and writing. A decision not to act that equals the last one in kind, reason and mandate extends its row:
 * one more block, the last block's inputs, the lowest health so far. Decided again for a block already counted (a job that
 * ran twice), the run stays as it is. Returns the row's id.
 */
export async function writeDecision(tx: Transaction, decision: Decision, at: DecidedAt): Promise<string> {
  const last = await tx.decision.findFirst({ where: { positionId: decision.positionId }, orderBy: [{ lastBlock: 'desc' }, { createdAt: 'desc' }] });
  const same =
    last !== null && decision.kind !== 'act' && last.kind === decision.kind && last.reason === decision.reason && last.mandateHash === decision.mandateHash;
  if (same) {
    if (at.blockNumber > last.lastBlock) {
      await tx.decision.update({
        where: { id: last.id },
        data: {
          lastBlock: at.blockNumber,
          lastAt: at.blockTimestamp,
          blocks: { increment: 1 },
          healthFactor: toDecimalOrNull(decision.healthFactor),
          lowestHealth: toDecimalOrNull(lowest(wholeOrNull(last.lowestHealth), decision.healthFactor)),
          detail: toJson(decision, 'Decision.detail'),
        },
      });
    }
    return last.id;
  }
  const id = randomUUID();
  await tx.$executeRaw(newDecision(id, decision, at));
  return id;
}

/** The statement that stores a decision as a row of its own, as one to act always is. */
export function newDecision(id: string, decision: Decision, { blockNumber, blockTimestamp }: DecidedAt): Prisma.Sql {
  const health = toDecimalOrNull(decision.healthFactor);
  const now = new Date();
  return Prisma.sql`
    INSERT INTO "Decision" ("id", "positionId", "mandateHash", "kind", "reason", "blockNumber", "lastBlock", "at", "lastAt", "healthFactor", "lowestHealth", "detail", "createdAt", "updatedAt")
    VALUES (${id}, ${decision.positionId}, ${decision.mandateHash}, ${decision.kind}, ${decision.reason}, ${blockNumber}, ${blockNumber}, ${blockTimestamp}, ${blockTimestamp},
      ${health}::numeric, ${health}::numeric, ${toJsonText(decision, 'Decision.detail')}::jsonb, ${now}, ${now})`;
}

function lowest(a: bigint | null, b: bigint | null): bigint | null {
  if (a === null) return b;
  if (b === null) return a;
  return a < b ? a : b;
}
