import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectQueue } from '@nestjs/bull';
import type { Queue } from 'bull';
import { JOB_OPTIONS, jobId } from '@ballast/jobs';
import { RUNTIME, type Runtime } from '../runtime.js';
import { Blindness } from './blindness.js';

const QUEUE_PATIENCE_MS = 2_000;

/** Asks for the newest block and hands each new one to the watch stage. Says loudly when it cannot see the chain. */
@Injectable()
export class HeadPoller implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(HeadPoller.name);
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;
  private lastHash = '';

  constructor(@Inject(RUNTIME) private readonly runtime: Runtime, @Inject(Blindness) private readonly blindness: Blindness, @InjectQueue('watch') private readonly queue: Queue) {}

  onApplicationBootstrap(): void {
    if (this.runtime.env.roles.includes('watch')) void this.poll();
  }

  onApplicationShutdown(): void {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
  }

  private async poll(): Promise<void> {
    try {
      const head = await this.runtime.reads.head();
      if (head.hash !== this.lastHash) {
        const job = { chainId: this.runtime.reads.chainId, blockNumber: head.number.toString() };
        await inTime(this.queue.add(job, { ...JOB_OPTIONS, jobId: jobId.watch(job) }));
        this.lastHash = head.hash;
      }
    } catch (error) {
      this.blindness.missed(error as Error);
    }
    await this.blindness.judge().catch((failure: Error) => this.log.error(`cannot record that we are blind: ${failure.message}`));
    if (!this.stopped) this.timer = setTimeout(() => void this.poll(), this.runtime.env.blockPollMs);
  }
}

/** Bull waits for a lost Redis without end, and nothing is watched meanwhile: that must be found out. */
async function inTime(adding: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Redis took no work within ${QUEUE_PATIENCE_MS} ms`)), QUEUE_PATIENCE_MS);
  });
  await Promise.race([adding, late]).finally(() => clearTimeout(timer));
}
