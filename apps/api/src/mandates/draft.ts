import type { z } from 'zod';
import { encodeApprove, mandateHash, mandateTypedData } from '@ballast/execution/planner';
import type { ChainBook } from '@ballast/connectors';
import type { CollateralLeg, DebtLeg, LendingPosition } from '@ballast/positions';
import { MANDATE_ACTIONS, mandateSentence, suggestMandate, worstCaseSentence, type Approved, type MandateTerms } from '@ballast/policy';
import { mulDivUp, oneToken, parseDecimal, type Hash32, type RawAmount, type UsdE8, type Wad } from '@ballast/units';
import type * as contract from '../contract/schemas.js';
import { MandateRefused } from '../problems/api-errors.js';
import { amountText, assetView, shownAddress } from '../views/text.js';

export type DraftRequest = z.infer<typeof contract.mandateDraftRequest>;
export type DraftView = z.infer<typeof contract.mandateDraft>;

export interface DraftFacts {
  readonly position: LendingPosition;
  readonly book: ChainBook;
  /** What the guard wants as the next mandate's `prev`. */
  readonly prev: Hash32;
  /** Chain seconds of the block that `prev` was read at. */
  readonly now: bigint;
  /** What one rescue costs now; a loan that is not worth it is refused. */
  readonly rescueCostUsdE8?: UsdE8;
}

interface Pair {
  readonly collateral: CollateralLeg;
  readonly debt: DebtLeg;
}

const largest = <Leg extends { readonly valueUsdE8: bigint }>(legs: readonly Leg[]): Leg | undefined =>
  legs.reduce<Leg | undefined>((most, leg) => (most === undefined || leg.valueUsdE8 > most.valueUsdE8 ? leg : most), undefined);

/** The pair that a mandate for this position names: the largest enabled collateral and the largest debt. */
export function mainPair(position: LendingPosition): Pair {
  const debt = largest(position.debts.filter((leg) => leg.amount > 0n));
  const collateral = largest(position.collaterals.filter((leg) => leg.enabled && leg.asset.address !== debt?.asset.address));
  if (debt === undefined) throw new MandateRefused('mandate-impossible', 'a position without debt', 'a loan that could be liquidated');
  if (collateral === undefined) throw new MandateRefused('mandate-impossible', 'a loan without collateral of another asset', 'collateral that is switched on');
  return { collateral, debt };
}

const healthOf = (text: string | undefined): Wad | undefined => (text === undefined ? undefined : (parseDecimal(text, 18) as Wad));

/** Never more than the wallet holds, nor than the loan could use: never without end. */
function approvalsFor(terms: MandateTerms, { collateral, debt }: Pair, position: LendingPosition): Approved[] {
  const useful = [
    ...((terms.actions & MANDATE_ACTIONS.REPAY) !== 0 ? [{ leg: debt, most: debt.amount }] : []),
    ...((terms.actions & MANDATE_ACTIONS.TOP_UP) !== 0 ? [{ leg: collateral, most: collateral.amount }] : []),
  ];
  return useful.flatMap(({ leg, most }) => {
    const balance = position.wallet.find((funds) => funds.asset.address === leg.asset.address)?.balance ?? 0n;
    const amount = (balance < most ? balance : most) as RawAmount;
    const usdE8 = leg.price.kind === 'price' ? (mulDivUp(amount, leg.price.usdE8, oneToken(leg.asset.decimals)) as UsdE8) : null;
    return amount === 0n ? [] : [{ asset: leg.asset, amount, usdE8 }];
  });
}

function approvalView(approved: Approved, position: LendingPosition, spender: ChainBook['ballast']['aaveGuard']): DraftView['approvals'][number] {
  const funds = position.wallet.find((entry) => entry.asset.address === approved.asset.address);
  return {
    asset: assetView(approved.asset), spender: shownAddress(spender),
    allowance: amountText(funds?.allowance ?? 0n, approved.asset), balance: amountText(funds?.balance ?? 0n, approved.asset), suggested: amountText(approved.amount, approved.asset),
    transaction: { to: shownAddress(approved.asset.address), data: encodeApprove(spender, approved.amount), value: '0x0' },
  };
}

/**
 * A mandate ready to sign, in words and as typed data, with the approvals that are still missing.
 * @throws MandateRefused when policy does not offer a mandate for this position, or not with these limits
 */
export function draftMandate(request: DraftRequest, { position, book, prev, now, rescueCostUsdE8 }: DraftFacts): DraftView {
  const pair = mainPair(position);
  const { chainId } = position.provenance;
  const { aaveGuard, keepers } = book.ballast;
  const suggestion = suggestMandate({
    position, collateral: pair.collateral.asset.address, debt: pair.debt.asset.address, keepers, prev, now, rescueCostUsdE8,
    actions: request.actions, days: request.days, triggerHf: healthOf(request.triggerHealth), minHf: healthOf(request.minHealth), maxHf: healthOf(request.maxHealth),
  });
  if (suggestion.kind === 'refused') throw new MandateRefused('mandate-impossible', suggestion.reason, 'terms that can protect this loan', suggestion.sentence);
  const { terms } = suggestion;
  const assets = { collateral: pair.collateral.asset, debt: pair.debt.asset };
  const approved = approvalsFor(terms, pair, position);
  const missing = approved.filter(({ asset, amount }) => (position.wallet.find((funds) => funds.asset.address === asset.address)?.allowance ?? 0n) < amount);
  return {
    hash: mandateHash(chainId, aaveGuard, terms), positionId: position.id,
    sentence: mandateSentence(terms, assets), worstCase: worstCaseSentence(terms, assets, { approved }),
    typedData: mandateTypedData(chainId, aaveGuard, terms),
    approvals: missing.map((entry) => approvalView(entry, position, aaveGuard)),
  };
}
