import { Inject, Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { DiscoverableProtocol } from '@ballast/positions';
import { RUNTIME, type Runtime } from '../runtime.js';

/** Steps in a row while blocks are missing; the rest of a long history waits for the next turn, so that watching keeps the node. */
const STEPS_A_TURN = 5;

/**
 * Follows the protocols' events: what they tell of watched accounts is read at the next block. It also says when a sweep found that loans had been told
 * otherwise than they were, which is a defect.
 */
@Injectable()
export class Discover {
  private readonly log = new Logger(Discover.name);
  private readonly problems = new Map<DiscoverableProtocol, string>();
  private underWay = false;
  private drifted = 0;

  constructor(@Inject(RUNTIME) private readonly runtime: Pick<Runtime, 'env' | 'discovery' | 'readers'>) {}

  @Interval(2_000)
  async turn(): Promise<void> {
    if (this.underWay || !this.runtime.env.roles.includes('watch')) return;
    this.underWay = true;
    await this.steps().catch((error: Error) => this.log.warn(`events not followed: ${error.message}`));
    this.underWay = false;
    this.tellDrift();
  }

  private async steps(): Promise<void> {
    const { discovery, readers } = this.runtime;
    for (let count = 0; count < STEPS_A_TURN; count += 1) {
      const steps = await discovery.step();
      for (const { protocol, found, problem } of steps) {
        readers.find((reader) => reader.protocol === protocol)?.found(found.places);
        this.tellProblem(protocol, problem);
      }
      if (!steps.some(({ missingBlocks, recorded }) => missingBlocks > 0n && recorded.length > 0)) return;
    }
  }

  /** Once for each, not at every turn. */
  private tellProblem(protocol: DiscoverableProtocol, problem: string | null): void {
    if (problem !== null && this.problems.get(protocol) !== problem) this.log.warn(`events of ${protocol}: ${problem}`);
    if (problem === null) this.problems.delete(protocol);
    else this.problems.set(protocol, problem);
  }

  private tellDrift(): void {
    const drifted = this.runtime.readers.reduce((sum, { figures }) => sum + figures.drifted, 0);
    if (drifted > this.drifted) this.log.error(`${drifted - this.drifted} positions were told otherwise than a fresh read finds them; they are right again`);
    this.drifted = drifted;
  }
}
