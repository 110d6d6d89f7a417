import type { PositionId } from '@ballast/positions';

/** Turned away for longer than both of these, a loan has waited too long for its owner not to be told. */
const LONG_MS = 20_000;
const LONG_BLOCKS = 2n;
/** Of whom nothing was heard for so long, nobody asks any more: the next time is a first one. */
const FORGOTTEN_MS = 600_000;

/** For how long a loan has found every lane full: since which block, and for how many milliseconds. */
export interface Wait {
  readonly since: bigint;
  readonly ms: number;
}

interface Spell {
  readonly block: bigint;
  readonly at: number;
  last: number;
  isTold: boolean;
}

/** Loans whose rescue found every lane full, and since when: nothing is stored of them, so nobody else knows. */
export class TurnedAway {
  private readonly spells = new Map<PositionId, Spell>();

  /**
   * Notes that it was turned away at the block. Returns how long that has gone on, once that is more than two blocks and more than 20 seconds, until its owner was told; else null. Only
   * blocks that reach the loan count: one that the next block overtakes may not. `now`: a monotonic clock in milliseconds.
   */
  again(id: PositionId, block: bigint, now: number): Wait | null {
    for (const [other, { last }] of this.spells) if (now - last > FORGOTTEN_MS) this.spells.delete(other);
    const spell = this.spells.get(id) ?? { block, at: now, last: now, isTold: false };
    spell.last = now;
    this.spells.set(id, spell);
    return !spell.isTold && block - spell.block > LONG_BLOCKS && now - spell.at > LONG_MS ? { since: spell.block, ms: now - spell.at } : null;
  }

  /** Its owner knows of this spell. */
  told(id: PositionId): void {
    const spell = this.spells.get(id);
    if (spell !== undefined) spell.isTold = true;
  }

  /** Ends the spells of these: what was to be done was written down, or needs not be done any more. */
  end(isOver: (id: PositionId) => boolean): void {
    for (const id of this.spells.keys()) if (isOver(id)) this.spells.delete(id);
  }
}
