import { VENUE_ORDER_RULES, lastArrival } from '@ballast/policy';
import type { DerivativesVenue, InstrumentId, PlaceAnswer } from '@ballast/positions';

/** How long a venue may still tell a position as it was before an order of ours. */
const SETTLING_MS = 2_000;

/** When an order that was sent then can no longer arrive: the time until which it is valid where the venue holds to it; elsewhere as long as a request may be under way. */
export function diesAt(venue: DerivativesVenue, sentAt: number, validUntil: number): number {
  const rules = VENUE_ORDER_RULES[venue];
  return rules.enforcesValidUntil ? validUntil : lastArrival({ sentAt, validUntil }, rules);
}

/**
 * What a position may be beside what the venue tells: right after an order it may tell the one before, and where nobody knows what became of an order it may be either. Both count until the order can no longer arrive.
 */
export class BelievedPositions {
  private readonly believed = new Map<InstrumentId, { readonly contracts: bigint; readonly until: number }>();

  /** Every size that the position may have now, given what the venue tells. */
  possible(instrument: InstrumentId, told: bigint, now: number): readonly bigint[] {
    const own = this.believed.get(instrument);
    return own === undefined || own.until <= now ? [told] : [told, own.contracts];
  }

  /** After an order of this signed size that began at `before`. `diesAt`: when it can no longer arrive. */
  note(instrument: InstrumentId, before: bigint, size: bigint, answer: PlaceAnswer, now: number, diesAt: number): void {
    if (answer.kind === 'rejected') return;
    const sure = answer.kind === 'accepted' && answer.order.state !== 'open';
    const filled = answer.kind === 'accepted' && sure ? (size < 0n ? -answer.order.filled : answer.order.filled) : size;
    const earlier = this.believed.get(instrument)?.until ?? 0;
    this.believed.set(instrument, { contracts: before + filled, until: Math.max(earlier, (sure ? now : diesAt) + SETTLING_MS) });
  }

  /** After a reduction, which is made without a look at the position: towards zero, never past it. */
  reduced(instrument: InstrumentId, size: bigint, answer: PlaceAnswer): void {
    const own = this.believed.get(instrument);
    if (own === undefined || answer.kind !== 'accepted') return;
    const after = own.contracts + (size < 0n ? -answer.order.filled : answer.order.filled);
    this.believed.set(instrument, { ...own, contracts: (after < 0n) === (own.contracts < 0n) ? after : 0n });
  }
}
