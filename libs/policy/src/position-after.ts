import type { UsdE8 } from '@ballast/units';
import type { CollateralLeg, DebtLeg, LendingPosition } from '@ballast/positions';
import { collateralValue, debtValue } from './sizing.js';

/** The position with less of one debt; its legs alone are changed, not the protocol's own figures. */
export function withRepaid(position: LendingPosition, leg: DebtLeg, repaid: bigint): LendingPosition {
  const amount = repaid >= leg.amount ? 0n : leg.amount - repaid;
  const left = { ...leg, amount: amount as DebtLeg['amount'], valueUsdE8: debtValue(leg, amount) as UsdE8 };
  return { ...position, debts: position.debts.map((each) => (isSame(each, leg) ? left : each)) };
}

/** The position with `change` more, or below zero less, of one collateral. Never less than none. */
export function withCollateral(position: LendingPosition, leg: CollateralLeg, change: bigint): LendingPosition {
  const amount = leg.amount + change < 0n ? 0n : leg.amount + change;
  const held = { ...leg, amount: amount as CollateralLeg['amount'], valueUsdE8: collateralValue(leg, amount) as UsdE8 };
  return { ...position, collaterals: position.collaterals.map((each) => (isSame(each, leg) ? held : each)) };
}

type Leg = CollateralLeg | DebtLeg;
const isSame = (one: Leg, other: Leg): boolean => one.asset.address === other.asset.address && one.market === other.market;
