import { z } from 'zod';

/**
 * How the pipeline's stages hand work to each other. Bull only carries it: every job can be derived again from Postgres,
 * and its id says what it is about, so adding it twice adds it once.
 */
export const QUEUES = { watch: 'watch', decide: 'decide', act: 'act' } as const;
export type QueueName = keyof typeof QUEUES;

export const watchJob = z.object({ chainId: z.number().int().positive(), blockNumber: z.string().regex(/^\d+$/) });
export const decideJob = z.object({ positionId: z.string().min(1), blockNumber: z.string().regex(/^\d+$/) });
export const actJob = z.object({ intentId: z.string().min(1) });

export type WatchJob = z.infer<typeof watchJob>;
export type DecideJob = z.infer<typeof decideJob>;
export type ActJob = z.infer<typeof actJob>;

export const jobId = {
  watch: (job: WatchJob): string => `watch:${job.chainId}:${job.blockNumber}`,
  decide: (job: DecideJob): string => `decide:${job.positionId}:${job.blockNumber}`,
  act: (job: ActJob): string => `act:${job.intentId}`,
};

/**
 * Finished jobs leave Redis at once, so that the same id can be added again; a failed job is not retried by Bull:
 * the schedule derives it again from Postgres.
 */
export const JOB_OPTIONS = { removeOnComplete: true, removeOnFail: true, attempts: 1 } as const;

/** `NOTIFY` channel and payload by which writers tell the API's event streams that something changed. */
export const CHANGE_CHANNEL = 'ballast_changes';
export const changeEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('chain'), chainId: z.number() }),
  z.object({ type: z.literal('position'), positionId: z.string(), account: z.string() }),
  z.object({ type: z.literal('decision'), positionId: z.string(), account: z.string() }),
  z.object({ type: z.literal('intent'), positionId: z.string(), account: z.string() }),
  z.object({ type: z.literal('mandate'), positionId: z.string(), account: z.string() }),
  z.object({ type: z.literal('delivery'), account: z.string() }),
  z.object({ type: z.literal('hedge'), account: z.string() }),
]);
export type ChangeEvent = z.infer<typeof changeEvent>;
