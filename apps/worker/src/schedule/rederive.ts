import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Actor } from '../pipeline/act.processor.js';
import { Courier } from '../pipeline/courier.js';
import { Settler } from '../pipeline/settler.js';
import { RUNTIME, type Runtime } from '../runtime.js';

/** Derives open work again from Postgres, at start and all the time: what Redis lost, or a process took with it, comes back. */
@Injectable()
export class Rederive implements OnApplicationShutdown {
  private readonly log = new Logger(Rederive.name);
  private readonly courier: Courier;
  private readonly underWay = new Set<string>();

  constructor(
    @Inject(RUNTIME) private readonly runtime: Runtime,
    @Inject(Actor) private readonly actor: Actor,
  ) {
    const { notifier, outbox } = runtime;
    const warn = (message: string): void => this.log.warn(message);
    const settler = new Settler({ settleAll: (settlements) => outbox.settleAll(settlements), now: () => performance.now(), warn });
    this.courier = new Courier({ outbox, attempt: (delivery) => notifier.attempt(delivery), settle: (settlement) => settler.settle(settlement), warn });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.courier.close();
  }

  @Interval(1_000)
  async intents(): Promise<void> {
    if (!this.has('act') || !this.runtime.leader.leads) return;
    // Not through the queue: one that hangs, or stays paused, must not keep the leader from acting.
    await this.guarded('intents', () => this.actor.takeUp());
  }

  @Interval(2_000)
  async takenBack(): Promise<void> {
    if (!this.has('act') || !this.runtime.leader.leads) return;
    await this.guarded('what the chain took back', async () => void (await this.runtime.takenBack.look()));
  }

  @Interval(250)
  async deliveries(): Promise<void> {
    if (!this.has('notify')) return;
    await this.guarded('deliveries', () => this.courier.turn());
  }

  private has(role: 'act' | 'notify'): boolean {
    return this.runtime.env.roles.includes(role);
  }

  /** A failure here passes or is told by the stage itself: the next turn tries again. A turn that waits (for a lost Redis) is not joined by others. */
  private async guarded(what: string, work: () => Promise<void>): Promise<void> {
    if (this.underWay.has(what)) return;
    this.underWay.add(what);
    await work().catch((error: Error) => this.log.warn(`${what} not derived: ${error.message}`));
    this.underWay.delete(what);
  }
}
