/** Blocks between seeing a trigger crossed and our transaction being mined, counted generously. */
const BLOCKS_TO_REACT = 3;
const KEPT = 30;
/** Looks after which a gap between two of them no longer counts. */
const GAPS_KEPT = 20;

/**
 * The chain's recent pace, in its own seconds, and how well we keep up with it: the reaction time that the policy has to plan with.
 * Under load, or behind a slow node, blocks go by unseen; whoever sees only every tenth must act as early as a slow keeper does.
 */
export class BlockPace {
  private readonly seen: { number: bigint; timestamp: bigint }[] = [];
  private readonly gaps: number[] = [];

  /** A block was looked at. The first one given may be an earlier one: it sets the pace and is no gap of ours. */
  see(number: bigint, timestamp: bigint): void {
    const last = this.seen.at(-1);
    if (last && number <= last.number) {
      if (number === last.number) return;
      this.seen.length = 0; // a reorg or another chain: start again
      this.gaps.length = 0;
    } else if (last && this.seen.length > 1) {
      this.gaps.push(Number(number - last.number));
      if (this.gaps.length > GAPS_KEPT) this.gaps.shift();
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

  /** Chain seconds from a crossed trigger to a mined action, at our slowest lately; null before two blocks were seen. */
  reactionSeconds(): number | null {
    const unseen = Math.max(1, ...this.gaps) - 1;
    return this.seen.length < 2 ? null : this.secondsPerBlock() * (BLOCKS_TO_REACT + unseen);
  }
}
