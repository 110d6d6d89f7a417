import type { IntentTransaction } from '@ballast/policy';

/** Wei for one unit of gas. */
export interface FeeSettings {
  /** What the block's proposer gets on top of the base fee. */
  readonly tip: bigint;
  /** Most that a call may offer. A cancellation may offer twice as much, so that it can always outbid the call it replaces. */
  readonly maxFeePerGas: bigint;
}

export interface Fees {
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

/** EIP-1559: twice the base fee and the tip, at most the ceiling; null while the base fee alone is above the ceiling. */
export function freshFees(baseFee: bigint, { tip, maxFeePerGas: ceiling }: FeeSettings): Fees | null {
  if (baseFee > ceiling) return null;
  const wanted = 2n * baseFee + tip;
  const maxFeePerGas = wanted < ceiling ? wanted : ceiling;
  return { maxFeePerGas, maxPriorityFeePerGas: tip < maxFeePerGas ? tip : maxFeePerGas };
}

/**
 * Fees with which nodes let a transaction take the place of all `earlier` ones at its nonce: both at least 12.5% above the
 * highest (they ask for 10%), and enough for the current base fee. Null above the ceiling.
 */
export function outbidding(earlier: readonly Pick<IntentTransaction, 'maxFeePerGas' | 'maxPriorityFeePerGas'>[], baseFee: bigint, settings: FeeSettings): Fees | null {
  const most = (pick: (tx: (typeof earlier)[number]) => bigint | null): bigint => earlier.reduce((best, tx) => ((pick(tx) ?? 0n) > best ? (pick(tx) ?? 0n) : best), 0n);
  const priority = larger(raised(most((tx) => tx.maxPriorityFeePerGas)), settings.tip);
  const fee = larger(larger(raised(most((tx) => tx.maxFeePerGas)), 2n * baseFee + settings.tip), priority);
  if (raised(most((tx) => tx.maxFeePerGas)) > settings.maxFeePerGas || baseFee > settings.maxFeePerGas) return null;
  const maxFeePerGas = fee < settings.maxFeePerGas ? fee : settings.maxFeePerGas;
  return priority > maxFeePerGas ? null : { maxFeePerGas, maxPriorityFeePerGas: priority };
}

/** What a cancellation may offer: twice as much as a call, so that it can always take the call's place. It costs 21,000 gas, so no loan's worth limits it. */
export const cancelBudget = (settings: FeeSettings): FeeSettings => ({ ...settings, maxFeePerGas: settings.maxFeePerGas * 2n });

/** x 1.125, rounded up. */
const raised = (fee: bigint): bigint => (fee * 9n + 7n) / 8n;
const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);
