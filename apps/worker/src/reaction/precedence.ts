/** Who waits longer than this goes on all the same: nothing is starved by a lane that never rests. */
const MOST_PATIENCE_MS = 100;

/** Lets what is urgent go before everything else in this process: other work asks between its steps whether the way is clear. */
export class Precedence {
  private underWay = 0;
  private waiting: (() => void)[] = [];

  /** True while something urgent is under way. */
  get isTaken(): boolean {
    return this.underWay > 0;
  }

  /** Does what is urgent; others wait at their next step. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.underWay += 1;
    try {
      return await work();
    } finally {
      this.underWay -= 1;
      if (this.underWay === 0) for (const go of this.waiting.splice(0)) go();
    }
  }

  /** Resolves once nothing urgent is under way, or after a tenth of a second. */
  async clear(): Promise<void> {
    if (!this.isTaken) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, MOST_PATIENCE_MS);
      this.waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
