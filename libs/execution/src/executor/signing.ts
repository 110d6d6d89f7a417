import type { BlockRef, CallRequest } from '@ballast/connectors';
import type { Intent, IntentTransaction } from '@ballast/policy';
import { BallastError } from '@ballast/units';
import { formatUnits } from 'ethers';
import { signed, type Failure, type SignedTransaction } from '../intent-life.js';
import type { PlannedCall } from '../planner/calls.js';
import { classifyRevert } from '../planner/reverts.js';
import { budgetBefore, budgetOf, firstFees } from './budget.js';
import { cancelBudget, outbidding, type Fees } from './fees.js';
import { limitFor, type Foresight } from './foresight.js';
import type { ExecutorParts, ExecutorSettings } from './parts.js';
import { Places } from './places.js';
import type { Rehearsal } from './rehearsal.js';
import { failure, plain, type Turn } from './turns.js';
import { refusalOf, type IntentWriter } from './writing.js';

const CANCEL_GAS = 21_000n;
/** Of all that may hold a connection until the signer answers, so many at once: one that hangs must leave some for everything else. */
const SIGNED_AT_ONCE = 4;
/** Who has waited so long for a place looks at the chain again first: nothing is signed on a trial of long ago. */
const PLACE_WITHIN_MS = 1_000;
/** For so long after it gave no answer the signer is not asked by those who ask again and again. */
const SILENCE_MS = 2_000;

/** What comes of a replacement: it is signed, or the same bytes are all that there is to send. */
export type Replaced = Turn | { readonly same: SignedTransaction };

/** Has calls, their replacements and their cancellations signed, and nothing that would be of no use. */
export class Signing {
  /** For whatever may hold a connection until the signer answers: a signature, and a nonce of a lane that is locked until one is made. */
  readonly places = new Places(SIGNED_AT_ONCE, PLACE_WITHIN_MS);
  /** When the signer last gave no answer, and what was found instead. */
  private silence: { readonly at: number; readonly error: BallastError } | null = null;
  /** The same of a block: whoever was decided on at it does not wait for the signer once more. */
  private silenceAt: { readonly block: BlockRef['hash']; readonly error: BallastError } | null = null;

  constructor(private readonly parts: ExecutorParts, private readonly settings: ExecutorSettings, private readonly writer: IntentWriter, private readonly rehearsal: Rehearsal) {}

  /** The intent's call at the nonce that it was given, tried out once more unless that was done at this very block. */
  async call(intent: Intent, transaction: IntentTransaction, head: BlockRef, ahead: Foresight | undefined): Promise<Turn | { readonly waiting: string }> {
    const source = await this.rehearsal.sourceOf(intent, ahead?.mandate);
    if ('code' in source) return this.refuse(intent, source);
    if (!this.parts.signer.lanes.includes(transaction.lane)) return { waiting: 'other-lane' };
    const rehearsed = await this.rehearsal.run(intent, source, head, transaction.lane, ahead?.simulation);
    if (rehearsed.refusal !== null) return this.refuse(intent, rehearsed.refusal);
    const call = this.rehearsal.callOf(intent, source);
    const gas = await this.gasFor({ from: transaction.lane, ...call }, rehearsed.gasUsed);
    if ('failure' in gas) return this.refuse(intent, gas.failure);
    if (gas.limit > this.settings.maxGasLimit) return this.refuse(intent, failure('gas-limit', 'bug', `The call needs a limit of ${gas.limit} gas, more than may be spent on one.`));
    const fees = firstFees(intent.plan, rehearsed, gas.limit, ahead?.baseFee ?? (await this.parts.reads.baseFee()), this.settings.fees);
    if (fees === null) return { waiting: 'gas-ceiling' };
    const signing = this.asking(() => this.writer.sign(intent, 'signed', 'call', () => this.sign(intent, transaction, call, gas.limit, fees, ahead?.head)), ahead?.head);
    return signing.catch((error: unknown) => this.refuse(intent, refusalOf(error)));
  }

  /** An empty transfer to ourselves, which frees the nonce. */
  async cancel(intent: Intent, why: Failure): Promise<Turn | { readonly waiting: string }> {
    const [held] = intent.transactions;
    if (held === undefined || !this.parts.signer.lanes.includes(held.lane)) return { waiting: 'other-lane' };
    if (intent.state === 'NONCED' && intent.failure === null) return this.refuse(intent, why);
    const fees = outbidding(intent.transactions, await this.parts.reads.baseFee(), cancelBudget(this.settings.fees));
    if (fees === null) return { waiting: 'gas-ceiling' };
    return this.asking(() => this.writer.sign(intent, 'signed-again', 'cancel', async () => named(await this.sign(intent, { ...held, purpose: 'cancel' }, { to: held.lane, data: '0x' }, CANCEL_GAS, fees)), why));
  }

  /**
   * The same with higher fees; the same bytes where more is not allowed, or of no use because a lower nonce of the lane is not mined yet. A node that
   * refused the bytes for their price (`isRefused`) gets more in any case.
   */
  async replacement(intent: Intent, of: SignedTransaction, head: BlockRef, isRefused: boolean): Promise<Replaced | { readonly waiting: string }> {
    if (!this.parts.signer.lanes.includes(of.lane)) return { same: of };
    if (!isRefused && (await this.parts.reads.nonceAt(head, of.lane)) < of.nonce) return { same: of };
    const baseFee = await this.parts.reads.baseFee();
    if (of.purpose === 'cancel') return this.raise(intent, of, { to: of.lane, data: '0x' }, outbidding(signed(intent), baseFee, cancelBudget(this.settings.fees)));

    const source = await this.rehearsal.sourceOf(intent);
    if ('code' in source) return { same: of };
    const rehearsed = await this.rehearsal.run(intent, source, head, of.lane);
    // It would fail now: a higher fee would only pay for that. What is freed can be planned anew.
    if (rehearsed.refusal !== null) return this.cancel(intent, rehearsed.refusal);
    const own = budgetOf(intent.plan, rehearsed.health, rehearsed.gasUsed ?? of.gasLimit ?? 0n, this.settings.fees);
    const waiting = (await this.parts.journal.inFlight(intent.plan.chainId, of.lane)).filter(({ transactions: [first] }) => first !== undefined && first.nonce > of.nonce);
    const budget = budgetBefore(own, waiting, this.settings.fees);
    const raised = await this.raise(intent, of, this.rehearsal.callOf(intent, source), outbidding(signed(intent), baseFee, budget));
    if ('same' in raised && baseFee + budget.tip > (of.maxFeePerGas ?? 0n)) {
      await this.writer.stuck(intent, { code: 'fee-ceiling', message: `Blocks cost ${gwei(baseFee)} gwei for a unit of gas now, and this action is worth at most ${gwei(budget.maxFeePerGas)}.` });
    }
    return raised;
  }

  private async raise(intent: Intent, of: SignedTransaction, call: PlannedCall, fees: Fees | null): Promise<Replaced | { readonly waiting: string }> {
    if (fees === null) return { same: of };
    const signing = this.asking(() => this.writer.sign(intent, 'signed-again', of.purpose, async () => named(await this.sign(intent, of, call, of.gasLimit ?? CANCEL_GAS, fees))));
    // A call that was stopped after it was sent is called back.
    return signing.catch((error: unknown) => this.cancel(intent, refusalOf(error)));
  }

  private refuse(intent: Intent, why: Failure): Promise<Turn> {
    return this.writer.record(intent, { type: 'refused', failure: plain(why) });
  }

  /** The gas limit for the call: from what it used when it was tried out, where a node told that, else as the node estimates it, with a quarter more. */
  private async gasFor(call: CallRequest, used: bigint | null): Promise<{ readonly limit: bigint } | { readonly failure: Failure }> {
    if (used !== null) return { limit: limitFor(used) };
    const estimate = await this.parts.sends.estimateGas(call);
    return estimate.kind === 'reverted' ? { failure: plain(classifyRevert(estimate.data)) } : { limit: (estimate.gas * 5n) / 4n };
  }

  /**
   * Does work that asks the signer in a transaction, where there is a place for it. `decidedAt`: of an action that was decided on just now, its block.
   * @throws NoPlace; SignerUnreachable, without a transaction, where it gave no answer a moment ago; what the work throws
   */
  asking<T>(work: () => Promise<T>, decidedAt?: BlockRef): Promise<T> {
    const silent = this.silentFor(decidedAt);
    if (silent !== null) return Promise.reject(silent);
    return this.places.during(() => {
      // Whoever waited for a place may have waited for a signer that gives no answer.
      const since = this.silentFor(decidedAt);
      return since === null ? work() : Promise.reject(since);
    });
  }

  /** The transaction with its bytes, as far as the signer's policy allows it. `decidedAt`: of a call that was decided on just now, its block. @throws SigningRefused; SignerUnreachable, at once where it gave no answer a moment ago */
  async sign(intent: Intent, row: IntentTransaction, call: PlannedCall, gasLimit: bigint, fees: Fees, decidedAt?: BlockRef): Promise<IntentTransaction> {
    const silent = this.silentFor(decidedAt);
    if (silent !== null) throw silent;
    const transaction = { chainId: intent.plan.chainId, nonce: row.nonce, ...call, value: 0n, gasLimit, ...fees };
    try {
      const { raw, hash } = await this.parts.signer.sign({ lane: row.lane, transaction, fence: this.parts.fence?.() ?? 0n, purpose: intent.id });
      this.silence = null;
      return { ...row, raw, hash, gasLimit, ...fees, broadcastAt: null };
    } catch (error) {
      if (error instanceof BallastError && error.code === 'signer-unreachable') {
        this.silence = { at: this.parts.monotonic(), error };
        if (decidedAt !== undefined) this.silenceAt = { block: decidedAt.hash, error };
      }
      throw error;
    }
  }

  /** What was found when the signer was asked at the block, or, by those who ask without one, a moment ago; null where it may be asked. */
  private silentFor(decidedAt: BlockRef | undefined): BallastError | null {
    if (decidedAt !== undefined) return this.silenceAt?.block === decidedAt.hash ? this.silenceAt.error : null;
    return this.silence !== null && this.parts.monotonic() - this.silence.at < SILENCE_MS ? this.silence.error : null;
  }
}

/** A further transaction is named by its hash: two runners that sign different bytes store two, and neither overwrites the other's. */
const named = (transaction: IntentTransaction): IntentTransaction => ({ ...transaction, id: `tx_${transaction.hash?.slice(2)}` });

const gwei = (wei: bigint): string => formatUnits(wei - (wei % 10_000_000n), 9);

export const isStopped = (error: unknown): error is BallastError => error instanceof BallastError && error.code === 'stopped';
