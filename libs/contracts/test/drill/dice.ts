/** Seeded choices: the same seed gives the same drill. (mulberry32) */
export class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** In [0, 1). */
  fraction(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.fraction();
  }

  /** A whole number from `low` to `high`, both possible. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(of: readonly T[]): T {
    return of[Math.floor(this.fraction() * of.length)] as T;
  }

  /** That part of an amount, to a millionth. */
  part(of: bigint, low: number, high: number): bigint {
    return (of * BigInt(Math.round(this.between(low, high) * 1e6))) / 1_000_000n;
  }
}
