/** An answer that took longer than this (wall clock, milliseconds) is no reason to ask for more at once. */
const SLOW_MS = 3_000;
/** After so many answers in a row the refused size is tried again: what was refused may have been a crowded stretch of the chain. */
const FORGIVEN_AFTER = 64;

/** How many blocks to ask a node's logs for at once: half as many after a refusal, down to one, and a quarter more after an answer, up to what is known to be refused. */
export class RangeSize {
  private answeredMost = 0n;
  private refusedLeast: bigint | null = null;
  private answersInARow = 0;

  constructor(private size: bigint, private readonly most: bigint) {}

  get blocks(): bigint {
    return this.size;
  }

  /** The node answered for a range of so many blocks in so many milliseconds. A range shorter than the size says nothing about the size. */
  answered(blocks: bigint, ms: number): void {
    if (blocks < this.size || ms > SLOW_MS) return;
    if (blocks > this.answeredMost) this.answeredMost = blocks;
    this.answersInARow += 1;
    if (this.answersInARow >= FORGIVEN_AFTER) {
      this.refusedLeast = null;
      this.answersInARow = 0;
    }
    const next = this.belowRefused(this.size + this.size / 4n + 1n);
    if (next > this.size) this.size = next < this.most ? next : this.most;
  }

  /** The node did not give the logs of a range of so many blocks. A single block says nothing about the size. */
  refused(blocks: bigint): void {
    if (blocks <= 1n) return;
    const half = blocks / 2n;
    this.refusedLeast = blocks;
    this.answersInARow = 0;
    if (this.answeredMost >= blocks) this.answeredMost = half;
    this.size = half;
  }

  /** Near a limit the way to it is halved, until what is left to gain is not worth a refusal. */
  private belowRefused(wanted: bigint): bigint {
    if (this.refusedLeast === null || wanted <= this.answeredMost) return wanted;
    const left = this.refusedLeast - this.answeredMost;
    const furthest = left > this.answeredMost / 8n + 1n ? this.answeredMost + left / 2n : this.answeredMost;
    return wanted < furthest ? wanted : furthest;
  }
}
