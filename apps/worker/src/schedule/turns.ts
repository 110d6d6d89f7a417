/** Work that is done again and again, one turn after the other: the next begins `waitMs` of the last after that one ended. */
export class Turns {
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;

  /** @param work returns how many milliseconds to wait before the next turn; must not throw */
  constructor(private readonly work: () => Promise<number>) {}

  start(): void {
    void this.turn();
  }

  stop(): void {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
  }

  private async turn(): Promise<void> {
    const waitMs = await this.work();
    if (!this.stopped) this.timer = setTimeout(() => void this.turn(), waitMs);
  }
}
