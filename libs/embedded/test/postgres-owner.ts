import { startPostgres } from '../src/postgres.js';

/** Run as a process of its own: starts a PostgreSQL, tells its parent, and waits to be killed. */
const [dataDir, runDir] = process.argv.slice(2);
if (dataDir === undefined || runDir === undefined) throw new Error('expected a data directory and a run directory');
const server = await startPostgres({ dataDir, runDir, persistent: true, database: 'ballast' });
process.send?.({ url: server.url, pid: server.pid });
process.once('disconnect', () => void server.stop());
