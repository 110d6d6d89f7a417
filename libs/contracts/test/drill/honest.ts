import { solidityPacked } from 'ethers';
import { fillerAbi, gwei, guardAbi, tokenAbi, type Actor, type Field, type Move } from './field.js';
import type { Holdings, Prices } from './holdings.js';
import type { Loan } from './owner.js';

/**
 * What the honest side sends for the state it sees. The keeper aims through the filler: the amount is worked out in the transaction. For FILL an
 * independent second keeper with capital of its own calls the guard as well, with a fixed amount.
 */
export interface Rescue {
  readonly action: 'repay' | 'fill';
  readonly moves: readonly Move[];
}

export interface HonestKeepers {
  readonly first: Actor;
  readonly second: Actor;
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
 * The honest rescue for the state that is seen, or null when there is nothing to do or nothing to do it with: REPAY where the wallet reaches
 * the band, else FILL, else what the wallet has. It aims at the middle of the signed band.
 */
export function planRescue(field: Field, loan: Loan, seen: Holdings, room: Room, prices: Prices, { first, second }: HonestKeepers, deadline: number, tip: bigint): Rescue | null {
  const { mandate } = loan;
  if (seen.healthFactor >= mandate.triggerHf) return null;
  const actions = Number(mandate.actions);
  const target = (mandate.minHf + mandate.maxHf) / 2n;
  const owed = seen.owed[loan.debt] ?? 0n;
  // x = (T D - LT C) / (T - LT (1 + c)), with c what an honest execution costs: 20 bps, or the mandate's limit where that is lower.
  const cost = BigInt(mandate.maxCostBps) < 20n ? BigInt(mandate.maxCostBps) : 20n;
  const aim = [target, 0n, seen.threshold, cost];

  const weighted = (seen.collateralValue * seen.threshold) / BPS;
  const repay = toUnits(field, loan, seen.debtValue - (weighted * WAD) / target, prices, owed);
  const canRepay = (actions & 2) !== 0 && room.maxRepay > 0n && repay > 0n;
  const repaying: Rescue = {
    action: 'repay',
    moves: [{ by: first, to: field.filler, data: fillerAbi.encodeFunctionData('repayTowards', [mandate, 1n, owed, deadline, aim]), what: 'honest repay', tip }],
  };
  if (canRepay && room.maxRepay >= repay) return repaying;

  const above = (target * seen.debtValue) / WAD - weighted;
  const below = target - (WAD * seen.threshold * (BPS + cost)) / (BPS * BPS);
  if ((actions & 4) !== 0 && room.maxFill > 0n && room.maxOut > 0n && above > 0n && below > 0n) {
    const fill = toUnits(field, loan, (above * WAD) / below, prices, owed);
    const out = outFor(field, loan, fill, prices, cost);
    const order = [mandate, 1n, fill, out, deadline, 0, field.market.chain.deployment.uniswap.swapRouter, pathOf(field, loan), 0n];
    if (fill > 0n && out > 0n) {
      return {
        action: 'fill',
        moves: [
          { by: first, to: field.filler, data: fillerAbi.encodeFunctionData('fillTowards', [order, aim]), what: 'honest fill', tip },
          { by: second, to: field.guard, data: guardAbi.encodeFunctionData('fill', [mandate, 1n, fill, out, deadline]), what: 'honest fill from capital', tip: tip - gwei / 2n },
        ],
      };
    }
  }
  return canRepay ? repaying : null;
}

/** Uniswap v3 path from the collateral to the debt: the pools of the local chain. */
export function pathOf(field: Field, { collateral, debt }: Loan): string {
  const { pools } = field.market.chain.deployment.uniswap;
  const feeBetween = (a: string, b: string): number => {
    const found = pools.find(({ base, quote }) => (base === a && quote === b) || (base === b && quote === a));
    if (found === undefined) throw new Error(`a pool of ${a} and ${b}: expected one on the local chain`);
    return found.fee;
  };
  const address = (symbol: Loan['debt']): string => field.reserve(symbol).asset;
  if (collateral === 'WETH') return solidityPacked(['address', 'uint24', 'address'], [address(collateral), feeBetween(collateral, debt), address(debt)]);
  return solidityPacked(['address', 'uint24', 'address', 'uint24', 'address'], [address(collateral), feeBetween(collateral, 'WETH'), address('WETH'), feeBetween('WETH', debt), address(debt)]);
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
