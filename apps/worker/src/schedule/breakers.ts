import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { RUNTIME, type Runtime } from '../runtime.js';

/** Has the chain's breakers turned by the worker that leads, all the time: what they have signed is signed for the leader only. A turn that takes long is not joined by another. */
@Injectable()
export class Breakers implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(Breakers.name);
  private underWay: Promise<void> | null = null;
  private stopped = false;

  constructor(@Inject(RUNTIME) private readonly runtime: Pick<Runtime, 'env' | 'breakers' | 'leader'>) {}

  onApplicationBootstrap(): void {
    void this.turn();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    await this.underWay;
    if (this.isOurs) await this.runtime.breakers.close().catch(() => undefined);
  }

  @Interval(1_000)
  async turn(): Promise<void> {
    if (this.stopped || this.underWay !== null || !this.isOurs || !this.runtime.leader.leads) return;
    this.underWay = this.runtime.breakers.turn().then(() => undefined, (error: Error) => this.log.error(`breakers not turned: ${error.message}`));
    await this.underWay;
    this.underWay = null;
  }

  private get isOurs(): boolean {
    return this.runtime.env.roles.includes('act');
  }
}
