import { VenueAnswerInvalid, type DerivativesVenue, type VenueCursor, type VenuePage } from '@ballast/positions';

/** The time in milliseconds that a cursor begins from. @throws VenueAnswerInvalid when it is not one of ours */
export function timeOf(venue: DerivativesVenue, cursor: VenueCursor): number {
  if (cursor.kind === 'since') return cursor.at;
  const at = /^t(\d{1,15})$/.exec(cursor.cursor)?.[1];
  if (at === undefined) throw new VenueAnswerInvalid(venue, 'cursor', `got ${JSON.stringify(cursor.cursor)}, expected one that this reader gave`);
  return Number(at);
}

/**
 * A page of a list that is asked for by time. The next one begins at the last item's own millisecond, so that pages overlap and nothing between is lost. `upTo` is how far
 * the question reached where the venue answers for a window of time alone; `full` whether as many came as the venue gives at once;
 * `reached` the time of the last thing that came, where not all that came are items.
 */
export function pageByTime<T extends { readonly at: number }>(venue: DerivativesVenue, unordered: readonly T[], { from, full, upTo, now, reached = 0 }: { readonly from: number; readonly full: boolean; readonly upTo: number | null; readonly now: number; readonly reached?: number }): VenuePage<T> {
  const items = [...unordered].sort((a, b) => a.at - b.at);
  const last = Math.max(items.at(-1)?.at ?? from, reached);
  if (full && last <= from) throw new VenueAnswerInvalid(venue, 'list', 'got as many items of one millisecond as fit, expected fewer');
  const ended = !full && upTo !== null && upTo < now;
  return { items, next: { kind: 'after', cursor: `t${ended ? upTo : last}` }, more: full || ended };
}
