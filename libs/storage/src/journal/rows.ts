import type { Address, ChainId, Hash32, Wad } from '@ballast/units';
import type { PositionId } from '@ballast/positions';
import type { Decision, Intent, IntentKind, IntentState, IntentTransaction } from '@ballast/policy';
import { whole, wholeOrNull } from '../amount.js';
import type { Prisma } from '../generated/prisma/client.js';
import { decision as decisionShape, economics, fillCall, minedReceipt, towards } from '../json/decision-shape.js';
import { fromJson } from '../json/encode.js';

/** One transition of an intent, as it was written. */
export interface IntentStep {
  readonly seq: number;
  readonly from: IntentState;
  readonly event: string;
  readonly to: IntentState;
  readonly detail: unknown;
  readonly at: Date;
}

/** A transaction of an intent, with our clock's times. */
export interface TimedTransaction extends IntentTransaction {
  readonly createdAt: Date;
  readonly signedAt: Date | null;
}

/** An intent with its whole life, for the timeline. */
export interface IntentRecord extends Intent {
  readonly account: Address;
  readonly transactions: readonly TimedTransaction[];
  readonly steps: readonly IntentStep[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly closedAt: Date | null;
}

/** What an intent was for and what became of it, without its steps and transactions. */
export type IntentOutline = Pick<IntentRecord, 'id' | 'plan' | 'state' | 'receipt' | 'closedAt'>;

/** What was decided last about a position, as far as the next decision asks for it. */
export type LastDecided = Pick<DecisionRecord, 'id' | 'lastAt'> & { readonly decision: Pick<Decision, 'kind' | 'reason' | 'mandateHash'> };

/** A decision as stored: one to act, or a run of equal ones not to act. */
export interface DecisionRecord {
  readonly id: string;
  readonly account: Address;
  /** Of the run's last block. */
  readonly decision: Decision;
  readonly blockNumber: bigint;
  readonly lastBlock: bigint;
  /** Chain seconds of the run's first and last block. */
  readonly at: bigint;
  readonly lastAt: bigint;
  /** Blocks decided on, not those between first and last. */
  readonly blocks: number;
  /** Lowest health factor of the run; null where none of its blocks had debt. */
  readonly lowestHealth: Wad | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly intentId: string | null;
}

export const intentParts = { transactions: { orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] } } as const satisfies Prisma.IntentInclude;
export const intentRecordParts = {
  ...intentParts,
  steps: { orderBy: { seq: 'asc' } },
  position: { select: { account: true } },
} as const satisfies Prisma.IntentInclude;
export const decisionParts = { intent: { select: { id: true } }, position: { select: { account: true } } } as const satisfies Prisma.DecisionInclude;

type IntentRow = Prisma.IntentGetPayload<{ include: typeof intentParts }>;
/** Of a row what makes the intent. */
export type IntentFields = Omit<IntentRow, 'open' | 'createdAt' | 'updatedAt' | 'closedAt'>;
type IntentRecordRow = Prisma.IntentGetPayload<{ include: typeof intentRecordParts }>;
type DecisionRow = Prisma.DecisionGetPayload<{ include: typeof decisionParts }>;
type TransactionRow = IntentRow['transactions'][number];

export function intentFromRow(row: IntentFields): Intent {
  return {
    id: row.id,
    plan: {
      kind: row.kind as IntentKind,
      chainId: row.chainId as ChainId,
      guard: row.guard as Address,
      mandateHash: row.mandateHash as Hash32,
      positionId: row.positionId as PositionId,
      min: whole(row.min),
      max: whole(row.max),
      deadline: row.deadline,
      ...(row.fill === null ? {} : { fill: fromJson(fillCall, row.fill, `Intent ${row.id} fill`) }),
      ...(row.towards === null ? {} : { towards: fromJson(towards, row.towards, `Intent ${row.id} towards`) }),
      ...(row.permitId === null ? {} : { permitId: row.permitId }),
      ...(row.economics === null ? {} : { economics: fromJson(economics, row.economics, `Intent ${row.id} economics`) }),
    },
    state: row.state as IntentState,
    decisionId: row.decisionId,
    transactions: row.transactions.map(transactionFromRow),
    receipt: row.receipt === null ? null : fromJson(minedReceipt, row.receipt, `Intent ${row.id} receipt`),
    failure: row.failureCode === null ? null : { code: row.failureCode, message: row.failureMessage ?? '' },
  };
}

export function intentRecordFromRow(row: IntentRecordRow): IntentRecord {
  return {
    ...intentFromRow(row),
    account: row.position.account as Address,
    transactions: row.transactions.map((transaction) => ({ ...transactionFromRow(transaction), createdAt: transaction.createdAt, signedAt: transaction.signedAt })),
    steps: row.steps.map(({ seq, from, event, to, detail, at }) => ({ seq, from: from as IntentState, event, to: to as IntentState, detail, at })),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    closedAt: row.closedAt,
  };
}

export function decisionFromRow(row: DecisionRow): DecisionRecord {
  return {
    id: row.id,
    account: row.position.account as Address,
    decision: fromJson(decisionShape, row.detail, `Decision ${row.id} detail`),
    blockNumber: row.blockNumber,
    lastBlock: row.lastBlock,
    at: row.at,
    lastAt: row.lastAt,
    blocks: row.blocks,
    lowestHealth: wholeOrNull(row.lowestHealth),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    intentId: row.intent?.id ?? null,
  };
}

export function transactionFromRow(row: TransactionRow): IntentTransaction {
  return {
    id: row.id,
    lane: row.lane as Address,
    nonce: row.nonce,
    purpose: row.purpose as IntentTransaction['purpose'],
    hash: row.hash as Hash32 | null,
    raw: row.raw as `0x${string}` | null,
    gasLimit: wholeOrNull(row.gasLimit),
    maxFeePerGas: wholeOrNull(row.maxFeePerGas),
    maxPriorityFeePerGas: wholeOrNull(row.maxPriorityFeePerGas),
    broadcastAt: row.broadcastAt?.getTime() ?? null,
  };
}
