import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { AlarmStore, Escalations } from '@ballast/storage';
import { RUNTIME, type Runtime } from '../runtime.js';
import { Turns } from './turns.js';

/** An alarm is told again so much later at most than it is due. */
const TURN_MS = 5_000;

/** Tells alarms again that nobody has acknowledged and that are not over, and tells the next contact where the first was not reached or has not looked, while this worker leads. When one is due goes by PostgreSQL's clock. */
@Injectable()
export class Reminders implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(Reminders.name);
  private readonly alarms: AlarmStore;
  private readonly escalations: Escalations;
  private readonly turns = new Turns(() => this.turn());

  constructor(@Inject(RUNTIME) private readonly runtime: Pick<Runtime, 'env' | 'database' | 'leader' | 'reads'>) {
    this.alarms = new AlarmStore(runtime.database);
    this.escalations = new Escalations(runtime.database);
  }

  onApplicationBootstrap(): void {
    if (this.runtime.env.roles.includes('act')) this.turns.start();
  }

  onApplicationShutdown(): void {
    this.turns.stop();
  }

  /** As many as are due: after a full turn the next follows at once. */
  private async turn(): Promise<number> {
    const { leader, reads } = this.runtime;
    if (!leader.leads) return TURN_MS;
    try {
      const told = [await this.alarms.remind(reads.chainId), await this.escalations.escalate(reads.chainId)];
      return told.some((many) => many > 0) ? 0 : TURN_MS;
    } catch (error) {
      this.log.error(`alarms were not told again: ${(error as Error).message}`);
      return TURN_MS;
    }
  }
}
