import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { z } from 'zod';

const OURS_ALONE = 0o600;

/**
 * A JSON file that is whole or not there at all, whatever happens to the process or the machine while it is written, and that nobody but this
 * user may read.
 */
export class KeptFile<T> {
  private writing: Promise<void> = Promise.resolve();
  private next: T | null = null;

  constructor(readonly path: string, private readonly schema: z.ZodType<T>) {}

  /** What is kept; null where there is no file. One that cannot be read is put aside under another name, which `onBroken` is told. */
  async read(onBroken: (message: string) => void): Promise<T | null> {
    let text: string;
    try {
      text = await readFile(this.path, 'utf8');
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOENT') return null;
      throw error;
    }
    await chmod(this.path, OURS_ALONE);
    const parsed = this.schema.safeParse(parsedJson(text));
    if (parsed.success) return parsed.data;
    const aside = `${this.path}.broken-${Date.now()}`;
    await rename(this.path, aside);
    onBroken(`${this.path} holds something else than expected and was put aside as ${aside}`);
    return null;
  }

  /** Resolves once this value, or a newer one, is on the disk. Writes that wait for an earlier one become one. */
  write(value: T): Promise<void> {
    this.next = value;
    this.writing = this.writing.catch(() => undefined).then(() => this.flush());
    return this.writing;
  }

  private async flush(): Promise<void> {
    const value = this.next;
    if (value === null) return;
    this.next = null;
    try {
      await this.replace(JSON.stringify(value));
    } catch (error) {
      // Whoever waits behind this write counts on its value, or a newer one, being tried again.
      this.next ??= value;
      throw error;
    }
  }

  private async replace(text: string): Promise<void> {
    const folder = dirname(this.path);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const partial = join(folder, `.${process.pid}.partial-${this.path.slice(folder.length + 1)}`);
    await synced(partial, 'w', async (file) => {
      await file.chmod(OURS_ALONE);
      await file.writeFile(text);
    });
    await rename(partial, this.path);
    // The new name itself is in the folder; where folders cannot be opened there is nothing to do for it.
    await synced(folder, 'r', async () => undefined).catch(() => undefined);
  }
}

async function synced(path: string, flags: string, work: (file: Awaited<ReturnType<typeof open>>) => Promise<void>): Promise<void> {
  const file = await open(path, flags, OURS_ALONE);
  try {
    await work(file);
    await file.sync();
  } finally {
    await file.close();
  }
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
