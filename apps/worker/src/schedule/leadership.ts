import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectQueue } from '@nestjs/bull';
import type { Queue } from 'bull';
import { Actor } from '../pipeline/act.processor.js';
import { RUNTIME, type Runtime } from '../runtime.js';

/** Lets only the leader take intents from the queue. A standby is connected and watches like it, and takes up every open intent the moment it leads. */
@Injectable()
export class Leadership implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(Leadership.name);
  private turning: Promise<void> = Promise.resolve();

  constructor(@Inject(RUNTIME) private readonly runtime: Pick<Runtime, 'env' | 'leader'>, @Inject(Actor) private readonly actor: Pick<Actor, 'takeUp'>, @InjectQueue('act') private readonly queue: Queue) {}

  onApplicationBootstrap(): void {
    if (!this.runtime.env.roles.includes('act')) return;
    this.turnQueue(false);
    this.runtime.leader.onChange((leads) => {
      this.turnQueue(leads);
      // Jobs that another worker's death left locked in Redis are not waited for.
      if (leads) void this.actor.takeUp().catch((error: Error) => this.log.warn(`open intents not taken up: ${error.message}`));
    });
    this.runtime.leader.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.runtime.leader.stop();
  }

  /** Of this process alone. One after the other: Bull answers only when Redis does, and leading may change meanwhile. */
  private turnQueue(on: boolean): void {
    this.turning = this.turning
      .then(() => (on ? this.queue.resume(true) : this.queue.pause(true, true)))
      .catch((error: Error) => this.log.warn(`the queue was not ${on ? 'resumed' : 'paused'}: ${error.message}`));
  }
}
