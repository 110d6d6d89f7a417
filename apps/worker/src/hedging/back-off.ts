/** How long is waited after a failure: at first, and at most. It is doubled each time. */
export interface Waits {
  readonly firstMs: number;
  readonly mostMs: number;
}

interface Wait {
  readonly until: number;
  readonly waited: number;
  readonly because: Error;
}

/** Who failed and is not tried again yet, by name: asking at once again helps nobody. */
export class BackOff {
  private readonly waits = new Map<string, Wait>();

  constructor(private readonly now: () => number) {}

  /** Why nobody tries again yet; null where it is time, or nothing failed. */
  holding(name: string): Error | null {
    const wait = this.waits.get(name);
    return wait !== undefined && this.now() < wait.until ? wait.because : null;
  }

  /** It failed: the next wait is twice the last one, or the first where `continues` says that the last one was for another reason. */
  failed(name: string, because: Error, { firstMs, mostMs }: Waits, continues: (last: Error) => boolean = () => true): void {
    const last = this.waits.get(name);
    const waited = last !== undefined && continues(last.because) ? Math.min(last.waited * 2, mostMs) : firstMs;
    this.waits.set(name, { until: this.now() + waited, waited, because });
  }

  worked(name: string): void {
    this.waits.delete(name);
  }
}
