import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Process, Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import { actJob } from '@ballast/jobs';
import { RUNTIME, type Runtime } from '../runtime.js';

/** How long one job stays with an intent that waits; the schedule brings it back. */
const STAY_MS = 60_000;

/** Takes an intent to its end. Safe to run twice at once: the journal lets one of them move. */
@Injectable()
export class Actor {
  private readonly log = new Logger(Actor.name);
  private readonly under = new Set<string>();

  constructor(@Inject(RUNTIME) private readonly runtime: Runtime) {}

  async act(intentId: string): Promise<void> {
    if (this.under.has(intentId)) return;
    this.under.add(intentId);
    try {
      const until = this.runtime.now() + STAY_MS;
      while (this.runtime.now() < until) {
        const progress = await this.runtime.executor.advance(intentId);
        if (progress.done) return;
        await pause(progress.retryAfterMs ?? 1_000);
      }
    } catch (error) {
      this.log.error(`intent ${intentId}: ${(error as Error).message}`);
    } finally {
      this.under.delete(intentId);
    }
  }
}

@Processor('act')
export class ActProcessor {
  constructor(private readonly actor: Actor) {}

  @Process({ concurrency: 4 })
  async act(job: Job): Promise<void> {
    await this.actor.act(actJob.parse(job.data).intentId);
  }
}
