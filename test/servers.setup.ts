import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startPostgres, startRedis } from '@ballast/embedded';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Admin URL of a PostgreSQL that lives as long as the test run. */
    postgresUrl: string;
    redisUrl: string;
  }
}

/** One PostgreSQL and one Redis for all integration tests; BALLAST_TEST_DATABASE_URL and BALLAST_TEST_REDIS_URL name others. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stops: (() => Promise<void>)[] = [];
  const stopAll = async (): Promise<void> => {
    for (const stop of stops.reverse()) await stop();
  };
  try {
    let postgresUrl = process.env['BALLAST_TEST_DATABASE_URL'];
    if (postgresUrl === undefined) {
      const postgres = await startPostgres({ dataDir: join(tmpdir(), `ballast-test-pg-${randomUUID()}`), persistent: false });
      stops.push(() => postgres.stop());
      postgresUrl = postgres.url;
    }
    let redisUrl = process.env['BALLAST_TEST_REDIS_URL'];
    if (redisUrl === undefined) {
      const redis = await startRedis();
      stops.push(() => redis.stop());
      redisUrl = redis.url;
    }
    project.provide('postgresUrl', postgresUrl);
    project.provide('redisUrl', redisUrl);
    return stopAll;
  } catch (error) {
    await stopAll();
    throw error;
  }
}
