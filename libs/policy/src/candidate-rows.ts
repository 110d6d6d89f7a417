import { formatHealth, formatPercentUp, formatTokenAmount, formatUsd, formatUsdCents, wadToNumber, type RawAmount, type Rounding, type UsdE8 } from '@ballast/units';
import type { CollateralLeg, DebtLeg } from '@ballast/positions';
import { CHANCE_FLOOR } from '@ballast/risk';
import type { Option, Plan, PlannedAction } from './candidates.js';
import type { DecideInput } from './decide-input.js';
import type { Candidate, CannotReason, Stakes } from './decision.js';
import type { FillOption, PlannedFill } from './fill-option.js';
import type { MandateTerms } from './mandate.js';
import { isTooDear, type Priced } from './priced.js';

/** What the rows of a decision are made of beside the options themselves. */
export interface RowFacts {
  readonly terms: MandateTerms;
  readonly prices: readonly Priced[];
  /** What will be done; null where nothing is. */
  readonly chosen: Plan | null;
  /** The best of all that could be done, done or not. */
  readonly best: Plan | null;
}

/** The row of an option in the record of what was weighed. */
export function optionCandidate(option: Option | FillOption, facts: RowFacts, whyNotReady: (reason: CannotReason) => string): Candidate {
  const none = { amount: 0n as RawAmount, costUsdE8: 0n as UsdE8, costs: null, avertedUsdE8: null, healthAfter: null };
  if (option.kind === 'unpriced') return { ...none, action: 'fill', asset: option.leg.asset, verdict: 'possible', why: 'Selling collateral is possible; what it would cost is looked at when it is needed.' };
  if (option.kind === 'unready') return { ...none, action: option.action, asset: option.leg?.asset ?? null, verdict: 'impossible', why: whyNotReady(option.reason) };
  const { plan } = option;
  const price = facts.prices.find((each) => each.plan === plan);
  const row = { action: plan.action, asset: plan.leg.asset, amount: plan.amount, healthAfter: plan.healthAfter } as const;
  const what = plan.action === 'fill' ? whyFill(plan) : whyReady(plan, price?.costUsdE8 ?? none.costUsdE8);
  const costs = price === undefined ? none : { costUsdE8: price.costUsdE8, costs: price.costs, avertedUsdE8: price.avertedUsdE8 };
  if (plan === facts.chosen) return { ...row, ...costs, verdict: 'chosen', why: what };
  return { ...row, ...costs, verdict: 'possible', why: [what, whyNotChosen(plan, price, facts)].filter((part) => part !== null).join(' ') };
}

/** Why what could be done is not what is done; null where nothing needs doing. */
function whyNotChosen(plan: Plan, price: Priced | undefined, { chosen, best, terms }: RowFacts): string | null {
  if (chosen === null) {
    return plan === best && price !== undefined && price.avertedUsdE8 !== null && isTooDear(price) ? `It would cost more than the ${formatUsdCents(price.avertedUsdE8, 'down')} that it can be expected to save.` : null;
  }
  const [mine, its] = [plan, chosen].map(({ healthAfter }) => healthAfter === null || healthAfter >= terms.minHf);
  if (!mine && its) return 'Not chosen: it does not reach the signed band.';
  if (!mine) return 'Not chosen: it lifts the health less.';
  return plan.action === 'top-up' ? 'Not chosen: adding collateral is the weaker action.' : 'Not chosen: it is dearer.';
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

/** What waiting may be expected to lose: the chance of a liquidation within the horizon x what it would take. */
export function waitCandidate(input: DecideInput, stakes: Stakes | null, chosen: boolean): Candidate {
  const healthAfter = input.report.health.kind === 'ratio' ? input.report.health.wad : null;
  const base = { action: 'wait', asset: null, amount: 0n as RawAmount, costs: null, avertedUsdE8: null, healthAfter, verdict: chosen ? 'chosen' : 'possible' } as const;
  if (healthAfter === null) return { ...base, costUsdE8: 0n as UsdE8, why: 'Nothing is owed, so nothing can be liquidated.' };
  const loss = stakes?.lossUsdE8 ?? input.report.lossIfLiquidatedUsdE8;
  if (stakes === null || !stakes.chanceKnown) return { ...base, costUsdE8: loss, why: `The chance is not known; a liquidation would cost ${formatUsd(loss, 'up')}.` };
  const chance = wadToNumber(stakes.chance);
  const shown = chance < CHANCE_FLOOR ? 'under 1%' : `about ${Math.ceil(chance * 1000 - 1e-9) / 10}%`;
  return { ...base, costUsdE8: stakes.expectedUsdE8, why: `The chance of liquidation within three days is ${shown}; it would cost ${formatUsd(loss, 'up')}${BECAUSE[stakes.because]}.` };
}

const BECAUSE: Readonly<Record<Stakes['because'], string>> = {
  usual: '',
  jump: ', the whole debt repaid at once, because the price may jump past the threshold',
  'thin-market': ', all that is in the loan, because the market is too thin for anybody to liquidate it in time',
};
