import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectQueue } from '@nestjs/bull';
import type { Queue } from 'bull';
import type { VenueOwner } from '@ballast/policy';
import { Hand } from '../pipeline/hand.js';
import { RUNTIME, type Runtime } from '../runtime.js';
import { Turns } from './turns.js';

/** Longest that a shutdown waits for the turn that is under way. */
const LAST_TURN_MS = 10_000;
/** Between two looks whether anybody waits for too long. */
const JUDGED_EVERY_MS = 5_000;

/** Looks after hedges and guarded accounts every moment, while this worker leads, and tries new keys beside that. What fails at a venue has the owner's loans decided about at once. */
@Injectable()
export class Hedges implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(Hedges.name);
  private readonly hand: Hand;
  private readonly turns = new Turns(() => (this.underWay = this.turn()));
  /** Apart from the turns: one that hangs must not keep it from being told. */
  private readonly judging = new Turns(() => this.judge());
  /** Beside the others: a venue that takes its time over somebody's new key must not keep anything from being protected. */
  private readonly keys = new Turns(() => this.tryKeys());
  private underWay: Promise<number> = Promise.resolve(0);

  constructor(@Inject(RUNTIME) private readonly runtime: Pick<Runtime, 'env' | 'hedging' | 'leader' | 'positions' | 'reads'>, @InjectQueue('decide') decide: Queue) {
    this.hand = new Hand({ decide });
  }

  onApplicationBootstrap(): void {
    if (!this.runtime.env.roles.includes('act')) return;
    this.turns.start();
    this.judging.start();
    this.keys.start();
  }

  /** An order that is under way is finished first; one that hangs is found again by whoever holds the lease next. */
  async onApplicationShutdown(): Promise<void> {
    this.turns.stop();
    this.judging.stop();
    this.keys.stop();
    await Promise.race([this.underWay, new Promise((resolve) => setTimeout(resolve, LAST_TURN_MS).unref())]);
    await this.runtime.hedging.leases.giveUp();
  }

  private async turn(): Promise<number> {
    const { env, hedging, leader } = this.runtime;
    if (!leader.leads) {
      hedging.watch.rests();
      return env.hedgeTurnMs;
    }
    try {
      await hedging.round.turn((owner) => this.replan(owner));
    } catch (error) {
      this.log.error(`hedges were not looked after: ${(error as Error).message}`);
    }
    return env.hedgeTurnMs;
  }

  private async judge(): Promise<number> {
    if (this.runtime.leader.leads) await this.runtime.hedging.watch.judge();
    return JUDGED_EVERY_MS;
  }

  private async tryKeys(): Promise<number> {
    const { env, hedging, leader } = this.runtime;
    try {
      if (leader.leads) await hedging.opener?.turn();
    } catch (error) {
      this.log.error(`new keys were not tried: ${(error as Error).message}`);
    }
    return env.hedgeTurnMs;
  }

  /** The loans on this chain go to the decide stage, as after a new block. */
  private async replan({ owner }: VenueOwner): Promise<void> {
    const loans = await this.runtime.positions.ofAccount(owner);
    for (const { position } of loans) if (position.provenance.chainId === this.runtime.reads.chainId) await this.hand.decide(position.id, position.provenance.blockNumber);
  }
}
