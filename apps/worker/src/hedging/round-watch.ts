import { Logger } from '@nestjs/common';
import type { Outbox, VenueOwner } from '@ballast/policy';
import type { ChainId } from '@ballast/units';
import { pageNotice } from '../breakers/operator-pages.js';
import type { OwnerAlarm } from './owner-alarm.js';

/** What was not looked after for longer than this is told: a turn takes seconds, also where every venue is slow. */
export const LATE_MS = 120_000;
/** Between two times that the end of a round is stored. */
const STORED_EVERY_MS = 5_000;

export interface RoundWatchParts {
  readonly alarm: Pick<OwnerAlarm, 'late'>;
  readonly outbox: Pick<Outbox, 'tell'>;
  /** Stores when a round ended in which nobody was left out. */
  readonly finished: (at: Date) => Promise<void>;
  readonly chainId: ChainId;
  readonly chainName: string;
  readonly now: () => number;
  /** Milliseconds by a clock that nobody sets. */
  readonly steadyMs: () => number;
}

/** Watches that rounds go on, apart from them: one that hangs, or fails for one owner again and again, is told to those whom it leaves out and to operators. */
export class RoundWatch {
  private readonly log = new Logger(RoundWatch.name);
  /** Since when each owner of hedges or guarded accounts waits, by the steady clock. */
  private readonly waiting = new Map<string, { readonly owner: VenueOwner; readonly since: number }>();
  private storedAt = Number.NEGATIVE_INFINITY;
  /** The spell that operators were paged of. */
  private paged: number | null = null;

  constructor(private readonly parts: RoundWatchParts) {}

  /** A round begins that is to look after these. */
  begins(owners: readonly VenueOwner[]): void {
    const wanted = new Set<string>(owners.map(({ owner }) => owner));
    for (const owner of this.waiting.keys()) if (!wanted.has(owner)) this.waiting.delete(owner);
    for (const owner of owners) if (!this.waiting.has(owner.owner)) this.waiting.set(owner.owner, { owner, since: this.parts.steadyMs() });
  }

  /** Everything of this owner was looked after. */
  lookedAfter({ owner }: VenueOwner): void {
    const before = this.waiting.get(owner);
    if (before !== undefined) this.waiting.set(owner, { ...before, since: this.parts.steadyMs() });
  }

  /** A round ended, and nobody was left out. @throws what the store throws */
  async ended(): Promise<void> {
    const { steadyMs, finished, now } = this.parts;
    if (steadyMs() - this.storedAt < STORED_EVERY_MS) return;
    await finished(new Date(now()));
    this.storedAt = steadyMs();
  }

  /** Another process does it. */
  rests(): void {
    this.waiting.clear();
    this.paged = null;
  }

  /** Tells of those who wait for too long. Never throws: what the outbox did not take is told the next time. */
  async judge(): Promise<void> {
    const { alarm, now, steadyMs } = this.parts;
    const late = [...this.waiting.values()].filter(({ since }) => steadyMs() - since > LATE_MS);
    const [first] = late;
    if (first === undefined) {
      this.paged = null;
      return;
    }
    const wall = (since: number): number => Math.round(now() - (steadyMs() - since));
    for (const { owner, since } of late) await alarm.late(owner, wall(since));
    await this.page(late.length, wall(Math.min(...late.map(({ since }) => since))));
  }

  private async page(count: number, since: number): Promise<void> {
    const { chainId, chainName, outbox } = this.parts;
    if (this.paged !== null) return;
    const notice = pageNotice(chainId, `hedging_late_${since}`, 'critical', {
      title: 'Hedges and guarded accounts are not looked after', reason: `What ${count === 1 ? 'one owner has' : `${count} owners have`} at derivatives venues was looked after last at ${new Date(since).toISOString()}: a turn hangs or fails again and again, or another process holds an account.`,
      todo: 'Look for errors of hedging in the worker’s log; where there are none, a turn hangs: start the worker anew. The owners were told.', chainName,
    });
    await outbox.tell([notice]).then(() => (this.paged = since), (error: Error) => this.log.error(`operators are not told yet: ${error.message}`));
  }
}
