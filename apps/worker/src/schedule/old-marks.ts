import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { VenueMarkStore } from '@ballast/storage';
import { MARKS_MS } from '../hedging/leg-facts.js';
import { RUNTIME, type Runtime } from '../runtime.js';
import { Turns } from './turns.js';

const HOUR_MS = 3_600_000;
/** So much longer than the volatility looks back, for a clock that is set back. */
const MARGIN_MS = 24 * HOUR_MS;

/** Deletes marks of venues that are older than anybody looks back, once an hour, while this worker leads. */
@Injectable()
export class OldMarks implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(OldMarks.name);
  private readonly marks: VenueMarkStore;
  private readonly turns = new Turns(() => this.turn());

  constructor(@Inject(RUNTIME) private readonly runtime: Pick<Runtime, 'env' | 'database' | 'leader' | 'now'>) {
    this.marks = new VenueMarkStore(runtime.database);
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
    try {
      await this.marks.forgetBefore(now() - MARKS_MS - MARGIN_MS);
    } catch (error) {
      this.log.warn(`old marks were not deleted: ${(error as Error).message}`);
    }
    return HOUR_MS;
  }
}
