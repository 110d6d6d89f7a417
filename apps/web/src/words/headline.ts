import type { AccountPositions, ChainStatus, Position, Status } from '../api/types.js';
import { capital, inWords, percentDown } from './numbers.js';
import { coinOf } from './distance.js';
import { clockTime, duration } from './times.js';
import type { DemoState } from '../demo/types.js';

export type PositionsView = { readonly kind: 'loading' } | { readonly kind: 'error' } | { readonly kind: 'known'; readonly account: AccountPositions; readonly blindOn: string | null };

/** The finding of the Positions page. "Not protected" outranks all else; then what is happening; then how far it is. */
export function positionsHeadline(view: PositionsView): string {
  if (view.kind === 'loading') return 'Reading this address';
  if (view.kind === 'error') return 'We could not load this page';
  const { positions, state } = view.account;
  if (positions.length === 0) return state === 'reading' ? 'Reading this address' : 'Nothing borrowed at this address';

  const indebted = positions.filter((position) => position.state !== 'no-debt');
  if (indebted.length === 0) return 'No debt, so nothing to liquidate';
  const count = (test: (position: Position) => boolean): number => indebted.filter(test).length;
  const all = indebted.length;
  /** "Your position is …", "Both your positions are …", "One of your six positions is …" */
  const tell = (some: number, isWhat: string, areWhat: string): string => {
    if (all === 1) return `Your position ${isWhat}`;
    if (some === all) return all === 2 ? `Both your positions ${areWhat}` : `All ${inWords(all)} of your positions ${areWhat}`;
    return `${capital(inWords(some))} of your ${inWords(all)} positions ${some === 1 ? isWhat : areWhat}`;
  };

  const unprotected = count((position) => position.protection.state === 'not-protected');
  if (unprotected > 0) return tell(unprotected, 'is not protected', 'are not protected');
  const acting = count((position) => position.protection.state === 'acting');
  if (acting > 0) return all === 1 ? 'Ballast is acting on your position now' : `Ballast is acting on ${acting === 1 ? 'one' : inWords(acting)} of your ${inWords(all)} positions now`;
  if (view.blindOn !== null) return `We cannot see ${view.blindOn} right now`;
  const liquidatable = count((position) => position.state === 'liquidatable');
  if (liquidatable > 0) return tell(liquidatable, 'can be liquidated now', 'can be liquidated now');

  const weakest = weakestFirst(indebted)[0] as Position;
  const exposed = weakestFirst(indebted.filter((position) => position.protection.state === 'none' && position.state === 'danger'))[0];
  if (exposed) return exposed.distancePercent === null ? tell(1, 'is in danger', 'are in danger') : `A ${percentDown(exposed.distancePercent)} ${exposed.distanceDirection ?? 'fall'} in ${coinOf(exposed)} liquidates this loan`;
  const armed = count((position) => position.protection.state === 'armed');
  if (armed === all) return all === 1 ? 'Your position is protected' : `All ${inWords(all)} are protected`;
  if (count((position) => position.protection.state === 'pending') > 0) return 'Your protection is being set up';
  if (armed > 0) return tell(armed, 'is protected', 'are protected');
  if (weakest.state === 'unknown' || weakest.distancePercent === null) return 'We cannot tell how far this is from liquidation';
  return `${coinOf(weakest)} would have to ${weakest.distanceDirection ?? 'fall'} ${percentDown(weakest.distancePercent)}`;
}

/** Fewest typical daily moves first; what cannot be told comes before what is known, no debt last. Does not change its argument. */
export function weakestFirst(positions: readonly Position[]): Position[] {
  const rank = (position: Position): number => (position.state === 'no-debt' ? Number.POSITIVE_INFINITY : position.state === 'liquidatable' ? -2 : position.dailyMoves ?? -1);
  return [...positions].sort((left, right) => rank(left) - rank(right) || (left.id < right.id ? -1 : 1));
}

export type StatusView = { readonly kind: 'loading' } | { readonly kind: 'error' } | { readonly kind: 'known'; readonly status: Status; readonly now: number };

/** The finding of the Status page. */
export function statusHeadline(view: StatusView): string {
  if (view.kind === 'loading') return 'Asking whether all is well';
  if (view.kind === 'error') return 'We could not load this page';
  const blind = view.status.chains.filter((chain) => chain.blindSince !== null);
  const first = blind[0];
  if (first) return blind.length === 1 ? `We are blind on ${first.name} since ${clockTime(first.blindSince)} UTC` : `We are blind on ${inWords(blind.length)} chains`;
  const seen = view.status.chains.map((chain) => chain.seenAt).filter((at): at is string => at !== null);
  if (seen.length < view.status.chains.length || seen.length === 0) return 'Starting. Not every chain was seen yet';
  const checks = view.status.liveness.map(({ checks: { guarded } }) => guarded.oldestAt).filter((at): at is string => at !== null);
  if (checks.length > 0) return `Watching. Every protected position was checked in the last ${duration(Math.max(...checks.map((at) => view.now - Date.parse(at))) + 999)}`.replace(/ s$/, ' seconds');
  const oldest = Math.max(...seen.map((at) => view.now - Date.parse(at)));
  return `Watching. Every chain was seen in the last ${duration(oldest + 999)}`.replace(/ s$/, ' seconds');
}

/** The first blind chain, for banners. */
export const blindChain = (status: Status | undefined): ChainStatus | null => status?.chains.find((chain) => chain.blindSince !== null) ?? null;

/** The finding of the crash player. */
export function playHeadline(state: DemoState | undefined): string {
  if (state === undefined) return 'Two equal loans meet March 2020';
  switch (state.phase) {
    case 'idle':
      return 'Two equal loans meet March 2020. One has Ballast';
    case 'preparing':
      return 'Getting both loans ready';
    case 'playing':
      return `March 2020, hour ${Math.max(1, Math.min(state.hour + 1, state.hours))} of ${state.hours}`;
    case 'failed':
      return 'The replay stopped';
    case 'done': {
      if (!state.outcome) return 'The replay has ended';
      const { protected: kept, twin } = state.outcome;
      if (!kept.liquidated && twin.liquidated) return 'One loan was saved, its twin was liquidated';
      if (kept.liquidated && twin.liquidated) return 'Both loans were liquidated';
      return kept.liquidated ? 'The protected loan was liquidated, its twin was not' : 'Neither loan was liquidated';
    }
  }
}
