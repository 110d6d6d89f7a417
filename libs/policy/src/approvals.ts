import { BPS, WAD, mulDivUp, oneToken, type RawAmount } from '@ballast/units';
import type { CollateralLeg, DebtLeg, LendingPosition } from '@ballast/positions';
import { MANDATE_ACTIONS, type MandateTerms } from './mandate.js';
import type { OfferedAction } from './suggest-mandate.js';

/** What a mandate's actions may move at most: of the debt token and the collateral from the wallet, of the collateral's receipt token from the account. */
export interface ApprovalNeed {
  readonly action: OfferedAction;
  /** The asset that is moved; for `fill` its receipt token is what is approved. */
  readonly leg: CollateralLeg | DebtLeg;
  /** Units that could ever be useful, whatever the owner holds. */
  readonly most: RawAmount;
}

/**
 * The approvals that the mandate needs: never without end. REPAY: the debt. TOP_UP: as much collateral as there is. FILL: what repaying the whole
 * debt takes at the price where liquidation begins, plus the same of the owner's other mandates in force that sell this collateral, because
 * all of them draw on one allowance.
 */
export function approvalNeeds(terms: MandateTerms, position: LendingPosition, others: readonly MandateTerms[] = []): readonly ApprovalNeed[] {
  const debt = debtOf(position, terms);
  const collateral = position.collaterals.find(({ asset }) => asset.address === terms.collateral);
  const needs: ApprovalNeed[] = [];
  if (may(terms, 'REPAY') && debt !== undefined) needs.push({ action: 'repay', leg: debt, most: debt.amount });
  if (may(terms, 'TOP_UP') && collateral !== undefined) needs.push({ action: 'top-up', leg: collateral, most: collateral.amount });
  if (may(terms, 'FILL') && collateral !== undefined) {
    const selling = [terms, ...others.filter((other) => may(other, 'FILL') && other.collateral === terms.collateral && other.debt !== terms.debt)];
    const most = selling.reduce((sum, each) => sum + releaseNeeded(position, collateral, debtOf(position, each), each), 0n);
    needs.push({ action: 'fill', leg: collateral, most: most as RawAmount });
  }
  return needs;
}

/** Collateral units worth the whole debt and the mandate's cost once every price has fallen to where liquidation begins, rounded up. */
function releaseNeeded(position: LendingPosition, sold: CollateralLeg, debt: DebtLeg | undefined, { maxCostBps }: MandateTerms): bigint {
  const health = position.reported.health;
  if (debt === undefined || debt.price.kind === 'no-price' || sold.price.kind === 'no-price' || health.kind === 'no-debt') return 0n;
  const owed = mulDivUp(debt.amount, debt.price.usdE8, oneToken(debt.asset.decimals));
  const worth = mulDivUp(owed * (BPS + maxCostBps), health.wad > WAD ? health.wad : WAD, BPS * WAD);
  return mulDivUp(worth, oneToken(sold.asset.decimals), sold.price.usdE8);
}

const may = ({ actions }: Pick<MandateTerms, 'actions'>, action: keyof typeof MANDATE_ACTIONS): boolean => (actions & MANDATE_ACTIONS[action]) !== 0;
const debtOf = (position: LendingPosition, terms: MandateTerms): DebtLeg | undefined => position.debts.find(({ asset, amount }) => asset.address === terms.debt && amount > 0n);
