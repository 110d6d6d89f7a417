import { execFileSync, fork, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { ServerStartFailed } from './errors.js';
import { freePort } from './free-port.js';
import { stopProcess } from './processes.js';
import { redisProcessFile } from './redis-process.js';
import { defaultRunDir, forgetChild, rememberChild, stopStaleChildren, type OnStep, type StopSignals } from './run-directory.js';

export type RedisKind = 'redis-server' | 'js-redis-server';

export interface RedisOptions {
  /** Default: any free port. */
  readonly port?: number;
  /** Default: a `redis-server` found on PATH, else the one in JavaScript. */
  readonly kind?: RedisKind;
  readonly onStep?: OnStep;
  readonly runDir?: string;
}

export interface RunningRedis {
  readonly url: string;
  readonly kind: RedisKind;
  readonly pid: number;
  stop(): Promise<void>;
}

const STOP: StopSignals = [['SIGTERM', 3_000], ['SIGKILL', 3_000]];
const START_TIMEOUT_MS = 20_000;

const PROGRAM = 'redis-server';

function isOnPath(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 1_000 });
    const done = (answered: boolean): void => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('connect', () => socket.write('PING\r\n')).once('data', (data) => done(data.toString().startsWith('+PONG')));
    socket.once('error', () => done(false)).once('timeout', () => done(false));
  });
}

const ready = z.union([z.object({ port: z.number().int().positive() }), z.object({ error: z.string() })]);

async function forkJavaScript(port: number): Promise<{ child: ChildProcess; port: number }> {
  // From sources the child needs the loader for TypeScript; from dist it is plain JavaScript.
  const loader = redisProcessFile.endsWith('.ts') ? ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href] : [];
  const child = fork(redisProcessFile, [String(port)], { execArgv: loader, stdio: ['ignore', 'ignore', 'pipe', 'ipc'], detached: process.platform !== 'win32' });
  let printed = '';
  child.stderr?.on('data', (chunk: Buffer) => (printed = (printed + chunk.toString()).slice(-4_000)));
  const answer = await new Promise<z.infer<typeof ready>>((resolve) => {
    child.once('message', (message) => resolve(ready.parse(message)));
    child.once('error', (error) => resolve({ error: error.message }));
    child.once('exit', (code, signal) => resolve({ error: `it ended with ${code ?? signal}` }));
  });
  if ('error' in answer) {
    child.kill('SIGKILL');
    throw new ServerStartFailed('Redis (js-redis-server)', answer.error, printed);
  }
  return { child, port: answer.port };
}

async function spawnProgram(port: number, directory: string): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(
    PROGRAM,
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', directory, '--daemonize', 'no'],
    { cwd: directory, stdio: 'ignore', detached: process.platform !== 'win32' },
  );
  let failure: string | null = null;
  child.once('error', (error) => (failure = error.message)).once('exit', (code, signal) => (failure ??= `it ended with ${code ?? signal}`));
  const until = performance.now() + START_TIMEOUT_MS;
  while (!(await answersPing(port))) {
    if (failure !== null || performance.now() > until) {
      child.kill('SIGKILL');
      throw new ServerStartFailed(`Redis (${PROGRAM})`, failure ?? `no answer on port ${port} within ${START_TIMEOUT_MS} ms`);
    }
    await sleep(30);
  }
  return { child, port };
}

/**
 * Starts a Redis of our own on 127.0.0.1 that keeps nothing on disk: what it loses, the pipeline derives again.
 * @throws ServerStartFailed
 */
export async function startRedis(options: RedisOptions = {}): Promise<RunningRedis> {
  const onStep = options.onStep ?? (() => {});
  const runDir = options.runDir ?? defaultRunDir();
  await stopStaleChildren(runDir, onStep);
  const kind = options.kind ?? (isOnPath(PROGRAM) ? 'redis-server' : 'js-redis-server');
  const directory = kind === 'redis-server' ? mkdtempSync(join(tmpdir(), 'ballast-redis-')) : null;
  onStep(directory === null ? `Starting a Redis in JavaScript${options.kind === undefined ? ' (no redis-server on PATH)' : ''}` : 'Starting redis-server');
  const started = directory === null ? await forkJavaScript(options.port ?? 0) : await spawnProgram(options.port ?? (await freePort()), directory);
  const pid = started.child.pid;
  if (pid === undefined) throw new ServerStartFailed('Redis', 'it has no process');
  rememberChild(runDir, 'redis', pid, directory === null ? redisProcessFile : PROGRAM, directory, STOP);
  return {
    url: `redis://127.0.0.1:${started.port}`, kind, pid,
    async stop() {
      await stopProcess(pid, STOP);
      forgetChild(runDir, 'redis', pid);
      if (directory !== null) rmSync(directory, { recursive: true, force: true });
    },
  };
}
