import { Inject, Logger } from '@nestjs/common';
import { InjectQueue, Process, Processor } from '@nestjs/bull';
import type { Job, Queue } from 'bull';
import { watchJob } from '@ballast/jobs';
import { RUNTIME, type Runtime } from '../runtime.js';
import { Hand } from './hand.js';

@Processor('watch')
export class WatchProcessor {
  private readonly log = new Logger(WatchProcessor.name);
  private readonly hand: Hand;

  constructor(@Inject(RUNTIME) private readonly runtime: Runtime, @InjectQueue('decide') decide: Queue, @InjectQueue('act') act: Queue) {
    this.hand = new Hand({ decide, act });
  }

  /** A job means "there is something new"; what is looked at is always the newest block, so a queue that lags never reads old ones. */
  @Process()
  async watch(job: Job): Promise<void> {
    watchJob.parse(job.data);
    const { watcher, mandateKeeper } = this.runtime;
    try {
      const seen = await watcher.watchHead();
      if (seen === null) return;
      const { planned, guarded } = await mandateKeeper.reconcile(seen.block);
      const stored = new Set(seen.positions);
      await Promise.all([...planned.map((id) => this.hand.act(id)), ...guarded.filter((id) => stored.has(id)).map((id) => this.hand.decide(id, seen.block.number))]);
    } catch (error) {
      // The next block brings the next job; the head poller tells when we stay blind.
      this.log.warn(`block not watched: ${(error as Error).message}`);
    }
  }
}
