/** Blocks that are worked on at the same time: the newest one, and those whose work is not done yet. */
const BLOCKS_KEPT = 6;

/** What is asked once a block however many ask, for the last few blocks. What failed is asked again. */
export class PerBlock<T> {
  private readonly known = new Map<string, Promise<T>>();

  of(hash: string, ask: () => Promise<T>): Promise<T> {
    const before = this.known.get(hash);
    if (before !== undefined) return before;
    const asked = ask();
    this.known.set(hash, asked);
    asked.catch(() => this.known.delete(hash));
    for (const old of this.known.keys()) if (this.known.size > BLOCKS_KEPT) this.known.delete(old);
    return asked;
  }
}
