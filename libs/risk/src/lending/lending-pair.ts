import { InvalidInput } from '@ballast/units';
import { hitProbability, type HitProbability } from '../hit-probability.js';
import { pairGreeks, ratioDrift, ratioVolatility, type PairDynamics, type PairGreeks } from '../ratio-motion.js';
import { logRatio } from './book-distance.js';
import { oneTouch } from './one-touch.js';

/** One collateral against one debt: units, dollars for a unit, the rates and volatilities of both. */
export interface LendingPair extends PairDynamics {
  readonly collateralUnits: number;
  readonly collateralPrice: number;
  readonly liquidationThreshold: number;
  readonly debtUnits: number;
  readonly debtPrice: number;
}

/** What a liquidation takes: share of the debt, penalty on it, and the rate at which a later loss counts less. */
export interface LiquidationTerms {
  readonly closeFactor: number;
  readonly penalty: number;
  readonly discountRate: number;
}

export interface PairDistance {
  /** Infinity without debt, 0 without counted collateral. */
  readonly healthFactor: number;
  /** ln of it, exact near 0. */
  readonly logHealth: number;
  /** Price of the collateral at which the health is 1, the debt's fixed; 0 without debt. */
  readonly liquidationPrice: number;
  /** Share by which the collateral must fall; negative when past. */
  readonly fall: number;
  /** Share by which the debt's price must rise; Infinity without debt. */
  readonly rise: number;
}

/** Expected loss in dollars and its Greeks: per dollar of the collateral, per 1.00 of its volatility, per year of calendar time. */
export interface ExpectedLoss {
  readonly usd: number;
  readonly deltaCollateral: number;
  readonly vegaCollateral: number;
  readonly thetaPerYear: number;
}

/** Health factor and distances of a pair (risk-model.md section 1). @throws InvalidInput for NaN, negative or infinite amounts and prices, a threshold outside 0 to 1 */
export function pairDistance(pair: LendingPair): PairDistance {
  requirePair(pair);
  const weighted = pair.collateralUnits * pair.collateralPrice * pair.liquidationThreshold;
  const debt = pair.debtUnits * pair.debtPrice;
  if (debt === 0) return { healthFactor: Infinity, logHealth: Infinity, liquidationPrice: 0, fall: 1, rise: Infinity };
  const healthFactor = weighted / debt;
  const excess = (weighted - debt) / debt;
  return { healthFactor, logHealth: logRatio(weighted, debt), liquidationPrice: weighted === 0 ? Infinity : pair.collateralPrice / healthFactor, fall: weighted === 0 ? -Infinity : (weighted - debt) / weighted, rise: excess };
}

/** The chance of liquidation within the time, its Greeks by price and volatility, and by both interest rates. */
export function pairChance(pair: LendingPair, years: number): { readonly hit: HitProbability; readonly greeks: PairGreeks; readonly bySupplyRate: number; readonly byBorrowRate: number } {
  const { logHealth } = pairDistance(pair);
  const hit = hitProbability({ logDistance: logHealth, drift: ratioDrift(pair), volatility: ratioVolatility(pair), years });
  return { hit, greeks: pairGreeks(hit, pair, pair.collateralPrice, pair.debtPrice), bySupplyRate: hit.byDrift, byBorrowRate: -hit.byDrift };
}

/**
 * What the first liquidation within the time is expected to cost the owner (risk-model.md section 4): close factor x penalty x the debt of that moment,
 * discounted. The debt is the numeraire, so a risky one shifts the drift (Girsanov). Already liquidatable: what it costs now, at most what the
 * collateral can pay for. Later liquidations are not in it.
 */
export function expectedLoss(pair: LendingPair, terms: LiquidationTerms, years: number): ExpectedLoss {
  requireTerms(terms);
  const { logHealth } = pairDistance(pair);
  const debt = pair.debtUnits * pair.debtPrice;
  const atStake = terms.closeFactor * terms.penalty * debt;
  if (logHealth <= 0) {
    const most = (terms.penalty * pair.collateralUnits * pair.collateralPrice) / (1 + terms.penalty);
    return { usd: Math.min(atStake, most), deltaCollateral: 0, vegaCollateral: 0, thetaPerYear: 0 };
  }
  const { collateralVolatility: sc, debtVolatility: sd, correlation: rho } = pair;
  const s = ratioVolatility(pair);
  const touch = oneTouch({ logDistance: logHealth, drift: ratioDrift(pair) + rho * sc * sd - sd * sd, volatility: s, years }, terms.discountRate - pair.borrowRate - pair.debtDrift);
  return {
    usd: atStake * touch.value,
    deltaCollateral: (atStake * touch.byDistance) / pair.collateralPrice,
    vegaCollateral: s === 0 ? 0 : atStake * ((touch.byVolatility * (sc - rho * sd)) / s + touch.byDrift * (rho * sd - sc)),
    thetaPerYear: -atStake * touch.byTime,
  };
}

/** @throws InvalidInput for a share outside 0 to 1 or a rate that is not finite */
export function requireTerms({ closeFactor, penalty, discountRate }: LiquidationTerms): void {
  for (const [field, value] of [['close factor', closeFactor], ['penalty', penalty]] as const) if (!(value >= 0 && value <= 1)) throw new InvalidInput(field, String(value), 'a share from 0 to 1');
  if (!Number.isFinite(discountRate)) throw new InvalidInput('discount rate', String(discountRate), 'a finite number');
}

/** Years until interest alone liquidates a pair whose prices stand still against each other: h / -drift; Infinity where it does not. */
export const yearsToLiquidationByInterest = (logHealth: number, drift: number): number => (drift < 0 ? Math.max(0, logHealth) / -drift : Infinity);

function requirePair(pair: LendingPair): void {
  for (const [field, value] of Object.entries(pair)) if (Number.isNaN(value)) throw new InvalidInput(field, 'NaN', 'a number');
  for (const [field, value] of [['collateral units', pair.collateralUnits], ['debt units', pair.debtUnits]] as const) if (!(value >= 0 && Number.isFinite(value))) throw new InvalidInput(field, String(value), 'a number from 0');
  for (const [field, value] of [['collateral price', pair.collateralPrice], ['debt price', pair.debtPrice]] as const) if (!(value > 0 && Number.isFinite(value))) throw new InvalidInput(field, String(value), 'dollars above 0');
  if (!(pair.liquidationThreshold >= 0 && pair.liquidationThreshold <= 1)) throw new InvalidInput('liquidation threshold', String(pair.liquidationThreshold), 'a share from 0 to 1');
  if (!(Math.abs(pair.correlation) <= 1)) throw new InvalidInput('correlation', String(pair.correlation), 'a number from -1 to 1');
}
