import { Logger } from '@nestjs/common';
import type { BlockRef } from '@ballast/connectors';
import type { NoticeData } from '@ballast/notifications';
import type { Notice } from '@ballast/policy';
import type { MandateRecord } from '@ballast/storage';
import type { Runtime } from '../runtime.js';

/**
 * Whether we see the chain: an unreachable node, or a head that stopped, for longer than the allowed time is "blind", told to every owner
 * with a live mandate, and told again when it ends.
 */
export class Blindness {
  private readonly log = new Logger(Blindness.name);
  private lastHash = '';
  private lastNewsAt: number;
  private reason = '';
  /** The spell under way was written and told of. */
  private told = false;
  /** True at first: an earlier process may have left a spell open. */
  private mayBeBlind = true;

  constructor(private readonly runtime: Runtime) {
    this.lastNewsAt = runtime.now();
  }

  /** The node answered with this head. A head that is not new is no news. */
  async saw(head: BlockRef): Promise<void> {
    const { chains, reads, book, now } = this.runtime;
    if (head.hash === this.lastHash) {
      this.reason = 'no new block';
      return this.judge();
    }
    this.lastHash = head.hash;
    this.lastNewsAt = now();
    await chains.headSeen(reads.chainId, book.name, { number: head.number, hash: head.hash, timestamp: head.timestamp }, new Date(now()));
    if (this.mayBeBlind) await this.endSpell();
  }

  /** The node did not answer, or not as expected. */
  async missed(error: Error): Promise<void> {
    this.reason = error.message;
    await this.judge();
  }

  private async judge(): Promise<void> {
    const { chains, reads, book, env, now } = this.runtime;
    if (now() - this.lastNewsAt < env.blindAfterSeconds * 1000) return;
    const since = new Date(this.lastNewsAt);
    if (this.told) return;
    const owners = await this.runtime.mandates.inStatus(reads.chainId, 'active');
    const notices = noticesTo(owners, 'blind', 'critical', since, { chainName: book.name, since: since.toISOString(), reason: this.reason });
    const began = await chains.blind(reads.chainId, book.name, since, this.reason, notices);
    if (began) this.log.error(`blind on ${book.name} since ${since.toISOString()}: ${this.reason}`);
    this.told = true;
    this.mayBeBlind = true;
  }

  private async endSpell(): Promise<void> {
    const { chains, reads, book, now } = this.runtime;
    const owners = await this.runtime.mandates.inStatus(reads.chainId, 'active');
    const since = await chains.sighted(reads.chainId, (began) =>
      noticesTo(owners, 'sighted', 'info', began, { chainName: book.name, since: began.toISOString(), until: new Date(now()).toISOString() }),
    );
    this.told = false;
    this.mayBeBlind = false;
    if (since) this.log.warn(`sees ${book.name} again; blind since ${since.toISOString()}`);
  }
}

/** One notice an owner and spell. */
function noticesTo(owners: readonly MandateRecord[], kind: 'blind' | 'sighted', severity: Notice['severity'], since: Date, data: NoticeData<'blind' | 'sighted'>): readonly Notice[] {
  return owners.map((mandate) => ({
    id: `evt_${kind}_${since.getTime()}_${mandate.positionId}`, chainId: mandate.chainId, account: mandate.terms.owner, positionId: mandate.positionId, kind, severity, data,
  }));
}
