import { cometGuardCalls, morphoGuardCalls, venusGuardCalls, type GuardName, type MandateMessage, type MorphoMandateMessage } from '@ballast/contracts';
import { MANDATE_ACTIONS } from '@ballast/policy';
import { WAD, mulDivDown, type Address, type Bps, type RawAmount, type Wad } from '@ballast/units';
import type { ActionLimits, PlannedCall } from './calls.js';
import { fillToReachUp, healthDown, mostOutDown, repayToReachUp, topUpToReachUp, type VenueLoan } from './venue-loans.js';

/** Of a mandate, what its actions are planned by. */
export interface VenueTerms {
  readonly actions: number;
  readonly triggerHf: Wad;
  readonly minHf: Wad;
  readonly maxHf: Wad;
  readonly maxCostBps: Bps;
}

/** What the owner makes available at the block; all zero where nothing is. */
export interface VenueFunds {
  /** min(balance, allowance) of the debt token, and of the collateral token. */
  readonly toRepay: RawAmount;
  readonly toAdd: RawAmount;
  /** Debt units that FILL may repay by the guard's `preview`, and collateral that it may pay out. */
  readonly maxFill: RawAmount;
  readonly maxOut: RawAmount;
}

/** `max` is what reaches the target, never what the wallet was seen to hold; `out` is for `max`. */
export type VenuePlan =
  | { readonly action: 'repay' | 'top-up'; readonly min: RawAmount; readonly max: RawAmount }
  | { readonly action: 'fill'; readonly min: RawAmount; readonly max: RawAmount; readonly out: RawAmount }
  | { readonly action: 'none'; readonly reason: 'not-triggered' | 'no-action-named' | 'nothing-available' | 'does-not-help' };

/** How far inside both ends of the band an action is aimed: a stranger's gift of a unit must not push it out. */
const INSIDE = (WAD / 100n) as Wad;

/** The target as near as it may be: 0.01 inside both ends of the band, or its middle where it is narrower than that. */
export function aimInside(target: Wad, { minHf, maxHf }: Pick<VenueTerms, 'minHf' | 'maxHf'>): Wad {
  if (maxHf - minHf < 2n * INSIDE) return ((minHf + maxHf) / 2n) as Wad;
  if (target < minHf + INSIDE) return (minHf + INSIDE) as Wad;
  return (target > maxHf - INSIDE ? maxHf - INSIDE : target) as Wad;
}

/** A wanted action and whether what is available reaches the target. */
interface Wanted {
  readonly plan: VenuePlan;
  readonly available: boolean;
  readonly reaches: boolean;
}

/**
 * What to do about a loan on Morpho, Compound III or Venus: repaying from the wallet where that reaches the target, else a fill, else adding
 * collateral; where none of them reaches it, the first of the three that has anything to move. `costBps` is the fill's, at most the mandate's.
 */
export function planVenue(loan: VenueLoan, terms: VenueTerms, funds: VenueFunds, target: Wad, costBps: Bps = terms.maxCostBps): VenuePlan {
  const health = healthDown(loan);
  if (health === null || health >= terms.triggerHf) return { action: 'none', reason: 'not-triggered' };
  const aim = aimInside(target, terms);
  const named = (bit: number): boolean => (terms.actions & bit) !== 0;
  const wanted = [
    ...(named(MANDATE_ACTIONS.REPAY) ? [repayment(loan, terms, funds, aim)] : []),
    ...(named(MANDATE_ACTIONS.FILL) ? [fill(loan, terms, funds, aim, costBps < terms.maxCostBps ? costBps : terms.maxCostBps)] : []),
    ...(named(MANDATE_ACTIONS.TOP_UP) ? [topUp(loan, terms, funds, aim)] : []),
  ];
  if (wanted.length === 0) return { action: 'none', reason: 'no-action-named' };
  const able = wanted.filter((one): one is Wanted => one?.available === true);
  const chosen = able.find(({ reaches }) => reaches) ?? able[0];
  return chosen?.plan ?? { action: 'none', reason: wanted.every((one) => one === null) ? 'does-not-help' : 'nothing-available' };
}

function repayment(loan: VenueLoan, terms: VenueTerms, { toRepay }: VenueFunds, aim: Wad): Wanted {
  const needed = repayToReachUp(loan, aim);
  const reaches = toRepay >= needed;
  // Interest must not leave a rest of a debt that is meant to end; the guard moves no more than is owed.
  const inFull = needed === loan.debt;
  const max = inFull ? needed + needed / 1_000n + 1n : needed;
  return { plan: { action: 'repay', min: least(reaches && !inFull, repayToReachUp(loan, terms.minHf), needed), max: max as RawAmount }, available: toRepay > 0n, reaches };
}

function topUp(loan: VenueLoan, terms: VenueTerms, { toAdd }: VenueFunds, aim: Wad): Wanted | null {
  const needed = topUpToReachUp(loan, aim);
  if (needed === null) return null;
  const reaches = toAdd >= needed;
  return { plan: { action: 'top-up', min: least(reaches, topUpToReachUp(loan, terms.minHf) ?? needed, needed), max: needed }, available: toAdd > 0n, reaches };
}

function fill(loan: VenueLoan, terms: VenueTerms, { maxFill, maxOut }: VenueFunds, aim: Wad, costBps: Bps): Wanted | null {
  const needed = fillToReachUp(loan, aim, costBps);
  if (needed === null) return null;
  // The day budget and the collateral limit what is offered, so that the keeper borrows no more than can move.
  const offered = needed < maxFill ? needed : maxFill;
  const out = mostOutDown(loan, offered, costBps);
  const fits = out <= maxOut;
  const max = (fits || out === 0n ? offered : mulDivDown(offered, maxOut, out)) as RawAmount;
  const min = least(max === needed && needed < loan.debt, fillToReachUp(loan, terms.minHf, costBps) ?? max, max);
  return { plan: { action: 'fill', min, max, out: mostOutDown(loan, max, costBps) }, available: max > 0n, reaches: max === needed };
}

/** The least worth doing: what just reaches the band where that can be had, else anything at all. */
const least = (reachable: boolean, toBand: bigint, most: bigint): RawAmount => (!reachable ? 1n : toBand < most ? toBand : most) as RawAmount;

/** A mandate with the guard it was signed for. */
export type VenueMandate =
  | { readonly guard: Extract<GuardName, 'MorphoGuard'>; readonly address: Address; readonly terms: MorphoMandateMessage }
  | { readonly guard: Extract<GuardName, 'CometGuard' | 'VenusGuard'>; readonly address: Address; readonly terms: MandateMessage };

/**
 * The keeper's own call to the guard for a plan; for a fill it pays with its own tokens, which it must have approved.
 * @param deadline chain seconds, the last at which the call may act
 * @throws RangeError for a fill where the guard has none, and for a plan of nothing
 */
export function encodeVenuePlan(mandate: VenueMandate, plan: VenuePlan, deadline: bigint): PlannedCall {
  if (plan.action === 'none') throw new RangeError(`plan: expected an action, got none (${plan.reason})`);
  const to = mandate.address;
  const { min, max }: Pick<ActionLimits, 'min' | 'max'> = plan;
  if (mandate.guard === 'MorphoGuard') {
    if (plan.action === 'fill') return { to, data: morphoGuardCalls.fill.encode(mandate.terms, min, max, plan.out, deadline) };
    return { to, data: morphoGuardCalls[plan.action === 'repay' ? 'repay' : 'topUp'].encode(mandate.terms, min, max, deadline) };
  }
  if (plan.action === 'fill') throw new RangeError(`plan: ${mandate.guard} has no fill`);
  const calls = mandate.guard === 'CometGuard' ? cometGuardCalls : venusGuardCalls;
  return { to, data: calls[plan.action === 'repay' ? 'repay' : 'topUp'].encode(mandate.terms, min, max, deadline) };
}
