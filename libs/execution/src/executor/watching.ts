import type { BlockRef } from '@ballast/connectors';
import type { Intent, IntentTransaction, Mandate, MinedReceipt } from '@ballast/policy';
import type { Effect, Outcome } from '../intent-life.js';
import { retryClassOf } from '../planner/reverts.js';
import type { ExecutorParts, ExecutorSettings } from './parts.js';
import { canonicalReceipt, minedReceipt } from './receipts.js';
import type { Rehearsal } from './rehearsal.js';
import { failure, plain, type KnownFailure, type Turn } from './turns.js';
import type { IntentWriter } from './writing.js';

/** Finds out what became of the bytes that are out, and says how the intent ended. */
export class Watching {
  constructor(private readonly parts: ExecutorParts, private readonly settings: Pick<ExecutorSettings, 'confirmations'>, private readonly writer: IntentWriter, private readonly rehearsal: Rehearsal) {}

  /** Null where nothing of ours is on chain and the nonce is still ours. */
  async lookUp(intent: Intent, { hashes }: Extract<Effect, { kind: 'look-up' }>, head: BlockRef): Promise<Turn | null> {
    const [held] = intent.transactions;
    if (held === undefined) return null;
    for (const hash of hashes) {
      const receipt = await canonicalReceipt(this.parts.reads, hash);
      if (receipt !== null) return this.writer.record(intent, { type: 'mined', receipt: minedReceipt(intent.plan, held.lane, receipt) });
    }
    return (await this.isNonceLost(held, head)) ? this.nonceLost(intent) : null;
  }

  /** Null while there are too few confirmations. */
  async confirm(intent: Intent, { receipt }: Extract<Effect, { kind: 'confirm' }>, head: BlockRef): Promise<Turn | null> {
    const found = await canonicalReceipt(this.parts.reads, receipt.transactionHash);
    if (found === null || found.blockHash !== receipt.blockHash) return this.writer.record(intent, { type: 'vanished' });
    if (head.number - found.blockNumber + 1n < BigInt(this.settings.confirmations)) return null;
    return this.writer.record(intent, { type: 'confirmed', receipt: minedReceipt(intent.plan, intent.transactions[0]?.lane ?? found.from, found) });
  }

  async settle(intent: Intent, { receipt, outcome }: Extract<Effect, { kind: 'settle' }>): Promise<Turn> {
    const mandate = await this.parts.mandates.byHash(intent.plan.mandateHash);
    const why = outcome === 'DONE' ? null : await this.reason(intent, mandate, receipt, outcome);
    if (why !== null && outcome === 'REVERTED') await this.rehearsal.report(intent, why);
    const notices = await this.writer.notices(intent, mandate, { outcome, receipt, failure: why });
    return this.writer.record(intent, { type: 'settled', failure: why === null ? null : plain(why), notices });
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
    return this.writer.record(intent, { type: 'nonce-lost', failure: plain(why), notices: await this.writer.notices(intent, mandate, { outcome: 'REPLACED', receipt: null, failure: why }) });
  }

  /** Why an intent did not come to its end. A revert is explained by running the call again on top of the block where it reverted. */
  private async reason(intent: Intent, mandate: Mandate | null, receipt: MinedReceipt, outcome: Exclude<Outcome, 'DONE'>): Promise<KnownFailure> {
    if (outcome !== 'REVERTED') return intent.failure === null ? failure('deadline-passed', 'wait', 'The time for this action passed before it was on chain.') : { ...intent.failure, class: retryClassOf(intent.failure.code) };
    if (receipt.succeeded) return failure('event-missing', 'bug', 'The call succeeded without the guard telling what it did.');
    const unexplained = failure('reverted', 'bug', 'The call reverted on chain for a reason that could not be found again.');
    const [block, source] = await Promise.all([this.parts.reads.blockAt(receipt.blockNumber), this.rehearsal.sourceOf(intent, mandate ?? undefined)]);
    if ('code' in source) return source.code === 'permit-unknown' ? source : unexplained;
    const lane = intent.transactions[0]?.lane;
    if (block === null || lane === undefined) return unexplained;
    return (await this.rehearsal.run(intent, source, block, lane)).refusal ?? unexplained;
  }
}
