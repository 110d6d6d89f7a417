import { randomUUID } from 'node:crypto';
import type { DecidedAt, Decision } from '@ballast/policy';
import { toDecimalOrNull, wholeOrNull } from '../amount.js';
import type { Transaction } from '../database.js';
import { toJson } from '../json/encode.js';

/**
 * Stores a decision; the caller holds the position's row lock, so no other decision of the position comes between reading
 * the last one and writing. A decision not to act that equals the last one in kind, reason and mandate extends its row:
 * one more block, the last block's inputs, the lowest health so far. Decided again for a block already counted (a job that
 * ran twice), the run stays as it is. Returns the row's id.
 */
export async function writeDecision(tx: Transaction, decision: Decision, at: DecidedAt): Promise<string> {
  const last = await tx.decision.findFirst({ where: { positionId: decision.positionId }, orderBy: [{ lastBlock: 'desc' }, { createdAt: 'desc' }] });
  const detail = toJson(decision, 'Decision.detail');
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
          detail,
        },
      });
    }
    return last.id;
  }
  const health = toDecimalOrNull(decision.healthFactor);
  const row = await tx.decision.create({
    data: {
      id: randomUUID(),
      positionId: decision.positionId,
      mandateHash: decision.mandateHash,
      kind: decision.kind,
      reason: decision.reason,
      blockNumber: at.blockNumber,
      lastBlock: at.blockNumber,
      at: at.blockTimestamp,
      lastAt: at.blockTimestamp,
      healthFactor: health,
      lowestHealth: health,
      detail,
    },
    select: { id: true },
  });
  return row.id;
}

function lowest(a: bigint | null, b: bigint | null): bigint | null {
  if (a === null) return b;
  if (b === null) return a;
  return a < b ? a : b;
}
