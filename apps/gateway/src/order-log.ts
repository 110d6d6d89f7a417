import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FileHold } from './file-hold.js';
import { shortened, syncFolder } from './log-compaction.js';
import { LogUnusable, entriesIn, lineOf, type LogEntry } from './log-entries.js';

/** Orders as JSON, one a line; an entry is on disk before `append` resolves. Nothing in it is secret. One process at a time has it open. */
export class OrderLog {
  private last: Promise<unknown> = Promise.resolve();
  private broken: LogUnusable | null = null;

  private constructor(readonly file: string, private readonly hold: FileHold, private readonly handle: FileHandle, private length: number) {}

  /**
   * Opens the file, or makes it (readable by its owner only), and hands every entry to `read`, oldest first. A last line that a crash cut off is taken away: its order had not left. With `now`, in milliseconds, orders that
   * count for no limit any more are taken out of the file.
   * @throws LogUnusable when another line is not what was written, or another process has it open
   */
  static async open(file: string, read: (entry: LogEntry) => void, now: number | null = null): Promise<OrderLog> {
    const hold = await FileHold.take(file);
    let handle: FileHandle | null = null;
    try {
      handle = await opened(file);
      const whole = await wholeLength(handle);
      const times = { oldest: Infinity, newest: -Infinity };
      for await (const entry of entriesIn(file, whole)) {
        times.oldest = Math.min(times.oldest, entry.at);
        times.newest = Math.max(times.newest, entry.at);
        read(entry);
      }
      await handle.truncate(whole);
      await handle.sync();
      await syncFolder(dirname(file));
      // One that cannot be shortened (its owner may have made it append-only) is as good, and longer.
      const length = now === null ? null : await shortened(file, whole, times, now).catch((error: Error) => (error instanceof LogUnusable ? Promise.reject(error) : null));
      if (length === null) return new OrderLog(file, hold, handle, whole);
      await handle.close();
      handle = await opened(file);
      return new OrderLog(file, hold, handle, length);
    } catch (error) {
      await handle?.close();
      await hold.release();
      throw error;
    }
  }

  /** Resolves once the entry is on disk. @throws LogUnusable when it could not be written, with nothing of it left in the file */
  append(one: LogEntry): Promise<void> {
    const written = this.last.then(() => this.write(one));
    this.last = written.catch(() => undefined);
    return written;
  }

  async close(): Promise<void> {
    await this.last;
    await this.handle.close();
    await this.hold.release();
  }

  private async write(one: LogEntry): Promise<void> {
    if (this.broken !== null) throw this.broken;
    const bytes = Buffer.from(lineOf(one));
    try {
      await this.handle.appendFile(bytes);
      await this.handle.datasync();
    } catch (error) {
      // Half a line must not be written on: the file goes back to its last whole one, or is left alone until a restart repairs it.
      await this.handle.truncate(this.length).catch((again: Error) => (this.broken = new LogUnusable(this.file, again.message, 'a file that can be cut back after a failed write; restart the gateway')));
      throw new LogUnusable(this.file, (error as NodeJS.ErrnoException).code ?? (error as Error).message, 'a file that can be appended to');
    }
    this.length += bytes.length;
  }
}

const opened = (file: string): Promise<FileHandle> =>
  open(file, 'a+', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw new LogUnusable(file, error.code ?? error.message, 'a file that can be read and appended to');
  });

const PIECE = 4_096;
/** Bytes up to the end of the last whole line. */
async function wholeLength(handle: FileHandle): Promise<number> {
  let end = (await handle.stat()).size;
  while (end > 0) {
    const from = Math.max(0, end - PIECE);
    const { buffer } = await handle.read(Buffer.alloc(end - from), 0, end - from, from);
    const at = buffer.lastIndexOf(10);
    if (at >= 0) return from + at + 1;
    end = from;
  }
  return 0;
}
