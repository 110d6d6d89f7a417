import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectQueue } from '@nestjs/bull';
import type { Queue } from 'bull';
import { HeadPush, type BlockRef } from '@ballast/connectors';
import { JOB_OPTIONS, jobId } from '@ballast/jobs';
import { FastLane } from '../reaction/fast-lane.js';
import { RUNTIME, type Runtime } from '../runtime.js';
import { Blindness } from './blindness.js';

const QUEUE_PATIENCE_MS = 2_000;

/** Asks for the newest block, now and then and whenever a node announces one, and hands each new one to the watch stage. Says loudly when it cannot see the chain. */
@Injectable()
export class HeadPoller implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(HeadPoller.name);
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;
  private isAsking = false;
  /** A block was announced while the last one was asked for. */
  private isAnnounced = false;
  private push: HeadPush | null = null;
  private isHanding = false;
  /** Hash of the block that was handed over last. */
  private handed = '';

  constructor(@Inject(RUNTIME) private readonly runtime: Runtime, @Inject(Blindness) private readonly blindness: Blindness, @Inject(FastLane) private readonly lane: FastLane, @InjectQueue('watch') private readonly queue: Queue) {}

  onApplicationBootstrap(): void {
    if (!this.runtime.env.roles.includes('watch')) return;
    this.push = new HeadPush(this.runtime.env.headPushUrls, () => this.announced());
    this.push.start();
    void this.poll();
  }

  onApplicationShutdown(): void {
    this.stopped = true;
    this.push?.stop();
    if (this.timer) clearTimeout(this.timer);
  }

  private announced(): void {
    this.isAnnounced = true;
    if (this.isAsking || this.stopped) return;
    if (this.timer) clearTimeout(this.timer);
    void this.poll();
  }

  /** Hands a block that is new to the watch stage. A queue that takes nothing holds up nobody but itself. */
  private async hand(head: BlockRef): Promise<void> {
    if (this.isHanding || head.hash === this.handed) return;
    this.isHanding = true;
    try {
      const job = { chainId: this.runtime.reads.chainId, blockNumber: head.number.toString() };
      await inTime(this.queue.add(job, { ...JOB_OPTIONS, jobId: jobId.watch(job) }));
      this.handed = head.hash;
    } catch (error) {
      this.blindness.missed(error as Error);
    } finally {
      this.isHanding = false;
    }
  }

  private async poll(): Promise<void> {
    this.isAsking = true;
    this.isAnnounced = false;
    try {
      const head = await this.runtime.reads.headWithFee();
      // What cannot wait goes by no queue.
      this.lane.see(head);
      void this.hand(head);
    } catch (error) {
      this.blindness.missed(error as Error);
    }
    await this.blindness.judge().catch((failure: Error) => this.log.error(`cannot record that we are blind: ${failure.message}`));
    this.isAsking = false;
    if (!this.stopped) this.timer = setTimeout(() => void this.poll(), this.isAnnounced ? 0 : this.runtime.env.blockPollMs);
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
