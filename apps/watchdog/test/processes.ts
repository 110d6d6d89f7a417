import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { sourceProcess } from '../../../test/factories/source-process.js';

/** A process of this test, with all that it said so far. */
export interface Running {
  readonly pid: number;
  readonly child: ChildProcess;
  output(): string;
  /** Resolves to its exit status; null where a signal ended it. */
  readonly ended: Promise<number | null>;
}

/** Runs an app's entry file as a process of its own, with nothing of our environment. */
export async function runApp(app: 'api' | 'worker' | 'watchdog', env: Readonly<Record<string, string | undefined>>): Promise<Running> {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [await sourceProcess(`apps/${app}/src/main.ts`)], { env: { PATH, HOME, NO_COLOR: '1', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  return { pid: child.pid!, child, output: () => output, ended };
}

/** The process and all that descend from it, as they are now. */
export function treeOf(pid: number): readonly number[] {
  const parents = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n').map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  const children = (of: number): number[] => parents.flatMap(([child, parent]) => (parent === of ? [child, ...children(child)] : []));
  return [pid, ...children(pid)];
}

/** Ends each of these processes at once, with no chance to do anything more. */
export function killAtOnce(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It was gone already: a child ends with its parent.
    }
  }
}
