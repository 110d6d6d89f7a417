import { randomUUID } from 'node:crypto';
import type { PositionId } from '@ballast/positions';
import type { Address, ChainId } from '@ballast/units';
import {
  ACTION_KINDS, TERMINAL_INTENT_STATES,
  type ActionJournal, type CostlyFailure, type DecidedAt, type Decision, type Intent, type IntentChange, type IntentKind, type IntentPlan, type IntentState, type IntentTransaction, type LaneWish, type Notice, type Signing,
} from '@ballast/policy';
import { z } from 'zod';
import { CHANGE_CHANNEL, announce, type Change } from '../changes.js';
import { clientOf, inTransaction, type Database, type Transaction } from '../database.js';
import { NotStored, StateMoved } from '../errors.js';
import { Prisma } from '../generated/prisma/client.js';
import { toDecimalOrNull } from '../amount.js';
import { storableText, toJson, toJsonText } from '../json/encode.js';
import { writeNotices } from '../notices.js';
import { enterGate, enterGateAt, keeperLease, readLeave, requireLease, requireNoStop } from '../switches/signing-gate.js';
import { writeDecision } from './decisions.js';
import { IN_FLIGHT, givenColumn, givenShape, takingNonce, type Taken } from './lane-rows.js';
import { writeNewIntent, type Reason } from './new-intent.js';
import { intentFromRow, intentParts, transactionFromRow } from './rows.js';

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
      const [found] = await tx.$queryRaw<{ isBusy: boolean }[]>`SELECT ${isInTheWay(plan)} AS "isBusy"`;
      if (found?.isBusy !== false) return { kind: 'busy' };
      const reason = decision === null || at === null ? null : { decision, at };
      const intent = asPlanned(plan, reason);
      await writeNewIntent(tx, account, intent, reason);
      await writeNotices(tx, notices);
      return { kind: 'planned', intent };
    });
  }

  async planSigned(
    plan: IntentPlan, decision: Decision, at: DecidedAt, notices: readonly Notice[], { wish, fence }: { readonly wish: LaneWish; readonly fence: bigint | null }, make: (nonced: Intent) => Promise<IntentChange>,
  ): Promise<{ kind: 'planned'; intent: Intent } | { kind: 'busy' }> {
    // Of few statements, all of which the rescue waits for, and the lane's row is locked for the fewest of them.
    return takingNonce(this.database, wish, async (tx, take) => {
      const account = await enterGateAt(tx, plan.positionId);
      const { further: { isBusy, given }, require } = await readLeave(tx, plan, Prisma.sql`${isInTheWay(plan)} AS "isBusy", ${givenColumn(plan.chainId, wish.lanes)}`, beforeNonce);
      if (isBusy) return { kind: 'busy' };
      await require(fence);
      await writeNotices(tx, notices);
      const { lane, nonce } = await take(plan.chainId, given);
      const unsigned: IntentTransaction = { id: randomUUID(), lane, nonce, purpose: 'call', hash: null, raw: null, gasLimit: null, maxFeePerGas: null, maxPriorityFeePerGas: null, broadcastAt: null };
      const nonced: Intent = { ...asPlanned(plan, { decision, at }), state: 'NONCED', transactions: [unsigned] };
      const change = await make(nonced);
      const { event, to, detail, transaction = unsigned, receipt = null, failure = null } = change;
      const intent: Intent = { ...nonced, state: to, transactions: [transaction], receipt, failure };
      await writeNewIntent(tx, account, intent, { decision, at }, [{ from: 'PLANNED', ...nonceAllocated({ lane, nonce }, wish) }, { from: 'NONCED', event, to, detail }]);
      await writeNotices(tx, change.notices ?? []);
      return { kind: 'planned', intent };
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

  async costlyFailures(positionId: PositionId, since: Date): Promise<readonly CostlyFailure[]> {
    const rows = await clientOf(this.database).$queryRaw<{ state: string; failureCode: string | null; closedAt: Date | null }[]>`
      SELECT i."state", i."failureCode", i."closedAt" FROM "Intent" i
      WHERE i."positionId" = ${positionId} AND NOT i."open" AND i."closedAt" >= ${since} AND i."kind" = ANY(${[...ACTION_KINDS]}::text[])
        AND EXISTS (SELECT 1 FROM "IntentTransaction" t WHERE t."intentId" = i."id" AND t."broadcastAt" IS NOT NULL)
      ORDER BY i."closedAt" DESC, i."id" DESC`;
    const done = rows.findIndex(({ state }) => state === ('DONE' satisfies IntentState));
    return (done === -1 ? rows : rows.slice(0, done)).map(({ failureCode, closedAt }) => ({ code: failureCode ?? 'unknown', at: closedAt?.getTime() ?? 0 }));
  }

  async allocateNonce(intentId: string, wish: LaneWish): Promise<Intent> {
    return takingNonce(this.database, wish, async (tx, take) => {
      const locked = await lockIntent(tx, intentId, 'PLANNED');
      await requireNoStop(tx, locked);
      return giveNonce(tx, locked, wish, await take(locked.chainId));
    });
  }

  async inFlight(chainId: ChainId, lane: Address): Promise<readonly Intent[]> {
    const rows = await clientOf(this.database).intent.findMany({ where: { open: true, chainId, state: { in: [...IN_FLIGHT] }, transactions: { some: { lane } } }, include: intentParts });
    const nonceOf = ({ transactions: [first] }: Intent): bigint => first?.nonce ?? 0n;
    return rows.map(intentFromRow).sort((a, b) => (nonceOf(a) < nonceOf(b) ? -1 : 1));
  }

  async advance(intentId: string, from: IntentState, change: IntentChange): Promise<Intent> {
    return inTransaction(this.database, async (tx) => {
      const locked = await lockIntent(tx, intentId, from);
      return writeChange(tx, locked, from, change);
    });
  }

  async sign(intentId: string, from: IntentState, signing: Signing, make: () => Promise<IntentChange>): Promise<Intent> {
    return inTransaction(this.database, async (tx) => {
      await enterGate(tx);
      const locked = await lockIntent(tx, intentId, from);
      await requireLeave(tx, locked, signing);
      return writeChange(tx, locked, from, await make());
    });
  }
}

const asPlanned = (plan: IntentPlan, reason: Reason): Intent => ({ id: randomUUID(), plan, state: 'PLANNED', decisionId: reason === null ? null : randomUUID(), transactions: [], receipt: null, failure: null });

const nonceAllocated = ({ lane, nonce }: Taken, { class: wanted }: LaneWish): IntentChange => ({ event: 'nonce-allocated', to: 'NONCED', detail: { lane, nonce, class: wanted } });

/** What must be known before a nonce is taken, beside whether the call may be signed. */
const beforeNonce = z.object({ isBusy: z.boolean(), given: givenShape });

/** Writes down which nonce the locked intent was given. */
async function giveNonce(tx: Transaction, locked: LockedIntent, wish: LaneWish, taken: Taken): Promise<Intent> {
  const { id: intentId, chainId } = locked;
  const { lane, nonce } = taken;
  const row = await tx.intentTransaction.create({ data: { id: randomUUID(), intentId, chainId, lane, nonce, purpose: 'call' } });
  return writeChange(tx, locked, 'PLANNED', nonceAllocated(taken, wish), [transactionFromRow(row)]);
}

/** Inside the gate: whether this process may sign now. @throws LeaseLost @throws Stopped */
async function requireLeave(tx: Transaction, locked: LockedIntent, { purpose, fence }: Signing): Promise<void> {
  if (fence !== null) await requireLease(tx, keeperLease(locked.chainId), fence);
  if (purpose === 'call') await requireNoStop(tx, locked);
}

/** Whether an open intent is in the plan's way. An activation and a permit move nobody's funds: each waits for its like only, and no action waits for them. */
function isInTheWay({ positionId, kind, permitId }: IntentPlan): Prisma.Sql {
  const kinds = kind === 'PERMIT' || kind === 'ACTIVATE' ? [kind] : [...ACTION_KINDS];
  const sameOne = kind === 'PERMIT' ? Prisma.sql`AND "permitId" IS NOT DISTINCT FROM ${permitId ?? null}::text` : Prisma.empty;
  return Prisma.sql`EXISTS (SELECT 1 FROM "Intent" WHERE "positionId" = ${positionId} AND "open" AND "kind" = ANY(${kinds}::text[]) ${sameOne})`;
}

/** Locks the position's row and returns its account. @throws NotStored */
async function lockPosition(tx: Transaction, positionId: string): Promise<string> {
  // The weaker lock that foreign keys to the row may still pass.
  const [row] = await tx.$queryRaw<{ account: string }[]>`SELECT "account" FROM "Position" WHERE "id" = ${positionId} FOR NO KEY UPDATE`;
  if (row === undefined) throw new NotStored('position', positionId);
  return row.account;
}

interface LockedIntent {
  readonly id: string;
  readonly chainId: number;
  readonly kind: IntentKind;
  readonly positionId: PositionId;
  readonly account: string;
}

/** Locks the intent's row and returns what it is. @throws NotStored @throws StateMoved when it is not in `expected` */
async function lockIntent(tx: Transaction, intentId: string, expected: IntentState): Promise<LockedIntent> {
  const [row] = await tx.$queryRaw<(LockedIntent & { state: string })[]>`
    SELECT i."id", i."state", i."chainId", i."kind", i."positionId", p."account" FROM "Intent" i JOIN "Position" p ON p."id" = i."positionId" WHERE i."id" = ${intentId} FOR UPDATE OF i`;
  if (row === undefined) throw new NotStored('intent', intentId);
  if (row.state !== expected) throw new StateMoved(intentId, expected, row.state);
  return row;
}

/** Of few statements: a rescue waits for each of them. `known`: the intent's transactions afterwards, where the caller knows them. */
async function writeChange(tx: Transaction, locked: LockedIntent, from: IntentState, change: IntentChange, known?: readonly IntentTransaction[]): Promise<Intent> {
  const { id, positionId, account } = locked;
  if (change.transaction !== undefined) await writeTransaction(tx, locked, change.transaction);
  const terminal = TERMINAL_INTENT_STATES.includes(change.to);
  const row = await tx.intent.update({
    where: { id },
    data: {
      state: change.to,
      open: !terminal,
      closedAt: terminal ? new Date() : null,
      // Left out: stays as it is. null: a reorg took the receipt away.
      ...(change.receipt === undefined ? {} : { receipt: change.receipt === null ? Prisma.DbNull : toJson(change.receipt, 'Intent.receipt') }),
      ...(change.failure === undefined ? {} : { failureCode: change.failure === null ? null : storableText(change.failure.code), failureMessage: change.failure === null ? null : storableText(change.failure.message) }),
    },
  });
  await writeStep(tx, id, from, change, { type: 'intent', positionId, account });
  await writeNotices(tx, change.notices ?? []);
  const transactions = known ?? (await tx.intentTransaction.findMany({ where: { intentId: id }, ...intentParts.transactions })).map(transactionFromRow);
  return { ...intentFromRow({ ...row, transactions: [] }), transactions };
}

/** Writes the transition behind the intent's earlier ones, and announces it. */
async function writeStep(tx: Transaction, intentId: string, from: IntentState, { event, to, detail }: IntentChange, told: Change): Promise<void> {
  const text = detail === undefined ? null : toJsonText(detail, 'IntentStep.detail');
  await tx.$executeRaw`
    WITH step AS (
      INSERT INTO "IntentStep" ("intentId", "seq", "from", "event", "to", "detail", "at")
      SELECT ${intentId}, count(*)::int, ${from}, ${event}, ${to}, ${text}::jsonb, ${new Date()} FROM "IntentStep" WHERE "intentId" = ${intentId}
      RETURNING "seq"
    )
    SELECT pg_notify(${CHANGE_CHANNEL}, ${JSON.stringify(told)}) FROM step`;
}

async function writeTransaction(tx: Transaction, { id: intentId, chainId }: LockedIntent, transaction: IntentTransaction): Promise<void> {
  const { id, hash, raw } = transaction;
  const signed = {
    hash, raw,
    gasLimit: toDecimalOrNull(transaction.gasLimit),
    maxFeePerGas: toDecimalOrNull(transaction.maxFeePerGas),
    maxPriorityFeePerGas: toDecimalOrNull(transaction.maxPriorityFeePerGas),
    broadcastAt: transaction.broadcastAt === null ? null : new Date(transaction.broadcastAt),
  };
  const signedAt = raw === null ? null : new Date();
  // Bytes once signed may be in some node's pool: they are never written over. A replacement is a row of its own.
  const first = await tx.intentTransaction.updateMany({ where: { id, intentId, hash: null }, data: { ...signed, signedAt } });
  if (first.count === 1) return;
  const again = hash === null ? { count: 0 } : await tx.intentTransaction.updateMany({ where: { id, intentId, hash }, data: signed });
  if (again.count === 1) return;
  const stored = await tx.intentTransaction.findUnique({ where: { id } });
  if (stored !== null && stored.intentId !== intentId) throw new StateMoved(intentId, `its own transaction ${id}`, `one of intent ${stored.intentId}`);
  if (stored !== null) throw new StateMoved(intentId, `transaction ${stored.hash}`, `${hash ?? 'none'} in its place`);
  // Only `allocateNonce` takes a nonce: a further transaction uses one that this intent holds.
  const held = await tx.intentTransaction.findFirst({ where: { intentId, lane: transaction.lane, nonce: transaction.nonce }, select: { id: true } });
  if (held === null) throw new NotStored(`nonce of intent ${intentId}`, `${transaction.lane} ${transaction.nonce}`);
  await tx.intentTransaction.create({ data: { id, intentId, chainId, lane: transaction.lane, nonce: transaction.nonce, purpose: transaction.purpose, ...signed, signedAt } });
}
