import { randomUUID } from 'node:crypto';
import type { Address, ChainId } from '@ballast/units';
import {
  ACTION_KINDS, TERMINAL_INTENT_STATES,
  type ActionJournal, type DecidedAt, type Decision, type Intent, type IntentChange, type IntentPlan, type IntentState, type IntentTransaction, type Notice,
} from '@ballast/policy';
import { announce } from '../changes.js';
import { clientOf, inTransaction, type Database, type Transaction } from '../database.js';
import { NotStored, StateMoved } from '../errors.js';
import { Prisma } from '../generated/prisma/client.js';
import { toDecimal, toDecimalOrNull } from '../amount.js';
import { storableText, toJson } from '../json/encode.js';
import { writeNotices } from '../notices.js';
import { writeDecision } from './decisions.js';
import { intentFromRow, intentParts } from './rows.js';


/** The journal in PostgreSQL. Each method is one transaction: what it writes is there whole after a crash, or not at all. */
export class PrismaActionJournal implements ActionJournal {
  constructor(private readonly database: Database) {}

  async record(decision: Decision, at: DecidedAt, notices: readonly Notice[]): Promise<string> {
    return inTransaction(this.database, async (tx) => {
      const account = await lockPosition(tx, decision.positionId);
      const id = await writeDecision(tx, decision, at);
      await writeNotices(tx, notices);
      await announce(tx, [{ type: 'decision', positionId: decision.positionId, account }]);
      return id;
    });
  }

  async plan(plan: IntentPlan, decision: Decision | null, at: DecidedAt | null, notices: readonly Notice[]): Promise<{ kind: 'planned'; intent: Intent } | { kind: 'busy' }> {
    return inTransaction(this.database, async (tx) => {
      // The position's row is locked, so another plan has either committed its open intent or not begun. The partial unique
      // index on open intents says the same to writers that do not come through here.
      const account = await lockPosition(tx, plan.positionId);
      if (await tx.intent.findFirst({ where: { positionId: plan.positionId, open: true, ...inTheWayOf(plan) }, select: { id: true } })) return { kind: 'busy' };
      const decisionId = decision === null || at === null ? null : await writeDecision(tx, decision, at);
      const row = await tx.intent.create({
        data: {
          id: randomUUID(),
          chainId: plan.chainId,
          positionId: plan.positionId,
          mandateHash: plan.mandateHash,
          decisionId,
          kind: plan.kind,
          state: 'PLANNED' satisfies IntentState,
          guard: plan.guard,
          min: toDecimal(plan.min),
          max: toDecimal(plan.max),
          deadline: plan.deadline,
          ...(plan.fill === undefined ? {} : { fill: toJson(plan.fill, 'Intent.fill') }),
          ...(plan.towards === undefined ? {} : { towards: toJson(plan.towards, 'Intent.towards') }),
          ...(plan.permitId === undefined ? {} : { permitId: plan.permitId }),
        },
        include: intentParts,
      });
      await writeNotices(tx, notices);
      await announce(tx, [
        { type: 'intent', positionId: plan.positionId, account },
        ...(decisionId === null ? [] : [{ type: 'decision' as const, positionId: plan.positionId, account }]),
      ]);
      return { kind: 'planned', intent: intentFromRow(row) };
    });
  }

  async openIntents(chainId?: ChainId): Promise<readonly Intent[]> {
    const rows = await clientOf(this.database).intent.findMany({ where: { open: true, ...(chainId === undefined ? {} : { chainId }) }, include: intentParts, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] });
    return rows.map(intentFromRow);
  }

  async intent(id: string): Promise<Intent | null> {
    const row = await clientOf(this.database).intent.findUnique({ where: { id }, include: intentParts });
    return row === null ? null : intentFromRow(row);
  }

  async allocateNonce(intentId: string, lane: Address, floor: bigint): Promise<Intent> {
    return inTransaction(this.database, async (tx) => {
      const chainId = await lockIntent(tx, intentId, 'PLANNED');
      await tx.$executeRaw`INSERT INTO "Lane" ("chainId", "address", "nextNonce") VALUES (${chainId}, ${lane}, ${floor}) ON CONFLICT DO NOTHING`;
      // One statement takes the row's lock and reads the value it then writes; the lock is held until this transaction ends.
      const [taken] = await tx.$queryRaw<{ nonce: bigint }[]>`
        UPDATE "Lane" SET "nextNonce" = GREATEST("nextNonce", ${floor}) + 1
        WHERE "chainId" = ${chainId} AND "address" = ${lane}
        RETURNING "nextNonce" - 1 AS nonce`;
      if (taken === undefined) throw new NotStored('lane', `${chainId} ${lane}`);
      await tx.intentTransaction.create({ data: { id: randomUUID(), intentId, chainId, lane, nonce: taken.nonce, purpose: 'call' } });
      return moveTo(tx, intentId, 'PLANNED', { event: 'nonce-allocated', to: 'NONCED', detail: { lane, nonce: taken.nonce } });
    });
  }

  async advance(intentId: string, from: IntentState, change: IntentChange): Promise<Intent> {
    return inTransaction(this.database, async (tx) => {
      const chainId = await lockIntent(tx, intentId, from);
      if (change.transaction !== undefined) await writeTransaction(tx, intentId, chainId, change.transaction);
      return moveTo(tx, intentId, from, change);
    });
  }

  async addTransaction(intentId: string, transaction: IntentTransaction): Promise<Intent> {
    return inTransaction(this.database, async (tx) => {
      const chainId = await lockIntent(tx, intentId, null);
      await writeTransaction(tx, intentId, chainId, transaction);
      const row = await tx.intent.update({ where: { id: intentId }, data: {}, include: { ...intentParts, position: { select: { account: true } } } });
      await announce(tx, [{ type: 'intent', positionId: row.positionId, account: row.position.account }]);
      return intentFromRow(row);
    });
  }
}

/** An activation and a permit move nobody's funds: each waits for its like only, and no action waits for them. */
function inTheWayOf({ kind, permitId }: IntentPlan): Prisma.IntentWhereInput {
  if (kind === 'PERMIT') return { kind, permitId: permitId ?? null };
  return { kind: kind === 'ACTIVATE' ? kind : { in: [...ACTION_KINDS] } };
}

/** Locks the position's row and returns its account. @throws NotStored */
async function lockPosition(tx: Transaction, positionId: string): Promise<string> {
  // The weaker lock that foreign keys to the row may still pass.
  const [row] = await tx.$queryRaw<{ account: string }[]>`SELECT "account" FROM "Position" WHERE "id" = ${positionId} FOR NO KEY UPDATE`;
  if (row === undefined) throw new NotStored('position', positionId);
  return row.account;
}

/** Locks the intent's row and returns its chain. @throws NotStored @throws StateMoved when it is not in `expected` */
async function lockIntent(tx: Transaction, intentId: string, expected: IntentState | null): Promise<number> {
  const [row] = await tx.$queryRaw<{ state: string; chainId: number }[]>`SELECT "state", "chainId" FROM "Intent" WHERE "id" = ${intentId} FOR UPDATE`;
  if (row === undefined) throw new NotStored('intent', intentId);
  if (expected !== null && row.state !== expected) throw new StateMoved(intentId, expected, row.state);
  return row.chainId;
}

async function moveTo(tx: Transaction, intentId: string, from: IntentState, change: IntentChange): Promise<Intent> {
  const terminal = TERMINAL_INTENT_STATES.includes(change.to);
  const row = await tx.intent.update({
    where: { id: intentId },
    data: {
      state: change.to,
      open: !terminal,
      closedAt: terminal ? new Date() : null,
      // Left out: stays as it is. null: a reorg took the receipt away.
      ...(change.receipt === undefined ? {} : { receipt: change.receipt === null ? Prisma.DbNull : toJson(change.receipt, 'Intent.receipt') }),
      ...(change.failure === undefined ? {} : { failureCode: storableText(change.failure.code), failureMessage: storableText(change.failure.message) }),
    },
    include: { ...intentParts, position: { select: { account: true } } },
  });
  const seq = await tx.intentStep.count({ where: { intentId } });
  await tx.intentStep.create({
    data: { intentId, seq, from, event: change.event, to: change.to, ...(change.detail === undefined ? {} : { detail: toJson(change.detail, 'IntentStep.detail') }) },
  });
  await writeNotices(tx, change.notices ?? []);
  await announce(tx, [{ type: 'intent', positionId: row.positionId, account: row.position.account }]);
  return intentFromRow(row);
}

async function writeTransaction(tx: Transaction, intentId: string, chainId: number, transaction: IntentTransaction): Promise<void> {
  const signed = {
    hash: transaction.hash,
    raw: transaction.raw,
    gasLimit: toDecimalOrNull(transaction.gasLimit),
    maxFeePerGas: toDecimalOrNull(transaction.maxFeePerGas),
    maxPriorityFeePerGas: toDecimalOrNull(transaction.maxPriorityFeePerGas),
    broadcastAt: transaction.broadcastAt === null ? null : new Date(transaction.broadcastAt),
  };
  const stored = await tx.intentTransaction.findUnique({ where: { id: transaction.id } });
  if (stored === null) {
    // Only `allocateNonce` takes a nonce: a further transaction uses one that this intent holds.
    const held = await tx.intentTransaction.findFirst({ where: { intentId, lane: transaction.lane, nonce: transaction.nonce }, select: { id: true } });
    if (held === null) throw new NotStored(`nonce of intent ${intentId}`, `${transaction.lane} ${transaction.nonce}`);
    await tx.intentTransaction.create({
      data: {
        id: transaction.id, intentId, chainId, lane: transaction.lane, nonce: transaction.nonce, purpose: transaction.purpose,
        ...signed, signedAt: transaction.raw === null ? null : new Date(),
      },
    });
    return;
  }
  if (stored.intentId !== intentId) throw new StateMoved(intentId, `its own transaction ${transaction.id}`, `one of intent ${stored.intentId}`);
  // Bytes once signed may be in some node's pool: they are never written over. A replacement is a row of its own.
  if (stored.hash !== null && stored.hash !== transaction.hash) throw new StateMoved(intentId, `transaction ${stored.hash}`, `${transaction.hash ?? 'none'} in its place`);
  await tx.intentTransaction.update({ where: { id: transaction.id }, data: { ...signed, signedAt: stored.signedAt ?? (transaction.raw === null ? null : new Date()) } });
}
