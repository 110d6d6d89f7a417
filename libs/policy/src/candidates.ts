import type { RawAmount, UsdE8, Wad } from '@ballast/units';
import type { CollateralLeg, DebtLeg } from '@ballast/positions';
import type { CannotReason } from './decision.js';
import type { DecideInput } from './decide-input.js';
import type { FillOption, PlannedFill } from './fill-option.js';
import { dust, fundsObstacle, fundsOf } from './funds.js';
import { MANDATE_ACTIONS, type MandateTerms } from './mandate.js';
import { healthAfterRepay, healthAfterTopUp, repayToReach, topUpToReach } from './sizing.js';
import type { TriggerPlan } from './trigger.js';

/**
 * A planned call. `max` is what reaches the target and never what the wallet was seen to hold: the guard takes the smallest of it, the
 * wallet's funds and the debt, and a call that takes all of the funds may end below the band. With the observed funds as `max`, one unit
 * given to the wallet in the same block would be left over and the guard would refuse. `min` is the least that is worth moving.
 */
export interface PlannedAction {
  readonly action: 'repay' | 'top-up';
  readonly leg: CollateralLeg | DebtLeg;
  /** What would move at this block. `max` is larger where the wallet gives less than the target needs, and where the whole debt is meant
   * and interest must not leave a rest. */
  readonly amount: RawAmount;
  readonly min: RawAmount;
  readonly max: RawAmount;
  /** null when no debt would be left */
  readonly healthAfter: Wad | null;
  /** The wallet gives less than the target needs. */
  readonly limited: boolean;
}

/** Everything that can be planned. */
export type Plan = PlannedAction | PlannedFill;

/** An action from the wallet that could be taken, or the reason why it could not. */
export type Option =
  | { readonly kind: 'ready'; readonly plan: PlannedAction }
  | { readonly kind: 'unready'; readonly action: 'repay' | 'top-up'; readonly leg: CollateralLeg | DebtLeg | null; readonly reason: CannotReason };

/** Repaying from the wallet towards the plan's target. null where the mandate does not name REPAY. */
export function repayOption(input: DecideInput, terms: MandateTerms, plan: TriggerPlan): Option | null {
  if ((terms.actions & MANDATE_ACTIONS.REPAY) === 0) return null;
  const leg = input.position.debts.find((debt) => debt.asset.address === terms.debt && debt.amount > 0n);
  const unready = (reason: CannotReason): Option => ({ kind: 'unready', action: 'repay', leg: leg ?? null, reason });
  if (leg === undefined) return unready('debt-not-covered');
  if (leg.reserve.paused || !leg.reserve.active) return unready('debt-reserve-paused');
  const wanted = repayToReach(input.position, leg, plan.target);
  const obstacle = fundsObstacle(input, leg, wanted);
  if (obstacle !== null) return unready(obstacle);
  const { available, seen } = fundsOf(input, leg.asset.address);
  const limited = available < wanted;
  const amount = (limited ? available : wanted) as RawAmount;
  const healthAfter = healthAfterRepay(input.position, leg, amount);
  const toBand = repayToReach(input.position, leg, terms.minHf);
  if (limited && seen > available) {
    if (!endsInBand(healthAfter, terms)) return unready('funds-reserved');
    return { kind: 'ready', plan: { action: 'repay', leg, amount, limited, min: smaller(toBand, amount), max: amount, healthAfter } };
  }
  const inFull = wanted === leg.amount;
  const min = limited || inFull ? dust(input, leg.asset.decimals, leg.price) : toBand;
  const max = inFull ? wanted + wanted / 1000n + 1n : wanted;
  // Room for interest is no room in what is reserved.
  return { kind: 'ready', plan: { action: 'repay', leg, amount, limited, min: smaller(min, amount), max: seen > available ? smaller(max, available) : (max as RawAmount), healthAfter } };
}

/** Adding collateral from the wallet towards the plan's target. null where the mandate does not name TOP_UP. */
export function topUpOption(input: DecideInput, terms: MandateTerms, plan: TriggerPlan): Option | null {
  if ((terms.actions & MANDATE_ACTIONS.TOP_UP) === 0) return null;
  const leg = input.position.collaterals.find((collateral) => collateral.asset.address === terms.collateral);
  const unready = (reason: CannotReason): Option => ({ kind: 'unready', action: 'top-up', leg: leg ?? null, reason });
  if (leg === undefined || !leg.enabled || leg.amount === 0n) return unready('collateral-not-enabled');
  if (leg.reserve.frozen || leg.reserve.paused || !leg.reserve.active) return unready('collateral-reserve-frozen');
  const wanted = topUpToReach(input.position, leg, plan.target);
  if (wanted === null) return unready('price-missing');
  const obstacle = fundsObstacle(input, leg, wanted);
  if (obstacle !== null) return unready(obstacle);
  const { available, seen } = fundsOf(input, leg.asset.address);
  const limited = available < wanted;
  const amount = (limited ? available : wanted) as RawAmount;
  const healthAfter = healthAfterTopUp(input.position, leg, amount);
  const isShared = limited && seen > available;
  if (isShared && !endsInBand(healthAfter, terms)) return unready('funds-reserved');
  const least = limited && !isShared ? dust(input, leg.asset.decimals, leg.price) : (topUpToReach(input.position, leg, terms.minHf) ?? amount);
  return { kind: 'ready', plan: { action: 'top-up', leg, amount, limited, min: smaller(least, amount), max: isShared ? amount : wanted, healthAfter } };
}

/** Whether an action that leaves funds in the wallet, because others need them, is one that the guard takes: only one that uses all of them up may end under the band. */
const endsInBand = (healthAfter: Wad | null, { minHf }: MandateTerms): boolean => healthAfter === null || healthAfter >= minHf;

const smaller = (x: bigint, y: bigint): RawAmount => (x < y ? x : y) as RawAmount;

/** What could be done about a position, one option for each action that the mandate names. */
export interface Options {
  readonly repay: Option | null;
  readonly fill: FillOption | null;
  readonly topUp: Option | null;
}

/** Every option that there is, in the order in which they are weighed. */
export const optionsOf = ({ repay, fill, topUp }: Options): readonly (Option | FillOption)[] => [repay, fill, topUp].filter((option) => option !== null);

/**
 * The best of all: of those that reach the signed band in one transaction the cheapest for the owner, which is repaying from the wallet where
 * the wallet has enough, else selling collateral; adding collateral only where neither does, because it is the weaker action (a supply cap
 * or a switched-off flag can undo it). Where none reaches the band, whichever lifts the health highest: it uses all that there is.
 */
export function preferred(plans: readonly Plan[], minHf: Wad, costOf: (plan: Plan) => UsdE8): Plan | null {
  const reaching = plans.filter((plan) => heightOf(plan) >= minHf);
  const strong = reaching.filter((plan) => plan.action !== 'top-up');
  const cheapest = strong.reduce<Plan | null>((best, plan) => (best === null || costOf(plan) < costOf(best) ? plan : best), null);
  const [first] = reaching;
  if (cheapest !== null || first !== undefined) return cheapest ?? first ?? null;
  return plans.reduce<Plan | null>((best, plan) => (best === null || heightOf(plan) > heightOf(best) ? plan : best), null);
}

/** The plans of the options that could be taken now and would move something. */
export const readyPlans = (options: Options): readonly Plan[] => optionsOf(options).flatMap((option) => (option.kind === 'ready' && option.plan.amount > 0n ? [option.plan] : []));

const NO_DEBT_HEIGHT = 1n << 256n;
const heightOf = (plan: Plan): bigint => plan.healthAfter ?? NO_DEBT_HEIGHT;
