import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BallastError, address, hash32, type Address, type Hash32 } from '@ballast/units';
import { z } from 'zod';

/** One thing that the signer did. A `fence` says that a newer leader came, whether or not it had anything signed. */
export type LogEntry =
  | {
      readonly kind: 'signature';
      readonly at: number;
      readonly hash: Hash32;
      readonly lane: Address;
      readonly nonce: bigint;
      readonly to: Address;
      /** The function, four bytes; `0x` of an empty transfer. */
      readonly selector: string;
      readonly gasLimit: bigint;
      readonly maxFeePerGas: bigint;
      readonly fence: bigint;
      readonly purpose: string;
    }
  | { readonly kind: 'fence'; readonly at: number; readonly fence: bigint };

/** The file is not what the signer wrote, or cannot be written: nothing is signed without a record of it. */
export class LogUnusable extends BallastError {
  readonly code = 'log-unusable';
  readonly disposition = 'invalid';
  constructor(readonly file: string, readonly given: string, readonly expected: string) {
    super(`${file}: got ${given}, expected ${expected}`);
  }
}

const whole = z.string().regex(/^\d{1,40}$/).transform(BigInt);
const account = z.string().regex(/^0x[0-9a-f]{40}$/).transform(address);
const hash = z.string().regex(/^0x[0-9a-f]{64}$/).transform(hash32);
const moment = z.iso.datetime().transform((text) => Date.parse(text));
const entry = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('signature'), at: moment, hash, lane: account, nonce: whole, to: account, selector: z.string().regex(/^0x([0-9a-f]{8})?$/), gasLimit: whole, maxFeePerGas: whole, fence: whole, purpose: z.string() }),
  z.object({ kind: z.literal('fence'), at: moment, fence: whole }),
]);

/** What the first line says it follows. */
const BEGINNING = '0'.repeat(64);
const NEWLINE = 10;
const MOST_LINE = 64_000;

interface Waiting {
  readonly entry: LogEntry;
  readonly done: () => void;
  readonly failed: (error: Error) => void;
}

/**
 * Signatures as JSON, one a line, each with the seal of the line before it. An entry is on disk before `append` resolves; entries that wait at the same
 * time share one write. A last line that was cut off by a crash is taken away when the file is opened: its answer never left.
 */
export class SignatureLog {
  private waiting: Waiting[] = [];
  private writing: Promise<void> = Promise.resolve();
  private busy = false;
  private broken: LogUnusable | null = null;

  private constructor(readonly file: string, private readonly handle: FileHandle, private length: number, private seal: string, readonly repaired: number) {}

  /**
   * Opens the file, or makes it (readable by its owner only), and hands every entry to `read`, oldest first.
   * @throws LogUnusable when a line other than a cut-off last one is not what was written
   */
  static async open(file: string, read: (entry: LogEntry) => void): Promise<SignatureLog> {
    const handle = await open(file, 'a+', 0o600).catch((error: NodeJS.ErrnoException) => {
      throw new LogUnusable(file, error.code ?? error.message, 'a file that can be read and appended to');
    });
    try {
      let seal = BEGINNING;
      let length = 0;
      let number = 0;
      for await (const line of linesOf(file)) {
        number += 1;
        const found = unsealed(line, seal, (given, expected) => new LogUnusable(file, `line ${number}: ${given}`, expected));
        seal = found.seal;
        length += line.length + 1;
        read(found.entry);
      }
      const { size } = await handle.stat();
      if (size > length) await handle.truncate(length);
      await handle.sync();
      await syncFolder(dirname(file));
      return new SignatureLog(file, handle, length, seal, size - length);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Resolves once the entry is on disk. @throws LogUnusable when it could not be written, with nothing of it left in the file */
  append(entry: LogEntry): Promise<void> {
    if (this.broken !== null) return Promise.reject(this.broken);
    const written = new Promise<void>((done, failed) => this.waiting.push({ entry, done, failed }));
    if (!this.busy) this.writing = this.writeAll();
    return written;
  }

  async close(): Promise<void> {
    await this.writing;
    await this.handle.close();
  }

  private async writeAll(): Promise<void> {
    this.busy = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      try {
        await this.write(batch.map((one) => one.entry));
        for (const { done } of batch) done();
      } catch (error) {
        const failure = new LogUnusable(this.file, (error as NodeJS.ErrnoException).code ?? (error as Error).message, 'a file that can be appended to');
        for (const { failed } of batch) failed(failure);
      }
    }
    // In the same turn as the look at what waits: an entry that comes later begins a new round.
    this.busy = false;
  }

  private async write(entries: readonly LogEntry[]): Promise<void> {
    let seal = this.seal;
    let text = '';
    for (const one of entries) {
      const line = sealed(one, seal);
      seal = line.seal;
      text += `${line.text}\n`;
    }
    const bytes = Buffer.from(text);
    try {
      await this.handle.appendFile(bytes);
      await this.handle.datasync();
    } catch (error) {
      // Half a line must not be written on: the file goes back to its last whole one, or is left alone until a restart repairs it.
      await this.handle.truncate(this.length).catch((again: Error) => (this.broken = new LogUnusable(this.file, again.message, 'a file that can be cut back after a failed write; restart the signer')));
      throw error;
    }
    this.length += bytes.length;
    this.seal = seal;
  }
}

const textOf = (one: LogEntry): string =>
  JSON.stringify({ ...one, at: new Date(one.at).toISOString() }, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)).slice(0, -1);

function sealed(one: LogEntry, previous: string): { readonly text: string; readonly seal: string } {
  const body = textOf(one);
  const seal = sealOf(previous, body);
  return { text: `${body},"seal":"${seal}"}`, seal };
}

/** SHA-256 over the line before and this line's own text. */
const sealOf = (previous: string, body: string): string => createHash('sha256').update(previous).update(body).digest('hex');

function unsealed(line: Buffer, previous: string, unusable: (given: string, expected: string) => Error): { readonly entry: LogEntry; readonly seal: string } {
  const text = line.toString('utf8');
  const [, body, seal] = /^(\{.*),"seal":"([0-9a-f]{64})"\}$/s.exec(text) ?? [];
  if (body === undefined || seal === undefined) throw unusable(JSON.stringify(text.slice(0, 60)), 'a line that the signer wrote');
  if (seal !== sealOf(previous, body)) throw unusable('a seal that does not follow from the lines before it', 'the lines as they were written: the file was changed');
  const parsed = entry.safeParse(JSON.parse(`${body}}`));
  if (!parsed.success) throw unusable(JSON.stringify(text.slice(0, 60)), 'an entry of this version');
  return { entry: parsed.data, seal };
}

/** Whole lines, without their ends; what follows the last end is left out. */
async function* linesOf(file: string): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let from = 0;
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE, from)) {
      yield rest.subarray(from, end);
      from = end + 1;
    }
    rest = rest.subarray(from);
    if (rest.length > MOST_LINE) throw new LogUnusable(file, `a line of more than ${MOST_LINE} bytes`, 'lines that the signer wrote');
  }
}

/** A file that was just made is there after a crash only once its folder is on disk too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
