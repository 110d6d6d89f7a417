import type { z } from 'zod';
import { mulDivUp, type UsdE8 } from '@ballast/units';
import type { Asset } from '@ballast/positions';
import type { MinedReceipt } from '@ballast/policy';
import type { IntentRecord } from '@ballast/storage';
import type * as contract from '../contract/schemas.js';
import { amountText, healthText, isoOrNull, shownAddress, usdUp } from './text.js';

export type IntentView = z.infer<typeof contract.intent>;

/** What an intent's figures are shown with; null where it is not known. */
export interface IntentContext {
  readonly collateral: Pick<Asset, 'decimals'> | null;
  readonly debt: Pick<Asset, 'decimals'> | null;
  /** Price of the coin that gas is paid in, near the time of the action. */
  readonly coinUsdE8: UsdE8 | null;
}

/** Aave says this or more of a loan without debt: no health factor at all. */
const ENDLESS = 1n << 128n;
const ratio = (hf: bigint | undefined): string | null => (hf === undefined || hf >= ENDLESS ? null : healthText(hf));

const WEI_PER_COIN = 1_000_000_000_000_000_000n;

/** What the transaction's gas cost, in dollars with 8 decimals, rounded up. */
export const gasCostUsdE8 = (receipt: MinedReceipt, coinUsdE8: UsdE8): bigint => mulDivUp(receipt.gasUsed * receipt.effectiveGasPrice, coinUsdE8, WEI_PER_COIN);

function receiptView(receipt: MinedReceipt, { collateral, debt, coinUsdE8 }: IntentContext): NonNullable<IntentView['receipt']> {
  const { executed } = receipt;
  return {
    transactionHash: receipt.transactionHash, blockNumber: receipt.blockNumber.toString(), blockHash: receipt.blockHash, gasUsed: receipt.gasUsed.toString(),
    gasCostUsd: coinUsdE8 === null ? null : usdUp(gasCostUsdE8(receipt, coinUsdE8)), gasBorneBy: 'ballast',
    healthBefore: ratio(executed?.hfBefore), healthAfter: ratio(executed?.hfAfter),
    debtRepaid: executed === null || debt === null ? null : amountText(executed.debtRepaid + (receipt.filled?.surplus ?? 0n), debt),
    collateralIn: executed === null || collateral === null ? null : amountText(executed.collateralIn, collateral),
    collateralOut: executed === null || collateral === null ? null : amountText(executed.collateralOut, collateral),
  };
}

export function intentView(intent: IntentRecord, context: IntentContext): IntentView {
  return {
    id: intent.id, kind: intent.plan.kind, state: intent.state, createdAt: intent.createdAt.toISOString(), closedAt: isoOrNull(intent.closedAt), failure: intent.failure,
    transactions: intent.transactions.map((transaction) => ({
      hash: transaction.hash, nonce: transaction.nonce.toString(), lane: shownAddress(transaction.lane), purpose: transaction.purpose,
      signedAt: isoOrNull(transaction.signedAt), broadcastAt: transaction.broadcastAt === null ? null : new Date(transaction.broadcastAt).toISOString(),
    })),
    steps: intent.steps.map(({ seq, from, event, to, at }) => ({ seq, from, event, to, at: at.toISOString() })),
    receipt: intent.receipt === null ? null : receiptView(intent.receipt, context),
  };
}
