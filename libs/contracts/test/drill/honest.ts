import { tokenAbi, guardAbi, type Actor, type Field, type Move } from './field.js';
import type { Holdings, Prices } from './holdings.js';
import type { Loan } from './owner.js';

export interface Rescue {
  readonly action: 'repay' | 'fill';
  readonly move: Move;
}

const WAD = 10n ** 18n;
const BPS = 10_000n;

/** What the guard says of the mandate at the newest block. */
export interface Room {
  readonly maxRepay: bigint;
  readonly maxFill: bigint;
  readonly maxOut: bigint;
  readonly budgetLeft: bigint;
}

export async function roomOf(field: Field, loan: Loan): Promise<Room> {
  const [preview] = (await field.read([{ to: field.guard, abi: guardAbi, method: 'preview', args: [loan.mandate] }]))[0] as unknown as [Room];
  return { maxRepay: preview.maxRepay, maxFill: preview.maxFill, maxOut: preview.maxOut, budgetLeft: preview.budgetLeft };
}

/**
 * The honest keeper's call for the state it sees, or null when there is nothing to do or nothing to do it with: REPAY where the wallet reaches
 * the band, else FILL, else what the wallet has. It aims at the middle of the signed band.
 */
export function planRescue(field: Field, loan: Loan, seen: Holdings, room: Room, prices: Prices, by: Actor, deadline: number, tip: bigint): Rescue | null {
  const { mandate } = loan;
  if (seen.healthFactor >= mandate.triggerHf) return null;
  const actions = Number(mandate.actions);
  const target = (mandate.minHf + mandate.maxHf) / 2n;
  const owed = seen.owed[loan.debt] ?? 0n;
  const call = (method: 'repay' | 'fill', args: readonly unknown[]): Rescue => ({
    action: method, move: { by, to: field.guard, data: guardAbi.encodeFunctionData(method, [mandate, ...args, deadline]), what: `honest ${method}`, tip },
  });

  const weighted = (seen.collateralValue * seen.threshold) / BPS;
  const repayValue = seen.debtValue - (weighted * WAD) / target;
  const repay = toUnits(field, loan, repayValue, prices, owed);
  const canRepay = (actions & 2) !== 0 && room.maxRepay > 0n && repay > 0n;
  if (canRepay && room.maxRepay >= repay) return call('repay', [1n, repay]);

  // x = (T D - LT C) / (T - LT (1 + c)), with c what an honest execution costs: 20 bps, or the mandate's limit where that is lower.
  const cost = BigInt(mandate.maxCostBps) < 20n ? BigInt(mandate.maxCostBps) : 20n;
  const above = (target * seen.debtValue) / WAD - weighted;
  const below = target - (WAD * seen.threshold * (BPS + cost)) / (BPS * BPS);
  if ((actions & 4) !== 0 && room.maxFill > 0n && room.maxOut > 0n && above > 0n && below > 0n) {
    const fill = toUnits(field, loan, (above * WAD) / below, prices, owed);
    const out = outFor(field, loan, fill, prices, cost);
    if (fill > 0n && out > 0n) return call('fill', [1n, fill, out]);
  }
  return canRepay ? call('repay', [1n, repay]) : null;
}

/** Debt units worth a value in the base currency, at most what is owed. */
function toUnits(field: Field, loan: Loan, value: bigint, prices: Prices, owed: bigint): bigint {
  if (value <= 0n) return 0n;
  const units = (value * 10n ** BigInt(field.reserve(loan.debt).decimals)) / prices[loan.debt] + 1n;
  return units < owed ? units : owed;
}

/** Collateral units worth an amount of debt and `costBps` on top, at these prices, rounded down: the guard's ceiling when it is the mandate's cost. */
export function outFor(field: Field, loan: Loan, debtUnits: bigint, prices: Prices, costBps: bigint): bigint {
  const [c, d] = [field.reserve(loan.collateral), field.reserve(loan.debt)];
  const above = debtUnits * prices[loan.debt] * (BPS + costBps) * 10n ** BigInt(c.decimals);
  return above / (prices[loan.collateral] * BPS * 10n ** BigInt(d.decimals));
}

/** The approval that a keeper who pays for itself gives the guard. */
export const fund = (field: Field, symbol: Loan['debt'], by: Actor, amount: bigint, tip: bigint): Move => ({
  by, to: field.reserve(symbol).asset, data: tokenAbi.encodeFunctionData('approve', [field.guard, amount]), what: 'approve the guard', tip,
});
