/** The newest `limit` items, and waiting for one to come. */
export class Kept<T> {
  #items: T[] = [];
  readonly #waiting = new Set<(item: T) => void>();

  constructor(private readonly limit: number) {}

  add(item: T): void {
    this.#items = [...this.#items, item].slice(-this.limit);
    for (const tell of this.#waiting) tell(item);
  }

  all(): readonly T[] {
    return this.#items;
  }

  clear(): void {
    this.#items = [];
  }

  /** The first kept or arriving item that fits; null after `timeoutMs`. */
  first(fits: (item: T) => boolean, timeoutMs: number): Promise<T | null> {
    const there = this.#items.find(fits);
    if (there !== undefined) return Promise.resolve(there);
    return new Promise((resolve) => {
      const end = (item: T | null): void => {
        clearTimeout(timer);
        this.#waiting.delete(tell);
        resolve(item);
      };
      const tell = (item: T): void => {
        if (fits(item)) end(item);
      };
      const timer = setTimeout(() => end(null), timeoutMs);
      this.#waiting.add(tell);
    });
  }
}
