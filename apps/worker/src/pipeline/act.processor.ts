import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Process, Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import { UnknownIntent, type JustPlanned } from '@ballast/execution';
import { actJob } from '@ballast/jobs';
import { RUNTIME, type Runtime } from '../runtime.js';

/** Looking again after a failure of our own; the schedule would bring it back too, a little later. */
const AFTER_FAILURE_MS = 1_000;

/** Takes intents to their end, in the worker that leads. Safe to run twice at once: the journal lets one of them move. */
@Injectable()
export class Actor implements OnApplicationShutdown {
  private readonly log = new Logger(Actor.name);
  private readonly under = new Set<string>();
  private readonly waiting = new Map<string, NodeJS.Timeout>();
  private stopped = false;

  constructor(@Inject(RUNTIME) private readonly runtime: Runtime) {}

  onApplicationShutdown(): void {
    this.stopped = true;
    for (const timer of this.waiting.values()) clearTimeout(timer);
  }

  /**
   * Takes the intent as far as it goes now. One that waits for the chain holds nothing up: it is looked at again by a timer. `just`: it was planned a moment ago, and
   * goes before all others.
   */
  async act(intentId: string, just?: JustPlanned): Promise<void> {
    if (!this.runtime.leader.leads || this.under.has(intentId) || this.waiting.has(intentId)) return;
    this.under.add(intentId);
    try {
      if (just === undefined) await this.runtime.follower.precedence.clear();
      const progress = await this.runtime.executor.advance(intentId, just);
      if (!progress.done) this.later(intentId, progress.retryAfterMs ?? AFTER_FAILURE_MS);
    } catch (error) {
      // An intent is stored before it is queued: the queue is older than the journal, which was put back from a copy. Nothing can come of the job.
      if (error instanceof UnknownIntent) return void this.log.warn(`${error.message}: the queued job is dropped`);
      this.log.error(`intent ${intentId}: ${(error as Error).message}`);
      this.later(intentId, AFTER_FAILURE_MS);
    } finally {
      this.under.delete(intentId);
    }
  }

  /** Begins with every open intent of the chain; those that are under way already are left alone. */
  async takeUp(): Promise<void> {
    const { journal, reads } = this.runtime;
    for (const { id } of await journal.openIntents(reads.chainId)) void this.act(id);
  }

  private later(intentId: string, afterMs: number): void {
    if (this.stopped) return;
    const timer = setTimeout(() => {
      this.waiting.delete(intentId);
      void this.act(intentId);
    }, afterMs);
    this.waiting.set(intentId, timer);
  }
}

@Processor('act')
export class ActProcessor {
  constructor(@Inject(Actor) private readonly actor: Actor) {}

  @Process({ concurrency: 16 })
  async act(job: Job): Promise<void> {
    await this.actor.act(actJob.parse(job.data).intentId);
  }
}
