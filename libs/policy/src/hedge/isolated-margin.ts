import { perpetualIn, type InstrumentId, type VenueAccountId } from '@ballast/positions';
import type { SettlementE18 } from '@ballast/units';
import type { HedgeInput } from './hedge-input.js';
import { legStandingOf, type LegStanding } from './leg-standing.js';
import { marginToAdd } from './margin-ladder.js';

/** A move of margin whose answer takes longer is no reason to wait any more. */
export const ADDING_PATIENCE_MS = 15_000;

/** Free balance that is to be added to an isolated position. */
export interface MarginToAdd {
  readonly account: VenueAccountId;
  readonly instrument: InstrumentId;
  readonly amount: SettlementE18;
}

const isIsolated = ({ account, leg }: LegStanding): boolean => perpetualIn(account, leg.instrument.id)?.margin.kind === 'isolated';

/** What of the account's free balance can be added to the leg's own margin; 0 of a shared margin, which counts it already, and where nothing can be added now. */
export function addableTo(standing: LegStanding): SettlementE18 {
  const { account, leg: { adding, stop, key } } = standing;
  return (isIsolated(standing) && adding.kind === 'possible' && stop !== 'cancel-all' && key.kind === 'valid' && account.free > 0n ? account.free : 0n) as SettlementE18;
}

/**
 * Whether closing a part of a thin leg is to wait. Of an isolated position venues set free the closed share of its margin with it, so that closing alone changes nothing of the margin use: only together with adding that again
 * a part is enough. Where nothing can be added just now, what need not be cut yet waits; and all waits a moment for margin that is on its way.
 */
export function waitsForMargin(standing: LegStanding, now: number): boolean {
  const { leg: { adding }, rung } = standing;
  if (!isIsolated(standing)) return false;
  return adding.kind === 'under-way' ? now - adding.since < ADDING_PATIENCE_MS : adding.kind !== 'possible' && rung === 'reduce';
}

/** Margin for thin isolated legs out of what lies free in their own accounts, one leg of each account, those that would have to be cut first: the account belongs to the hedge alone, and adding costs nothing that closing would not. Never more than what is free. */
export function marginToMove(input: HedgeInput): readonly MarginToAdd[] {
  const read = [...input.legs, ...input.leaving].map((leg) => legStandingOf(leg, input.oracle, input.policy, input.now)).filter((one): one is LegStanding => !('kind' in one) && one.leg.account.kind === 'known');
  const thin = [...read.filter(({ rung }) => rung === 'cut'), ...read.filter(({ rung }) => rung === 'reduce')].filter(({ contracts }) => contracts !== 0n);
  const first = thin.filter(({ account }, place) => thin.findIndex((one) => one.account.id === account.id) === place);
  return first.flatMap((standing) => {
    const [wanted, free] = [marginToAdd(standing.margin.maintenance, standing.margin.equity, input.policy.ladder.cutTo), addableTo(standing)];
    const amount = wanted < free ? wanted : free;
    return amount > 0n ? [{ account: standing.account.id, instrument: standing.leg.instrument.id, amount }] : [];
  });
}
