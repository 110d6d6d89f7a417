import { realpathSync } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { basename, dirname, join, relative } from 'node:path';
import { LogUnusable } from './log-entries.js';

/** A socket's path is cut off by the kernel behind this; some systems have a few fewer. */
const MOST_BYTES = 100;
/** Taking the file over is a matter of moments: who began longer ago died on it. */
const TAKING_MS = 10_000;
const PROBE_MS = 1_000;

/**
 * Keeps a file to one process of this machine, for as long as that lives: a socket beside the file that nobody but it answers at. Whatever way the process ends, the kernel lets go of it, and its number in a container
 * of its own says nothing. On a folder that several machines share it says nothing of the others.
 */
export class FileHold {
  private constructor(private readonly server: Server) {}

  /** @throws LogUnusable where another process has it */
  static async take(file: string): Promise<FileHold> {
    const at = socketOf(file);
    const taking = `${at}.taking`;
    await begin(file, taking);
    try {
      if (await isAnswered(file, at)) throw taken(file);
      await rm(at, { force: true });
      return new FileHold(await listening(file, at));
    } finally {
      await rm(taking, { force: true });
    }
  }

  async release(): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve));
  }
}

const taken = (file: string): LogUnusable => new LogUnusable(file, 'a log that another gateway writes', 'one gateway for each log: two would each count for themselves what an owner allows');

/** Beside the file itself, whatever name it was called by. */
function socketOf(file: string): string {
  let folder: string;
  try {
    folder = realpathSync(dirname(file));
  } catch (error) {
    throw new LogUnusable(file, (error as NodeJS.ErrnoException).code ?? 'no folder', 'a file that can be read and appended to');
  }
  const whole = join(folder, `${basename(file)}.lock`);
  const short = [whole, relative(process.cwd(), whole)].find((path) => Buffer.byteLength(path) <= MOST_BYTES);
  if (short === undefined) throw new LogUnusable(file, `a path of ${Buffer.byteLength(whole)} bytes with .lock behind it`, `at most ${MOST_BYTES}: a socket there says that the log is in use`);
  return short;
}

/** One at a time: two that find a dead process's socket must not both take it away. */
async function begin(file: string, taking: string): Promise<void> {
  for (const isLast of [false, true]) {
    try {
      await (await open(taking, 'wx', 0o600)).close();
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EEXIST') throw new LogUnusable(file, code ?? (error as Error).message, 'a folder in which files can be made');
      const began = await stat(taking).then(({ mtimeMs }) => mtimeMs, () => -Infinity);
      if (isLast || Date.now() - began < TAKING_MS) throw taken(file);
      await rm(taking, { force: true });
    }
  }
}

/** Whether a living process listens there. What is no answer and no refusal is taken for one. */
function isAnswered(file: string, at: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = connect(at);
    const end = (outcome: () => void): void => {
      probe.destroy();
      outcome();
    };
    probe.setTimeout(PROBE_MS, () => end(() => resolve(true)));
    probe.once('connect', () => end(() => resolve(true)));
    probe.once('error', ({ code }: NodeJS.ErrnoException) => end(() => {
      if (code === 'ECONNREFUSED' || code === 'ENOENT') resolve(false);
      else if (code === 'ENOTSOCK') reject(new LogUnusable(file, `something else at ${at}`, 'a place for the socket that says that the log is in use'));
      else resolve(true);
    }));
  });
}

function listening(file: string, at: string): Promise<Server> {
  const server = createServer((asker) => asker.destroy());
  return new Promise((resolve, reject) => {
    server.once('error', ({ code, message }: NodeJS.ErrnoException) => reject(new LogUnusable(file, code ?? message, 'a folder in which a socket can be made')));
    // Nobody but the owner may open it, not even for the moment before a chmod.
    const mask = process.umask(0o177);
    server.listen(at, () => resolve(server));
    process.umask(mask);
    server.unref();
  });
}
