import { Logger } from '@nestjs/common';
import { callOf, decodeResult, erc20Abi, type BlockRef, type ChainBook, type ReadClient } from '@ballast/connectors';
import { PERMIT_MAX_SECONDS, type ActionJournal } from '@ballast/policy';
import type { JournalReader, PermitRecord, PermitStore } from '@ballast/storage';
import { rawAmount } from '@ballast/units';
import { z } from 'zod';

/** Submissions of one permit that may end badly before it is given up. */
const MOST_SUBMISSIONS = 2;
const uint = z.tuple([z.bigint()]);

/**
 * Hands signed permits to their tokens and keeps what is stored of them equal to the chain's state. A permit that somebody else submitted first
 * has done its work: what counts is the allowance.
 */
export class PermitKeeper {
  private readonly log = new Logger(PermitKeeper.name);

  constructor(private readonly client: ReadClient, private readonly book: ChainBook, private readonly permits: PermitStore, private readonly journal: ActionJournal, private readonly records: JournalReader) {}

  /** Returns the intents that were planned. */
  async reconcile(head: BlockRef): Promise<readonly string[]> {
    const open = await this.permits.open(this.client.chainId);
    if (open.length === 0) return [];
    const depth = BigInt(this.book.confirmations - 1);
    const settled = depth === 0n || head.number < depth ? head : ((await this.client.blockAt(head.number - depth)) ?? head);
    const planned = await Promise.all(open.map((permit) => this.reconcileOne(permit, settled, head).catch((error: Error) => {
      this.log.warn(`permit ${permit.id}: ${error.message}`); // one token that does not answer never holds up the others
      return null;
    })));
    return planned.filter((id) => id !== null);
  }

  private async reconcileOne(permit: PermitRecord, settled: BlockRef, head: BlockRef): Promise<string | null> {
    const { token, owner, spender, value, nonce, deadline } = permit;
    const answers = await this.client.multicall(settled, [callOf(token, erc20Abi, 'allowance', [owner, spender]), callOf(token, erc20Abi, 'nonces', [owner])]);
    const [allowance] = decodeResult(erc20Abi, 'allowance', uint, answers[0]);
    const [nonceNow] = decodeResult(erc20Abi, 'nonces', uint, answers[1]);
    // Used and drawn on since, or another permit of the same nonce was used: the allowance tells which.
    if (allowance >= value || (nonceNow > nonce && allowance > 0n)) return this.settle(permit, 'used', null);
    if (nonceNow > nonce) return this.settle(permit, 'failed', 'Another signature of the same number was used first.');
    if (settled.timestamp > deadline) return this.settle(permit, 'failed', 'Its deadline has passed.');
    if (deadline > head.timestamp + PERMIT_MAX_SECONDS) return this.settle(permit, 'failed', 'Its deadline is too far away.');
    return this.submit(permit);
  }

  private async settle(permit: PermitRecord, state: 'used' | 'failed', reason: string | null): Promise<null> {
    await this.permits.settle(permit.id, state, reason);
    return null;
  }

  private async submit(permit: PermitRecord): Promise<string | null> {
    const attempts = (await this.records.intentsOf(permit.positionId, 50)).filter((intent) => intent.plan.permitId === permit.id);
    if (attempts.some((intent) => intent.closedAt === null)) return null;
    const failed = attempts.filter((intent) => intent.state !== 'DONE' && intent.failure?.code !== 'already-allowed');
    const [last] = failed;
    if (last !== undefined && failed.length >= MOST_SUBMISSIONS) return this.settle(permit, 'failed', last.failure?.message ?? 'The token did not take it.');
    // Submitted already, in a block that is not settled yet: the settled one will show it.
    if (attempts.length > failed.length) return null;
    const zero = rawAmount(0n);
    const planned = await this.journal.plan(
      { kind: 'PERMIT', chainId: permit.chainId, guard: permit.spender, mandateHash: permit.mandateHash, positionId: permit.positionId, min: zero, max: zero, deadline: permit.deadline, permitId: permit.id },
      null, null, [],
    );
    return planned.kind === 'planned' ? planned.intent.id : null;
  }
}
