import { WAD, type Wad } from '@ballast/units';
import type { CollateralLeg, HealthFactor, LendingPosition } from './lending.js';

const PERCENTAGE_FACTOR = 10_000n;
const CENT_E8 = 1_000_000n;

/** Collateral that counts: switched on by the owner and not empty. */
export const countedCollaterals = (position: LendingPosition): readonly CollateralLeg[] =>
  position.collaterals.filter((leg) => leg.enabled && leg.amount > 0n);

/** Sum of value x liquidation threshold over counted collateral: dollars with 8 decimals x 10,000. */
export const weightedCollateral = (position: LendingPosition): bigint =>
  countedCollaterals(position).reduce((sum, leg) => sum + leg.valueUsdE8 * leg.liquidationThreshold, 0n);

/** Whether nothing at all is borrowed; a debt that the protocol cannot value is still owed. */
export const owesNothing = (position: LendingPosition): boolean => position.debts.every((leg) => leg.amount === 0n);

/** Sum of all debts in dollars with 8 decimals. */
export const totalDebt = (position: LendingPosition): bigint => position.debts.reduce((sum, leg) => sum + leg.valueUsdE8, 0n);

/**
 * The health factor that Aave v3.6 gives for these sums (GenericLogic.calculateUserAccountData): the quotient to 22 decimals with
 * halves up, then cut to 18. At most 1 unit of 1e-18 above the exact quotient rounded down. `no-debt` where nothing is owed.
 */
export function aaveHealth(weighted: bigint, debtUsdE8: bigint): HealthFactor {
  if (debtUsdE8 === 0n) return { kind: 'no-debt' };
  const quotient = (weighted * WAD + debtUsdE8 / 2n) / debtUsdE8;
  return { kind: 'ratio', wad: (quotient / PERCENTAGE_FACTOR) as Wad };
}

/** The health factor from the position's own legs, as Aave computes it. */
export const healthFactor = (position: LendingPosition): HealthFactor => aaveHealth(weightedCollateral(position), totalDebt(position));

/** Whether the position read leg by leg gives the health that the protocol reports, within one part in `1 / 0.001`. */
export function healthAgrees(position: LendingPosition): boolean {
  // What has no price cannot be added up, which is told as that; and under a cent rounding decides.
  if ([...countedCollaterals(position), ...position.debts].some(({ price }) => price.kind === 'no-price') || totalDebt(position) < CENT_E8) return true;
  const ours = healthFactor(position);
  const reported = position.reported.health;
  if (ours.kind === 'no-debt' || reported.kind === 'no-debt') return ours.kind === reported.kind;
  const difference = ours.wad > reported.wad ? ours.wad - reported.wad : reported.wad - ours.wad;
  return difference * 1000n <= reported.wad;
}
