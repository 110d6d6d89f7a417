import type { PositionId } from '@ballast/positions';

/** Turned away for longer than both of these, a loan has waited too long for its owner not to be told. */
const LONG_MS = 20_000;
const LONG_BLOCKS = 2n;
/** Who was not turned away for so long has been above the trigger meanwhile, or lost: the next time is a first one. */
const FORGOTTEN_MS = 600_000;

interface Spell {
  readonly block: bigint;
  readonly at: number;
  last: number;
}

/** Loans whose rescue found every lane full, and since when: nothing is stored of them, so nobody else knows. */
export class TurnedAway {
  private readonly spells = new Map<PositionId, Spell>();

  /** Notes that it was turned away at the block. Returns for how many milliseconds that has gone on, once it is longer than two blocks and 20 seconds; else null. `now`: a clock in milliseconds. */
  again(id: PositionId, block: bigint, now: number): number | null {
    for (const [other, { last }] of this.spells) if (now - last > FORGOTTEN_MS) this.spells.delete(other);
    const spell = this.spells.get(id) ?? { block, at: now, last: now };
    spell.last = now;
    this.spells.set(id, spell);
    return block - spell.block > LONG_BLOCKS && now - spell.at > LONG_MS ? now - spell.at : null;
  }

  /** It was written down. */
  forget(id: PositionId): void {
    this.spells.delete(id);
  }
}
