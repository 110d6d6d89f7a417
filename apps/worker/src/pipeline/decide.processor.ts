import { Inject } from '@nestjs/common';
import { InjectQueue, Process, Processor } from '@nestjs/bull';
import type { Job, Queue } from 'bull';
import { decideJob } from '@ballast/jobs';
import type { PositionId } from '@ballast/positions';
import { RUNTIME, type Runtime } from '../runtime.js';
import { Hand } from './hand.js';

@Processor('decide')
export class DecideProcessor {
  private readonly hand: Hand;

  constructor(@Inject(RUNTIME) private readonly runtime: Runtime, @InjectQueue('act') act: Queue) {
    this.hand = new Hand({ act });
  }

  @Process()
  async decide(job: Job): Promise<void> {
    const { positionId } = decideJob.parse(job.data);
    await this.runtime.follower.precedence.clear();
    const intentId = await this.runtime.decider.decide(positionId as PositionId);
    if (intentId !== null) await this.hand.act(intentId);
  }
}
