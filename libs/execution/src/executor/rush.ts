import type { BlockRef } from '@ballast/connectors';
import type { DecidedAt, Decision, Intent, IntentChange, IntentPlan, LaneWish, Notice } from '@ballast/policy';
import type { PositionId } from '@ballast/positions';
import { BallastError } from '@ballast/units';
import { callOfIntent, type PlannedCall } from '../planner/calls.js';
import { firstFees } from './budget.js';
import type { Fees } from './fees.js';
import { limitFor, type Foresight } from './foresight.js';
import type { LaneBoard } from './lane-board.js';
import { waitNotices } from './notices.js';
import type { ExecutorParts, ExecutorSettings } from './parts.js';
import { pauseOf } from './pause.js';
import { isAltered, type Rehearsal } from './rehearsal.js';
import type { Signing } from './signing.js';
import { TurnedAway } from './turned-away.js';
import type { IntentWriter } from './writing.js';

/** An action that was decided on, to be written down. */
export interface Decided {
  readonly plan: IntentPlan;
  readonly decision: Decision;
  readonly at: DecidedAt;
  readonly notices: readonly Notice[];
}

/** What became of it. `lanes-full`: nothing is stored, and at the next block it may be its turn. */
export type Planned = { readonly kind: 'planned'; readonly intent: Intent } | { readonly kind: 'busy' } | { readonly kind: 'lanes-full' };

/** What the database and the signer say to who is leader no more. */
const LEADS_NO_MORE: ReadonlySet<string> = new Set(['lease-lost', 'fenced-off']);

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
  private readonly turnedAway = new TurnedAway();

  constructor(
    private readonly parts: ExecutorParts, private readonly settings: ExecutorSettings, private readonly writer: IntentWriter, private readonly lanes: LaneBoard, private readonly rehearsal: Rehearsal,
    private readonly signing: Signing,
  ) {}

  /**
   * The intent, SIGNED or only PLANNED; nothing is stored where the position has an open action, or where all lanes are full; where that lasts its owner is told.
   * @throws LeaseLost, FencedOff where this process leads no more: nothing is stored then
   */
  async plan(decided: Decided, ahead: Foresight): Promise<Planned> {
    const { plan, decision, at, notices } = decided;
    const { journal, warn } = this.parts;
    let found: Planned | null = null;
    try {
      found = await this.planSigned(decided, ahead);
    } catch (error) {
      const fault = error instanceof BallastError ? error.code : 'unknown';
      // A plan of a block that is behind would be in the new leader's way, and dropped with an alarm when its time is over.
      if (LEADS_NO_MORE.has(fault)) throw error;
      if (fault === 'lanes-full') {
        // Somebody weaker has the last nonces. At the next block it may be this one's turn: an intent that waits would be in its own way, however long it waits.
        await this.tellOfWait(decided, ahead);
        return { kind: 'lanes-full' };
      }
      if (fault === 'unknown') warn?.(`${plan.positionId}: not signed while it was planned, so planned first: ${(error as Error).message}`);
      // Else nothing was stored: stopped, no lane that can send, a signer or a node that does not answer, or not to so many at once. Had it been stored after all, it is open, and this one is busy.
    }
    found ??= await journal.plan(plan, decision, at, notices);
    this.endWaits((id) => id === plan.positionId);
    return found;
  }

  /** These need no nonce now. */
  endWaits(isOver: (id: PositionId) => boolean): void {
    this.turnedAway.end(isOver);
  }

  /** Where it has waited for long the owner is told, once. It never throws: what could not be told is told at the next block. */
  private async tellOfWait({ plan, decision }: Decided, { head, mandate }: Foresight): Promise<void> {
    const wait = this.turnedAway.again(plan.positionId, head.number, this.parts.monotonic());
    if (wait === null) return;
    try {
      await this.parts.tell(await this.writer.described({ plan }, waitNotices(plan, mandate, decision.healthFactor, wait, this.settings.tokens), { receipt: null }));
      this.turnedAway.told(plan.positionId);
    } catch (error) {
      this.parts.warn?.(`${plan.positionId}: its owner was not told that it waits for a keeper account: ${(error as Error).message}`);
    }
  }

  /** Null where it is not to be signed at once. @throws NoLane and whatever else stands in the way */
  private async planSigned({ plan, decision, at, notices }: Decided, ahead: Foresight): Promise<Planned | null> {
    const ready = await this.readyFor(plan, ahead);
    if (ready === null) return null;
    const terms = { wish: ready.wish, fence: this.parts.fence?.() ?? null };
    return this.signing.asking(() => this.parts.journal.planSigned(plan, decision, at, notices, terms, (nonced) => this.sign(nonced, ready, ahead.head)), ahead.head);
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

  private async sign(nonced: Intent, { call, gasLimit, fees }: Ready, head: BlockRef): Promise<IntentChange> {
    const [row] = nonced.transactions;
    if (row === undefined) throw new Error(`intent ${nonced.id} was given a nonce and no transaction`);
    return this.writer.signedAs(nonced, await this.signing.sign(nonced, row, call, gasLimit, fees, head));
  }
}
