import { TERMINAL_INTENT_STATES, type DecidedAt, type Decision, type Intent, type IntentChange, type IntentState } from '@ballast/policy';
import { toDecimal } from '../amount.js';
import { CHANGE_CHANNEL, type Change } from '../changes.js';
import type { Transaction } from '../database.js';
import { Prisma } from '../generated/prisma/client.js';
import { storableText, toJsonText } from '../json/encode.js';
import { newDecision } from './decisions.js';

/** A transition as a row of its own. */
export interface NewStep {
  readonly from: IntentState;
  readonly event: string;
  readonly to: IntentState;
  readonly detail?: IntentChange['detail'];
}

const jsonOrNull = (value: object | null | undefined, where: string): string | null => (value === null || value === undefined ? null : toJsonText(value, where));

/** What was decided, to act, and when; null: nothing was, as of what moves no funds. */
export type Reason = { readonly decision: Decision; readonly at: DecidedAt } | null;

/**
 * Writes an intent that is not stored yet, with its transactions, the steps that it has made and the decision that `intent.decisionId` names, and announces it; in one statement, for a rescue waits for
 * each. The caller holds the position's row lock.
 */
export async function writeNewIntent(tx: Transaction, account: string, intent: Intent, reason: Reason, steps: readonly NewStep[] = []): Promise<void> {
  const { id, plan, state, decisionId, transactions, receipt, failure } = intent;
  const now = new Date();
  const isTerminal = TERMINAL_INTENT_STATES.includes(state);
  const told = { positionId: plan.positionId, account };
  const changes: readonly Change[] = [{ type: 'intent', ...told }, ...(decisionId === null ? [] : [{ type: 'decision' as const, ...told }])];
  await tx.$executeRaw`
    WITH decision AS (${reason === null || decisionId === null ? Prisma.sql`SELECT 1` : newDecision(decisionId, reason.decision, reason.at)}), intent AS (
      INSERT INTO "Intent" ("id", "chainId", "positionId", "mandateHash", "decisionId", "permitId", "kind", "state", "open", "guard", "min", "max", "deadline",
        "fill", "towards", "economics", "receipt", "failureCode", "failureMessage", "createdAt", "updatedAt", "closedAt")
      VALUES (${id}, ${plan.chainId}, ${plan.positionId}, ${plan.mandateHash}, ${decisionId}, ${plan.permitId ?? null}, ${plan.kind}, ${state}, ${!isTerminal}, ${plan.guard},
        ${toDecimal(plan.min)}::numeric, ${toDecimal(plan.max)}::numeric, ${plan.deadline}, ${jsonOrNull(plan.fill, 'Intent.fill')}::jsonb, ${jsonOrNull(plan.towards, 'Intent.towards')}::jsonb,
        ${jsonOrNull(plan.economics, 'Intent.economics')}::jsonb, ${jsonOrNull(receipt, 'Intent.receipt')}::jsonb, ${failure === null ? null : storableText(failure.code)},
        ${failure === null ? null : storableText(failure.message)}, ${now}, ${now}, ${isTerminal ? now : null})
    ), transactions AS (
      INSERT INTO "IntentTransaction" ("id", "intentId", "chainId", "lane", "nonce", "purpose", "hash", "raw", "gasLimit", "maxFeePerGas", "maxPriorityFeePerGas", "signedAt", "broadcastAt", "createdAt")
      SELECT t->>'id', ${id}, ${plan.chainId}, t->>'lane', (t->>'nonce')::bigint, t->>'purpose', t->>'hash', t->>'raw', (t->>'gasLimit')::numeric, (t->>'maxFeePerGas')::numeric,
        (t->>'maxPriorityFeePerGas')::numeric, CASE WHEN t->>'raw' IS NOT NULL THEN ${now}::timestamptz END, to_timestamp((t->>'broadcastAt')::float8 / 1000), ${now}
      FROM jsonb_array_elements(${toJsonText(transactions, 'IntentTransaction')}::jsonb) AS t
    ), steps AS (
      INSERT INTO "IntentStep" ("intentId", "seq", "from", "event", "to", "detail", "at")
      SELECT ${id}, (s."place" - 1)::int, s."step"->>'from', s."step"->>'event', s."step"->>'to', s."step"->'detail', ${now}
      FROM jsonb_array_elements(${toJsonText(steps, 'IntentStep')}::jsonb) WITH ORDINALITY AS s("step", "place")
    )
    SELECT pg_notify(${CHANGE_CHANNEL}, payload) FROM unnest(${changes.map((change) => JSON.stringify(change))}::text[]) AS payload`;
}
