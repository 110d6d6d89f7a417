import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DeliveryRetention, VenueMarkStore } from '@ballast/storage';
import { MARKS_MS } from '../hedging/leg-facts.js';
import { RUNTIME, type Runtime } from '../runtime.js';
import { Turns } from './turns.js';

const HOUR_MS = 3_600_000;
/** So much longer than the volatility looks back, for a clock that is set back. */
const MARGIN_MS = 24 * HOUR_MS;

/** Deletes once an hour what nobody looks back to any more, and gives up deliveries that waited in vain for days, while this worker leads. */
@Injectable()
export class Forgetting implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(Forgetting.name);
  private readonly marks: VenueMarkStore;
  private readonly deliveries: DeliveryRetention;
  private readonly turns = new Turns(() => this.turn());

  constructor(@Inject(RUNTIME) private readonly runtime: Pick<Runtime, 'env' | 'database' | 'leader' | 'now'>) {
    this.marks = new VenueMarkStore(runtime.database);
    this.deliveries = new DeliveryRetention(runtime.database);
  }

  onApplicationBootstrap(): void {
    if (this.runtime.env.roles.includes('act')) this.turns.start();
  }

  onApplicationShutdown(): void {
    this.turns.stop();
  }

  /** Who does not lead yet looks again soon: it may lead a moment later. */
  private async turn(): Promise<number> {
    const { leader, now } = this.runtime;
    if (!leader.leads) return HOUR_MS / 60;
    await this.guarded('old marks were not deleted', () => this.marks.forgetBefore(now() - MARKS_MS - MARGIN_MS));
    await this.guarded('deliveries that waited for days were not given up', () => this.deliveries.giveUp());
    await this.guarded('old deliveries were not deleted', () => this.deliveries.forget());
    return HOUR_MS;
  }

  private async guarded(what: string, work: () => Promise<unknown>): Promise<void> {
    await work().catch((error: Error) => this.log.warn(`${what}: ${error.message}`));
  }
}
