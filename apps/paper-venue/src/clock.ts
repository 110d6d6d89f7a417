/** The venue's time: the machine's, moved ahead by as much as an operator asked for. */
export class VenueClock {
  private aheadMs = 0;

  /** @param wall milliseconds since the epoch on the machine's clock */
  constructor(readonly wall: () => number) {}

  now(): number {
    return this.wall() + this.aheadMs;
  }

  /** @param byMs above zero; time never goes back */
  advance(byMs: number): void {
    this.aheadMs += byMs;
  }

  /** A moment that a client counted from its own clock, in the venue's time: a client does not know that the venue was moved ahead. */
  fromClient(atMs: number): number {
    return atMs + this.aheadMs;
  }
}
