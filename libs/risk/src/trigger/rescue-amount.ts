import { InvalidInput } from '@ballast/units';

/** An amount in dollars, or that no amount reaches the health. */
export type RescueAmount = { readonly kind: 'amount'; readonly usd: number } | { readonly kind: 'unreachable'; readonly why: string };

/** Collateral, collateral x liquidation threshold, and debt, in dollars. */
export interface RescueBook {
  readonly weightedUsd: number;
  readonly debtUsd: number;
  /** Liquidation threshold of the collateral that is sold or added. */
  readonly liquidationThreshold: number;
}

/** Debt to repay with funds from outside so that the health is `goal`: D (1 - H / goal); 0 where it is there already. */
export function repayToReach(goal: number, { weightedUsd, debtUsd }: Pick<RescueBook, 'weightedUsd' | 'debtUsd'>): number {
  requireBook(goal, weightedUsd, debtUsd);
  return Math.max(0, debtUsd - weightedUsd / goal);
}

/**
 * Collateral to sell at a cost of `costShare` of what is sold, all of it going into the debt, so that the health is `goal`:
 * (goal D - LT C) / (goal (1 - k) - LT). Unreachable where a sale at that cost lowers the health.
 */
export function saleToReach(goal: number, book: RescueBook, costShare: number): RescueAmount {
  requireBook(goal, book.weightedUsd, book.debtUsd);
  requireShare('liquidation threshold', book.liquidationThreshold);
  requireShare('cost', costShare);
  const lacking = goal * book.debtUsd - book.weightedUsd;
  if (lacking <= 0) return { kind: 'amount', usd: 0 };
  const gain = goal * (1 - costShare) - book.liquidationThreshold;
  return gain <= 0 ? { kind: 'unreachable', why: 'At this cost a sale does not raise the health to the goal.' } : { kind: 'amount', usd: lacking / gain };
}

/** Collateral to add so that the health is `goal`: (goal D - Cw) / LT. Unreachable where it does not count. */
export function additionToReach(goal: number, book: RescueBook): RescueAmount {
  requireBook(goal, book.weightedUsd, book.debtUsd);
  requireShare('liquidation threshold', book.liquidationThreshold);
  const lacking = goal * book.debtUsd - book.weightedUsd;
  if (lacking <= 0) return { kind: 'amount', usd: 0 };
  return book.liquidationThreshold === 0 ? { kind: 'unreachable', why: 'This asset does not count as collateral.' } : { kind: 'amount', usd: lacking / book.liquidationThreshold };
}

function requireBook(goal: number, weightedUsd: number, debtUsd: number): void {
  if (!(goal > 0 && Number.isFinite(goal))) throw new InvalidInput('goal', String(goal), 'a health above 0');
  if (!(weightedUsd >= 0 && Number.isFinite(weightedUsd))) throw new InvalidInput('weighted collateral', String(weightedUsd), 'dollars from 0');
  if (!(debtUsd >= 0 && Number.isFinite(debtUsd))) throw new InvalidInput('debt', String(debtUsd), 'dollars from 0');
}

function requireShare(field: string, value: number): void {
  if (!(value >= 0 && value <= 1)) throw new InvalidInput(field, String(value), 'a share from 0 to 1');
}
