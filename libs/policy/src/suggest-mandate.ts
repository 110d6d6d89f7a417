import { WAD, formatHealth, wadFromNumberDown, wadToNumber, type Address, type Bps, type Hash32, type RawAmount, type UsdE8, type Wad } from '@ballast/units';
import type { LendingPosition } from '@ballast/positions';
import { countedCollaterals, owesNothing, totalDebt } from '@ballast/risk';
import { MANDATE_ACTIONS, type MandateTerms } from './mandate.js';

const DAY_SECONDS = 86_400n;
export const SUGGESTED_DAYS = 180;
const MAX_DAYS = 365;
const HIGHEST_TRIGGER = 1_200_000_000_000_000_000n;
const TRIGGER_POWER = 0.8;
const STEP = 10_000_000_000_000_000n;
const FINE_STEP = 100_000_000_000_000n;
const BAND_TOP = 300_000_000_000_000_000n;
/** The widest band that is offered: its width is what a thief could move (execution.md 2.2). */
const WIDEST_BAND = BAND_TOP;
/** The largest value of the guard's uint64 health fields. */
const HIGHEST_SIGNABLE = (1n << 64n) - 1n;

export type SuggestionRefusal =
  | 'no-debt' | 'already-liquidatable' | 'debt-not-found' | 'collateral-not-enabled' | 'price-missing' | 'same-asset' | 'no-action'
  | 'top-up-alone' | 'too-small' | 'trigger-not-above-one' | 'trigger-above-health' | 'band-out-of-order' | 'band-too-wide' | 'days-out-of-range';

export interface SuggestionInput {
  readonly position: LendingPosition;
  readonly collateral: Address;
  readonly debt: Address;
  readonly keepers: Address;
  /** What the guard wants as the next mandate's `prev`. */
  readonly prev: Hash32;
  /** Chain seconds. */
  readonly now: bigint;
  /** Both when left out. */
  readonly actions?: readonly ('repay' | 'top-up')[];
  readonly days?: number;
  /** The owner's own limits in place of the suggested ones. */
  readonly triggerHf?: Wad;
  readonly minHf?: Wad;
  readonly maxHf?: Wad;
  /** What one rescue costs now, where known; a loan that is not worth it is refused. */
  readonly rescueCostUsdE8?: UsdE8;
}

export type MandateSuggestion =
  | { readonly kind: 'suggested'; readonly terms: MandateTerms }
  | { readonly kind: 'refused'; readonly reason: SuggestionRefusal; readonly sentence: string };

/**
 * Outer limits for a mandate (execution.md 2.2): trigger min(1.20, H^0.8) with H the health now, cut to 2 decimals (4 where 2 would
 * leave none above 1); band from trigger + 0.01 to trigger + 0.30; 180 days. The owner's own limits replace them where given and
 * are checked against what the guard and these rules allow.
 */
export function suggestMandate(input: SuggestionInput): MandateSuggestion {
  const health = input.position.reported.health;
  if (owesNothing(input.position)) return refuse('no-debt', 'Nothing is owed, so there is nothing to protect.');
  if (health.kind === 'no-debt') return refuse('price-missing', 'The protocol has no price for what this loan owes.');
  if (health.wad <= WAD) return refuse('already-liquidatable', 'This loan needs action now; a rule would come too late.');
  const unfit = unfitPair(input) ?? unfitActions(input.actions) ?? unfitSize(input) ?? unfitDays(input.days);
  if (unfit !== null) return unfit;
  const triggerHf = input.triggerHf ?? suggestedTrigger(health.wad);
  const minHf = input.minHf ?? ((triggerHf + STEP) as Wad);
  const maxHf = input.maxHf ?? ((triggerHf + BAND_TOP) as Wad);
  const unfitLimits = unfitBand(triggerHf, minHf, maxHf, health.wad);
  if (unfitLimits !== null) return unfitLimits;
  return {
    kind: 'suggested',
    terms: {
      owner: input.position.account, collateral: input.collateral, debt: input.debt, actions: actionBits(input.actions),
      triggerHf, minHf, maxHf,
      maxCostBps: 0n as Bps, fillPerDay: 0n as RawAmount,
      keepers: input.keepers, expiry: input.now + BigInt(input.days ?? SUGGESTED_DAYS) * DAY_SECONDS, prev: input.prev,
    },
  };
}

/** min(1.20, H^0.8), rounded down to a number that can be read out. */
export function suggestedTrigger(health: Wad): Wad {
  const power = wadFromNumberDown(Math.min(wadToNumber(health), 1000) ** TRIGGER_POWER);
  const wished = power < HIGHEST_TRIGGER ? power : HIGHEST_TRIGGER;
  const coarse = wished - (wished % STEP);
  if (coarse > WAD) return coarse as Wad;
  const fine = wished - (wished % FINE_STEP);
  return (fine > WAD ? fine : wished) as Wad;
}

function unfitPair({ position, collateral, debt }: SuggestionInput): MandateSuggestion | null {
  if (collateral === debt) return refuse('same-asset', 'Collateral and debt of a mandate must be two different assets.');
  const owed = position.debts.find((leg) => leg.asset.address === debt && leg.amount > 0n);
  if (owed === undefined) return refuse('debt-not-found', 'This loan owes nothing in that asset.');
  const pledged = countedCollaterals(position).find((leg) => leg.asset.address === collateral);
  if (pledged === undefined) return refuse('collateral-not-enabled', 'That asset is not switched on as collateral for this loan.');
  if (owed.price.kind === 'no-price' || pledged.price.kind === 'no-price') return refuse('price-missing', 'The protocol has no price for an asset of this loan.');
  return null;
}

function unfitActions(actions: SuggestionInput['actions']): MandateSuggestion | null {
  if (actions === undefined) return null;
  if (actions.length === 0) return refuse('no-action', 'A mandate must allow at least one action.');
  return actions.includes('repay') ? null : refuse('top-up-alone', 'Adding collateral is never offered alone: a supply cap or a frozen reserve can stop it. Allow repaying as well.');
}

/** Half of the penalty on the whole debt is the most that a rescue may cost (policy.md section 4). */
function unfitSize({ position, rescueCostUsdE8 }: SuggestionInput): MandateSuggestion | null {
  if (rescueCostUsdE8 === undefined) return null;
  const bonus = countedCollaterals(position).reduce<bigint>((most, leg) => (leg.liquidationBonus > most ? leg.liquidationBonus : most), 0n);
  return rescueCostUsdE8 * 20_000n > bonus * totalDebt(position)
    ? refuse('too-small', 'A rescue would cost more than it saves: alerts are the better deal for this loan.')
    : null;
}

function unfitDays(days: number | undefined): MandateSuggestion | null {
  if (days === undefined || (Number.isInteger(days) && days >= 1 && days <= MAX_DAYS)) return null;
  return refuse('days-out-of-range', `A mandate runs for 1 to ${MAX_DAYS} whole days; ${days} was asked for.`);
}

function unfitBand(triggerHf: Wad, minHf: Wad, maxHf: Wad, health: Wad): MandateSuggestion | null {
  if (triggerHf <= WAD) return refuse('trigger-not-above-one', `The point of action must be above 1.00; ${formatHealth(triggerHf)} was given.`);
  if (triggerHf >= health) return refuse('trigger-above-health', `The health is ${formatHealth(health)}: a rule that acts below ${formatHealth(triggerHf)} would act at once.`);
  if (minHf <= triggerHf || maxHf <= minHf || maxHf > HIGHEST_SIGNABLE) {
    return refuse('band-out-of-order', `An action below ${formatHealth(triggerHf)} must end between two healths above it; ${formatHealth(minHf)} to ${formatHealth(maxHf)} was given.`);
  }
  return maxHf - minHf > WIDEST_BAND ? refuse('band-too-wide', `The band may be at most ${formatHealth(WIDEST_BAND as Wad)} wide: its width is what a thief could move.`) : null;
}

function actionBits(actions: SuggestionInput['actions']): number {
  const allowed = actions ?? ['repay', 'top-up'];
  return (allowed.includes('repay') ? MANDATE_ACTIONS.REPAY : 0) | (allowed.includes('top-up') ? MANDATE_ACTIONS.TOP_UP : 0);
}

const refuse = (reason: SuggestionRefusal, sentence: string): MandateSuggestion => ({ kind: 'refused', reason, sentence });
