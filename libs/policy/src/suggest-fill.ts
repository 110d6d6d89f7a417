import { BPS, WAD, formatHealth, formatPercentUp, formatTokenAmount, mulDivUp, oneToken, type Bps, type RawAmount, type UsdE8, type Wad } from '@ballast/units';
import type { CollateralLeg, DebtLeg, LendingPosition } from '@ballast/positions';
import { totalDebt } from '@ballast/risk';
import { fillableUsd } from './key-theft.js';
import { FILL_GAS } from './rescue-gas.js';

/** The guard's own ceiling. */
export const HIGHEST_COST_BPS = 500n;
/** The most that is suggested, and what is always allowed for: the pool's fee and the loan's premium. */
const MOST_SUGGESTED_BPS = 100n;
const FEES_BPS = 20n;
/** Wei for one unit of gas that a suggested cost allows for. */
const GAS_PRICE = 50_000_000_000n;
const WEI_PER_COIN = 10n ** 18n;
/** Widest deviation of a feed for which collateral may be sold: whoever picks the moment earns what the feed lags behind. */
export const MOST_DEVIATION_BPS = 50n;
const LARGEST_BUDGET = (1n << 128n) - 1n;

/** What is known of a pair's sale before a mandate is made. */
export interface FillOffer {
  /** The wider of the two feeds' declared deviations; null where the keepers contract does not price the pair. */
  readonly deviationBps: Bps | null;
  /** Dollars with 8 decimals for one of the coins that pay for gas; null where unknown. */
  readonly coinUsdE8: UsdE8 | null;
  /** Debt units that one sale can bring within the highest cost that is suggested; null where nobody looked. */
  readonly swappable: RawAmount | null;
}

export type FillRefusal = 'fill-not-offered' | 'fill-never-helps' | 'fill-dearer-than-liquidation' | 'fill-cost-out-of-range' | 'fill-budget-out-of-range' | 'fill-no-market';

export type FillSuggestion =
  | { readonly kind: 'offered'; readonly maxCostBps: Bps; readonly fillPerDay: RawAmount; /** What these limits do not cover, in words. */ readonly warning: string | null }
  | { readonly kind: 'not-offered'; readonly reason: FillRefusal; readonly sentence: string };

export interface FillSuggestionInput {
  readonly position: LendingPosition;
  readonly collateral: CollateralLeg;
  readonly debt: DebtLeg;
  readonly triggerHf: Wad;
  readonly minHf: Wad;
  readonly maxHf: Wad;
  readonly offer: FillOffer;
  /** The owner's own limits in place of the suggested ones. */
  readonly maxCostBps?: Bps;
  readonly fillPerDay?: RawAmount;
}

/**
 * Limits for repaying with collateral (execution.md 2.2). Cost: 0.2% and the gas at 50 gwei of the fill that is expected, at most 1% and less
 * than the liquidation bonus. Per day: what a full rescue from health 1 to the band's end needs, rounded up to two digits; no more than one
 * sale can bring. The owner's own limits replace them; a budget under a full rescue's need is told of, not refused.
 */
export function suggestFill(input: FillSuggestionInput): FillSuggestion {
  const { offer, collateral, debt } = input;
  const refused = (reason: FillRefusal, sentence: string): FillSuggestion => ({ kind: 'not-offered', reason, sentence });
  if (offer.deviationBps === null || offer.deviationBps > MOST_DEVIATION_BPS) {
    return refused('fill-not-offered', `Selling ${collateral.asset.symbol} to repay ${debt.asset.symbol} is not offered: for this pair no price is pinned that follows the market within 0.5%.`);
  }
  const bonus: bigint = collateral.liquidationBonus;
  if (bonus <= FEES_BPS) return refused('fill-dearer-than-liquidation', `Selling ${collateral.asset.symbol} would cost about what a liquidation takes, ${formatPercentUp(bonus)}.`);
  const needed = neededCost(input);
  const most = bonus - 1n < MOST_SUGGESTED_BPS ? bonus - 1n : MOST_SUGGESTED_BPS;
  const maxCostBps = input.maxCostBps ?? (needed !== null && needed < most ? needed : most);
  if (maxCostBps <= 0n || maxCostBps > HIGHEST_COST_BPS) return refused('fill-cost-out-of-range', `The cost of a sale may be limited to between 0.01% and 5.0% of what is repaid; ${formatPercentUp(maxCostBps)} was given.`);
  if (maxCostBps >= bonus) return refused('fill-dearer-than-liquidation', `A cost of ${formatPercentUp(maxCostBps)} is no less than what a liquidation takes, ${formatPercentUp(bonus)}: lower it.`);
  // c >= C/D - 1 at the health where liquidation begins: there C/D is 1/LT, and from there down a sale only makes it worse.
  if (collateral.liquidationThreshold * (BPS + maxCostBps) >= BPS * BPS) {
    return refused('fill-never-helps', `Near liquidation a sale at a cost of ${formatPercentUp(maxCostBps)} would not raise the health: this collateral counts with ${formatPercentUp(collateral.liquidationThreshold)}. Lower the cost.`);
  }
  return withBudget(input, maxCostBps as Bps, needed, refused);
}

function withBudget({ position, collateral, debt, maxHf, offer, fillPerDay }: FillSuggestionInput, maxCostBps: Bps, neededBps: bigint | null, refused: (reason: FillRefusal, sentence: string) => FillSuggestion): FillSuggestion {
  if (debt.price.kind === 'no-price') return refused('fill-not-offered', `The protocol has no price for ${debt.asset.symbol}.`);
  const loan = { totalDebtUsdE8: totalDebt(position) as UsdE8, liquidationThreshold: collateral.liquidationThreshold };
  const worth = fillableUsd({ maxHf, maxCostBps }, WAD, loan);
  if (worth === null) return refused('fill-never-helps', `A sale at this cost cannot bring the health to ${formatHealth(maxHf)}.`);
  const units = mulDivUp(worth, oneToken(debt.asset.decimals), debt.price.usdE8);
  const needed = units < debt.amount ? units : debt.amount;
  if (fillPerDay !== undefined && (fillPerDay <= 0n || fillPerDay > LARGEST_BUDGET)) return refused('fill-budget-out-of-range', 'The amount a day must be above 0 and fit the contract.');
  if (offer.swappable === 0n) return refused('fill-no-market', `No market was found in which ${collateral.asset.symbol} can be sold for ${debt.asset.symbol} within the cost.`);
  const amountOf = (raw: bigint): string => formatTokenAmount(raw, debt.asset.decimals, { symbol: debt.asset.symbol });
  const wished = fillPerDay ?? twoDigitsUp(needed);
  const capped = offer.swappable !== null && wished > offer.swappable;
  const budget = capped ? offer.swappable : wished;
  const warnings = [
    ...(neededBps !== null && neededBps > maxCostBps ? [`With gas at 50 gwei the sale that is expected here would cost about ${formatPercentUp(neededBps)}, more than the limit of ${formatPercentUp(maxCostBps)}: it can run only while gas is cheaper.`] : []),
    ...(capped ? [`One sale brings at most ${amountOf(budget)} now, and a sale is made whole or not at all.`] : []),
    ...(budget < needed ? [`A full rescue from health 1.00 may need ${amountOf(needed)} in a day; ${amountOf(budget)} may be repaid by selling.`] : []),
  ];
  return { kind: 'offered', maxCostBps, fillPerDay: budget as RawAmount, warning: warnings.length === 0 ? null : warnings.join(' ') };
}

/**
 * 0.2% and the gas at 50 gwei of the fill that is expected at the trigger, which aims for the middle of the band; whole hundredths of a percent, rounded
 * up. null where no price of the coin is known or no fill is expected.
 */
function neededCost({ position, collateral, triggerHf, minHf, maxHf, offer }: FillSuggestionInput): bigint | null {
  const middle = ((minHf + maxHf) / 2n) as Wad;
  const expected = fillableUsd({ maxHf: middle, maxCostBps: 0n as Bps }, triggerHf, { totalDebtUsdE8: totalDebt(position) as UsdE8, liquidationThreshold: collateral.liquidationThreshold });
  if (offer.coinUsdE8 === null || expected === null || expected === 0n) return null;
  return FEES_BPS + mulDivUp(mulDivUp(FILL_GAS * GAS_PRICE, offer.coinUsdE8, WEI_PER_COIN), BPS, expected);
}

/** The least number of two digits and zeros that is not under `amount`: 15,038 becomes 16,000. */
export function twoDigitsUp(amount: bigint): RawAmount {
  const digits = amount.toString().length;
  if (digits <= 2) return amount as RawAmount;
  const step = 10n ** BigInt(digits - 2);
  return (((amount + step - 1n) / step) * step) as RawAmount;
}
