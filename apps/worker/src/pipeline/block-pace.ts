/** Blocks between seeing a trigger crossed and our transaction being mined, counted generously. */
const BLOCKS_TO_REACT = 3;
const KEPT = 30;

/** The chain's recent pace, in its own seconds: the reaction time that the policy has to plan with. */
export class BlockPace {
  private readonly seen: { number: bigint; timestamp: bigint }[] = [];

  see(number: bigint, timestamp: bigint): void {
    const last = this.seen.at(-1);
    if (last && number <= last.number) {
      if (number < last.number) this.seen.length = 0; // a reorg or another chain: start again
      else return;
    }
    this.seen.push({ number, timestamp });
    if (this.seen.length > KEPT) this.seen.shift();
  }

  /** Mean seconds between blocks; 12 before two blocks were seen. */
  secondsPerBlock(): number {
    const first = this.seen[0];
    const last = this.seen.at(-1);
    if (!first || !last || first === last) return 12;
    return Number(last.timestamp - first.timestamp) / Number(last.number - first.number);
  }

  /** Chain seconds from a crossed trigger to a mined action; null before two blocks were seen. */
  reactionSeconds(): number | null {
    return this.seen.length < 2 ? null : this.secondsPerBlock() * BLOCKS_TO_REACT;
  }
}
