import Bull from 'bull';
import { JOB_OPTIONS, QUEUES, jobId, watchJob } from '@ballast/jobs';

const within = <T>(ms: number, work: Promise<T>): Promise<T> =>
  Promise.race([work, new Promise<never>((_resolve, reject) => setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms).unref())]);

/** The API's one use of Redis: asking the watch stage to look at a block at once, for an account that was just added. */
export class WatchQueue {
  private readonly queue: Bull.Queue;
  private lastError: Error | null = null;

  constructor(redisUrl: string) {
    this.queue = new Bull(QUEUES.watch, redisUrl);
    // Without a listener an unreachable Redis would end the process; health checks tell of it instead.
    this.queue.on('error', (error) => { this.lastError = error; });
  }

  /** @throws Error when Redis does not answer within `ms` */
  async ping(ms: number): Promise<void> {
    try {
      await within(ms, this.queue.client.ping());
    } catch (error) {
      throw this.lastError ?? error;
    }
  }

  /** Asks for a read at this block; asking twice asks once. */
  async lookAt(chainId: number, blockNumber: bigint): Promise<void> {
    const job = watchJob.parse({ chainId, blockNumber: blockNumber.toString() });
    await this.queue.add(job, { ...JOB_OPTIONS, jobId: jobId.watch(job) });
  }

  async close(): Promise<void> {
    await within(2_000, this.queue.close()).catch(() => this.queue.client.disconnect());
  }
}
