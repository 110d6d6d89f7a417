import { Inject, Logger } from '@nestjs/common';
import { InjectQueue, Process, Processor } from '@nestjs/bull';
import type { Job, Queue } from 'bull';
import { watchJob } from '@ballast/jobs';
import { RUNTIME, type Runtime } from '../runtime.js';
import { Blindness } from '../schedule/blindness.js';
import { Hand } from './hand.js';

@Processor('watch')
export class WatchProcessor {
  private readonly log = new Logger(WatchProcessor.name);
  private readonly hand: Hand;

  constructor(@Inject(RUNTIME) private readonly runtime: Runtime, @Inject(Blindness) private readonly blindness: Blindness, @InjectQueue('decide') decide: Queue, @InjectQueue('act') act: Queue) {
    this.hand = new Hand({ decide, act });
  }

  /** A job means "there is something new"; what is looked at is always the newest block, so a queue that lags never reads old ones. */
  @Process()
  async watch(job: Job): Promise<void> {
    watchJob.parse(job.data);
    const { watcher, mandateKeeper, permitKeeper, unreadAlarm } = this.runtime;
    try {
      const seen = await watcher.watchHead();
      if (seen === null) return;
      await this.blindness.watched(seen.block);
      const [{ planned, guarded }, permits] = await Promise.all([mandateKeeper.reconcile(seen.block), permitKeeper.reconcile(seen.block)]);
      const stored = new Set(seen.positions);
      await unreadAlarm.note(guarded, stored, seen.block);
      await Promise.all([...[...planned, ...permits].map((id) => this.hand.act(id)), ...guarded.filter((id) => stored.has(id)).map((id) => this.hand.decide(id, seen.block.number))]);
    } catch (error) {
      // The next block brings the next job. Failing at every block is being blind, and told as that.
      this.blindness.missed(error as Error);
      this.log.warn(`block not watched: ${(error as Error).message}`);
    }
  }
}
