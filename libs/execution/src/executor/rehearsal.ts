import { callOf, decodeAs, erc20Abi, type BlockRef, type ReadClient, type Simulation } from '@ballast/connectors';
import type { Intent, IntentPlan, Mandate, Permit } from '@ballast/policy';
import type { Address, Wad } from '@ballast/units';
import { z } from 'zod';
import { callOfIntent, type PlannedCall } from '../planner/calls.js';
import { bandViolation, effectOf, unexpectedMove } from '../planner/guard-events.js';
import { readGuardPosition } from '../planner/guard-position.js';
import { classifyRevert } from '../planner/reverts.js';
import { mandateHash } from '../planner/typed-data.js';
import type { ExecutorParts } from './parts.js';
import { failure, type KnownFailure } from './turns.js';

/** What a call is made from beside its plan. */
export interface CallSource {
  readonly mandate: Mandate;
  /** Of a PERMIT. */
  readonly permit: Permit | null;
}

/** What the call would do at a block. */
export type Rehearsed =
  | { readonly refusal: KnownFailure }
  | {
      readonly refusal: null;
      /** Of the loan before the call, as the guard sees it; null where the node does not tell logs or the call is no action. */
      readonly health: Wad | null;
      /** The same right after it. */
      readonly healthAfter: Wad | null;
      /** Null where the node does not tell it. */
      readonly gasUsed: bigint | null;
    };

/** Tries calls out without sending them. */
export class Rehearsal {
  constructor(private readonly parts: Pick<ExecutorParts, 'reads' | 'sends' | 'mandates' | 'permits' | 'onDefect'>) {}

  /** What the intent's call is made from, or why it cannot be made. */
  async sourceOf({ plan }: Intent, known?: Mandate): Promise<CallSource | KnownFailure> {
    const mandate = known ?? (await this.parts.mandates.byHash(plan.mandateHash));
    if (mandate === null) return failure('mandate-unknown', 'needs-user', 'The mandate of this action is not stored.');
    const permit = plan.permitId === undefined ? null : ((await this.parts.permits?.get(plan.permitId)) ?? null);
    return plan.kind === 'PERMIT' && permit === null ? PERMIT_UNKNOWN : { mandate, permit };
  }

  callOf(intent: Intent, { mandate, permit }: CallSource): PlannedCall {
    return callOfIntent(intent.plan, mandate, permit);
  }

  /** Runs the exact call on top of the block. `given`: a simulation of it that was asked for already. */
  async run(intent: Intent, source: CallSource, head: BlockRef, from: Address, given?: Promise<Simulation>): Promise<Rehearsed> {
    const rehearsed = await this.tried(intent.plan, source, head, from, given);
    if (rehearsed.refusal !== null) await this.report(intent, rehearsed.refusal);
    return rehearsed;
  }

  /** What must never be, whatever the market does, stops the protocol: before anything else is done with the intent. */
  async report(intent: Intent, why: KnownFailure): Promise<void> {
    if (DEFECTS.has(why.code)) await this.parts.onDefect?.(intent, why);
  }

  /** The same for a plan that is not written down yet: nothing is reported. */
  async tried(plan: IntentPlan, source: CallSource, head: BlockRef, from: Address, given?: Promise<Simulation>): Promise<Rehearsed> {
    const { reads, sends } = this.parts;
    const { mandate, permit } = source;
    const call = callOfIntent(plan, mandate, permit);
    const result = await (given ?? sends.simulate({ from, ...call }, head));
    if (result.kind === 'reverted') return { refusal: await this.meaningOf(plan, source, result.data, head) };
    const gasUsed = result.gasUsed ?? null;
    if (result.logs === null) {
      return (await reads.codeAt(head, call.to)) === '0x' ? { refusal: NO_EFFECT } : { refusal: null, health: null, healthAfter: null, gasUsed };
    }
    const { took, executed } = effectOf(plan, result.logs, permit);
    if (!took) return { refusal: NO_EFFECT };
    const wrong = unexpectedMove(plan, mandate.terms, result.logs);
    if (wrong !== null) return { refusal: failure('unexpected-move', 'bug', `The call would move what it must not: ${wrong}.`) };
    const outside = executed === null ? null : bandViolation(plan, mandate.terms, executed);
    if (outside !== null) return { refusal: failure('band-violated', 'bug', `The call would leave the signed limits: ${outside}.`) };
    return { refusal: null, health: executed?.hfBefore ?? null, healthAfter: executed?.hfAfter ?? null, gasUsed };
  }

  private async meaningOf(plan: IntentPlan, { mandate, permit }: CallSource, data: string, head: BlockRef): Promise<KnownFailure> {
    const { reads } = this.parts;
    const revert = classifyRevert(data);
    if (permit !== null) return (await isAllowed(reads, head, permit)) ? failure('already-allowed', 'resolved', 'The allowance is there already.') : revert;
    if (plan.kind !== 'ACTIVATE' || revert.code !== 'wrong-prev') return revert;
    const position = await readGuardPosition(reads, { ...mandate, guard: plan.guard }, head);
    return position.live === plan.mandateHash ? failure('already-active', 'resolved', 'The mandate is already active.') : revert;
  }
}

/** Whether the mandate is another one than the plan was made for. */
export const isAltered = ({ chainId, guard, mandateHash: signed }: IntentPlan, mandate: Mandate): boolean => mandateHash(chainId, guard, mandate) !== signed;

/** Whether the owner allows the spender at least what the permit says: then it does not matter who submitted it. */
async function isAllowed(reads: ReadClient, block: BlockRef, { token, owner, spender, value }: Permit): Promise<boolean> {
  const { to, data } = callOf(token, erc20Abi, 'allowance', [owner, spender]);
  const [allowance] = decodeAs(erc20Abi, 'allowance', z.tuple([z.bigint()]), await reads.callAt(block, to, data));
  return allowance >= value;
}

/** Failures that no honest market explains: a contract, or our own plan, does what it must not. After one nothing is sent to that protocol before somebody has looked. */
export const DEFECTS: ReadonlySet<string> = new Set([
  'no-effect', 'unexpected-move', 'band-violated', 'event-missing', 'mandate-altered', 'inexact-transfer', 'own-balance-changed', 'debt-not-reduced', 'collateral-not-added', 'collateral-overdrawn',
  'left-behind', 'loan-not-ours',
]);

const NO_EFFECT = failure('no-effect', 'bug', 'The call would succeed without doing what it is for.');
const PERMIT_UNKNOWN: KnownFailure = failure('permit-unknown', 'bug', 'The permit of this intent is not stored.');
