import type { DecidedAt, Decision, Intent, IntentChange, IntentPlan, LaneWish, Notice } from '@ballast/policy';
import { BallastError } from '@ballast/units';
import { callOfIntent, type PlannedCall } from '../planner/calls.js';
import { firstFees } from './budget.js';
import type { Fees } from './fees.js';
import { limitFor, type Foresight } from './foresight.js';
import type { LaneBoard } from './lane-board.js';
import type { ExecutorParts, ExecutorSettings } from './parts.js';
import { pauseOf } from './pause.js';
import { isAltered, type Rehearsal } from './rehearsal.js';
import type { Signing } from './signing.js';
import type { IntentWriter } from './writing.js';

/** An action that was decided on, to be written down. */
export interface Decided {
  readonly plan: IntentPlan;
  readonly decision: Decision;
  readonly at: DecidedAt;
  readonly notices: readonly Notice[];
}

interface Ready {
  readonly call: PlannedCall;
  readonly wish: LaneWish;
  readonly gasLimit: bigint;
  readonly fees: Fees;
}

/**
 * Writes down an action that was just decided on, with its nonce and its signature in the same transaction where it was tried out meanwhile and nothing stands in its way:
 * the commits between plan and bytes are most of what a rescue waits for. Whatever does stand in its way is left to the steps one by one, which wait, drop and tell.
 */
export class Rush {
  constructor(
    private readonly parts: ExecutorParts, private readonly settings: ExecutorSettings, private readonly writer: IntentWriter, private readonly lanes: LaneBoard, private readonly rehearsal: Rehearsal,
    private readonly signing: Signing,
  ) {}

  /** The intent, SIGNED or only PLANNED; `busy` and nothing where the position has an open action, or all lanes are full. */
  async plan({ plan, decision, at, notices }: Decided, ahead: Foresight): Promise<{ kind: 'planned'; intent: Intent } | { kind: 'busy' }> {
    const { journal, fence } = this.parts;
    try {
      const ready = await this.readyFor(plan, ahead);
      if (ready !== null) return await journal.planSigned(plan, decision, at, notices, { wish: ready.wish, fence: fence?.() ?? null }, (nonced) => this.sign(nonced, ready));
    } catch (error) {
      // Somebody weaker has the last nonces: at the next block it may be this one's turn, and an intent that waits would be in its own way.
      if (error instanceof BallastError && error.code === 'lanes-full') return { kind: 'busy' };
      // Nothing was stored: stopped, no lane that can send, a signer or a node that does not answer. What else may have happened, a later look at the journal tells.
      if (!(error instanceof BallastError)) throw error;
    }
    return journal.plan(plan, decision, at, notices);
  }

  private async readyFor(plan: IntentPlan, ahead: Foresight): Promise<Ready | null> {
    const { mandate, head, baseFee } = ahead;
    if (isAltered(plan, mandate)) return null;
    const source = { mandate, permit: null };
    const [rehearsed, paused] = await Promise.all([
      this.rehearsal.tried(plan, source, head, await this.lanes.rehearser(plan, head), ahead.simulation), pauseOf(this.parts, plan, null),
    ]);
    if (rehearsed.refusal !== null || rehearsed.gasUsed === null || paused !== null) return null;
    const gasLimit = limitFor(rehearsed.gasUsed);
    const fees = firstFees(plan, rehearsed, gasLimit, baseFee, this.settings.fees);
    if (fees === null || gasLimit > this.settings.maxGasLimit) return null;
    const wish = await this.lanes.wish(plan, rehearsed.health, fees.maxFeePerGas * gasLimit, head, ahead.newest);
    return { call: callOfIntent(plan, mandate, null), wish, gasLimit, fees };
  }

  private async sign(nonced: Intent, { call, gasLimit, fees }: Ready): Promise<IntentChange> {
    const [row] = nonced.transactions;
    if (row === undefined) throw new Error(`intent ${nonced.id} was given a nonce and no transaction`);
    return this.writer.signedAs(nonced, await this.signing.sign(nonced, row, call, gasLimit, fees));
  }
}
