import { WAD, formatHealth, wadFromNumberDown, wadToNumber, type Address, type Bps, type Hash32, type RawAmount, type UsdE8, type Wad } from '@ballast/units';
import type { LendingPosition } from '@ballast/positions';
import { countedCollaterals, owesNothing, totalDebt } from '@ballast/risk';
import { MANDATE_ACTIONS, type MandateTerms } from './mandate.js';
import { suggestFill, type FillOffer, type FillRefusal, type FillSuggestion } from './suggest-fill.js';

const DAY_SECONDS = 86_400n;
export const SUGGESTED_DAYS = 180;
const MAX_DAYS = 365;
const HIGHEST_TRIGGER = 1_200_000_000_000_000_000n;
const TRIGGER_POWER = 0.8;
const STEP = 10_000_000_000_000_000n;
const FINE_STEP = 100_000_000_000_000n;
const BAND_TOP = 300_000_000_000_000_000n;
/** Where both prices move together little is needed: acts below 1.03, ends between 1.04 and 1.10. */
const RATIO_TRIGGER = 1_030_000_000_000_000_000n;
const RATIO_BAND_TOP = 70_000_000_000_000_000n;
/** A collateral of an e-mode that counts with this much moves with what may be borrowed against it. */
const RATIO_THRESHOLD = 9_000n;
/** The widest band that is offered: its width is what a thief could move (execution.md 2.2). */
const WIDEST_BAND = BAND_TOP;
/** The largest value of the guard's uint64 health fields. */
const HIGHEST_SIGNABLE = (1n << 64n) - 1n;

export type SuggestionRefusal =
  | 'no-debt' | 'already-liquidatable' | 'debt-not-found' | 'collateral-not-enabled' | 'price-missing' | 'same-asset' | 'no-action'
  | 'top-up-alone' | 'too-small' | 'trigger-not-above-one' | 'trigger-above-health' | 'band-out-of-order' | 'band-too-wide' | 'days-out-of-range' | FillRefusal;

export type OfferedAction = 'repay' | 'top-up' | 'fill';

export interface SuggestionInput {
  readonly position: LendingPosition;
  readonly collateral: Address;
  readonly debt: Address;
  readonly keepers: Address;
  /** What the guard wants as the next mandate's `prev`. */
  readonly prev: Hash32;
  /** Chain seconds. */
  readonly now: bigint;
  /** When left out: repaying and adding collateral from the wallet, and selling collateral where that is offered for the pair. */
  readonly actions?: readonly OfferedAction[];
  readonly days?: number;
  /** The owner's own limits in place of the suggested ones. */
  readonly triggerHf?: Wad;
  readonly minHf?: Wad;
  readonly maxHf?: Wad;
  readonly maxCostBps?: Bps;
  readonly fillPerDay?: RawAmount;
  /** What one rescue costs now, where known; a loan that is not worth it is refused. */
  readonly rescueCostUsdE8?: UsdE8;
  /** What is known of selling this collateral for this debt; left out where it is not offered at all. */
  readonly fill?: FillOffer;
  /** The pair's prices follow the market later than others: it acts earlier. */
  readonly slowFeed?: boolean;
}

export type MandateSuggestion =
  /** `notes`: what these terms do not cover, one sentence each. */
  | { readonly kind: 'suggested'; readonly terms: MandateTerms; readonly notes: readonly string[] }
  | { readonly kind: 'refused'; readonly reason: SuggestionRefusal; readonly sentence: string };

/**
 * Outer limits for a mandate (execution.md 2.2): trigger min(1.20, H^0.8) with H the health now, cut to 2 decimals (4 where 2 would
 * leave none above 1); band from trigger + 0.01 to trigger + 0.30; 180 days. A pair with a slow feed: 1.20, 1.21 to 1.50; one whose prices
 * move together: 1.03, 1.04 to 1.10. The owner's own limits replace them where given and are checked against what the guard and these rules allow.
 */
export function suggestMandate(input: SuggestionInput): MandateSuggestion {
  const health = input.position.reported.health;
  if (owesNothing(input.position)) return refuse('no-debt', 'Nothing is owed, so there is nothing to protect.');
  if (health.kind === 'no-debt') return refuse('price-missing', 'The protocol has no price for what this loan owes.');
  if (health.wad <= WAD) return refuse('already-liquidatable', 'This loan needs action now; a rule would come too late.');
  const unfit = unfitPair(input) ?? unfitActions(input.actions) ?? unfitSize(input) ?? unfitDays(input.days);
  if (unfit !== null) return unfit;
  const { triggerHf, minHf, maxHf } = bandOf(input, health.wad);
  const unfitLimits = unfitBand(triggerHf, minHf, maxHf, health.wad);
  if (unfitLimits !== null) return unfitLimits;
  const fill = fillOf(input, { triggerHf, minHf, maxHf });
  if (fill?.kind === 'not-offered' && input.actions?.includes('fill') === true) return refuse(fill.reason, fill.sentence);
  const note = fill === null ? null : fill.kind === 'offered' ? fill.warning : fill.sentence;
  const sold = fill?.kind === 'offered' ? fill : null;
  return {
    kind: 'suggested',
    terms: {
      owner: input.position.account, collateral: input.collateral, debt: input.debt, actions: actionBits(input.actions ?? ['repay', 'top-up'], sold !== null),
      triggerHf, minHf, maxHf,
      maxCostBps: sold?.maxCostBps ?? (0n as Bps), fillPerDay: sold?.fillPerDay ?? (0n as RawAmount),
      keepers: input.keepers, expiry: input.now + BigInt(input.days ?? SUGGESTED_DAYS) * DAY_SECONDS, prev: input.prev,
    },
    notes: note === null ? [] : [note],
  };
}

/** The suggested limits for this health, each replaced by the owner's own where given. */
function bandOf(input: SuggestionInput, health: Wad): { readonly triggerHf: Wad; readonly minHf: Wad; readonly maxHf: Wad } {
  const isRatio = movesTogether(input.position, input.collateral) && health > RATIO_TRIGGER;
  const usual = input.slowFeed === true && health > HIGHEST_TRIGGER ? (HIGHEST_TRIGGER as Wad) : suggestedTrigger(health);
  const triggerHf = input.triggerHf ?? (isRatio ? (RATIO_TRIGGER as Wad) : usual);
  return { triggerHf, minHf: input.minHf ?? ((triggerHf + STEP) as Wad), maxHf: input.maxHf ?? ((triggerHf + (isRatio ? RATIO_BAND_TOP : BAND_TOP)) as Wad) };
}

/** Whether collateral and debt move together: an e-mode in which the collateral counts with 90% or more. What may be borrowed there is of the same kind. */
export function movesTogether(position: LendingPosition, collateral: Address): boolean {
  const leg = countedCollaterals(position).find(({ asset }) => asset.address === collateral);
  return position.eMode.kind === 'category' && leg !== undefined && leg.liquidationThreshold >= RATIO_THRESHOLD;
}

/** Selling collateral within these limits; null where the owner left it out or nobody offers it. */
function fillOf(input: SuggestionInput, band: { readonly triggerHf: Wad; readonly minHf: Wad; readonly maxHf: Wad }): FillSuggestion | null {
  const isWanted = input.actions?.includes('fill') ?? input.fill !== undefined;
  const collateral = countedCollaterals(input.position).find(({ asset }) => asset.address === input.collateral);
  const debt = input.position.debts.find(({ asset }) => asset.address === input.debt);
  if (!isWanted || collateral === undefined || debt === undefined) return null;
  return suggestFill({ position: input.position, collateral, debt, ...band, offer: input.fill ?? NOT_OFFERED, maxCostBps: input.maxCostBps, fillPerDay: input.fillPerDay });
}

const NOT_OFFERED: FillOffer = { deviationBps: null, coinUsdE8: null, swappable: null };

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
  return actions.some((action) => action !== 'top-up') ? null : refuse('top-up-alone', 'Adding collateral is never offered alone: a supply cap or a frozen reserve can stop it. Allow repaying as well.');
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

function actionBits(allowed: readonly OfferedAction[], canFill: boolean): number {
  return (allowed.includes('repay') ? MANDATE_ACTIONS.REPAY : 0) | (allowed.includes('top-up') ? MANDATE_ACTIONS.TOP_UP : 0) | (canFill ? MANDATE_ACTIONS.FILL : 0);
}

const refuse = (reason: SuggestionRefusal, sentence: string): MandateSuggestion => ({ kind: 'refused', reason, sentence });
