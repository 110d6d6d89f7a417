import { BPS, WAD, mulDivUp, oneToken, type Bps, type RawAmount, type UsdE8 } from '@ballast/units';
import type { MandateTerms } from './mandate.js';

/**
 * How far the protocol's price may be from the market's when a thief picks the moment: our estimate for a normal day and for a crash with
 * jumps (docs/security.md). The contract does not limit this part.
 */
export const PRICE_GAP_BPS = { calm: 70n as Bps, crash: 300n as Bps } as const;

/** What a loan is made of, as far as a stolen key could use it. */
export interface LoanAtRisk {
  /** Units of the debt that the mandate names. */
  readonly debt: RawAmount;
  readonly debtDecimals: number;
  /** Dollars with 8 decimals for one whole debt token. */
  readonly debtPriceUsdE8: UsdE8;
  /** Of the whole position. */
  readonly totalDebtUsdE8: UsdE8;
  /** Of the collateral that may be sold. */
  readonly liquidationThreshold: Bps;
}

/** What a stolen key could cost by FILL at most, beyond what the contract limits: the published formula, in this loan's figures. */
export interface KeyTheftLoss {
  /** Debt units that could be repaid at once when the health is just under the trigger. */
  readonly atOnce: RawAmount;
  readonly atOnceUsdE8: { readonly calm: UsdE8; readonly crash: UsdE8 };
  /** The same over the life of the mandate: of all that is owed now. */
  readonly inAllUsdE8: { readonly calm: UsdE8; readonly crash: UsdE8 };
}

/** (1 + c) (1 + gap) - 1 in parts of 1e18, rounded up: what is lost at market value for each dollar that is repaid. */
export const theftRate = (maxCostBps: Bps, gapBps: Bps): bigint => mulDivUp((BPS + maxCostBps) * (BPS + gapBps) - BPS * BPS, WAD, BPS * BPS);

/**
 * The most debt, in dollars with 8 decimals, that a FILL may repay from health `from` before the band's end: (maxHf - from) /
 * (maxHf - LT (1 + c)) x debt, rounded up; null where a fill at the price limit reaches no such end.
 */
export function fillableUsd({ maxHf, maxCostBps }: Pick<MandateTerms, 'maxHf' | 'maxCostBps'>, from: bigint, loan: Pick<LoanAtRisk, 'totalDebtUsdE8' | 'liquidationThreshold'>): bigint | null {
  const lost = mulDivUp(loan.liquidationThreshold * (BPS + maxCostBps), WAD, BPS * BPS);
  if (maxHf <= lost) return null;
  return maxHf <= from ? 0n : mulDivUp(maxHf - from, loan.totalDebtUsdE8, maxHf - lost);
}

/** The published bound in the loan's own figures, each rounded up. */
export function keyTheftLoss(terms: Pick<MandateTerms, 'triggerHf' | 'maxHf' | 'maxCostBps' | 'fillPerDay'>, loan: LoanAtRisk): KeyTheftLoss {
  const byBand = fillableUsd(terms, terms.triggerHf, loan);
  const units = byBand === null ? loan.debt : mulDivUp(byBand, oneToken(loan.debtDecimals), loan.debtPriceUsdE8);
  const atOnce = [units, terms.fillPerDay, loan.debt].reduce((least, value) => (value < least ? value : least)) as RawAmount;
  const costOf = (amount: bigint) => {
    const worth = mulDivUp(amount, loan.debtPriceUsdE8, oneToken(loan.debtDecimals));
    const at = (gap: Bps): UsdE8 => mulDivUp(worth, theftRate(terms.maxCostBps, gap), WAD) as UsdE8;
    return { calm: at(PRICE_GAP_BPS.calm), crash: at(PRICE_GAP_BPS.crash) };
  };
  return { atOnce, atOnceUsdE8: costOf(atOnce), inAllUsdE8: costOf(loan.debt) };
}
