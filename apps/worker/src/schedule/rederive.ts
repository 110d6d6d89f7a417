import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectQueue } from '@nestjs/bull';
import { Interval } from '@nestjs/schedule';
import type { Queue } from 'bull';
import { Actor } from '../pipeline/act.processor.js';
import { Hand } from '../pipeline/hand.js';
import { RUNTIME, type Runtime } from '../runtime.js';

const MOST_DELIVERIES = 200;

/** Derives open work again from Postgres, at start and all the time: what Redis lost, or a process took with it, comes back. */
@Injectable()
export class Rederive implements OnApplicationBootstrap {
  private readonly log = new Logger(Rederive.name);
  private readonly hand: Hand;
  private readonly underWay = new Set<string>();

  constructor(
    @Inject(RUNTIME) private readonly runtime: Runtime,
    @Inject(Actor) private readonly actor: Actor,
    @InjectQueue('notify') notify: Queue,
  ) {
    this.hand = new Hand({ notify });
  }

  /** An intent that a dead process held is taken up at once: its old job stays locked in Redis until the lock runs out. */
  onApplicationBootstrap(): void {
    if (!this.has('act')) return;
    void this.guarded('intents', async () => {
      for (const intent of await this.runtime.journal.openIntents(this.runtime.reads.chainId)) void this.actor.act(intent.id);
    });
  }

  @Interval(1_000)
  async intents(): Promise<void> {
    if (!this.has('act') || !this.runtime.leader.leads) return;
    await this.guarded('intents', async () => {
      // Not through the queue: one that hangs, or stays paused, must not keep the leader from acting.
      for (const intent of await this.runtime.journal.openIntents(this.runtime.reads.chainId)) void this.actor.act(intent.id);
    });
  }

  @Interval(250)
  async deliveries(): Promise<void> {
    if (!this.has('notify')) return;
    await this.guarded('deliveries', async () => {
      for (const id of await this.runtime.outbox.due(new Date(this.runtime.now()), MOST_DELIVERIES)) await this.hand.notify(id);
    });
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
