import type { Intent, IntentTransaction, MinedReceipt, Notice } from '@ballast/policy';
import type { Hash32 } from '@ballast/units';
import { freshFees, outbidding } from '../../src/executor/fees.js';
import { isTerminal, nextEffect, outcomeOf, sendable, sentEvent, signed, step, type Effect, type Failure, type IntentEvent, type Moment, type SignedTransaction } from '../../src/intent-life.js';
import { TRIGGER, type Answer, type Block, type SmallChain, type Tx } from './chain.js';
import { NotWritten, laneNumber, must, type SmallJournal } from './records.js';

export const CONFIRMATIONS = 6;
export const FEES = { tip: 1n, maxFeePerGas: 100n };
const CALM_FEES = { ...FEES, maxFeePerGas: 40n };
const CANCEL_FEES = { ...FEES, maxFeePerGas: 200n };
export const PATIENCE = { rebroadcastAfterMs: 5_000, replaceAfterMs: 30_000 };

/** What becomes of the next bytes that are sent. `silent`: they arrive and the sender hears nothing. */
export type Delivery = 'arrives' | 'lost' | 'delayed' | 'silent' | 'unreachable' | 'twice';

/** The two functions that are put to the test; another pair to see that the test finds what is wrong with it. */
export interface Life {
  readonly nextEffect: typeof nextEffect;
  readonly step: typeof step;
}
export const LIFE: Life = { nextEffect, step };

/** What all runners share. */
export interface Stage {
  readonly life: Life;
  readonly chain: SmallChain;
  readonly journal: SmallJournal;
  /** Events that somebody meant to write, for those who come late with them. */
  readonly written: { readonly index: number; readonly event: IntentEvent }[];
  clock: number;
  nextDelivery: Delivery;
  signatures: number;
}

/** Work begun and not finished: what was read, and what is to follow. It is lost with its runner. */
interface Pending {
  readonly index: number;
  readonly intent: Intent;
  readonly head: Block;
  readonly moment: Moment;
  effect: (Effect & { isRefused?: boolean }) | { readonly kind: 'write'; readonly event: IntentEvent } | { readonly kind: 'wait' };
}

/** One process that carries out intents: it does one thing at a time, and may be cut off between any two. */
export class Runner {
  private pending: Pending | null = null;
  fence = 1;
  skewMs = 0;

  constructor(private readonly stage: Stage) {}

  get isIdle(): boolean {
    return this.pending === null;
  }

  crash(): void {
    this.pending = null;
  }

  /** Takes up an open intent, or goes on with what was begun. `lag`: how far behind the node is that answers. */
  turn(pick: number, lag: number): void {
    const { pending } = this;
    if (pending === null) return this.begin(pick, lag);
    try {
      this.perform(pending, lag);
      if (pending.effect.kind === 'wait') this.pending = null;
    } catch (error) {
      if (!(error instanceof NotWritten)) throw error;
      this.pending = null;
    }
  }

  private begin(pick: number, lag: number): void {
    const { chain, journal, clock } = this.stage;
    const open = journal.intents.flatMap((intent, index) => (isTerminal(intent.state) ? [] : [index]));
    const index = open[pick % Math.max(1, open.length)];
    if (index === undefined) return;
    const intent = journal.intents[index] as Intent;
    const head = chain.seen(lag);
    const moment: Moment = { chainTime: BigInt(head.time), now: clock + this.skewMs, ...PATIENCE };
    const effect = this.stage.life.nextEffect(intent, moment);
    if (effect !== null) this.pending = { index, intent, head, moment, effect };
  }

  private perform(pending: Pending, lag: number): void {
    const { effect, intent } = pending;
    switch (effect.kind) {
      case 'write':
        return this.write(pending, effect.event);
      case 'drop':
        return this.then(pending, { type: 'dropped', failure: effect.failure, notices: told(intent) });
      case 'evaluate':
        return this.evaluate(pending);
      case 'sign-call':
        return this.signCall(pending, effect.transaction);
      case 'sign-cancel':
        return this.signCancel(pending, effect.failure);
      case 'choose-cancel':
        return this.then(pending, { type: 'cancel-chosen' });
      case 'sign-replacement':
        return this.signReplacement(pending, effect.of, effect.isRefused === true);
      case 'broadcast':
        return this.broadcast(pending, effect.transaction);
      case 'look-up':
        return this.lookUp(pending, effect, lag);
      case 'confirm':
        return this.confirm(pending, effect.receipt, lag);
      case 'settle':
        return this.then(pending, { type: 'settled', failure: effect.outcome === 'REVERTED' ? REVERTED : null, notices: told(intent) });
      case 'wait':
        return;
    }
  }

  /* EACH EFFECT, AS THE EXECUTOR DOES IT */

  private evaluate(pending: Pending): void {
    const { chain, journal } = this.stage;
    if (!this.wouldAct(pending)) return this.then(pending, { type: 'dropped', failure: { code: 'no-longer-wanted', message: '' }, notices: told(pending.intent) });
    if (freshFees(chain.baseFee, this.budget(pending.index)) === null) return wait(pending);
    const final = chain.blocks[Math.max(0, pending.head.number - (CONFIRMATIONS - 1))] as Block;
    try {
      journal.allocate(pending.index, final.counts, pending.head.counts);
      wait(pending);
    } catch (error) {
      if (!(error instanceof NotWritten) || error.why !== 'stopped') throw error;
      this.then(pending, { type: 'dropped', failure: STOPPED, notices: told(pending.intent) });
    }
  }

  private signCall(pending: Pending, row: IntentTransaction): void {
    if (!this.wouldAct(pending)) return this.then(pending, { type: 'refused', failure: REVERTED });
    const fees = freshFees(this.stage.chain.baseFee, this.budget(pending.index));
    if (fees === null) return wait(pending);
    this.sign(pending, 'signed', 'call', () => ({ ...row, ...this.signature(), ...fees, broadcastAt: null }), { type: 'refused', failure: STOPPED });
  }

  private signCancel(pending: Pending, why: Failure): void {
    const { intent } = pending;
    const [held] = intent.transactions;
    if (held === undefined) return wait(pending);
    if (intent.state === 'NONCED' && intent.failure === null) return this.then(pending, { type: 'refused', failure: why });
    const fees = outbidding(intent.transactions, this.stage.chain.baseFee, CANCEL_FEES);
    if (fees === null) return wait(pending);
    this.sign(pending, 'signed-again', 'cancel', () => this.named({ ...held, purpose: 'cancel', ...fees, broadcastAt: null }), undefined, why);
  }

  private signReplacement(pending: Pending, of: SignedTransaction, isRefused: boolean): void {
    if (of.purpose === 'call' && !this.wouldAct(pending)) return this.signCancel(pending, REVERTED);
    const fees = outbidding(signed(pending.intent), this.stage.chain.baseFee, of.purpose === 'cancel' ? CANCEL_FEES : this.budget(pending.index));
    // More for this one is of no use as long as one before it is not mined.
    const isBehind = !isRefused && (pending.head.counts[laneNumber(of.lane)] ?? 0) < of.nonce;
    if (fees === null || isBehind) {
      this.send(pending, of);
      return wait(pending);
    }
    try {
      this.sign(pending, 'signed-again', of.purpose, () => this.named({ ...of, ...fees, broadcastAt: null }));
    } catch (error) {
      if (!(error instanceof NotWritten) || error.why !== 'stopped') throw error;
      this.signCancel(pending, STOPPED);
    }
  }

  private broadcast(pending: Pending, transaction: SignedTransaction): void {
    const answer = this.send(pending, transaction);
    if (answer === 'accepted' || answer === 'already-known' || answer === 'nonce-too-low') {
      const event = sentEvent(pending.intent, transaction, answer, pending.moment.now);
      return event === null ? wait(pending) : this.then(pending, event);
    }
    if (answer === 'underpriced') return void (pending.effect = { kind: 'sign-replacement', of: transaction, isRefused: true });
    if (answer === 'nonce-too-high') return this.closeGap(pending, transaction);
    wait(pending);
  }

  private closeGap(pending: Pending, { lane, nonce }: SignedTransaction): void {
    this.stage.journal.intents.forEach((intent, index) => {
      const bytes = isTerminal(intent.state) || index === pending.index ? null : sendable(intent, pending.moment.chainTime);
      if (bytes !== null && bytes.lane === lane && bytes.nonce < nonce) this.send({ ...pending, index, intent }, bytes);
    });
    this.then(pending, { type: 'stuck', failure: LOST, notices: [{ id: `evt_${pending.intent.id}_stuck` } as Notice] });
  }

  private lookUp(pending: Pending, { hashes, otherwise }: Extract<Effect, { kind: 'look-up' }>, lag: number): void {
    const { chain } = this.stage;
    for (const hash of hashes) {
      const receipt = this.receiptOf(pending.index, hash, lag);
      if (receipt !== null) return this.then(pending, { type: 'mined', receipt });
    }
    const [held] = pending.intent.transactions;
    const final = pending.head.number - (CONFIRMATIONS - 1);
    if (held !== undefined && final >= 0 && (chain.blocks[final]?.counts[laneNumber(held.lane)] ?? 0) > held.nonce) {
      return this.then(pending, { type: 'nonce-lost', failure: LOST, notices: told(pending.intent) });
    }
    pending.effect = otherwise;
  }

  private confirm(pending: Pending, receipt: MinedReceipt, lag: number): void {
    const found = this.receiptOf(pending.index, receipt.transactionHash, lag);
    if (found === null || found.blockHash !== receipt.blockHash) return this.then(pending, { type: 'vanished' });
    if (pending.head.number - Number(found.blockNumber) + 1 < CONFIRMATIONS) return wait(pending);
    this.then(pending, { type: 'confirmed', receipt: found });
  }

  /* WRITING AND SENDING */

  private then(pending: Pending, event: IntentEvent): void {
    pending.effect = { kind: 'write', event };
  }

  private write(pending: Pending, event: IntentEvent): void {
    const { journal, written } = this.stage;
    written.push({ index: pending.index, event });
    const { change } = this.stage.life.step(pending.intent, event, pending.moment);
    wait(pending);
    if (change === null) return;
    journal.advance(pending.index, pending.intent.state, change);
    checkEnd(this.stage, pending.index);
  }

  private sign(pending: Pending, type: 'signed' | 'signed-again', purpose: IntentTransaction['purpose'], make: () => IntentTransaction, whenStopped?: IntentEvent, why?: Failure): void {
    try {
      this.stage.journal.sign(pending.index, pending.intent.state, purpose, this.fence, () => {
        const { change } = this.stage.life.step(pending.intent, type === 'signed' || why === undefined ? { type, transaction: make() } : { type, transaction: make(), failure: why }, pending.moment);
        if (change === null) throw new NotWritten('moved');
        return change;
      });
      wait(pending);
    } catch (error) {
      if (whenStopped === undefined || !(error instanceof NotWritten) || error.why !== 'stopped') throw error;
      this.then(pending, whenStopped);
    }
  }

  /** A calm action is worth less, but for one behind which an urgent one waits. */
  private budget(index: number): typeof FEES {
    const { journal } = this.stage;
    const [held] = journal.intents[index]?.transactions ?? [];
    const isUrgent = journal.classes.some((each, other) => {
      const [after] = journal.intents[other]?.transactions ?? [];
      return each === 'critical' && (other === index || (held !== undefined && after?.lane === held.lane && after.nonce > held.nonce));
    });
    return isUrgent ? FEES : CALM_FEES;
  }

  private signature(): Pick<SignedTransaction, 'hash' | 'raw' | 'gasLimit'> {
    return { hash: `h${this.stage.signatures++}` as Hash32, raw: '0x', gasLimit: 1n };
  }

  private named(transaction: IntentTransaction): IntentTransaction {
    const made = { ...transaction, ...this.signature() };
    return { ...made, id: `t${made.hash}` };
  }

  /** @throws NotWritten where nothing came back */
  private send(pending: Pending, transaction: SignedTransaction): Answer {
    const { chain, journal, nextDelivery } = this.stage;
    this.stage.nextDelivery = 'arrives';
    must(journal.hashes.get(transaction.hash) === pending.index, () => `${transaction.hash} was sent and is not stored`);
    must(transaction.purpose === 'cancel' || pending.moment.chainTime <= pending.intent.plan.deadline, () => `the call ${transaction.hash} of i${pending.index} was sent after its deadline`);
    if (nextDelivery === 'unreachable') throw new NotWritten('refused');
    const tx = this.onChain(pending.index, transaction);
    if (nextDelivery === 'lost') return 'accepted';
    if (nextDelivery === 'delayed' || nextDelivery === 'twice') chain.delayed.push(tx);
    if (nextDelivery === 'delayed') return 'accepted';
    const answer = chain.submit(tx);
    if (nextDelivery === 'silent') throw new NotWritten('refused');
    return answer;
  }

  private onChain(index: number, { hash, lane, nonce, purpose, maxFeePerGas, maxPriorityFeePerGas }: SignedTransaction): Tx {
    const call = purpose === 'call' ? { intent: index, loan: this.stage.journal.loans[index] as number, deadline: Number(this.stage.journal.intents[index]?.plan.deadline) } : null;
    return { hash, lane: laneNumber(lane), nonce: Number(nonce), call, ours: true, maxFee: maxFeePerGas ?? 0n, tip: maxPriorityFeePerGas ?? 0n };
  }

  private wouldAct({ index, head, intent }: Pending): boolean {
    return (head.health[this.stage.journal.loans[index] as number] ?? 0) < TRIGGER && BigInt(head.time) <= intent.plan.deadline;
  }

  private receiptOf(index: number, hash: Hash32, lag: number): MinedReceipt | null {
    const { chain, journal } = this.stage;
    const found = chain.receipt(hash, chain.seen(lag).number);
    if (found === null) return null;
    const executed = found.succeeded && found.tx.call !== null ? (journal.intents[index] as never) : null;
    return { transactionHash: hash, blockNumber: BigInt(found.block.number), blockHash: found.block.hash, succeeded: found.succeeded, gasUsed: 1n, effectiveGasPrice: 1n, executed };
  }
}

/** An end is told once, and only of what cannot change any more. */
export function checkEnd({ chain, journal }: Stage, index: number): void {
  const intent = journal.intents[index] as Intent;
  if (!isTerminal(intent.state)) return;
  const name = `i${index} ended ${intent.state}`;
  must(journal.outbox.get(`evt_${intent.id}`) === intent.id, () => `${name} and nobody was told`);
  const [held] = intent.transactions;
  if (held === undefined) return must(intent.state === 'DROPPED', () => `${name} without a transaction`);
  const final = chain.blocks[chain.tip.number - (CONFIRMATIONS - 1)];
  if (intent.state === 'REPLACED') {
    must((final?.counts[laneNumber(held.lane)] ?? 0) > held.nonce, () => `${name} and its nonce is not used for good`);
    return must(signed(intent).every(({ hash }) => chain.receipt(hash, chain.tip.number) === null), () => `${name} and a transaction of its own is on chain`);
  }
  const found = intent.receipt === null ? null : chain.receipt(intent.receipt.transactionHash, final?.number ?? -1);
  must(found !== null && found.block.hash === intent.receipt?.blockHash, () => `${name} before ${CONFIRMATIONS} confirmations`);
  must(intent.receipt !== null && outcomeOf(intent, intent.receipt) === intent.state, () => `${name} and its receipt says otherwise`);
}

const told = (intent: Intent): readonly Notice[] => [{ id: `evt_${intent.id}` } as Notice];
const wait = (pending: Pending): void => void (pending.effect = { kind: 'wait' });
const REVERTED: Failure = { code: 'not-triggered', message: '' };
const STOPPED: Failure = { code: 'stopped', message: '' };
const LOST: Failure = { code: 'nonce-taken', message: '' };
