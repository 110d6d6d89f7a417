import { BPS, WAD, mulDivCeil, mulDivUp, type SignedUsdE8, type SignedWad, type UsdE8 } from '@ballast/units';
import type { HedgePolicy } from './hedge-policy.js';

export type BudgetState = 'within' | 'alert' | 'spent';

/** What was paid for funding and trading in the last 30 days, less what was received, against the owner's budget. What was received on balance is nothing paid. */
export function budgetState(paidUsdE8: SignedUsdE8, { fundingBudgetUsdE8: budget, budgetAlert }: Pick<HedgePolicy, 'fundingBudgetUsdE8' | 'budgetAlert'>): BudgetState {
  if (paidUsdE8 > 0n && paidUsdE8 >= budget) return 'spent';
  return paidUsdE8 > 0n && paidUsdE8 * BPS >= budget * budgetAlert ? 'alert' : 'within';
}

/** Funding as three views of it, each for a year as a share of the notional; above zero longs pay shorts. */
export interface FundingView {
  readonly predicted: SignedWad;
  /** Weighted over the last seven days. */
  readonly ewma: SignedWad;
  /** The worst that is planned for, whichever side one is on: a share above zero. */
  readonly stress: SignedWad;
}

/** What a year's funding is at a rate per interval: annualised by the interval that the venue tells, never by an assumed one. Rounded up. */
export const fundingPerYear = (perInterval: SignedWad, intervalSeconds: number): SignedWad => mulDivCeil(perInterval, 31_536_000n, BigInt(intervalSeconds)) as SignedWad;

/**
 * What funding of a position costs over the horizon: of the worse of the predicted and the weighted rate, and of the stress; above zero paid, rounded up. A short pays where the rate is
 * below zero.
 */
export function fundingCost(side: 'long' | 'short', notionalUsdE8: UsdE8, { predicted, ewma, stress }: FundingView, days: number): { readonly expectedUsdE8: SignedUsdE8; readonly stressUsdE8: UsdE8 } {
  const paid = (rate: bigint): bigint => (side === 'long' ? rate : -rate);
  const worse = paid(predicted) > paid(ewma) ? paid(predicted) : paid(ewma);
  const over = (rate: bigint): bigint => mulDivCeil(rate * BigInt(Math.round(days * 86_400)), notionalUsdE8, WAD * 31_536_000n);
  const stressed = over(stress);
  return { expectedUsdE8: over(worse) as SignedUsdE8, stressUsdE8: (stressed > 0n ? stressed : 0n) as UsdE8 };
}

/** Fees, half the spread and impact for opening and closing, as a share of the notional one way; rounded up. */
export const roundTripCost = (notionalUsdE8: UsdE8, oneWay: bigint): UsdE8 => mulDivUp(notionalUsdE8 * 2n, oneWay, WAD) as UsdE8;
