import type { ReadClient, Receipt } from '@ballast/connectors';
import type { IntentPlan, MinedReceipt } from '@ballast/policy';
import type { Address, Hash32 } from '@ballast/units';
import { effectOf, filledOf } from '../planner/guard-events.js';

/** The transaction's receipt if the block that holds it is part of the chain now; else null. */
export async function canonicalReceipt(reads: ReadClient, hash: Hash32): Promise<Receipt | null> {
  const receipt = await reads.receipt(hash);
  if (receipt === null) return null;
  const block = await reads.blockAt(receipt.blockNumber);
  return block?.hash === receipt.blockHash ? receipt : null;
}

/** The receipt as the intent keeps it. The guard's event counts only in a transaction that our own lane sent. */
export function minedReceipt(plan: IntentPlan, lane: Address, receipt: Receipt): MinedReceipt {
  const { transactionHash, blockNumber, blockHash, gasUsed, effectiveGasPrice } = receipt;
  const executed = receipt.from === lane ? effectOf(plan, receipt.logs).executed : null;
  const filled = executed === null ? null : filledOf(plan, receipt.logs);
  return { transactionHash, blockNumber, blockHash, gasUsed, effectiveGasPrice, succeeded: receipt.status === 1n, executed, ...(filled === null ? {} : { filled }) };
}
