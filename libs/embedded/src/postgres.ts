import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, closeSync, existsSync, openSync, readFileSync, readdirSync, realpathSync, renameSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { DataDirectoryInUse, ServerStartFailed } from './errors.js';
import { freePort } from './free-port.js';
import { dataDirectory, giveTo, postgresBinaries, serverUser, type ServerUser } from './postgres-files.js';
import { commandLine, processesIn, startedAt, stopProcess, within } from './processes.js';
import { defaultRunDir, forgetChild, ownerOf, rememberChild, stopStaleChildren, type OnStep, type StopSignals } from './run-directory.js';

export interface PostgresOptions {
  /** Where the rows live; created when missing. */
  readonly dataDir: string;
  /** Default: any free port. */
  readonly port?: number;
  /**
   * True keeps the files when stopped and writes durably. False is for tests: nothing is forced to disk and
   * the files are removed when stopped.
   */
  readonly persistent: boolean;
  /** Created when missing. Default `postgres`. */
  readonly database?: string;
  readonly onStep?: OnStep;
  readonly runDir?: string;
}

export interface RunningPostgres {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** The directory really used: another than asked for when the server's user could not reach that one. */
  readonly dataDir: string;
  stop(): Promise<void>;
}

// Fast shutdown, then immediate (the log is replayed at the next start), then the kernel.
const STOP: StopSignals = [['SIGINT', 10_000], ['SIGQUIT', 5_000], ['SIGKILL', 5_000]];
const PASSWORD_FILE = 'ballast.password';
const LOG_FILE = 'ballast.log';
const START_TIMEOUT_MS = 30_000;

const exited = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

function logTail(dataDir: string): string {
  try {
    return readFileSync(join(dataDir, LOG_FILE), 'utf8').trimEnd().split('\n').slice(-12).join('\n');
  } catch {
    return '';
  }
}

/** A new cluster appears under its name only when it is whole, so a start cut short leaves nothing half made. */
async function createCluster(initdb: string, dataDir: string, user: ServerUser | null, persistent: boolean): Promise<void> {
  const fresh = `${dataDir}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh);
  giveTo(fresh, user);
  const password = randomBytes(18).toString('hex');
  const passwordFile = `${fresh}.password`;
  rmSync(passwordFile, { force: true });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600, flag: 'wx' });
  if (user !== null) chownSync(passwordFile, user.uid, user.gid);
  const child = spawn(
    initdb,
    [`--pgdata=${fresh}`, '--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8', '--no-locale', ...(persistent ? [] : ['--no-sync'])],
    { ...user, cwd: fresh, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let printed = '';
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  rmSync(passwordFile, { force: true });
  if (code !== 0) throw new ServerStartFailed('PostgreSQL', `initdb ended with ${code}`, printed.trimEnd());
  writeFileSync(join(fresh, PASSWORD_FILE), password, { mode: 0o600 });
  rmSync(dataDir, { recursive: true, force: true });
  renameSync(fresh, dataDir);
}

/** Stops a server that a killed process of ours left on this data, and clears its lock when nobody holds the data any more. */
async function reclaim(dataDir: string, runDir: string, onStep: OnStep): Promise<void> {
  const lock = join(dataDir, 'postmaster.pid');
  if (!existsSync(lock)) return;
  const real = realpathSync(dataDir);
  const pid = Number.parseInt(readFileSync(lock, 'utf8'), 10);
  const ours = (): boolean => startedAt(pid) !== null && (processesIn(real).includes(pid) || commandLine(pid).includes(dataDir));
  if (ours()) {
    const owner = ownerOf(runDir, pid);
    if (owner !== null) throw new DataDirectoryInUse(dataDir, owner);
    onStep(`Stopping the PostgreSQL that an earlier run left behind (pid ${pid})`);
    await stopProcess(pid, STOP);
  }
  // Its own children notice the death of a killed server within moments; the data must not be opened before.
  const released = await within(15_000, () => !ours() && processesIn(real).length === 0);
  if (!released) throw new ServerStartFailed('PostgreSQL', `processes ${processesIn(real).join(', ')} still use ${dataDir}`);
  // On Linux the working directories have proved that nobody is left, so a lock naming a zombie or a stranger can go.
  if (process.platform === 'linux') rmSync(lock, { force: true });
}

async function ready(child: ChildProcess, url: string): Promise<boolean> {
  const until = performance.now() + START_TIMEOUT_MS;
  while (!exited(child) && performance.now() < until) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
    try {
      await client.connect();
      await client.query('select 1');
      return true;
    } catch {
      await sleep(30);
    } finally {
      await client.end().catch(() => {});
    }
  }
  return false;
}

async function ensureDatabase(adminUrl: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

/**
 * Starts a PostgreSQL of our own on 127.0.0.1, creating its files at the first start. Works after a kill -9 of either side:
 * an orphaned server is stopped, a stale lock is cleared, every acknowledged row is there.
 * @throws DataDirectoryInUse when another running process of ours uses the data
 * @throws ServerStartFailed with the end of the server's log
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const onStep = options.onStep ?? (() => {});
  const runDir = options.runDir ?? defaultRunDir();
  const user = serverUser();
  const { initdb, postgres, major } = postgresBinaries(user, onStep);
  await stopStaleChildren(runDir, onStep);
  const dataDir = dataDirectory(options.dataDir, user, onStep);

  if (existsSync(join(dataDir, 'PG_VERSION'))) {
    const found = readFileSync(join(dataDir, 'PG_VERSION'), 'utf8').trim();
    if (found !== major) throw new ServerStartFailed('PostgreSQL', `${dataDir} was written by version ${found}, expected ${major}. Move it away to start afresh`);
    await reclaim(dataDir, runDir, onStep);
  } else {
    if (existsSync(dataDir) && readdirSync(dataDir).length > 0) throw new ServerStartFailed('PostgreSQL', `${dataDir} holds something else, expected an empty or missing directory`);
    onStep('Creating the database files (once, a few seconds)');
    await createCluster(initdb, dataDir, user, options.persistent);
  }

  const password = readFileSync(join(dataDir, PASSWORD_FILE), 'utf8').trim();
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort());
    const adminUrl = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
    onStep(`Starting PostgreSQL on port ${port}`);
    const log = openSync(join(dataDir, LOG_FILE), 'w', 0o600);
    const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=100', 'timezone=UTC', 'log_timezone=UTC', ...(options.persistent ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'])];
    // A process group of its own: Ctrl-C reaches us alone, and we stop it when everything that uses it has ended.
    const child = spawn(postgres, ['-D', dataDir, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])], {
      ...user, cwd: dataDir, stdio: ['ignore', log, log], detached: process.platform !== 'win32',
    });
    closeSync(log);
    const failure = new Promise<Error>((resolve) => child.once('error', resolve));
    const pid = child.pid;
    if (pid === undefined) throw new ServerStartFailed('PostgreSQL', (await failure).message);
    rememberChild(runDir, 'postgres', pid, dataDir, options.persistent ? null : dataDir, STOP);

    if (await ready(child, adminUrl)) {
      const database = options.database ?? 'postgres';
      await ensureDatabase(adminUrl, database);
      return {
        url: `postgres://postgres:${password}@127.0.0.1:${port}/${database}`, port, pid, dataDir,
        async stop() {
          await stopProcess(pid, STOP);
          forgetChild(runDir, 'postgres', pid);
          if (!options.persistent) rmSync(dataDir, { recursive: true, force: true });
        },
      };
    }
    await stopProcess(pid, STOP);
    forgetChild(runDir, 'postgres', pid);
    const tail = logTail(dataDir);
    const again = /pre-existing shared memory|lock file|Address already in use|could not bind/i.test(tail);
    if (!again || attempt === 5 || (options.port !== undefined && /Address already in use|could not bind/i.test(tail))) {
      throw new ServerStartFailed('PostgreSQL', exited(child) ? `it ended at once (port ${port})` : `it accepted no connection within ${START_TIMEOUT_MS} ms`, tail);
    }
    await sleep(500 * attempt);
  }
}
