import type { Hedge, Interval, Portfolio, UnderlyingExposure } from '../api/types.js';
import { compare, dollars, listed, negate, signed, size, smaller, sum } from './numbers.js';

/** An interval in words, its ends rounded outwards: `+48.29`, or `+47.10 to +49.40` where it is not exact. */
export function intervalInWords(interval: Interval): string {
  if (interval === null) return 'not known';
  if (compare(interval.low, interval.high) === 0) return signed(interval.low);
  const [low, high] = [signed(interval.low, 'down'), signed(interval.high, 'up')];
  return low === high ? low : `${low} to ${high}`;
}

/** The middle of an interval for drawing, as a float; null where nothing bounds it. */
export const middleOf = (interval: Interval): number | null => (interval === null ? null : (Number(interval.low) + Number(interval.high)) / 2);

/** `43.60 to 49.83 ETH`. */
export const bandInWords = (band: NonNullable<Hedge['band']>, underlying: string): string => `${bandEdge(band.low)} to ${bandEdge(band.high)} ${underlying}`;
const bandEdge = (edge: string): string => signed(edge).replace(/^\+/, '');

/** Where the exposure has to go before it is traded again, the nearer edge first: `above 49.83 ETH`, with the other one beside it. Null where there is no band. */
export function nextRehedge({ after, band, underlying }: Pick<Hedge, 'after' | 'band' | 'underlying'>): { readonly near: string; readonly far: string } | null {
  if (band === null) return null;
  const [above, below] = [`above ${bandEdge(band.high)} ${underlying}`, `below ${bandEdge(band.low)} ${underlying}`];
  const upward = after === null ? '0' : sum([band.high, negate(after.high)]);
  const downward = after === null ? '0' : sum([after.low, negate(band.low)]);
  return compare(smaller(upward, downward), upward) === 0 ? { near: above, far: below } : { near: below, far: above };
}

export type PortfolioView =
  | { readonly kind: 'loading' }
  | { readonly kind: 'error' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'known'; readonly exposure: UnderlyingExposure; readonly hedge: Hedge | null };

/** The finding of the Portfolio page: what a fall of 1% costs, with the hedge and without it. A loss rounds up, a gain down. */
export function portfolioHeadline(view: PortfolioView): string {
  if (view.kind === 'loading') return 'Adding up what you hold and owe';
  if (view.kind === 'error') return 'We could not load this page';
  if (view.kind === 'nothing') return 'Nothing here moves with a price';
  const { exposure, hedge } = view;
  const now = hedge?.onePercentFallUsd?.with ?? exposure.onePercentFallUsd;
  if (now === null) return `What a fall in ${exposure.underlying} costs you cannot be told now`;
  const without = hedge?.onePercentFallUsd?.without ?? now;
  const [told, before] = [moneyOf(now), moneyOf(without)];
  const start = `If ${exposure.underlying} falls 1%, you ${told.verb === 'nothing' ? 'lose nothing' : `${told.verb} ${told.sum}`}`;
  if (told.verb === before.verb && told.sum === before.sum) return start;
  if (before.verb === 'nothing') return `${start} instead of nothing`;
  const same = before.verb === told.verb || (told.verb === 'nothing' && before.verb === 'lose');
  return `${start} instead of ${same ? before.sum : `${before.verb === 'lose' ? 'losing' : 'gaining'} ${before.sum}`}`;
}

/** Above zero is a loss. */
function moneyOf(loss: string): { readonly verb: 'lose' | 'gain' | 'nothing'; readonly sum: string } {
  const side = compare(loss, '0');
  if (side === 0) return { verb: 'nothing', sum: '$0' };
  const sum = side > 0 ? dollars(loss, 'up') : dollars(negate(loss), 'down');
  return sum === '$0' ? { verb: 'nothing', sum } : { verb: side > 0 ? 'lose' : 'gain', sum };
}

/** The finding for who is not signed in as the owner: what the loans alone move with, for they are on a public chain. */
export function publicPortfolioHeadline(portfolio: Portfolio): string {
  const moved = portfolio.exposures.filter(({ of, net }) => of !== 'USD' && compare(net, '0') !== 0);
  if (portfolio.exposures.length === 0) return 'Nothing borrowed at this address';
  if (moved.length === 0) return 'These loans move with no price but the dollar’s';
  return `These loans move with ${listed(moved.slice(0, 3).map(({ of, net }) => `${compare(net, '0') < 0 ? 'a short of ' : ''}${size(net)} ${of}`))}${moved.length > 3 ? ' and more' : ''}`;
}
