import { checkGreeks, ownGreeks, type OwnGreeks } from '@ballast/risk';
import type { ListedOption, OptionGreeks, VenueMarket } from '@ballast/positions';

/** Greeks of one coin's put by our own model, and the venue's beside them where it tells them. `not-told`: the venue tells no forward or no volatility to work ours out from. */
export type PutGreeks = { readonly kind: 'worked-out'; readonly own: OwnGreeks; readonly venue: OptionGreeks | null; readonly differ: boolean } | { readonly kind: 'not-told' };

/** Statistics: they are shown, and a put whose venue tells others than ours is not chosen, since one of the two is about something else than we think. */
export function putGreeks({ option, market: { option: told } }: { readonly option: ListedOption; readonly market: VenueMarket }, now: number): PutGreeks {
  if (told === undefined || told.forwardUsdE8.kind === 'unknown' || told.markVolatility.kind === 'unknown' || told.forwardUsdE8.value <= 0n || !(told.markVolatility.value > 0)) return { kind: 'not-told' };
  const forwardUsd = Number(told.forwardUsdE8.value) / 1e8;
  const own = ownGreeks({ option, forwardUsd, volatility: told.markVolatility.value, now });
  const venue = told.venueGreeks.kind === 'unknown' ? null : told.venueGreeks.value;
  return { kind: 'worked-out', own, venue, differ: venue !== null && checkGreeks(own, venue, forwardUsd).kind === 'differ' };
}

/** How the put moves with the price, and what a day takes of it, for people. */
export function greeksSentence(greeks: PutGreeks): string {
  if (greeks.kind === 'not-told') return '';
  const { own, venue } = greeks;
  const beside = venue === null ? '' : ` (the venue says ${venue.delta.toFixed(2)})`;
  return `Its delta is ${own.delta.toFixed(2)}${beside}, and each day takes about $${Math.abs(own.theta).toFixed(2)} a coin.`;
}
