import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { entriesIn, lineOf } from './log-entries.js';

/** Orders count for a day, by what they are worth and by their id; twice that is kept. */
const KEPT_MS = 2 * 86_400_000;
/** Lines that are written at once. */
const AT_ONCE = 1_000;

/**
 * Writes the file anew without orders that count for nothing any more, and puts it in place of the old one at once: a crash leaves one of the two whole. An order's end goes with the order. Returns its length in bytes, null where
 * there was nothing to take out. A clock that runs ahead takes nothing out that the newest entries still count beside: it is not known whether it is right.
 */
export async function shortened(file: string, bytes: number, { oldest, newest }: { readonly oldest: number; readonly newest: number }, now: number): Promise<number | null> {
  const from = Math.min(now, newest) - KEPT_MS;
  if (oldest >= from) return null;
  const fresh = `${file}.new`;
  const handle = await open(fresh, 'w', 0o600);
  let length = 0;
  try {
    const kept = new Set<string>();
    let lines: string[] = [];
    const flush = async (): Promise<void> => {
      const text = Buffer.from(lines.join(''));
      await handle.appendFile(text);
      length += text.length;
      lines = [];
    };
    for await (const entry of entriesIn(file, bytes)) {
      const id = `${entry.key} ${entry.clientId}`;
      if (entry.kind === 'order' && entry.at >= from) kept.add(id);
      if (!kept.has(id)) continue;
      lines.push(lineOf(entry));
      if (lines.length >= AT_ONCE) await flush();
    }
    await flush();
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await rename(fresh, file);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
  await syncFolder(dirname(file));
  return length;
}

/** A file that was just made, or put in another's place, is there after a crash only once its folder is on disk too. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
