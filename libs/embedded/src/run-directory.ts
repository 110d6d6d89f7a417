import { chmodSync, lstatSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { ServerStartFailed } from './errors.js';
import { commandLine, startedAt, stopProcess } from './processes.js';

/** Tells people what is being done, one short sentence at a time. */
export type OnStep = (step: string) => void;

const identity = z.object({ pid: z.number().int().positive(), startedAt: z.string() });
const childRecord = z.object({
  name: z.string(),
  child: identity,
  owner: identity,
  /** Part of the child's command line: a process without it is never killed. */
  marker: z.string().min(1),
  /** A temporary directory that goes with the child. */
  directory: z.string().nullable(),
  signals: z.array(z.tuple([z.string(), z.number()])),
});
type ChildRecord = z.infer<typeof childRecord>;

/** How a child is asked to end: each signal with the milliseconds it has to take effect. */
export type StopSignals = readonly (readonly [NodeJS.Signals, waitMs: number])[];

/** Where the pids of started children are kept when nothing else is said: one directory a user and machine. */
export function defaultRunDir(): string {
  return join(tmpdir(), `ballast-run-${userInfo().uid}`);
}

/** Creates a directory that only this user can read, or makes sure that the one there is such a directory. */
export function privateDirectory(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const found = lstatSync(path);
  const mine = process.getuid?.() ?? found.uid;
  if (!found.isDirectory() || found.uid !== mine) {
    throw new ServerStartFailed('local server', `${path} belongs to user ${found.uid}, expected a directory of user ${mine}`);
  }
  chmodSync(path, 0o700);
  return path;
}

const recordPath = (runDir: string, name: string, pid: number): string => join(runDir, `${name}-${pid}.json`);

function records(runDir: string): { path: string; record: ChildRecord | null }[] {
  let names: string[];
  try {
    names = readdirSync(runDir).filter((name) => name.endsWith('.json'));
  } catch {
    return [];
  }
  return names.map((name) => {
    const path = join(runDir, name);
    try {
      return { path, record: childRecord.parse(JSON.parse(readFileSync(path, 'utf8'))) };
    } catch {
      return { path, record: null };
    }
  });
}

const runs = (who: z.infer<typeof identity>): boolean => startedAt(who.pid) === who.startedAt;

/** Notes a started child, so that a later start can stop it if this process ends without doing so. */
export function rememberChild(runDir: string, name: string, pid: number, marker: string, directory: string | null, signals: StopSignals): void {
  const started = startedAt(pid);
  const own = startedAt(process.pid);
  if (started === null || own === null) return;
  const record: ChildRecord = {
    name, marker, directory, child: { pid, startedAt: started }, owner: { pid: process.pid, startedAt: own },
    signals: signals.map(([signal, wait]) => [signal, wait]),
  };
  writeFileSync(recordPath(privateDirectory(runDir), name, pid), JSON.stringify(record));
}

/** Drops the note of a child that has ended. */
export function forgetChild(runDir: string, name: string, pid: number): void {
  rmSync(recordPath(runDir, name, pid), { force: true });
}

/** The pid of the running process that started child `pid`; null when it has ended or is not known. */
export function ownerOf(runDir: string, pid: number): number | null {
  const found = records(runDir).find(({ record }) => record !== null && record.child.pid === pid && runs(record.child) && runs(record.owner));
  return found?.record?.owner.pid ?? null;
}

/**
 * Stops the children that an ended process left running, and removes their temporary directories.
 * A process is stopped only while its pid, start time and command line are the noted ones.
 */
export async function stopStaleChildren(runDir: string, onStep: OnStep = () => {}): Promise<void> {
  for (const { path, record } of records(runDir)) {
    if (record !== null) {
      if (runs(record.owner)) continue;
      if (runs(record.child) && commandLine(record.child.pid).includes(record.marker)) {
        onStep(`Stopping a ${record.name} that an earlier run left behind (pid ${record.child.pid})`);
        await stopProcess(record.child.pid, record.signals as unknown as StopSignals);
      }
      if (record.directory !== null) rmSync(record.directory, { recursive: true, force: true });
    }
    rmSync(path, { force: true });
  }
}
