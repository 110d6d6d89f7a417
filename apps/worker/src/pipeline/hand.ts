import type { Queue } from 'bull';
import { JOB_OPTIONS, jobId } from '@ballast/jobs';

/** Hands work to other stages. Ids are derived from the work, so handing it twice hands it once. */
export class Hand {
  constructor(private readonly queues: { readonly decide?: Queue; readonly act?: Queue }) {}

  async decide(positionId: string, blockNumber: bigint): Promise<void> {
    const job = { positionId, blockNumber: blockNumber.toString() };
    await this.queues.decide?.add(job, { ...JOB_OPTIONS, jobId: jobId.decide(job) });
  }

  async act(intentId: string): Promise<void> {
    const job = { intentId };
    await this.queues.act?.add(job, { ...JOB_OPTIONS, jobId: jobId.act(job) });
  }
}
