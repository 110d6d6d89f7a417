import type { ChainBook } from '@ballast/connectors';
import type { Intent, Mandate, MinedReceipt, Notice } from '@ballast/policy';
import { address, type Address } from '@ballast/units';
import { formatUnits } from 'ethers';
import type { Failure, Outcome } from '../intent-life.js';
import type { RetryClass } from '../planner/reverts.js';

/** How an intent ended, as its owner is to be told. */
export interface Ending {
  readonly outcome: Outcome | 'REPLACED';
  readonly receipt: MinedReceipt | null;
  readonly failure: (Failure & { readonly class: RetryClass }) | null;
}

/**
 * What to tell about an ended intent; nothing where the call was not sent because nothing needed doing any more.
 * Ids are stable. Intents dropped for one reason within the same hour of chain time are one happening: the decision is made
 * again at every block, and the owner is told once.
 */
export function noticesOf(intent: Intent, mandate: Mandate | null, ending: Ending, tokens: ChainBook['tokens']): readonly Notice[] {
  const { plan } = intent;
  const told = { chainId: plan.chainId, account: ownerOf(intent, mandate), positionId: plan.positionId };
  const base = { intentId: intent.id, action: ACTION[plan.kind], mandateHash: plan.mandateHash, ...gas(ending.receipt) };
  const failed = ending.failure === null ? {} : { reason: ending.failure.code, message: ending.failure.message, class: ending.failure.class };

  if (plan.kind === 'ACTIVATE') {
    if (ending.outcome === 'DONE' || ending.failure?.code === 'already-active') return [{ ...told, id: `evt_${plan.mandateHash}_active`, kind: 'mandate.active', severity: 'info', data: base }];
    return [{ ...told, id: `evt_${plan.mandateHash}_rejected`, kind: 'mandate.rejected', severity: 'warning', data: { ...base, ...failed } }];
  }
  if (ending.outcome === 'DONE') return [{ ...told, id: `evt_${intent.id}_done`, kind: 'action.done', severity: 'info', data: { ...base, ...moved(intent, mandate, ending.receipt, tokens) } }];
  if (ending.failure?.class === 'resolved' && ending.outcome === 'DROPPED') return [];
  const id = ending.outcome === 'DROPPED' ? `evt_${plan.positionId}_dropped_${ending.failure?.code}_${plan.deadline / 3600n}` : `evt_${intent.id}_failed`;
  return [{ ...told, id, kind: 'action.failed', severity: ending.failure?.class === 'resolved' ? 'info' : 'critical', data: { ...base, ...failed } }];
}

const ACTION = { ACTIVATE: 'activate', REPAY: 'repay', TOP_UP: 'top-up' } as const;

/** A position's id ends with its account. */
function ownerOf(intent: Intent, mandate: Mandate | null): Address {
  return mandate?.terms.owner ?? address(intent.plan.positionId.slice(intent.plan.positionId.lastIndexOf('-') + 1));
}

function gas(receipt: MinedReceipt | null): Readonly<Record<string, unknown>> {
  if (receipt === null) return {};
  return {
    transactionHash: receipt.transactionHash,
    blockNumber: receipt.blockNumber.toString(),
    gasUsed: receipt.gasUsed.toString(),
    gasPriceWei: receipt.effectiveGasPrice.toString(),
    gasCostWei: (receipt.gasUsed * receipt.effectiveGasPrice).toString(),
  };
}

/** What moved: raw token units, and the same as a decimal number where the token is known. */
function moved(intent: Intent, mandate: Mandate | null, receipt: MinedReceipt | null, tokens: ChainBook['tokens']): Readonly<Record<string, unknown>> {
  const event = receipt?.executed ?? null;
  if (event === null || mandate === null) return {};
  const repaid = intent.plan.kind === 'REPAY';
  const asset = repaid ? mandate.terms.debt : mandate.terms.collateral;
  const raw = repaid ? event.debtRepaid : event.collateralIn;
  const token = tokens.find((one) => one.address === asset) ?? null;
  return {
    asset: { address: asset, symbol: token?.symbol ?? null, decimals: token?.decimals ?? null },
    amountRaw: raw.toString(),
    amount: token === null ? null : formatUnits(raw, token.decimals),
    healthBefore: formatUnits(event.hfBefore, 18),
    healthAfter: formatUnits(event.hfAfter, 18),
  };
}
