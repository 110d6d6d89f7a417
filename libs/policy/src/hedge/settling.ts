import { magnitude, type ContractsE18 } from '@ballast/units';
import type { InstrumentId, VenueFill } from '@ballast/positions';
import type { VenueIntent } from './venue-intent.js';

/** How long a venue may still tell a position, or a list of fills, of before an order that it said was filled. What it tells after that is how it is. */
export const SETTLING_MS = 10_000;

/** An order of ours of which something was filled, and that is over since at most `SETTLING_MS`. */
export interface FilledLately {
  readonly intent: VenueIntent;
  /** As much of what was filled as our books have counted. */
  readonly counted: ContractsE18;
}

/**
 * Orders that were filled lately and are not in the position that was read: it is another than our books come to with all that was filled of them. Deciding on it would do once more what was done.
 * @param held what the books come to with `fresh`, the fills that were told now for the first time
 */
export function settlingOf(lately: readonly FilledLately[], fresh: readonly VenueFill[], held: ReadonlyMap<InstrumentId, bigint>, positions: ReadonlyMap<InstrumentId, bigint>, lots: ReadonlyMap<InstrumentId, ContractsE18>): readonly VenueIntent[] {
  const missing = ({ intent: { order, filled }, counted }: FilledLately): bigint => {
    const told = fresh.reduce((sum, { clientId, contracts }) => (clientId.kind === 'ours' && clientId.id === order.clientId ? sum + contracts : sum), counted as bigint);
    return told >= filled ? 0n : order.side === 'buy' ? filled - told : told - filled;
  };
  return lately.filter(({ intent: { order: { instrument } } }) => {
    const expected = lately.reduce((sum, one) => (one.intent.order.instrument === instrument ? sum + missing(one) : sum), held.get(instrument) ?? 0n);
    return magnitude((positions.get(instrument) ?? 0n) - expected) >= (lots.get(instrument) ?? 1n);
  }).map(({ intent }) => intent);
}
