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
    try {
      const done = await this.runtime.cycle.next((block) => this.blindness.watched(block));
      if (done === null) return;
      await Promise.all([...done.act.map((id) => this.hand.act(id)), ...done.decide.map((id) => this.hand.decide(id, done.block.number))]);
      await this.runtime.shadow.review(done.block);
    } catch (error) {
      // The next block brings the next job. Failing at every block is being blind, and told as that.
      this.blindness.missed(error as Error);
      this.log.warn(`block not watched: ${(error as Error).message}`);
    }
  }
}
