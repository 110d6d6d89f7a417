import { MANDATE_ACTIONS, type Decision, type Mandate } from '@ballast/policy';
import type { PositionId } from '@ballast/positions';

/** Where no more positions than this are guarded, each is decided about and stored at every block; of more, so many a block beside those whose decision changed. */
export const MOST_A_BLOCK = 25;
/** A decision that stays the same is stored again after this long by our own clock, with the newest figures. */
const STORED_EVERY_MS = 120_000;
/** Sooner where collateral may be sold: what stands in the way of that is found out only by asking the market. */
const FILL_EVERY_MS = 20_000;

export interface Previewed {
  readonly id: PositionId;
  readonly mandate: Mandate;
  /** What memory alone would decide; null where it cannot be told. */
  readonly decision: Decision | null;
}

/**
 * Chooses about which guarded positions to decide in full, which takes questions and writes: those whose decision memory alone finds other than the last one, at once; the
 * others in turn.
 */
export class DecisionRounds {
  private readonly last = new Map<PositionId, { readonly key: string | null; readonly at: number }>();

  /** `guarded`: how many positions are guarded in all. `now` is our own clock in milliseconds. */
  choose(previewed: readonly Previewed[], guarded: number, now: number): readonly PositionId[] {
    const changed = previewed.filter((one) => keyOf(one) === null || this.last.get(one.id)?.key !== keyOf(one));
    const same = previewed.filter((one) => !changed.includes(one)).sort((one, other) => this.at(one) - this.at(other));
    const due = guarded <= MOST_A_BLOCK ? same : same.filter((one) => now - this.at(one) >= everyMs(one)).slice(0, Math.max(0, MOST_A_BLOCK - changed.length));
    const chosen = [...changed, ...due];
    for (const one of chosen) this.last.set(one.id, { key: keyOf(one), at: now });
    return chosen.map(({ id }) => id);
  }

  private at({ id }: Previewed): number {
    return this.last.get(id)?.at ?? 0;
  }
}

/** A decision that would act is never the same as the last one. */
const keyOf = ({ mandate, decision }: Previewed): string | null => (decision === null || decision.kind === 'act' ? null : `${decision.kind} ${decision.reason} ${mandate.hash} ${mandate.status}`);
const everyMs = ({ mandate }: Previewed): number => ((mandate.terms.actions & MANDATE_ACTIONS.FILL) === 0 ? STORED_EVERY_MS : FILL_EVERY_MS);
