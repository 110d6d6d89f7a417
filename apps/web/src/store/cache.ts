import { ApiProblem, ask } from '../api/client.js';

/** What a page knows of one answer. `value` stays when a later read fails; `readAt` then tells its age (our clock, ms). */
export interface Answer<T> {
  readonly value: T | undefined;
  readonly problem: ApiProblem | undefined;
  readonly readAt: number | undefined;
}

interface Entry {
  answer: Answer<unknown>;
  readonly listeners: Set<() => void>;
  reading: boolean;
  dirty: boolean;
  startedAt: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

const NOTHING: Answer<never> = { value: undefined, problem: undefined, readAt: undefined };
/** At most four reads of one answer a second; once a second the long histories, and what is put together of all that an owner has at venues. */
export const gapOf = (path: string): number => (/\/(history|derivatives|hedge-decisions)/.test(path) ? 1_000 : 250);

/**
 * One store of the API's answers, keyed by path. An answer is read when first looked at, and again when something says it changed:
 * never twice at once, never more often than its gap. What nobody looks at is forgotten.
 */
export class Cache {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly read: (path: string) => Promise<unknown> = (path) => ask('GET', path), private readonly now: () => number = () => Date.now()) {}

  look<T>(path: string): Answer<T> {
    return (this.entries.get(path)?.answer ?? NOTHING) as Answer<T>;
  }

  watch(path: string, listener: () => void): () => void {
    let entry = this.entries.get(path);
    if (!entry) {
      entry = { answer: NOTHING, listeners: new Set(), reading: false, dirty: false, startedAt: Number.NEGATIVE_INFINITY, timer: undefined };
      this.entries.set(path, entry);
    }
    const idle = entry.listeners.size === 0;
    entry.listeners.add(listener);
    if (idle) this.refresh(path);
    return () => {
      entry.listeners.delete(listener);
      if (entry.listeners.size > 0) return;
      clearTimeout(entry.timer);
      entry.timer = undefined;
    };
  }

  /** Something about these answers changed: read again those that are looked at, forget the others. */
  invalidate(concerns: (path: string) => boolean): void {
    for (const [path, entry] of this.entries) {
      if (!concerns(path)) continue;
      if (entry.listeners.size === 0) this.entries.delete(path);
      else this.refresh(path);
    }
  }

  /** Puts an answer that came by another way, such as the reply to a POST. */
  put(path: string, value: unknown): void {
    const entry = this.entries.get(path);
    if (entry) this.settle(entry, { value, problem: undefined, readAt: this.now() });
  }

  refresh(path: string): void {
    const entry = this.entries.get(path);
    if (!entry) return;
    if (entry.reading) {
      entry.dirty = true;
      return;
    }
    if (entry.timer !== undefined) return;
    const wait = Math.max(0, entry.startedAt + gapOf(path) - this.now());
    if (wait > 0) entry.timer = setTimeout(() => void this.start(path, entry), wait);
    else void this.start(path, entry);
  }

  private async start(path: string, entry: Entry): Promise<void> {
    entry.timer = undefined;
    entry.reading = true;
    entry.dirty = false;
    entry.startedAt = this.now();
    try {
      const value = await this.read(path);
      this.settle(entry, { value, problem: undefined, readAt: this.now() });
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      // A "gone" is the truth now, and what is no longer ours to see is not shown; any other failure leaves the last answer standing, with its age.
      const gone = error.status === 404 || error.status === 401 || error.status === 403;
      this.settle(entry, { value: gone ? undefined : entry.answer.value, problem: error, readAt: entry.answer.readAt });
    } finally {
      entry.reading = false;
      if (entry.dirty && entry.listeners.size > 0) this.refresh(path);
    }
  }

  private settle(entry: Entry, answer: Answer<unknown>): void {
    entry.answer = answer;
    for (const listener of entry.listeners) listener();
  }
}
