import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { LivenessStore } from '@ballast/storage';
import { RUNTIME, type Runtime } from '../runtime.js';
import { Turns } from './turns.js';

/** Measuring takes at most a twentieth of the time, however many positions there are. */
const SHARE_OF_TIME = 20;

/** Measures how well the chain is watched, every few seconds, and stores it for the status page, the metrics and the heartbeat. */
@Injectable()
export class Liveness implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(Liveness.name);
  private readonly store: LivenessStore;
  private readonly turns = new Turns(() => this.turn());

  constructor(@Inject(RUNTIME) private readonly runtime: Pick<Runtime, 'env' | 'database' | 'reads' | 'now'>) {
    this.store = new LivenessStore(runtime.database);
  }

  onApplicationBootstrap(): void {
    if (this.runtime.env.roles.includes('watch')) this.turns.start();
  }

  onApplicationShutdown(): void {
    this.turns.stop();
  }

  private async turn(): Promise<number> {
    const { env, reads, now } = this.runtime;
    const startedAt = now();
    try {
      const measuredAt = new Date(startedAt);
      await this.store.save(reads.chainId, { measuredAt, figures: await this.store.measure(reads.chainId, measuredAt) });
    } catch (error) {
      // The stored figures grow old, which their readers say.
      this.log.warn(`liveness not measured: ${(error as Error).message}`);
    }
    return Math.max(env.heartbeatSeconds * 1000, SHARE_OF_TIME * (now() - startedAt));
  }
}
