import { join } from 'node:path';
import { startPostgres, startRedis } from '@ballast/embedded';

/** Servers of a benchmark's own, in its folder; how to end them is put behind `endings`. */
export async function startServers(folder: string, endings: (() => Promise<void> | void)[]): Promise<{ postgresUrl: string; redisUrl: string }> {
  const postgres = await startPostgres({ dataDir: join(folder, 'pg'), persistent: false });
  endings.push(() => postgres.stop());
  const redis = await startRedis();
  endings.push(() => redis.stop());
  return { postgresUrl: postgres.url, redisUrl: redis.url };
}
