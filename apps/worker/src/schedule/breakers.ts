import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { RUNTIME, type Runtime } from '../runtime.js';

/** Has the chain's breakers turned by the worker that leads, all the time. A turn that takes long is not joined by another. */
@Injectable()
export class Breakers implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(Breakers.name);
  private underWay: Promise<void> | null = null;
  private stopped = false;

  constructor(@Inject(RUNTIME) private readonly runtime: Pick<Runtime, 'breakers' | 'leader'>) {}

  onApplicationBootstrap(): void {
    // Who has just become the leader does not wait for the next turn.
    this.runtime.leader.onChange((leads) => (leads ? void this.turn() : undefined));
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    await this.underWay;
  }

  @Interval(1_000)
  async turn(): Promise<void> {
    if (this.stopped || this.underWay !== null || !this.runtime.leader.leads) return;
    this.underWay = this.runtime.breakers.turn().catch((error: Error) => this.log.error(`breakers not turned: ${error.message}`));
    await this.underWay;
    this.underWay = null;
  }
}
