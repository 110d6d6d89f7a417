import { mulDivUp, type UsdE8, type Wad } from '@ballast/units';
import type { LendingPosition } from '@ballast/positions';
import type { Plan } from './candidates.js';
import type { DecideInput } from './decide-input.js';
import type { Costs, Stakes } from './decision.js';
import type { PlannedFill } from './fill-option.js';
import { withCollateral, withRepaid } from './position-after.js';
import { debtValue } from './sizing.js';
import { avertedBy, stakesOf, type MarketSigns } from './stakes.js';

/** A plan with what it costs and what it averts. */
export interface Priced {
  readonly plan: Plan;
  readonly costs: Costs;
  readonly costUsdE8: UsdE8;
  /** null where the plan is one for a later price, so that today's stakes say nothing of it. */
  readonly avertedUsdE8: UsdE8 | null;
}

const ZERO = 0n as UsdE8;
export const FREE: Costs = { gasUsdE8: ZERO, tradeUsdE8: ZERO, premiumUsdE8: ZERO, carryUsdE8: ZERO };
export const totalOf = ({ gasUsdE8, tradeUsdE8, premiumUsdE8, carryUsdE8 }: Costs): UsdE8 => (gasUsdE8 + tradeUsdE8 + premiumUsdE8 + carryUsdE8) as UsdE8;

/** What a plan costs its owner, whoever pays the gas, and the part of the stakes that it takes away. */
export function priced(input: DecideInput, plan: Plan, before: Stakes, signs: MarketSigns): Priced {
  const costs = costsOf(plan, input.rescueCostUsdE8);
  const averted = plan.action === 'fill' && plan.atTrigger ? null : avertedBy(before, stakesOf(input, positionAfter(input.position, plan), signs));
  return { plan, costs, costUsdE8: totalOf(costs), avertedUsdE8: averted };
}

/**
 * An action from the wallet costs its gas: funds that lie in a wallet earn nothing there. A fill costs what policy.md counts as trading costs
 * (convention A): its gas, which the keeper keeps of what is sold, the loan's premium, what the sale loses against the protocol's price, and as much
 * again for buying the collateral back later. The gas of buying back is left out, as it is for what a liquidation sells.
 */
export function costsOf(plan: Plan, rescueCostUsdE8: UsdE8): Costs {
  return plan.action === 'fill' ? costsOfFill(plan) : { ...FREE, gasUsdE8: rescueCostUsdE8 };
}

function costsOfFill({ leg, call, premium, costUsdE8 }: PlannedFill): Costs {
  const gasUsdE8 = debtValue(leg, call.lane === 'flash' ? call.keeps : 0n) as UsdE8;
  const premiumUsdE8 = debtValue(leg, premium) as UsdE8;
  const rest = costUsdE8 - gasUsdE8 - premiumUsdE8;
  const tradeUsdE8 = (rest > 0n ? rest : 0n) as UsdE8;
  return { gasUsdE8, premiumUsdE8, tradeUsdE8, carryUsdE8: tradeUsdE8 };
}

/** The position as the plan would leave it at this block. The surplus of a fill counts as repaid only through `healthAfter`. */
export function positionAfter(position: LendingPosition, plan: Plan): LendingPosition {
  if (plan.action === 'fill') return withRepaid(withCollateral(position, plan.sold, -plan.out), plan.leg, plan.amount);
  return 'liquidationThreshold' in plan.leg ? withCollateral(position, plan.leg, plan.amount) : withRepaid(position, plan.leg, plan.amount);
}

/** Whether what is averted is less than what it costs. What is not known never says so. */
export const isTooDear = ({ costUsdE8, avertedUsdE8 }: Priced): boolean => avertedUsdE8 !== null && costUsdE8 > avertedUsdE8;

/** Dollars with 8 decimals for so much gas, at the price of a rescue's gas, rounded up. */
export const gasAt = (rescueCostUsdE8: UsdE8, gas: bigint, rescueGas: bigint): UsdE8 => mulDivUp(rescueCostUsdE8, gas, rescueGas) as UsdE8;

/** The health factor that a position reads, where it owes something. */
export const wadOf = (health: LendingPosition['reported']['health']): Wad | null => (health.kind === 'ratio' ? health.wad : null);
