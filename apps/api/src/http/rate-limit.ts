import { TooManyRequests } from '../problems/api-errors.js';

/** How often one key may do one thing: `most` in any `windowSeconds`, counted in this process. */
export class RateLimit {
  private readonly spent = new Map<string, { count: number; until: number }>();

  constructor(private readonly most: number, private readonly windowSeconds: number) {}

  /** @throws TooManyRequests when the key has used up its window */
  take(key: string, now = Date.now()): void {
    const entry = this.spent.get(key);
    if (entry === undefined || entry.until <= now) {
      // Forgetting ended windows only when there are many keeps the common case a single lookup.
      if (this.spent.size > 10_000) for (const [other, { until }] of this.spent) if (until <= now) this.spent.delete(other);
      this.spent.set(key, { count: 1, until: now + this.windowSeconds * 1000 });
      return;
    }
    if (entry.count >= this.most) throw new TooManyRequests(Math.ceil((entry.until - now) / 1000));
    entry.count += 1;
  }
}
