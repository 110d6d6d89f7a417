import type { z } from 'zod';
import { encodeApprove, encodeAuthorize, mandateHash, mandateTypedData, permitTypedData } from '@ballast/execution/planner';
import type { ChainBook } from '@ballast/connectors';
import type { CollateralLeg, DebtLeg, LendingPosition } from '@ballast/positions';
import {
  PERMIT_MAX_SECONDS, approvalNeeds, authoritySentence, keyTheftLoss, mandateSentence, suggestMandate, worstCaseSentence, MANDATE_ACTIONS, type ApprovalNeed, type Approved, type FillOffer, type LoanAtRisk, type MandatePlace, type MandateTerms,
} from '@ballast/policy';
import { bps, mulDivUp, oneToken, parseDecimal, rawAmount, type Address, type Hash32, type RawAmount, type UsdE8, type Wad } from '@ballast/units';
import type * as contract from '../contract/schemas.js';
import { MandateRefused } from '../problems/api-errors.js';
import { amountText, assetView, shownAddress, usdUp } from '../views/text.js';
import { termsView } from '../views/mandate-view.js';
import { isSlowFeed } from './guards.js';
import { mandateCalls, safeView, type SafeAccount } from './safe-account.js';
import type { TokenFacts } from './token-facts.js';

export type DraftRequest = z.infer<typeof contract.mandateDraftRequest>;
export type DraftView = z.infer<typeof contract.mandateDraft>;

export interface DraftFacts {
  readonly position: LendingPosition;
  readonly book: ChainBook;
  /** How the mandate's signed form names the loan, and the guard that it is for. */
  readonly place: MandatePlace;
  readonly guard: Address;
  /** What the guard wants as the next mandate's `prev`. */
  readonly prev: Hash32;
  /** Chain seconds of the block that all of this was read at. */
  readonly now: bigint;
  /** What one rescue costs now; a loan that is not worth it is refused. */
  readonly rescueCostUsdE8?: UsdE8;
  /** What is known of selling the collateral; nothing where it is not offered. */
  readonly offer?: FillOffer;
  /** The owner's other mandates in force at this guard. */
  readonly others?: readonly MandateTerms[];
  /** Units of the debt token that the owner's other loans under this guard owe: their rescues draw on the same allowance. */
  readonly othersOwe?: bigint;
  /** The owner's tokens at that block: debt, collateral and, on Aave, the collateral's receipt token. */
  readonly tokens: readonly TokenFacts[];
  readonly receiptToken: Address | null;
  /** Where the account is a Safe and one of its owners asks. */
  readonly safe?: SafeAccount | null;
}

interface Pair {
  readonly collateral: CollateralLeg;
  readonly debt: DebtLeg;
}

const largest = <Leg extends { readonly valueUsdE8: bigint }>(legs: readonly Leg[]): Leg | undefined =>
  legs.reduce<Leg | undefined>((most, leg) => (most === undefined || leg.valueUsdE8 > most.valueUsdE8 ? leg : most), undefined);

/** On Venus what is owed in VAI has no market, and the coin's market has no token: neither can be in a mandate. */
const canBeNamed = ({ market, asset }: CollateralLeg | DebtLeg, { protocol }: LendingPosition): boolean => protocol !== 'venus' || (market !== undefined && !/^0x0+$/.test(asset.address));

/** The pair that a mandate for this position names: the largest enabled collateral and the largest debt. */
export function mainPair(position: LendingPosition): Pair {
  const debt = largest(position.debts.filter((leg) => leg.amount > 0n && canBeNamed(leg, position)));
  const collateral = largest(position.collaterals.filter((leg) => leg.enabled && canBeNamed(leg, position) && leg.asset.address !== debt?.asset.address));
  if (debt === undefined) throw new MandateRefused('mandate-impossible', 'a position without debt', 'a loan that could be liquidated');
  if (collateral === undefined) throw new MandateRefused('mandate-impossible', 'a loan without collateral of another asset', 'collateral that is switched on');
  return { collateral, debt };
}

/** The terms that policy offers, and what they do not cover. @throws MandateRefused when there are none for this position, or not with these limits */
export function draftTerms(request: DraftRequest, { position, book, place, prev, now, rescueCostUsdE8, offer }: Omit<DraftFacts, 'tokens' | 'receiptToken' | 'guard'>, { collateral, debt }: Pair): { terms: MandateTerms; notes: readonly string[] } {
  const healthOf = (text: string | undefined): Wad | undefined => (text === undefined ? undefined : (parseDecimal(text, 18) as Wad));
  const suggestion = suggestMandate({
    position, collateral: collateral.asset.address, debt: debt.asset.address, keepers: book.ballast.keepers, prev, now, rescueCostUsdE8, fill: offer, slowFeed: isSlowFeed(book, place, { collateral: collateral.asset.address, debt: debt.asset.address }),
    actions: request.actions, days: request.days, triggerHf: healthOf(request.triggerHealth), minHf: healthOf(request.minHealth), maxHf: healthOf(request.maxHealth),
    maxCostBps: request.maxCostBps === undefined ? undefined : bps(BigInt(request.maxCostBps)),
    fillPerDay: request.fillPerDay === undefined ? undefined : rawAmount(parseDecimal(request.fillPerDay, debt.asset.decimals)),
  });
  if (suggestion.kind === 'refused') throw new MandateRefused('mandate-impossible', suggestion.reason, 'terms that can protect this loan', suggestion.sentence);
  return suggestion;
}

/** An approval that the mandate needs, and what stands now. */
interface Wanted extends Approved {
  readonly need: ApprovalNeed;
  readonly token: TokenFacts;
}

/** Never more than the owner holds, nor than the loan could use: never without end. */
function approvalsFor(terms: MandateTerms, { position, others, othersOwe = 0n, tokens, receiptToken }: DraftFacts): Wanted[] {
  return approvalNeeds(terms, position, others).flatMap((need) => {
    const { leg, action } = need;
    const most = action === 'repay' ? need.most + othersOwe : need.most;
    const drawn = action === 'fill' ? receiptToken : leg.asset.address;
    const token = tokens.find(({ asset }) => asset.address === drawn);
    if (token === undefined) return [];
    const amount = (token.balance < most ? token.balance : most) as RawAmount;
    const usdE8 = leg.price.kind === 'price' ? (mulDivUp(amount, leg.price.usdE8, oneToken(leg.asset.decimals)) as UsdE8) : null;
    return amount === 0n ? [] : [{ need, token, asset: token.asset, amount, usdE8 }];
  });
}

/** One of the approvals that are missing: as a permit to sign where the token takes permits and the owner can sign, and always as a transaction. */
function approvalView({ need, token, amount }: Wanted, { position, now, safe }: DraftFacts, spender: Address): DraftView['approvals'][number] {
  const { asset, permit } = token;
  const typedData = permit === null || safe != null ? null : permitTypedData(permit, { owner: position.account, spender, value: amount, nonce: permit.nonce, deadline: now + PERMIT_MAX_SECONDS });
  return {
    action: need.action, asset: assetView(asset), spender: shownAddress(spender),
    allowance: amountText(token.allowance, asset), balance: amountText(token.balance, asset), suggested: amountText(amount, asset), suggestedRaw: amount.toString(),
    permit: typedData === null ? null : { typedData, deadline: Number(now + PERMIT_MAX_SECONDS) },
    transaction: { to: shownAddress(asset.address), data: encodeApprove(spender, amount), value: '0x0' },
  };
}

function loanAtRisk(position: LendingPosition, { collateral, debt }: Pair): LoanAtRisk | null {
  if (debt.price.kind === 'no-price') return null;
  const totalDebtUsdE8 = position.debts.reduce((sum, leg) => sum + leg.valueUsdE8, 0n) as UsdE8;
  return { debt: debt.amount, debtDecimals: debt.asset.decimals, debtPriceUsdE8: debt.price.usdE8, totalDebtUsdE8, liquidationThreshold: collateral.liquidationThreshold };
}

function stolenKeyView(terms: MandateTerms, loan: LoanAtRisk | null, { debt }: Pair): DraftView['stolenKey'] {
  if ((terms.actions & MANDATE_ACTIONS.FILL) === 0 || loan === null) return null;
  const { atOnce, atOnceUsdE8, inAllUsdE8 } = keyTheftLoss(terms, loan);
  const sums = ({ calm, crash }: { calm: UsdE8; crash: UsdE8 }) => ({ calm: usdUp(calm), crash: usdUp(crash) });
  return { asset: assetView(debt.asset), atOnce: amountText(atOnce, debt.asset), atOnceUsd: sums(atOnceUsdE8), inAllUsd: sums(inAllUsdE8) };
}

/** Selling collateral rests on Morpho's own permission, which is no amount of a token. */
const usesAuthority = ({ actions }: MandateTerms, { place }: DraftFacts): boolean => place.guard === 'MorphoGuard' && (actions & MANDATE_ACTIONS.FILL) !== 0;

/** The permission of the protocol that is missing; null where none is. */
function authorizationView(terms: MandateTerms, facts: DraftFacts, { collateral }: Pair): DraftView['authorization'] {
  const { position, guard } = facts;
  if (!usesAuthority(terms, facts) || (collateral.releasable ?? 0n) > 0n) return null;
  return { contract: shownAddress(position.market), authorized: shownAddress(guard), transaction: { to: shownAddress(position.market), data: encodeAuthorize(guard), value: '0x0' } };
}

/**
 * A mandate ready to sign, in words and as typed data, with the approvals that are still missing.
 * @throws MandateRefused when policy does not offer a mandate for this position, or not with these limits
 */
export function draftMandate(request: DraftRequest, facts: DraftFacts): DraftView {
  const { position, book, place, guard } = facts;
  const venue = position.protocol;
  const pair = mainPair(position);
  const { terms, notes } = draftTerms(request, facts, pair);
  const { chainId } = position.provenance;
  const form = { place, terms };
  const authorization = authorizationView(terms, facts, pair);
  const assets = { collateral: pair.collateral.asset, debt: pair.debt.asset };
  const wanted = approvalsFor(terms, facts);
  const missing = wanted.filter(({ token, amount }) => token.allowance < amount);
  const loan = loanAtRisk(position, pair);
  return {
    hash: mandateHash(chainId, guard, form), terms: termsView(terms), positionId: position.id,
    sentence: mandateSentence(terms, assets, venue), worstCase: worstCaseSentence(terms, assets, { approved: wanted, loan, venue }), authority: authorization === null && !usesAuthority(terms, facts) ? null : authoritySentence(venue, assets), notes: [...notes],
    stolenKey: stolenKeyView(terms, loan, pair),
    typedData: mandateTypedData(chainId, guard, form),
    approvals: missing.map((entry) => approvalView(entry, facts, guard)),
    authorization,
    safe: facts.safe == null ? null : safeView(chainId, facts.safe, book, mandateCalls(guard, form, missing.map(({ asset, amount }) => ({ token: asset.address, amount, words: `${amountText(amount, asset)} ${asset.symbol}` })), authorization)),
  };
}
