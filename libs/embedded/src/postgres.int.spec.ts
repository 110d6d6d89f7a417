import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fork } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createRequire } from 'node:module';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { DataDirectoryInUse, ServerStartFailed, startPostgres, startedAt, type RunningPostgres } from '@ballast/embedded';

const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

function newPlace(): { dataDir: string; runDir: string } {
  const id = randomUUID();
  const place = { dataDir: join(tmpdir(), `ballast-spec-pg-${id}`), runDir: join(tmpdir(), `ballast-spec-run-${id}`) };
  cleanUp.push(() => Object.values(place).forEach((path) => rmSync(path, { recursive: true, force: true })));
  return place;
}

async function start(options: Parameters<typeof startPostgres>[0]): Promise<RunningPostgres> {
  const server = await startPostgres(options);
  cleanUp.push(() => server.stop());
  return server;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('the embedded PostgreSQL', () => {
  it('keeps its rows through a stop, through kill -9 of the server, and through kill -9 of the process that started it', async () => {
    const place = newPlace();
    const first = await start({ ...place, persistent: true, database: 'ballast' });
    await query(first.url, 'create table kept (n int); insert into kept values (1)');
    await first.stop();
    expect(startedAt(first.pid)).toBeNull();

    const second = await start({ ...place, persistent: true, database: 'ballast' });
    await query(second.url, 'insert into kept values (2)');
    process.kill(second.pid, 'SIGKILL');

    const third = await start({ ...place, persistent: true, database: 'ballast' });
    expect(await query(third.url, 'select n from kept order by n')).toEqual([{ n: 1 }, { n: 2 }]);
    await third.stop();

    const owner = fork(join(import.meta.dirname, '..', 'test', 'postgres-owner.ts'), [place.dataDir, place.runDir], {
      execArgv: ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href],
    });
    const orphan = await new Promise<{ url: string; pid: number }>((resolve) => owner.once('message', (message) => resolve(message as { url: string; pid: number })));
    await query(orphan.url, 'insert into kept values (3)');
    await expect(startPostgres({ ...place, persistent: true })).rejects.toThrow(DataDirectoryInUse);
    owner.kill('SIGKILL');
    await new Promise((resolve) => owner.once('exit', resolve));
    expect(startedAt(orphan.pid)).not.toBeNull();

    const steps: string[] = [];
    const fourth = await start({ ...place, persistent: true, database: 'ballast', onStep: (step) => steps.push(step) });
    expect(startedAt(orphan.pid)).toBeNull();
    expect(steps.join('\n')).toMatch(/earlier run left behind/);
    expect(await query(fourth.url, 'select n from kept order by n')).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  });

  it('starts where a lock names a process that has nothing to do with it', async () => {
    const place = newPlace();
    const first = await start({ ...place, persistent: true });
    const lock = readFileSync(join(place.dataDir, 'postmaster.pid'), 'utf8').split('\n');
    await first.stop();
    writeFileSync(join(place.dataDir, 'postmaster.pid'), [String(process.pid), ...lock.slice(1)].join('\n'));
    const second = await start({ ...place, persistent: true });
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('lets nobody in without the password and listens on the loopback address only', async () => {
    const server = await start({ ...newPlace(), persistent: false });
    const url = new URL(server.url);
    url.password = 'guessed';
    await expect(query(url.href, 'select 1')).rejects.toThrow(/password authentication failed/);
    expect(await query(server.url, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
  });

  it('moves its files to a place its user reaches, and finds them there again', async (context) => {
    if (process.getuid?.() !== 0) return context.skip();
    const closed = mkdtempSync(join(tmpdir(), 'ballast-closed-'));
    cleanUp.push(() => rmSync(closed, { recursive: true, force: true }));
    const place = { dataDir: join(closed, 'project', 'pg'), runDir: newPlace().runDir };
    const steps: string[] = [];
    const first = await start({ ...place, persistent: true, onStep: (step) => steps.push(step) });
    cleanUp.push(() => rmSync(first.dataDir, { recursive: true, force: true }));
    expect(steps.join('\n')).toContain(`are kept in ${first.dataDir}`);
    await query(first.url, 'create table kept (n int)');
    await first.stop();
    const second = await start({ ...place, persistent: true });
    expect(second.dataDir).toBe(first.dataDir);
    expect(await query(second.url, 'select n from kept')).toEqual([]);
    await second.stop();
  });

  it('removes the files of a server that is not persistent', async () => {
    const server = await start({ ...newPlace(), persistent: false });
    await server.stop();
    expect(existsSync(server.dataDir)).toBe(false);
  });

  it('touches no directory that holds something else', async () => {
    const place = newPlace();
    mkdirSync(place.dataDir);
    writeFileSync(join(place.dataDir, 'letter.txt'), 'mine');
    await expect(startPostgres({ ...place, persistent: false })).rejects.toThrow(ServerStartFailed);
    expect(readFileSync(join(place.dataDir, 'letter.txt'), 'utf8')).toBe('mine');
  });
});
