import { Inject, Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { RUNTIME, type Runtime } from '../runtime.js';

/** Of a backup keeper: looks for mandates on the chain, all the time. */
@Injectable()
export class Learn {
  private readonly log = new Logger(Learn.name);
  private underWay = false;

  constructor(@Inject(RUNTIME) private readonly runtime: Pick<Runtime, 'env' | 'learner'>) {}

  @Interval(1_000)
  async turn(): Promise<void> {
    const { learner, env } = this.runtime;
    if (learner === null || this.underWay || !env.roles.includes('watch')) return;
    this.underWay = true;
    await learner.turn().catch((error: Error) => this.log.warn(`mandates not looked for: ${error.message}`));
    this.underWay = false;
  }
}
