import { randomUUID } from 'node:crypto';
import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { rmSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import Bull from 'bull';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startRedis, startedAt, type RunningRedis } from '@ballast/embedded';
import { within } from './processes.js';

describe('Bull on the Redis in JavaScript', () => {
  let redis: RunningRedis;
  const runDir = join(tmpdir(), `ballast-spec-run-${randomUUID()}`);
  const queues: Bull.Queue[] = [];
  const queue = (settings: Bull.AdvancedSettings = {}, name: string = randomUUID()): Bull.Queue => {
    const made = new Bull(name, redis.url, { settings: { stalledInterval: 500, ...settings } });
    queues.push(made);
    return made;
  };

  beforeAll(async () => {
    redis = await startRedis({ kind: 'js-redis-server', runDir });
  });
  afterEach(async () => {
    await Promise.all(queues.splice(0).map((open) => open.close()));
  });
  afterAll(async () => {
    await redis.stop();
    rmSync(runDir, { recursive: true, force: true });
    expect(startedAt(redis.pid)).toBeNull();
  });

  it('runs work as it comes, several at once', async () => {
    const work = queue();
    let running = 0;
    let most = 0;
    const done: number[] = [];
    // The first jobs stay until three run together; a queue that runs fewer never gets past them.
    let letGo = (): void => undefined;
    const threeTogether = new Promise<void>((resolve) => (letGo = resolve));
    void work.process(3, async (job: Bull.Job<{ n: number }>) => {
      most = Math.max(most, ++running);
      if (running === 3) letGo();
      await threeTogether;
      running -= 1;
      done.push(job.data.n);
    });
    for (let n = 0; n < 9; n++) await work.add({ n }, { removeOnComplete: true });
    expect(await within(10_000, () => done.length === 9)).toBe(true);
    expect(most).toBe(3);
    expect(done.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('holds a delayed job back and repeats a repeated one', async () => {
    const work = queue();
    const seen: { name: string; at: number }[] = [];
    void work.process('*', async (job) => void seen.push({ name: job.name, at: Date.now() }));
    const added = Date.now();
    await work.add('later', {}, { delay: 400 });
    await work.add('again', {}, { repeat: { every: 300, limit: 3 } });
    expect(await within(10_000, () => seen.filter(({ name }) => name === 'again').length === 3 && seen.some(({ name }) => name === 'later'))).toBe(true);
    expect(seen.find(({ name }) => name === 'later')?.at ?? 0).toBeGreaterThanOrEqual(added + 400);
  });

  it('adds a job id once while the job is open, and again after it left', async () => {
    const work = queue();
    let runs = 0;
    const options = { jobId: 'notify:d1', removeOnComplete: true };
    await work.add({}, options);
    await work.add({}, options);
    void work.process(async () => void (runs += 1));
    expect(await within(10_000, () => runs === 1)).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(runs).toBe(1);
    await work.add({}, options);
    expect(await within(10_000, () => runs === 2)).toBe(true);
  });

  it('gives the job of a killed worker to another one', async () => {
    const name = randomUUID();
    const work = queue({ lockDuration: 600, lockRenewTime: 300, stalledInterval: 300 }, name);
    await work.add({ n: 1 }, { jobId: 'act:1', removeOnComplete: true });
    const killed = fork(join(import.meta.dirname, '..', 'test', 'bull-worker.ts'), [redis.url, name], {
      execArgv: ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href],
    });
    await new Promise((resolve) => killed.once('message', resolve));
    killed.kill('SIGKILL');
    let taken: unknown = null;
    void work.process(async (job) => {
      taken = job.data;
    });
    expect(await within(15_000, () => taken !== null)).toBe(true);
    expect(taken).toEqual({ n: 1 });
  });

  it('ends when the process that started it is killed', async () => {
    const owner = fork(join(import.meta.dirname, '..', 'test', 'redis-owner.ts'), [runDir], {
      execArgv: ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href],
    });
    const pid = await new Promise<number>((resolve) => owner.once('message', (message) => resolve((message as { pid: number }).pid)));
    expect(startedAt(pid)).not.toBeNull();
    owner.kill('SIGKILL');
    expect(await within(10_000, () => startedAt(pid) === null)).toBe(true);
  });
});
