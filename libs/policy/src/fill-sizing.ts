import { BPS, WAD, mulDivDown, mulDivUp, oneToken, type Bps, type RawAmount, type UsdE8, type Wad } from '@ballast/units';
import type { CollateralLeg, DebtLeg, LendingPosition } from '@ballast/positions';
import { aaveHealth, totalDebt, weightedCollateral } from '@ballast/risk';
import type { Aim } from './intent.js';
import { collateralValue, debtValue } from './sizing.js';

/** What a fill costs: collateral worth `slope` x the debt repaid + `fixed` leaves the loan. 1.01 and nothing fixed is a cost of 1%. */
export interface FillPrice {
  /** Scaled by 1e18. */
  readonly slope: bigint;
  readonly fixedUsdE8: bigint;
}

/** The highest price that a mandate allows. */
export const ceilingPrice = (maxCostBps: Bps): FillPrice => ({ slope: ((BPS + maxCostBps) * WAD) / BPS, fixedUsdE8: 0n });

/** Threshold with which the sold collateral counts; nothing where the owner has it switched off. */
const thresholdOf = (leg: CollateralLeg): bigint => (leg.enabled ? leg.liquidationThreshold : 0n);

/** Whether a fill at this price raises the health at all: threshold x slope under the health, which is c < C/D - 1. */
export const fillRaisesHealth = (position: LendingPosition, sold: CollateralLeg, { slope }: FillPrice): boolean =>
  thresholdOf(sold) * slope * totalDebt(position) < weightedCollateral(position) * WAD;

/**
 * FILL: the debt to repay so that the health ends at `goal` or just above: x = (T D - LT C) / (T - LT (1 + c)), over all legs of the
 * position: (T D - (W - LT f)) / (T - LT s) with W the weighted collateral, s and f the price. Rounded up to a whole unit; the whole
 * debt of the leg where that is less; 0 where the health is there already; null where no amount reaches the goal at this price.
 */
export function fillToReach(position: LendingPosition, debt: DebtLeg, sold: CollateralLeg, goal: Wad, { slope, fixedUsdE8 }: FillPrice): RawAmount | null {
  if (debt.price.kind === 'no-price') return null;
  const threshold = thresholdOf(sold);
  const missing = goal * BPS * totalDebt(position) - (weightedCollateral(position) - threshold * fixedUsdE8) * WAD;
  if (missing <= 0n) return 0n as RawAmount;
  const lift = goal * BPS - threshold * slope;
  if (lift <= 0n) return null;
  const units = mulDivUp(mulDivUp(missing, 1n, lift), oneToken(debt.asset.decimals), debt.price.usdE8);
  return (units < debt.amount ? units : debt.amount) as RawAmount;
}

/** The health after `repaid` debt units are paid back and `out` collateral units have left; null when no debt is left. */
export function healthAfterFill(position: LendingPosition, debt: DebtLeg, sold: CollateralLeg, repaid: bigint, out: bigint): Wad | null {
  const owed = repaid >= debt.amount ? 0n : debt.amount - repaid;
  const held = out >= sold.amount ? 0n : sold.amount - out;
  const weighted = weightedCollateral(position) - (sold.valueUsdE8 - collateralValue(sold, held)) * thresholdOf(sold);
  const health = aaveHealth(weighted, totalDebt(position) - debt.valueUsdE8 + debtValue(debt, owed));
  return health.kind === 'ratio' ? health.wad : null;
}

/** The most collateral that may leave for `repaid` debt units, as the guard reckons it: worth (1 + maxCostBps) of them, rounded down once. Prices must be known. */
export function mostOut(debt: DebtLeg, sold: CollateralLeg, repaid: bigint, maxCostBps: Bps): RawAmount {
  if (debt.price.kind === 'no-price' || sold.price.kind === 'no-price') return 0n as RawAmount;
  const above = repaid * debt.price.usdE8 * (BPS + maxCostBps) * oneToken(sold.asset.decimals);
  return (above / (sold.price.usdE8 * BPS * oneToken(debt.asset.decimals))) as RawAmount;
}

/** What leaves the loan beyond what is repaid, in dollars with 8 decimals, rounded up: the all-in cost of a fill to its owner. Never under 0. */
export function fillCost(debt: DebtLeg, sold: CollateralLeg, repaid: bigint, out: bigint): UsdE8 {
  if (debt.price.kind === 'no-price' || sold.price.kind === 'no-price') return 0n as UsdE8;
  const gave = mulDivUp(out, sold.price.usdE8, oneToken(sold.asset.decimals));
  const got = mulDivDown(repaid, debt.price.usdE8, oneToken(debt.asset.decimals));
  return (gave > got ? gave - got : 0n) as UsdE8;
}

/** What the account owes beside the leg, in units of the leg's asset, rounded up. */
export function otherDebt(position: LendingPosition, leg: DebtLeg): RawAmount {
  const others = totalDebt(position) - leg.valueUsdE8;
  return (leg.price.kind === 'no-price' ? 0n : mulDivUp(others, oneToken(leg.asset.decimals), leg.price.usdE8)) as RawAmount;
}

/** Where a repayment of the leg is aimed. */
export const repaymentAim = (position: LendingPosition, leg: DebtLeg, health: Wad): Aim => ({ health, otherDebt: otherDebt(position, leg), thresholdBps: 0n as Bps, costBps: 0n as Bps });

/** The debt that the filler offers for an aim, as it reckons it: D (T - H) / (T - L (1 + c)), rounded up, at most `max`; all of `max` where the health is there already. */
export function aimedAmount(aim: Aim, health: Wad, owed: bigint, max: bigint): RawAmount {
  if (health >= aim.health) return max as RawAmount;
  const taken = (WAD * aim.thresholdBps * (BPS + aim.costBps)) / (BPS * BPS);
  if (taken >= aim.health) return 0n as RawAmount;
  const amount = mulDivUp((owed + aim.otherDebt) * (aim.health - health), 1n, aim.health - taken);
  return (amount < max ? amount : max) as RawAmount;
}

/** The limits that the executor gives to the guard with a fill, and what the owner's side allows at the block. */
export interface FillLimits {
  readonly max: bigint;
  /** Collateral units for `max`. */
  readonly out: bigint;
  readonly budgetLeft: bigint;
  /** min(balance, allowance) of the collateral's receipt token. */
  readonly releasable: bigint;
}

/** What the guard moves for these limits, and from which ends of the band that is exempt. */
export interface FillMove {
  readonly amount: RawAmount;
  readonly out: RawAmount;
  readonly inFull: boolean;
  readonly mayEndBelow: boolean;
}

/** The guard's amount rule: the least of `max`, budget and debt, `out` in proportion and rounded down; scaled once more to what is releasable, the amount rounded up. */
export function fillMove(debt: DebtLeg, { max, out, budgetLeft, releasable }: FillLimits): FillMove {
  let amount = [max, budgetLeft, debt.amount].reduce((least, value) => (value < least ? value : least));
  let leaving = amount === max ? out : mulDivDown(out, amount, max);
  if (leaving > releasable) {
    amount = mulDivUp(releasable, amount, leaving);
    leaving = releasable;
  }
  const inFull = amount === debt.amount;
  return { amount: amount as RawAmount, out: leaving as RawAmount, inFull, mayEndBelow: inFull || amount === budgetLeft || leaving === releasable };
}
