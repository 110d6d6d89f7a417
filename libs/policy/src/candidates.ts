import { WAD, formatHealth, formatPercentUp, formatTokenAmount, formatUsd, formatUsdCents, mulDivUp, oneToken, wadFromNumberUp, type Address, type RawAmount, type Rounding, type UsdE8, type Wad } from '@ballast/units';
import type { CollateralLeg, DebtLeg, OraclePrice, WalletFunds } from '@ballast/positions';
import type { Candidate, CannotReason } from './decision.js';
import { DEFAULT_LIMITS, type DecideInput } from './decide-input.js';
import type { FillOption, PlannedFill } from './fill-option.js';
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

/** min(balance, allowance) is what the guard can take. */
function fundsOf(input: DecideInput, asset: Address): { readonly available: bigint; readonly balance: bigint; readonly allowance: bigint } {
  const funds: WalletFunds | undefined = input.position.wallet.find((entry) => entry.asset.address === asset);
  const balance = funds?.balance ?? 0n;
  const allowance = funds?.allowance ?? 0n;
  return { available: balance < allowance ? balance : allowance, balance, allowance };
}

/** Token units worth the least amount that an action should move, rounded up, at least 1. */
export function dust(input: DecideInput, decimals: number, price: OraclePrice): bigint {
  const least = (input.limits ?? DEFAULT_LIMITS).minActionUsdE8;
  if (price.kind === 'no-price') return 1n;
  const units = mulDivUp(least, oneToken(decimals), price.usdE8);
  return units > 0n ? units : 1n;
}

/** Why the wallet cannot pay `wanted` in full or at least more than dust; null when it can. */
function fundsObstacle(input: DecideInput, leg: CollateralLeg | DebtLeg, wanted: bigint): CannotReason | null {
  const { available, balance, allowance } = fundsOf(input, leg.asset.address);
  const least = dust(input, leg.asset.decimals, leg.price);
  const needed = wanted > 0n && wanted < least ? wanted : least;
  if (available > 0n && available >= needed) return null;
  if (balance === 0n) return 'wallet-empty';
  if (balance >= needed || allowance === 0n) return 'allowance-missing';
  return 'below-minimum';
}

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
  const { available } = fundsOf(input, leg.asset.address);
  const limited = available < wanted;
  const amount = (limited ? available : wanted) as RawAmount;
  const inFull = wanted === leg.amount;
  const least = dust(input, leg.asset.decimals, leg.price);
  const min = limited || inFull ? least : repayToReach(input.position, leg, terms.minHf);
  return {
    kind: 'ready',
    plan: {
      action: 'repay', leg, amount, limited,
      min: smaller(min, amount),
      max: (inFull ? wanted + wanted / 1000n + 1n : wanted) as RawAmount,
      healthAfter: healthAfterRepay(input.position, leg, amount),
    },
  };
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
  const { available } = fundsOf(input, leg.asset.address);
  const limited = available < wanted;
  const amount = (limited ? available : wanted) as RawAmount;
  const least = limited ? dust(input, leg.asset.decimals, leg.price) : (topUpToReach(input.position, leg, terms.minHf) ?? amount);
  return {
    kind: 'ready',
    plan: { action: 'top-up', leg, amount, limited, min: smaller(least, amount), max: wanted, healthAfter: healthAfterTopUp(input.position, leg, amount) },
  };
}

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
export function preferred(options: Options, minHf: Wad, rescueCostUsdE8: UsdE8): Plan | null {
  const plans = optionsOf(options).flatMap((option) => (option.kind === 'ready' && option.plan.amount > 0n ? [option.plan] : []));
  const reaching = plans.filter((plan) => heightOf(plan) >= minHf);
  const strong = reaching.filter((plan) => plan.action !== 'top-up');
  const cheapest = strong.reduce<Plan | null>((best, plan) => (best === null || costOf(plan, rescueCostUsdE8) < costOf(best, rescueCostUsdE8) ? plan : best), null);
  const [first] = reaching;
  if (cheapest !== null || first !== undefined) return cheapest ?? first ?? null;
  return plans.reduce<Plan | null>((best, plan) => (best === null || heightOf(plan) > heightOf(best) ? plan : best), null);
}

const NO_DEBT_HEIGHT = 1n << 256n;
const heightOf = (plan: Plan): bigint => plan.healthAfter ?? NO_DEBT_HEIGHT;
/** An action from the wallet costs its gas; a fill keeps its gas from what it sells. */
const costOf = (plan: Plan, rescueCostUsdE8: UsdE8): UsdE8 => (plan.action === 'fill' ? plan.costUsdE8 : rescueCostUsdE8);

/** The row of an option in the record of what was weighed. */
export function optionCandidate(option: Option | FillOption, input: DecideInput, chosen: boolean, whyNotReady: (reason: CannotReason) => string): Candidate {
  const none = { amount: 0n as RawAmount, costUsdE8: 0n as UsdE8, healthAfter: null };
  if (option.kind === 'unpriced') return { ...none, action: 'fill', asset: option.leg.asset, verdict: 'possible', why: 'Selling collateral is possible; what it would cost is looked at when it is needed.' };
  if (option.kind === 'unready') return { ...none, action: option.action, asset: option.leg?.asset ?? null, verdict: 'impossible', why: whyNotReady(option.reason) };
  const { plan } = option;
  return {
    action: plan.action, asset: plan.leg.asset, amount: plan.amount, costUsdE8: costOf(plan, input.rescueCostUsdE8), healthAfter: plan.healthAfter,
    verdict: chosen ? 'chosen' : 'possible', why: plan.action === 'fill' ? whyFill(plan) : whyReady(plan, input.rescueCostUsdE8),
  };
}

function whyFill(plan: PlannedFill): string {
  const text = (amount: bigint, { asset }: CollateralLeg | DebtLeg, rounding: Rounding): string => formatTokenAmount(amount, asset.decimals, { symbol: asset.symbol, rounding });
  const outcome = plan.healthAfter === null ? 'leaves no debt' : `brings the health to ${formatHealth(plan.healthAfter)}`;
  const limit = plan.limited ? ' It is all that the budget and the permission leave.' : '';
  const when = plan.atTrigger ? 'At the health where Ballast acts, selling' : 'Selling';
  return `${when} at most ${text(plan.out, plan.sold, 'up')} to repay ${text(plan.amount, plan.leg, 'down')} ${outcome} and costs ${formatUsdCents(plan.costUsdE8)}, gas included (${formatPercentUp(plan.costBps)}).${limit}`;
}

function whyReady(plan: PlannedAction, costUsdE8: UsdE8): string {
  if (plan.amount === 0n) return 'Nothing to do: the health is at the target already.';
  const amount = formatTokenAmount(plan.amount, plan.leg.asset.decimals, { symbol: plan.leg.asset.symbol });
  const deed = plan.action === 'repay' ? `Repaying ${amount}` : `Adding ${amount} as collateral`;
  const limit = plan.limited ? ' It is all that the wallet may give.' : '';
  const outcome = plan.healthAfter === null ? 'leaves no debt' : `brings the health to ${formatHealth(plan.healthAfter)}`;
  return `${deed} ${outcome} and costs ${formatUsdCents(costUsdE8)} of gas.${limit}`;
}

/** What doing nothing costs: the chance of liquidation within a day x what it would take. */
export function waitCandidate(input: DecideInput, chosen: boolean): Candidate {
  const day = input.report.chances.find((chance) => chance.horizonHours === 24);
  const loss = input.report.lossIfLiquidatedUsdE8;
  const healthAfter = input.report.health.kind === 'ratio' ? input.report.health.wad : null;
  const base = { action: 'wait', asset: null, amount: 0n as RawAmount, healthAfter, verdict: chosen ? 'chosen' : 'possible' } as const;
  if (healthAfter === null) return { ...base, costUsdE8: 0n as UsdE8, why: 'Nothing is owed, so nothing can be liquidated.' };
  if (day === undefined) return { ...base, costUsdE8: loss, why: `The chance is not known; a liquidation would cost ${formatUsd(loss, 'up')}.` };
  const chance = day.kind === 'floor' ? day.below : day.value;
  const costUsdE8 = mulDivUp(loss, wadFromNumberUp(chance), WAD) as UsdE8;
  const shown = day.kind === 'floor' ? `under 1 in ${Math.floor(1 / day.below + 1e-9).toLocaleString('en-US')}` : `about ${Math.ceil(chance * 1000 - 1e-9) / 10}%`;
  return { ...base, costUsdE8, why: `The chance of liquidation within a day is ${shown}; it would cost ${formatUsd(loss, 'up')}.` };
}
