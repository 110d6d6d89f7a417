import { Inject, Injectable, Logger } from '@nestjs/common';
import type { BlockRef } from '@ballast/connectors';
import type { NoticeData } from '@ballast/notifications';
import type { Notice } from '@ballast/policy';
import type { MandateRecord } from '@ballast/storage';
import { steadyClock } from '../pipeline/shared.js';
import { RUNTIME, type Runtime } from '../runtime.js';

/**
 * Whether we see the chain. Seeing means that a new block was watched to its end: an unreachable node, a head that stopped, or a stage that
 * fails at every block, for longer than the allowed time, is "blind". It is told to every owner with a live mandate, and so is its end.
 */
@Injectable()
export class Blindness {
  private readonly log = new Logger(Blindness.name);
  private lastHash = '';
  /** By our clock, for those who are told of it. */
  private lastNewsAt: number;
  /** By the clock that nobody sets, for judging how long ago it was. */
  private lastNewsSteadyMs = steadyClock();
  /** When the chain's newest block was seen, as we stored or read it last. */
  private knownSeenAt: number | null = null;
  private reason = 'no new block';
  /** The spell under way was written and told of. */
  private told = false;
  /** True at first: an earlier process may have left a spell open. */
  private mayBeBlind = true;

  constructor(@Inject(RUNTIME) private readonly runtime: Pick<Runtime, 'chains' | 'mandates' | 'reads' | 'book' | 'env' | 'now'>) {
    this.lastNewsAt = runtime.now();
  }

  /** A block was watched to its end. One that is not new is no news. */
  async watched(block: BlockRef): Promise<void> {
    const { chains, reads, book, now } = this.runtime;
    if (block.hash === this.lastHash) return;
    this.lastHash = block.hash;
    this.lastNewsAt = this.knownSeenAt = now();
    this.lastNewsSteadyMs = steadyClock();
    this.reason = 'no new block';
    await chains.headSeen(reads.chainId, book.name, { number: block.number, hash: block.hash, timestamp: block.timestamp }, new Date(this.lastNewsAt));
    if (this.mayBeBlind) await this.endSpell();
  }

  /** Something failed that seeing depends on. It counts only while no block gets through. */
  missed(error: Error): void {
    this.reason = error.message === '' ? error.name : error.message;
  }

  /** Begins a blind spell when nothing was watched for too long. */
  async judge(): Promise<void> {
    const { chains, reads, book, env, now } = this.runtime;
    if (steadyClock() - this.lastNewsSteadyMs < env.blindAfterSeconds * 1000) return;
    if (this.told) return;
    // Blocks are shared out among the workers of a chain: what another one watched is seen too.
    const seenAt = (await chains.get(reads.chainId))?.head?.seenAt.getTime() ?? 0;
    // Another time than we know of is news even where it is earlier: clocks may have been set back.
    const isNews = seenAt > this.lastNewsAt || (this.knownSeenAt !== null && seenAt !== this.knownSeenAt);
    this.knownSeenAt = seenAt;
    if (isNews) {
      this.lastNewsAt = seenAt;
      this.lastNewsSteadyMs = steadyClock() - Math.max(0, now() - seenAt);
      return;
    }
    const since = new Date(this.lastNewsAt);
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
