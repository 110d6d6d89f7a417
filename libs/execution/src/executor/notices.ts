import type { ChainBook } from '@ballast/connectors';
import { isActionKind, type ActionKind, type Intent, type IntentPlan, type Mandate, type MinedReceipt, type Notice } from '@ballast/policy';
import { partsOf } from '@ballast/positions';
import type { Address, Wad } from '@ballast/units';
import { formatUnits } from 'ethers';
import type { Failure, Outcome } from '../intent-life.js';
import type { RetryClass } from '../planner/reverts.js';
import type { Wait } from './turned-away.js';

/** How an intent ended, as its owner is to be told. */
export interface Ending {
  readonly outcome: Outcome | 'REPLACED';
  readonly receipt: MinedReceipt | null;
  readonly failure: (Failure & { readonly class: RetryClass }) | null;
}

/**
 * What to tell about an ended action; nothing where the call was not sent, or was called back, because nothing needed doing any more.
 * An activation or a permit tells nothing here: what becomes of a mandate is told by whoever keeps its state.
 * Ids are stable. Intents dropped for one reason within the same hour of chain time are one happening: the decision is made
 * again at every block, and the owner is told once.
 */
export function noticesOf(intent: Intent, mandate: Mandate | null, ending: Ending, tokens: ChainBook['tokens']): readonly Notice[] {
  const { plan } = intent;
  if (!isActionKind(plan.kind)) return [];
  const told = { chainId: plan.chainId, account: ownerOf(intent, mandate), positionId: plan.positionId };
  const token = tokenOf(plan.kind, mandate, tokens);
  const base = { intentId: intent.id, decisionId: intent.decisionId, action: ACTION[plan.kind], mandateHash: plan.mandateHash, ...token, ...gas(ending.receipt) };
  if (ending.outcome === 'DONE') return [{ ...told, id: `evt_${intent.id}_done`, kind: 'action.done', severity: 'info', data: { ...base, ...moved(plan.kind, ending.receipt, token.asset?.decimals ?? null), ...sold(plan.kind, ending.receipt, mandate, tokens) } }];

  const { failure } = ending;
  if (failure?.class === 'resolved' && ending.outcome === 'DROPPED') return [];
  const id = ending.outcome === 'DROPPED' ? `evt_${plan.positionId}_dropped_${failure?.code}_${plan.deadline / 3600n}` : `evt_${intent.id}_failed`;
  const data = { ...base, reason: failure?.code ?? 'unknown', message: failure?.message ?? null, class: failure?.class ?? null };
  return [{ ...told, id, kind: 'action.failed', severity: failure?.class === 'resolved' ? 'info' : 'critical', data }];
}

/** That an action does not get on chain; nothing about an activation or a permit, which saves no loan. Once for each intent and reason. */
export function stuckNotices(intent: Intent, mandate: Mandate | null, { code, message }: Failure, tokens: ChainBook['tokens']): readonly Notice[] {
  const { plan } = intent;
  if (!isActionKind(plan.kind)) return [];
  const newest = intent.transactions.findLast((tx) => tx.hash !== null);
  return [{
    id: `evt_${intent.id}_stuck_${code}`, chainId: plan.chainId, account: ownerOf(intent, mandate), positionId: plan.positionId, kind: 'action.stuck', severity: 'critical',
    data: { intentId: intent.id, decisionId: intent.decisionId, action: ACTION[plan.kind], mandateHash: plan.mandateHash, ...tokenOf(plan.kind, mandate, tokens), reason: code, message, transactionHash: newest?.hash ?? null },
  }];
}

/** That every lane has been full for an action since that block: it waits, and nothing is stored of it. Once for each spell. */
export function waitNotices(plan: IntentPlan, mandate: Mandate, health: Wad | null, { since, ms }: Wait, tokens: ChainBook['tokens']): readonly Notice[] {
  if (!isActionKind(plan.kind)) return [];
  const message = `Every keeper account of ours is busy with other loans. This one has been waiting for its turn for ${Math.floor(ms / 1_000)} seconds.`;
  return [{
    id: `evt_${plan.positionId}_lanes-full_${since}`, chainId: plan.chainId, account: mandate.terms.owner, positionId: plan.positionId, kind: 'action.stuck', severity: 'critical',
    data: { action: ACTION[plan.kind], mandateHash: plan.mandateHash, ...tokenOf(plan.kind, mandate, tokens), reason: 'lanes-full', message, health: health === null ? null : formatUnits(health, 18) },
  }];
}

const ACTION = { REPAY: 'repay', TOP_UP: 'top-up', FILL: 'fill' } as const;

const ownerOf = (intent: Intent, mandate: Mandate | null): Address => mandate?.terms.owner ?? partsOf(intent.plan.positionId).account;

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

/** The token that the action moves, of a fill the debt that is repaid; `asset` null where the mandate is not known, its symbol and decimals null where the token is not. */
function tokenOf(kind: ActionKind, mandate: Mandate | null, tokens: ChainBook['tokens']) {
  if (mandate === null) return { asset: null, symbol: null };
  const at = kind === 'TOP_UP' ? mandate.terms.collateral : mandate.terms.debt;
  const token = tokens.find((one) => one.address === at) ?? null;
  return { asset: { address: at, symbol: token?.symbol ?? null, decimals: token?.decimals ?? null }, symbol: token?.symbol ?? null };
}

/** What moved: raw token units, and the same as a decimal number where the token is known. */
function moved(kind: ActionKind, receipt: MinedReceipt | null, decimals: number | null): Readonly<Record<string, unknown>> {
  const event = receipt?.executed ?? null;
  if (event === null) return {};
  // What a sale brought beyond its costs is repaid too.
  const raw = kind === 'TOP_UP' ? event.collateralIn : event.debtRepaid + (receipt?.filled?.surplus ?? 0n);
  return {
    amountRaw: raw.toString(),
    amount: decimals === null ? null : formatUnits(raw, decimals),
    healthBefore: formatUnits(event.hfBefore, 18),
    healthAfter: formatUnits(event.hfAfter, 18),
    gasBorneBy: kind === 'FILL' && (receipt?.filled?.kept ?? 0n) > 0n ? 'owner' : 'ballast',
  };
}

/** Of a fill: the collateral that left the loan, and what of the sale the keeper kept for gas and the lender took. */
function sold(kind: ActionKind, receipt: MinedReceipt | null, mandate: Mandate | null, tokens: ChainBook['tokens']): Readonly<Record<string, unknown>> {
  const event = receipt?.executed ?? null;
  if (kind !== 'FILL' || event === null || mandate === null) return {};
  const of = (asset: Address) => tokens.find((token) => token.address === asset) ?? null;
  const [collateral, debt] = [of(mandate.terms.collateral), of(mandate.terms.debt)];
  const { filled = null } = receipt ?? {};
  return {
    soldRaw: event.collateralOut.toString(),
    sold: collateral === null ? null : formatUnits(event.collateralOut, collateral.decimals),
    soldSymbol: collateral?.symbol ?? null,
    ...(filled === null || debt === null ? {} : { kept: formatUnits(filled.kept, debt.decimals), premium: formatUnits(filled.premium, debt.decimals), surplus: formatUnits(filled.surplus, debt.decimals) }),
  };
}
