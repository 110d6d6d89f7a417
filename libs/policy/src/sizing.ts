import { WAD, mulDivDown, mulDivUp, oneToken, type RawAmount, type Wad } from '@ballast/units';
import type { CollateralLeg, DebtLeg, LendingPosition } from '@ballast/positions';
import { aaveHealth, totalDebt, weightedCollateral } from '@ballast/risk';

const PERCENTAGE_FACTOR = 10_000n;

/** The health after repaying `amount` of the leg's debt; null when no debt is left. Debt is valued rounding up, as Aave does. */
export function healthAfterRepay(position: LendingPosition, leg: DebtLeg, amount: bigint): Wad | null {
  const rest = amount >= leg.amount ? 0n : leg.amount - amount;
  const others = totalDebt(position) - leg.valueUsdE8;
  const health = aaveHealth(weightedCollateral(position), others + debtValue(leg, rest));
  return health.kind === 'ratio' ? health.wad : null;
}

/** The health after adding `amount` to the collateral leg; null when there is no debt. */
export function healthAfterTopUp(position: LendingPosition, leg: CollateralLeg, amount: bigint): Wad | null {
  const health = aaveHealth(weightedCollateral(position) + (collateralValue(leg, leg.amount + amount) - leg.valueUsdE8) * leg.liquidationThreshold, totalDebt(position));
  return health.kind === 'ratio' ? health.wad : null;
}

/**
 * The least repayment after which the health is `goal` or more: x = D (1 - HF/g) in exact arithmetic, rounded up to a whole unit.
 * The whole debt of the leg where other debts keep the health under the goal; 0 where it is there already.
 */
export function repayToReach(position: LendingPosition, leg: DebtLeg, goal: Wad): RawAmount {
  const others = totalDebt(position) - leg.valueUsdE8;
  const allowedDebt = mulDivDown(weightedCollateral(position), WAD, goal * PERCENTAGE_FACTOR) - others;
  if (allowedDebt <= 0n || leg.price.kind === 'no-price') return leg.amount;
  const kept = mulDivDown(allowedDebt, oneToken(leg.asset.decimals), leg.price.usdE8);
  return (kept >= leg.amount ? 0n : leg.amount - kept) as RawAmount;
}

/** The least addition after which the health is `goal` or more: x = (g D - Cw) / LT in exact arithmetic, rounded up; null where it cannot help. */
export function topUpToReach(position: LendingPosition, leg: CollateralLeg, goal: Wad): RawAmount | null {
  if (leg.price.kind === 'no-price' || leg.liquidationThreshold === 0n) return null;
  const others = weightedCollateral(position) - leg.valueUsdE8 * leg.liquidationThreshold;
  const needed = mulDivUp(goal * PERCENTAGE_FACTOR, totalDebt(position), WAD) - others;
  if (needed <= 0n) return 0n as RawAmount;
  const value = mulDivUp(needed, 1n, leg.liquidationThreshold);
  const held = mulDivUp(value, oneToken(leg.asset.decimals), leg.price.usdE8);
  return (held <= leg.amount ? 0n : held - leg.amount) as RawAmount;
}

/** Worth in dollars with 8 decimals, rounded up. */
export function debtValue(leg: DebtLeg, amount: bigint): bigint {
  return leg.price.kind === 'price' ? mulDivUp(amount, leg.price.usdE8, oneToken(leg.asset.decimals)) : 0n;
}

/** Worth in dollars with 8 decimals, rounded down. */
export function collateralValue(leg: CollateralLeg, amount: bigint): bigint {
  return leg.price.kind === 'price' ? mulDivDown(amount, leg.price.usdE8, oneToken(leg.asset.decimals)) : 0n;
}
