import type { BlockRef, Delivery } from '@ballast/connectors';
import { isActionKind, laneClassOf, type Intent, type IntentPlan, type Mandate } from '@ballast/policy';
import type { PositionId } from '@ballast/positions';
import { BallastError } from '@ballast/units';
import { isTerminal, nextEffect, sendable, sentEvent, type Effect, type Moment, type SignedTransaction } from '../intent-life.js';
import { callOfIntent } from '../planner/calls.js';
import { firstFees } from './budget.js';
import { freshFees } from './fees.js';
import { limitFor, type DecidedBlock, type Foresight, type JustPlanned } from './foresight.js';
import { LaneBoard } from './lane-board.js';
import { pauseOf } from './pause.js';
import { UnknownIntent, type ExecutorParts, type ExecutorSettings } from './parts.js';
import { Rehearsal, isAltered, type CallSource, type Rehearsed } from './rehearsal.js';
import { Rush, type Decided, type Planned } from './rush.js';
import { Signing, isStopped } from './signing.js';
import { MOVED, failure, plain, type KnownFailure, type Progress, type Turn } from './turns.js';
import { Watching } from './watching.js';
import { IntentWriter } from './writing.js';

/** Turns after which one call gives the thread back; an intent passes six states. */
const MOST_TURNS = 40;
/** Times that a node may miss what comes before a transaction until it is told of. */
const MOST_GAPS = 3;
const ALTERED = failure('mandate-altered', 'bug', 'The stored mandate is not the one that was signed.');

/**
 * Takes intents from plan to final outcome. Everything it does is written in the journal first, so it may die at any point and
 * be called again, here or in another process, or run twice at once; only signed bytes that the journal holds are ever sent.
 */
export class Executor {
  private readonly pollMs: number;
  private readonly retryMs: number;
  private readonly writer: IntentWriter;
  private readonly lanes: LaneBoard;
  private readonly rehearsal: Rehearsal;
  private readonly signing: Signing;
  private readonly watching: Watching;
  private readonly rush: Rush;
  private readonly gaps = new Map<string, number>();

  constructor(private readonly parts: ExecutorParts, private readonly settings: ExecutorSettings) {
    this.pollMs = settings.pollMs ?? 500;
    this.retryMs = settings.retryMs ?? 2_000;
    this.writer = new IntentWriter(parts, settings);
    this.lanes = new LaneBoard(parts, settings);
    this.rehearsal = new Rehearsal(parts);
    this.signing = new Signing(parts, settings, this.writer, this.rehearsal);
    this.watching = new Watching(parts, settings, this.writer, this.rehearsal);
    this.rush = new Rush(parts, settings, this.writer, this.lanes, this.rehearsal, this.signing);
  }

  /**
   * Takes the intent as far as it goes now. Failures that may pass (RPC down, not mined yet, fees too high, no lane free) are waited for.
   * A call that the signer's policy forbids is given up like one that would revert, so that its nonce is freed.
   * `just`: of an intent that was planned a moment ago, what is known already.
   * @throws UnknownIntent; SigningRefused when the policy forbids even that
   */
  async advance(intentId: string, just?: JustPlanned): Promise<Progress> {
    let known: Intent | null = just?.intent ?? null;
    let ahead: Foresight | undefined = just?.foresight;
    for (let turn = 0; turn < MOST_TURNS; turn++) {
      const intent: Intent | null = known ?? (await this.parts.journal.intent(intentId));
      if (intent === null) throw new UnknownIntent(intentId);
      if (isTerminal(intent.state)) return this.ended(intentId);
      // Once the bytes are out, what was known of the block before is of no use.
      const isUnsent = intent.state === 'PLANNED' || intent.state === 'NONCED' || intent.state === 'SIGNED';
      const outcome = await this.turn(intent, isUnsent ? ahead : undefined);
      if ('waiting' in outcome) return { done: false, retryAfterMs: outcome.afterMs, waiting: outcome.waiting };
      known = outcome.moved;
      ahead = outcome.ahead ?? ahead;
    }
    return { done: false, retryAfterMs: this.retryMs, waiting: 'busy' };
  }

  /** Begins to ask what a plan's call needs, while the plan is being written down: nothing is written and nothing is sent by it. */
  foresee(plan: IntentPlan, mandate: Mandate, { head, baseFee }: DecidedBlock, onSent?: () => void): Foresight {
    return { ...this.ask(plan, { mandate, permit: null }, { head, baseFee }), ...(onSent === undefined ? {} : { onSent }) };
  }

  /**
   * Writes down what was decided, signed at once where that was foreseen to do; it is to be carried out by `advance`. Nothing is stored where the position has an open action (`busy`), or where all lanes are
   * full (`lanes-full`): it is to be asked for again at the next block, and where that has gone on for more than two blocks and more than 20 seconds, at blocks that reach the loan, its owner is told, once.
   * What it throws tells nothing of whether it was stored: the journal does. @throws LeaseLost, FencedOff where this process leads no more: nothing is stored then
   */
  plan(decided: Decided, foresight: Foresight): Promise<Planned> {
    return this.rush.plan(decided, foresight);
  }

  /** Of loans for which all lanes were full, these wait no more: they are above their triggers, something else keeps them, or this process leads no more. The next time is a first one. */
  endWaits(isOver: (id: PositionId) => boolean): void {
    this.rush.endWaits(isOver);
  }

  /** Tries the exact call of a plan out on top of the block: what the first step of carrying it out would find. Nothing is written, told of, signed or sent. */
  async rehearse(plan: IntentPlan, mandate: Mandate, head: BlockRef): Promise<Rehearsed> {
    if (isAltered(plan, mandate)) return { refusal: ALTERED };
    return this.rehearsal.tried(plan, { mandate, permit: null }, head, await this.lanes.rehearser(plan, head));
  }

  private ask(plan: IntentPlan, { mandate, permit }: CallSource, { head, baseFee }: DecidedBlock): Foresight {
    const fees = freshFees(baseFee, this.settings.fees);
    const offer = fees === null ? {} : { offer: { gas: this.settings.maxGasLimit, ...fees } };
    const simulation = this.lanes.rehearser(plan, head).then((from) => this.parts.sends.simulate({ from, ...callOfIntent(plan, mandate, permit), ...offer }, head));
    const newest = this.lanes.newest(head);
    // Whoever needs them hears of a failure; nobody may, where the plan is not written after all.
    for (const asked of [simulation, newest]) asked.catch(() => undefined);
    return { head, baseFee, mandate, simulation, newest };
  }

  private async turn(intent: Intent, foresight: Foresight | undefined): Promise<Turn> {
    try {
      if (intent.plan.chainId !== this.parts.reads.chainId) return this.waitFor('other-chain');
      const head = foresight?.head ?? (await this.parts.reads.head());
      const effect = nextEffect(intent, { chainTime: head.timestamp, now: this.parts.now(), ...this.patience() });
      return effect === null ? MOVED : await this.perform(intent, effect, head, foresight);
    } catch (error) {
      // Another runner was faster: what it wrote is read again in the next turn.
      if (error instanceof BallastError && error.code === 'state-moved') return MOVED;
      if (error instanceof BallastError && error.disposition === 'retryable') return this.waitFor(error.code);
      throw error;
    }
  }

  private async perform(intent: Intent, effect: Effect, head: BlockRef, foresight?: Foresight): Promise<Turn> {
    switch (effect.kind) {
      case 'drop':
        return this.drop(intent, { ...effect.failure, class: 'wait' });
      case 'evaluate':
        return this.evaluate(intent, head, foresight);
      case 'sign-call':
        return this.inTime(await this.signing.call(intent, effect.transaction, head, foresight));
      case 'sign-cancel':
        return this.inTime(await this.signing.cancel(intent, effect.failure));
      case 'choose-cancel':
        return this.writer.record(intent, { type: 'cancel-chosen' });
      case 'sign-replacement':
        return this.replace(intent, effect.of, head, false);
      case 'broadcast':
        return this.broadcast(intent, effect.transaction, head, foresight?.onSent);
      case 'look-up': {
        const found = await this.watching.lookUp(intent, effect, head);
        if (found !== null) return found;
        return effect.otherwise.kind === 'wait' ? this.waitFor('mining', this.pollMs) : this.perform(intent, effect.otherwise, head);
      }
      case 'confirm':
        return (await this.watching.confirm(intent, effect, head)) ?? this.waitFor('confirmations', this.pollMs);
      case 'settle':
        return this.watching.settle(intent, effect);
    }
  }

  /** Asks whether the action is still wanted and would do what it is for, and takes a nonce for it. */
  private async evaluate(intent: Intent, head: BlockRef, foresight?: Foresight): Promise<Turn> {
    const { plan } = intent;
    const source = await this.rehearsal.sourceOf(intent, foresight?.mandate);
    if ('code' in source) return this.drop(intent, source);
    const { mandate } = source;
    if (isAltered(plan, mandate)) return this.altered(intent, mandate);
    // Decided on at this very block: there is nothing newer to ask.
    if (foresight === undefined && !(await this.parts.stillWanted(intent))) return this.drop(intent, failure('no-longer-wanted', 'resolved', 'The action is no longer needed.'), mandate);
    const ahead = foresight ?? this.ask(plan, source, { head, baseFee: await this.parts.reads.baseFee() });
    const rehearsed = await this.rehearsal.run(intent, source, head, await this.lanes.rehearser(plan, head), ahead.simulation);
    if (rehearsed.refusal !== null) return this.drop(intent, rehearsed.refusal, mandate);
    const paused = await pauseOf(this.parts, plan, rehearsed.health);
    if (paused !== null) return this.drop(intent, paused, mandate);
    const gas = rehearsed.gasUsed === null ? this.settings.maxGasLimit : limitFor(rehearsed.gasUsed);
    const fees = firstFees(plan, rehearsed, gas, ahead.baseFee, this.settings.fees);
    if (fees === null) return this.waitFor('gas-ceiling');
    try {
      const wish = await this.lanes.wish(plan, rehearsed.health, fees.maxFeePerGas * gas, head, ahead.newest);
      // The lane may be locked until a signature is made: who waits for that holds a connection as well.
      return { moved: await this.signing.places.during(() => this.parts.journal.allocateNonce(intent.id, wish)), ahead };
    } catch (error) {
      if (isStopped(error)) return this.drop(intent, failure('stopped', 'wait', error.message), mandate);
      throw error;
    }
  }

  private async altered(intent: Intent, mandate: Mandate): Promise<Turn> {
    await this.rehearsal.report(intent, ALTERED);
    return this.drop(intent, ALTERED, mandate);
  }

  private async drop(intent: Intent, why: KnownFailure, mandate?: Mandate): Promise<Turn> {
    const known = mandate ?? (await this.parts.mandates.byHash(intent.plan.mandateHash));
    const notices = await this.writer.notices(intent, known, { outcome: 'DROPPED', receipt: null, failure: why });
    return this.writer.record(intent, { type: 'dropped', failure: plain(why), notices });
  }

  /* SENDING */

  private async broadcast(intent: Intent, transaction: SignedTransaction, head: BlockRef, onSent?: () => void): Promise<Turn> {
    const answer = await this.parts.sends.broadcast(transaction.raw, this.deliveryOf(intent, transaction, head));
    if (answer.kind === 'accepted') onSent?.();
    switch (answer.kind) {
      case 'accepted':
      case 'already-known':
      case 'nonce-too-low': {
        const event = sentEvent(intent, transaction, answer.kind, this.parts.now());
        return event === null ? this.waitFor('mining', this.pollMs) : this.writer.record(intent, event);
      }
      case 'underpriced':
        return this.replace(intent, transaction, head, true);
      case 'nonce-too-high':
        return this.closeGap(intent, transaction, head);
      case 'rejected':
        return this.waitFor('broadcast-rejected');
    }
  }

  /** A node that keeps nothing out of order is sent what comes before. Where that does not help for several times, somebody has to look. */
  private async closeGap(intent: Intent, transaction: SignedTransaction, head: BlockRef): Promise<Turn> {
    for (const before of await this.parts.journal.inFlight(intent.plan.chainId, transaction.lane)) {
      const bytes = before.id === intent.id ? null : sendable(before, head.timestamp);
      // As urgent as what waits behind it.
      if (bytes !== null && bytes.nonce < transaction.nonce) await this.parts.sends.broadcast(bytes.raw, this.deliveryOf(intent, bytes, head));
    }
    const times = (this.gaps.get(intent.id) ?? 0) + 1;
    this.gaps.set(intent.id, times);
    if (times >= MOST_GAPS) await this.writer.stuck(intent, { code: 'nonce-gap', message: 'A transaction of the same keeper that comes before it is missing on the nodes.' });
    return this.waitFor('nonce-gap');
  }

  private async replace(intent: Intent, of: SignedTransaction, head: BlockRef, isRefused: boolean): Promise<Turn> {
    const replaced = await this.signing.replacement(intent, of, head, isRefused);
    if (!('same' in replaced)) return this.inTime(replaced);
    await this.parts.sends.broadcast(replaced.same.raw, this.deliveryOf(intent, replaced.same, head));
    return this.waitFor('mining', this.pollMs);
  }

  /** Nobody gains by running ahead of what moves no funds. What is urgent does not wait for a relay. */
  private deliveryOf({ plan }: Intent, { purpose, lane }: SignedTransaction, head: BlockRef): Delivery {
    if (purpose === 'cancel' || !isActionKind(plan.kind)) return { to: 'everybody' };
    const { lanes } = this.parts.signer;
    const isUrgent = laneClassOf(plan.kind, plan.economics?.healthFactor ?? null) === 'critical' || (lanes.length > 1 && lane === lanes[0]);
    return { to: 'relay', isUrgent, block: head.number };
  }

  private ended(intentId: string): Progress {
    this.gaps.delete(intentId);
    this.writer.forget(intentId);
    return { done: true };
  }

  private patience(): Pick<Moment, 'rebroadcastAfterMs' | 'replaceAfterMs'> {
    const { rebroadcastAfterMs = 5_000, replaceAfterMs = 30_000 } = this.settings;
    return { rebroadcastAfterMs, replaceAfterMs: typeof replaceAfterMs === 'number' ? replaceAfterMs : replaceAfterMs() };
  }

  private inTime(turn: Turn | { readonly waiting: string }): Turn {
    return 'waiting' in turn ? { waiting: turn.waiting, afterMs: this.retryMs } : turn;
  }

  private waitFor(waiting: string, afterMs = this.retryMs): Turn {
    return { waiting, afterMs };
  }
}
