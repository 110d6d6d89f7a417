import { startRedis } from '../src/redis.js';

/** Run as a process of its own: starts the Redis in JavaScript, tells its parent, and waits to be killed. */
const runDir = process.argv[2];
if (runDir === undefined) throw new Error('expected a run directory');
const server = await startRedis({ kind: 'js-redis-server', runDir });
process.send?.({ pid: server.pid });
process.once('disconnect', () => void server.stop());
