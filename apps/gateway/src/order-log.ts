import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { clientOrderId, type ClientOrderId, type InstrumentId } from '@ballast/positions';
import { BallastError, type UsdE8 } from '@ballast/units';
import { z } from 'zod';

/** `order` is written before an order leaves, `ended` once it is known what of it was executed. `key` is `<environment>:<venue>:<name>`. */
export type LogEntry =
  | { readonly kind: 'order'; readonly at: number; readonly key: string; readonly clientId: ClientOrderId; readonly instrument: InstrumentId; readonly side: 'buy' | 'sell'; readonly reduceOnly: boolean; readonly worthUsdE8: UsdE8 }
  | { readonly kind: 'ended'; readonly at: number; readonly key: string; readonly clientId: ClientOrderId; readonly worthUsdE8: UsdE8 };

/** The file is not what the gateway wrote, or cannot be written: nothing is sent without a record of it. */
export class LogUnusable extends BallastError {
  readonly code = 'log-unusable';
  readonly disposition = 'invalid';
  constructor(readonly file: string, readonly given: string, readonly expected: string) {
    super(`${file}: got ${given}, expected ${expected}`);
  }
}

const usd = z.string().regex(/^\d{1,40}$/).transform((text) => BigInt(text) as UsdE8);
const shared = { at: z.iso.datetime().transform((text) => Date.parse(text)), key: z.string().min(1).max(200), clientId: z.string().regex(/^[0-9a-f]{32}$/).transform(clientOrderId), worthUsdE8: usd };
const entry = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('order'), ...shared, instrument: z.string().transform((text) => text as InstrumentId), side: z.enum(['buy', 'sell']), reduceOnly: z.boolean() }),
  z.object({ kind: z.literal('ended'), ...shared }),
]);

/** Orders as JSON, one a line; an entry is on disk before `append` resolves. Nothing in it is secret. */
export class OrderLog {
  private last: Promise<unknown> = Promise.resolve();
  private broken: LogUnusable | null = null;

  private constructor(readonly file: string, private readonly handle: FileHandle, private length: number) {}

  /**
   * Opens the file, or makes it (readable by its owner only), and hands every entry to `read`, oldest first. A last line that a crash cut off is taken away: its order had not left.
   * @throws LogUnusable when another line is not what was written
   */
  static async open(file: string, read: (entry: LogEntry) => void): Promise<OrderLog> {
    const handle = await open(file, 'a+', 0o600).catch((error: NodeJS.ErrnoException) => {
      throw new LogUnusable(file, error.code ?? error.message, 'a file that can be read and appended to');
    });
    try {
      const whole = await wholeLength(handle);
      let number = 0;
      if (whole > 0) {
        for await (const line of createInterface({ input: createReadStream(file, { end: whole - 1 }), crlfDelay: Infinity })) {
          number += 1;
          read(entryOf(line, () => new LogUnusable(file, `line ${number}: ${JSON.stringify(line.slice(0, 60))}`, 'a line that the gateway wrote')));
        }
      }
      await handle.truncate(whole);
      await handle.sync();
      await syncFolder(dirname(file));
      return new OrderLog(file, handle, whole);
    } catch (error) {
      await handle.close();
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
  }

  private async write(one: LogEntry): Promise<void> {
    if (this.broken !== null) throw this.broken;
    const bytes = Buffer.from(`${JSON.stringify({ ...one, at: new Date(one.at).toISOString() }, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))}\n`);
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

function entryOf(line: string, unusable: () => Error): LogEntry {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    throw unusable();
  }
  const parsed = entry.safeParse(json);
  if (!parsed.success) throw unusable();
  return parsed.data;
}

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

/** A file that was just made is there after a crash only once its folder is on disk too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
