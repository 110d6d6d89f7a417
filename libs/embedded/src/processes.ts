import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

function firstLine(command: string, args: string[]): string {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
}

/**
 * When a running process was started, as an opaque text that another process with the same pid will not share.
 * Null when it does not run; a zombie does not run.
 */
export function startedAt(pid: number): string | null {
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The name in parentheses may hold spaces and parentheses itself: the fields begin after the last one.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
    } catch {
      return null;
    }
  }
  if (process.platform === 'win32') {
    try {
      process.kill(pid, 0);
      return 'running';
    } catch {
      return null;
    }
  }
  const [state, ...started] = firstLine('ps', ['-o', 'stat=,lstart=', '-p', String(pid)]).split(/\s+/);
  return state === undefined || state === '' || state.startsWith('Z') ? null : started.join(' ');
}

/** The command line of a running process, arguments parted by blanks; empty when it cannot be read. */
export function commandLine(pid: number): string {
  if (process.platform === 'linux') {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    } catch {
      return '';
    }
  }
  return process.platform === 'win32' ? '' : firstLine('ps', ['-o', 'command=', '-p', String(pid)]);
}

/** Running processes whose working directory is `directory`. Known on Linux only; elsewhere none. */
export function processesIn(directory: string): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === directory && startedAt(pid) !== null;
    } catch {
      return false;
    }
  });
}

/** Resolves to whether `condition` became true within `timeoutMs`. */
export async function within(timeoutMs: number, condition: () => boolean): Promise<boolean> {
  const until = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > until) return false;
    await sleep(20);
  }
  return true;
}

/**
 * Sends each signal in turn and waits its time for the process to end. It is left alone once it has ended,
 * also when its pid has passed to another process meanwhile.
 */
export async function stopProcess(pid: number, signals: readonly (readonly [NodeJS.Signals, waitMs: number])[]): Promise<void> {
  const started = startedAt(pid);
  const ended = (): boolean => started === null || startedAt(pid) !== started;
  for (const [signal, waitMs] of signals) {
    if (ended()) return;
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    if (await within(waitMs, ended)) return;
  }
}
