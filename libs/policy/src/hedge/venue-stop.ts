import type { DerivativesVenue, VenueEnvironment } from '@ballast/positions';
import type { Address, ChainId } from '@ballast/units';
import type { Stop } from '../stop.js';
import type { HedgeStop } from './hedge-input.js';
import type { VenueOwner } from './venue-journal.js';

/** How far a stop of what is sent to derivatives venues reaches. */
export type VenueStopScope = { readonly kind: 'global' } | { readonly kind: 'venue'; readonly venue: DerivativesVenue } | { readonly kind: 'owner'; readonly chainId: ChainId; readonly owner: Address };

/** A stop in force in one environment. */
export interface VenueStop {
  readonly environment: VenueEnvironment;
  readonly scope: VenueStopScope;
  readonly level: Exclude<HedgeStop, 'none'>;
  /** `operator`, `owner`, or a breaker's name: each can take away only its own. */
  readonly setBy: string;
  readonly reason: string;
  /** Only `flatten` is ever confirmed; until it is, it counts as `no-grow`. */
  readonly isConfirmed: boolean;
}

/** By how little may still be sent: `flatten` sends reductions, and so gives way to a stop after which nothing is sent. */
const WEAKEST_FIRST: readonly HedgeStop[] = ['none', 'no-grow', 'flatten', 'cancel-all'];

/** The strongest of several; `none` of none. */
export const strongestStop = (stops: readonly HedgeStop[]): HedgeStop => stops.reduce<HedgeStop>((strongest, one) => (WEAKEST_FIRST.indexOf(one) > WEAKEST_FIRST.indexOf(strongest) ? one : strongest), 'none');

/** What is in force at each of several places; `none` of none. */
export const weakestStop = (stops: readonly HedgeStop[]): HedgeStop => (stops.length === 0 ? 'none' : stops.reduce((weakest, one) => (WEAKEST_FIRST.indexOf(one) < WEAKEST_FIRST.indexOf(weakest) ? one : weakest)));

/** What a stop counts as. */
export const countsAs = ({ level, isConfirmed }: Pick<VenueStop, 'level' | 'isConfirmed'>): HedgeStop => (level === 'flatten' && !isConfirmed ? 'no-grow' : level);

/**
 * What all that is in force comes to for one owner at one venue. `venueStops` are those that reach him. Of the kill switches of loans a global one and one of the owner count as well, whoever set them: `all` stops everything here
 * too, any other keeps hedges from growing; what stops a chain, a protocol or a token says nothing of a venue.
 */
export function hedgeStopFor(venueStops: readonly Pick<VenueStop, 'level' | 'isConfirmed'>[], switches: readonly Pick<Stop, 'scope' | 'stops'>[], { chainId, owner }: VenueOwner): HedgeStop {
  const reaching = switches.filter(({ scope }) => scope.kind === 'global' || (scope.kind === 'owner' && Number(scope.chainId) === Number(chainId) && scope.owner === owner));
  return strongestStop([...venueStops.map(countsAs), ...reaching.map(({ stops }): HedgeStop => (stops === 'all' ? 'cancel-all' : 'no-grow'))]);
}
