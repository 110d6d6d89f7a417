import { setTimeout as pause } from 'node:timers/promises';

/** A read that hangs does not stop the chain. */
const PATIENCE_MS = 5_000;

/** Many may read at once, and one alone may change what they read: a node that answers while it makes a block mixes the two. */
export class Turnstile {
  private reading = 0;
  private changing: Promise<unknown> = Promise.resolve();
  private drained: (() => void) | null = null;

  /** Runs a read; one that comes while a change waits or is made comes after it. */
  async read<T>(work: () => Promise<T>): Promise<T> {
    for (let waited: Promise<unknown> | null = null; waited !== this.changing; ) await (waited = this.changing);
    this.reading += 1;
    try {
      return await work();
    } finally {
      this.reading -= 1;
      if (this.reading === 0) this.drained?.();
    }
  }

  /** Runs a change once those who read have ended. One after the other. */
  change<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.changing.then(async () => {
      if (this.reading > 0) await Promise.race([new Promise<void>((ready) => (this.drained = ready)), pause(PATIENCE_MS)]);
      this.drained = null;
      return work();
    });
    this.changing = mine.catch(() => undefined);
    return mine;
  }
}
