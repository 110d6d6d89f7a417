import { callOf, decodeAs, erc20Abi, type BlockRef, type Hex, type ReadClient } from '@ballast/connectors';
import type { Intent, IntentTransaction, Mandate, MinedReceipt, Notice, Permit } from '@ballast/policy';
import { BallastError, type Address } from '@ballast/units';
import { z } from 'zod';
import { isTerminal, nextEffect, signed, step, type Effect, type Failure, type IntentEvent, type Moment, type SignedTransaction } from '../intent-life.js';
import { callOfIntent, type PlannedCall } from '../planner/calls.js';
import { effectOf, unexpectedMove } from '../planner/guard-events.js';
import { readGuardPosition } from '../planner/guard-position.js';
import { classifyRevert, retryClassOf, type RetryClass } from '../planner/reverts.js';
import { mandateHash } from '../planner/typed-data.js';
import { freshFees, outbidding, type Fees } from './fees.js';
import { noticesOf, type Ending } from './notices.js';
import { UnknownIntent, type ExecutorParts, type ExecutorSettings } from './parts.js';
import { canonicalReceipt, minedReceipt } from './receipts.js';

export interface Progress {
  readonly done: boolean;
  /** When to call again; absent once done. */
  readonly retryAfterMs?: number;
  /** What it waits for: a stable word. */
  readonly waiting?: string;
}

/** What one effect came to: the intent may have moved, or there is something to wait for. */
type Turn = 'moved' | { readonly waiting: string; readonly afterMs: number };
type KnownFailure = Failure & { readonly class: RetryClass };
/** What a call is made from beside its plan. */
interface CallSource {
  readonly mandate: Mandate;
  /** Of a PERMIT. */
  readonly permit: Permit | null;
}

/** Turns after which one call gives the thread back; an intent passes six states. */
const MOST_TURNS = 40;
const CANCEL_GAS = 21_000n;

/**
 * Takes intents from plan to final outcome. Everything it does is written in the journal first, so it may die at any point and
 * be called again, here or in another process, or run twice at once; only signed bytes that the journal holds are ever sent.
 */
export class Executor {
  private readonly pollMs: number;
  private readonly retryMs: number;
  private readonly patience: Pick<Moment, 'rebroadcastAfterMs' | 'replaceAfterMs'>;

  constructor(private readonly parts: ExecutorParts, private readonly settings: ExecutorSettings) {
    this.pollMs = settings.pollMs ?? 500;
    this.retryMs = settings.retryMs ?? 2_000;
    this.patience = { rebroadcastAfterMs: settings.rebroadcastAfterMs ?? 5_000, replaceAfterMs: settings.replaceAfterMs ?? 30_000 };
  }

  /**
   * Takes the intent as far as it goes now. Failures that may pass (RPC down, not mined yet, fees too high) are waited for.
   * A call that the signer's policy forbids is given up like one that would revert, so that its nonce is freed.
   * @throws UnknownIntent; SigningRefused when the policy forbids even that
   */
  async advance(intentId: string): Promise<Progress> {
    for (let turn = 0; turn < MOST_TURNS; turn++) {
      const intent = await this.parts.journal.intent(intentId);
      if (intent === null) throw new UnknownIntent(intentId);
      if (isTerminal(intent.state)) return { done: true };
      const outcome = await this.turn(intent);
      if (outcome !== 'moved') return { done: false, retryAfterMs: outcome.afterMs, waiting: outcome.waiting };
    }
    return { done: false, retryAfterMs: this.retryMs, waiting: 'busy' };
  }

  private async turn(intent: Intent): Promise<Turn> {
    try {
      if (intent.plan.chainId !== this.parts.reads.chainId) return this.waitFor('other-chain');
      const head = await this.parts.reads.head();
      const effect = nextEffect(intent, { chainTime: head.timestamp, now: this.parts.now(), ...this.patience });
      return effect === null ? 'moved' : await this.perform(intent, effect, head);
    } catch (error) {
      // Another runner was faster: what it wrote is read again in the next turn.
      if (error instanceof BallastError && error.code === 'state-moved') return 'moved';
      if (error instanceof BallastError && error.disposition === 'retryable') return { waiting: error.code, afterMs: this.retryMs };
      throw error;
    }
  }

  private async perform(intent: Intent, effect: Effect, head: BlockRef): Promise<Turn> {
    switch (effect.kind) {
      case 'drop':
        return this.drop(intent, { ...effect.failure, class: 'wait' });
      case 'evaluate':
        return this.evaluate(intent, head);
      case 'sign-call':
        return this.signCall(intent, effect.transaction);
      case 'sign-cancel':
        return this.signCancel(intent, effect.failure);
      case 'choose-cancel':
        return this.record(intent, { type: 'cancel-chosen' });
      case 'sign-replacement':
        return this.signReplacement(intent, effect.of);
      case 'broadcast':
        return this.broadcast(intent, effect.transaction);
      case 'look-up':
        return this.lookUp(intent, effect, head);
      case 'confirm':
        return this.confirm(intent, effect, head);
      case 'settle':
        return this.settle(intent, effect);
    }
  }

  /* BEFORE SIGNING */

  private async evaluate(intent: Intent, head: BlockRef): Promise<Turn> {
    const { journal, reads, signer } = this.parts;
    const mandate = await this.parts.mandates.byHash(intent.plan.mandateHash);
    if (mandate === null) return this.drop(intent, failure('mandate-unknown', 'needs-user', 'The mandate of this action is not stored.'));
    if (mandateHash(intent.plan.chainId, intent.plan.guard, mandate) !== intent.plan.mandateHash) {
      return this.drop(intent, failure('mandate-altered', 'bug', 'The stored mandate is not the one that was signed.'), mandate);
    }
    if (!(await this.parts.stillWanted(intent))) return this.drop(intent, failure('no-longer-wanted', 'resolved', 'The action is no longer needed.'), mandate);
    const permit = await this.permitOf(intent);
    if (intent.plan.kind === 'PERMIT' && permit === null) return this.drop(intent, PERMIT_UNKNOWN, mandate);
    const refusal = await this.rehearse(intent, { mandate, permit }, head);
    if (refusal !== null) return this.drop(intent, refusal, mandate);
    if (freshFees(await reads.baseFee(), this.settings.fees) === null) return this.waitFor('gas-ceiling');
    await journal.allocateNonce(intent.id, signer.address, await reads.nonceAt(head, signer.address));
    return 'moved';
  }

  /** Runs the exact call without sending it; null when it would do what it is for. */
  private async rehearse(intent: Intent, { mandate, permit }: CallSource, head: BlockRef): Promise<KnownFailure | null> {
    const { reads, sends, signer } = this.parts;
    const call = callOfIntent(intent.plan, mandate, permit);
    const result = await sends.simulate({ from: signer.address, ...call }, head);
    if (result.kind === 'reverted') {
      const revert = classifyRevert(result.data);
      if (permit !== null) return (await isAllowed(reads, head, permit)) ? failure('already-allowed', 'resolved', 'The allowance is there already.') : revert;
      if (intent.plan.kind !== 'ACTIVATE' || revert.code !== 'wrong-prev') return revert;
      const position = await readGuardPosition(reads, { ...mandate, guard: intent.plan.guard }, head);
      return position.live === intent.plan.mandateHash ? failure('already-active', 'resolved', 'The mandate is already active.') : revert;
    }
    const took = result.logs === null ? (await reads.codeAt(head, call.to)) !== '0x' : effectOf(intent.plan, result.logs, permit).took;
    if (!took) return failure('no-effect', 'bug', 'The call would succeed without doing what it is for.');
    const wrong = result.logs === null ? null : unexpectedMove(intent.plan, mandate.terms, result.logs);
    return wrong === null ? null : failure('unexpected-move', 'bug', `The call would move what it must not: ${wrong}.`);
  }

  private async drop(intent: Intent, why: KnownFailure, mandate?: Mandate): Promise<Turn> {
    const known = mandate ?? (await this.parts.mandates.byHash(intent.plan.mandateHash));
    const notices = await this.notices(intent, known, { outcome: 'DROPPED', receipt: null, failure: why });
    return this.record(intent, { type: 'dropped', failure: { code: why.code, message: why.message }, notices });
  }

  /* SIGNING */

  private async signCall(intent: Intent, transaction: IntentTransaction): Promise<Turn> {
    const mandate = await this.parts.mandates.byHash(intent.plan.mandateHash);
    const permit = await this.permitOf(intent);
    if (mandate === null) return this.record(intent, { type: 'refused', failure: failure('mandate-unknown', 'needs-user', 'The mandate of this action is not stored.') });
    if (intent.plan.kind === 'PERMIT' && permit === null) return this.record(intent, { type: 'refused', failure: plain(PERMIT_UNKNOWN) });
    if (transaction.lane !== this.parts.signer.address) return this.waitFor('other-lane');
    const call = callOfIntent(intent.plan, mandate, permit);
    const estimate = await this.parts.sends.estimateGas({ from: transaction.lane, ...call });
    if (estimate.kind === 'reverted') return this.record(intent, { type: 'refused', failure: plain(classifyRevert(estimate.data)) });
    const gasLimit = (estimate.gas * 5n) / 4n;
    if (gasLimit > this.settings.maxGasLimit) return this.record(intent, { type: 'refused', failure: failure('gas-limit', 'bug', `The call needs ${estimate.gas} gas, more than may be spent on one.`) });
    const fees = freshFees(await this.parts.reads.baseFee(), this.settings.fees);
    if (fees === null) return this.waitFor('gas-ceiling');
    const signed = await this.sign(intent, transaction, call, gasLimit, fees).catch(refusal);
    return this.record(intent, 'raw' in signed ? { type: 'signed', transaction: signed } : { type: 'refused', failure: signed });
  }

  /** Frees the nonce with an empty transfer to ourselves. */
  private async signCancel(intent: Intent, why: Failure): Promise<Turn> {
    const held = intent.transactions[0];
    if (held === undefined || held.lane !== this.parts.signer.address) return this.waitFor('other-lane');
    if (intent.state === 'NONCED' && intent.failure === null) return this.record(intent, { type: 'refused', failure: why });
    const twice = { ...this.settings.fees, maxFeePerGas: this.settings.fees.maxFeePerGas * 2n };
    const fees = outbidding(intent.transactions, await this.parts.reads.baseFee(), twice);
    if (fees === null) return this.waitFor('gas-ceiling');
    const transaction = await this.sign(intent, { ...held, purpose: 'cancel' }, { to: held.lane, data: '0x' }, CANCEL_GAS, fees);
    return this.record(intent, { type: 'signed-again', transaction: named(transaction) });
  }

  /** The same again with higher fees; the same bytes again where the ceiling forbids it. */
  private async signReplacement(intent: Intent, of: SignedTransaction): Promise<Turn> {
    const settings = of.purpose === 'cancel' ? { ...this.settings.fees, maxFeePerGas: this.settings.fees.maxFeePerGas * 2n } : this.settings.fees;
    const fees = outbidding(signed(intent), await this.parts.reads.baseFee(), settings);
    const call = await this.callAgain(intent, of);
    if (fees === null || call === null || of.lane !== this.parts.signer.address) return this.sendAgain(of);
    const transaction = await this.sign(intent, of, call, of.gasLimit ?? CANCEL_GAS, fees);
    return this.record(intent, { type: 'signed-again', transaction: named(transaction) });
  }

  private async callAgain(intent: Intent, of: SignedTransaction): Promise<PlannedCall | null> {
    if (of.purpose === 'cancel') return { to: of.lane, data: '0x' };
    const mandate = await this.parts.mandates.byHash(intent.plan.mandateHash);
    const permit = await this.permitOf(intent);
    return mandate === null || (intent.plan.kind === 'PERMIT' && permit === null) ? null : callOfIntent(intent.plan, mandate, permit);
  }

  private async permitOf({ plan }: Intent): Promise<Permit | null> {
    return plan.permitId === undefined ? null : ((await this.parts.permits?.get(plan.permitId)) ?? null);
  }

  private async sign(intent: Intent, row: IntentTransaction, call: { to: Address; data: Hex }, gasLimit: bigint, fees: Fees): Promise<IntentTransaction> {
    const { raw, hash } = await this.parts.signer.sign({ chainId: intent.plan.chainId, nonce: row.nonce, ...call, value: 0n, gasLimit, ...fees });
    return { ...row, raw, hash, gasLimit, ...fees, broadcastAt: null };
  }

  /* SENDING AND WATCHING */

  private async broadcast(intent: Intent, transaction: SignedTransaction): Promise<Turn> {
    const answer = await this.parts.sends.broadcast(transaction.raw);
    switch (answer.kind) {
      case 'accepted':
      case 'already-known':
      case 'nonce-too-low': {
        const sent = { ...transaction, broadcastAt: transaction.broadcastAt ?? this.parts.now() };
        if (intent.state === 'BROADCAST' && transaction.broadcastAt !== null) return this.waitFor('mining', this.pollMs);
        return this.record(intent, { type: 'broadcast', transaction: sent, answer: answer.kind });
      }
      case 'underpriced':
        return this.signReplacement(intent, transaction);
      case 'rejected':
        return this.waitFor('broadcast-rejected');
    }
  }

  private async sendAgain(transaction: SignedTransaction): Promise<Turn> {
    await this.parts.sends.broadcast(transaction.raw);
    return this.waitFor('mining', this.pollMs);
  }

  private async lookUp(intent: Intent, { hashes, otherwise }: Extract<Effect, { kind: 'look-up' }>, head: BlockRef): Promise<Turn> {
    const { reads } = this.parts;
    const lane = intent.transactions[0];
    for (const hash of hashes) {
      const receipt = await canonicalReceipt(reads, hash);
      if (receipt !== null && lane !== undefined) return this.record(intent, { type: 'mined', receipt: minedReceipt(intent.plan, lane.lane, receipt) });
    }
    if (lane !== undefined && (await this.isNonceLost(lane, head))) return this.nonceLost(intent);
    return otherwise.kind === 'wait' ? this.waitFor('mining', this.pollMs) : this.perform(intent, otherwise, head);
  }

  /** True when a block that is already final used our nonce, and none of our hashes did: every look-up came after `head`. */
  private async isNonceLost({ lane, nonce }: IntentTransaction, head: BlockRef): Promise<boolean> {
    const depth = BigInt(this.settings.confirmations - 1);
    if (head.number < depth) return false;
    const final = await this.parts.reads.blockAt(head.number - depth);
    return final !== null && (await this.parts.reads.nonceAt(final, lane)) > nonce;
  }

  private async nonceLost(intent: Intent): Promise<Turn> {
    const why = failure('nonce-taken', 'bug', 'Another transaction of the same keeper used the nonce: something else holds its key.');
    const mandate = await this.parts.mandates.byHash(intent.plan.mandateHash);
    return this.record(intent, { type: 'nonce-lost', failure: plain(why), notices: await this.notices(intent, mandate, { outcome: 'REPLACED', receipt: null, failure: why }) });
  }

  private async confirm(intent: Intent, { receipt }: Extract<Effect, { kind: 'confirm' }>, head: BlockRef): Promise<Turn> {
    const found = await canonicalReceipt(this.parts.reads, receipt.transactionHash);
    if (found === null || found.blockHash !== receipt.blockHash) return this.record(intent, { type: 'vanished' });
    if (head.number - found.blockNumber + 1n < BigInt(this.settings.confirmations)) return this.waitFor('confirmations', this.pollMs);
    const lane = intent.transactions[0]?.lane ?? found.from;
    return this.record(intent, { type: 'confirmed', receipt: minedReceipt(intent.plan, lane, found) });
  }

  private async settle(intent: Intent, { receipt, outcome }: Extract<Effect, { kind: 'settle' }>): Promise<Turn> {
    const mandate = await this.parts.mandates.byHash(intent.plan.mandateHash);
    const why = outcome === 'DONE' ? null : await this.reason(intent, mandate, receipt, outcome);
    return this.record(intent, { type: 'settled', failure: why === null ? null : plain(why), notices: await this.notices(intent, mandate, { outcome, receipt, failure: why }) });
  }

  /** Why an intent did not come to its end. A revert is explained by running the call again on top of the block where it reverted. */
  private async reason(intent: Intent, mandate: Mandate | null, receipt: MinedReceipt, outcome: 'REVERTED' | 'EXPIRED' | 'DROPPED'): Promise<KnownFailure> {
    if (outcome !== 'REVERTED') return intent.failure === null ? failure('deadline-passed', 'wait', 'The time for this action passed before it was on chain.') : { ...intent.failure, class: retryClassOf(intent.failure.code) };
    if (receipt.succeeded) return failure('event-missing', 'bug', 'The call succeeded without the guard telling what it did.');
    const block = await this.parts.reads.blockAt(receipt.blockNumber);
    const permit = await this.permitOf(intent);
    if (intent.plan.kind === 'PERMIT' && permit === null) return PERMIT_UNKNOWN;
    const found = mandate === null || block === null ? null : await this.rehearse(intent, { mandate, permit }, block);
    return found ?? failure('reverted', 'bug', 'The call reverted on chain for a reason that could not be found again.');
  }

  /* WRITING */

  /** Writes what happened, through the journal's method for it. */
  private async record(intent: Intent, event: IntentEvent): Promise<Turn> {
    const { change } = step(intent, event, { chainTime: 0n, now: this.parts.now(), ...this.patience });
    if (change === null) return 'moved';
    if (event.type === 'signed-again') await this.parts.journal.addTransaction(intent.id, event.transaction);
    else await this.parts.journal.advance(intent.id, intent.state, change);
    return 'moved';
  }

  private async notices(intent: Intent, mandate: Mandate | null, ending: Ending): Promise<readonly Notice[]> {
    const notices = noticesOf(intent, mandate, ending, this.settings.tokens);
    if (notices.length === 0 || this.parts.describe === undefined) return notices;
    const facts = await this.parts.describe(intent, ending.receipt).catch(() => ({}));
    return notices.map((notice) => ({ ...notice, data: { ...notice.data, ...facts } }));
  }

  private waitFor(waiting: string, afterMs = this.retryMs): Turn {
    return { waiting, afterMs };
  }
}

/** Whether the owner allows the spender at least what the permit says: then it does not matter who submitted it. */
async function isAllowed(reads: ReadClient, block: BlockRef, { token, owner, spender, value }: Permit): Promise<boolean> {
  const { to, data } = callOf(token, erc20Abi, 'allowance', [owner, spender]);
  const [allowance] = decodeAs(erc20Abi, 'allowance', z.tuple([z.bigint()]), await reads.callAt(block, to, data));
  return allowance >= value;
}

/** What the signer's own policy forbids is a fault of ours or an attack; it is told as that and not asked again. */
function refusal(error: unknown): Failure {
  if (error instanceof BallastError && error.code === 'signing-refused') return plain(failure(error.code, 'bug', error.message));
  throw error;
}

const failure = (code: string, kind: RetryClass, message: string): KnownFailure => ({ code, class: kind, message });
const PERMIT_UNKNOWN: KnownFailure = failure('permit-unknown', 'bug', 'The permit of this intent is not stored.');
const plain = ({ code, message }: Failure): Failure => ({ code, message });
/** A further transaction is named by its hash: two runners that sign different bytes store two, and neither overwrites the other's. */
const named = (transaction: IntentTransaction): IntentTransaction => ({ ...transaction, id: `tx_${transaction.hash?.slice(2)}` });
