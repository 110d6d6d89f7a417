import { hitProbability } from '../hit-probability.js';
import { requireHorizon } from '../horizon.js';
import { bookHealth } from '../lending/book-distance.js';
import { oneTouch } from '../lending/one-touch.js';
import { requireTerms, type LiquidationTerms } from '../lending/lending-pair.js';
import { momentMatched } from './approximate.js';
import { basketMoves, movesOf, type Basket, type MovingLeg } from './basket.js';
import { possibleCorrelations } from './correlate.js';
import type { Matrix } from './matrix.js';

/** How a value changes with one asset, on both sides of the position at once; the other assets stand still. */
export interface AssetSensitivity {
  readonly symbol: string;
  /** Per dollar of its price, and per dollar twice. */
  readonly delta: number;
  readonly gamma: number;
  /** Per 1.00 of its volatility, the drift of the price fixed. */
  readonly vega: number;
  /** Per 1.00 a year of the interest on its collateral, and on its debt; 0 where there is none. */
  readonly bySupplyRate: number;
  readonly byBorrowRate: number;
}

export interface BasketSensitivities {
  readonly value: number;
  readonly assets: readonly AssetSensitivity[];
  /** Per 1.00 of the correlation of two assets that both move. */
  readonly correlations: readonly { readonly between: readonly [string, string]; readonly byCorrelation: number }[];
  /** Per year of calendar time that passes: below 0, since less time is left. */
  readonly thetaPerYear: number;
}

/**
 * The chance of liquidation within the time by moment matching, with its Greeks to every price, volatility, interest rate and correlation. With one collateral
 * and one debt the chance is exact; with more the Greeks are those of the approximation, also where the chance itself came from a simulation.
 * All are 0 where an edge rule fixes the chance. @throws InvalidInput as basketChance does
 */
export const basketSensitivities = (basket: Basket, years: number): BasketSensitivities =>
  sensitivities(basket, years, (legs, correlations, time) => {
    if (bookHealth(legs).logHealth <= 0) return 1;
    return time === 0 ? 0 : hitProbability({ ...momentMatched(movesOf(legs, correlations), time), years: time }).probability;
  });

/**
 * What the first liquidation within the time is expected to cost, in dollars: close factor x penalty x the debt of that moment, discounted (risk-model.md
 * section 4) on the moment-matched motion with the debt as numeraire; and its Greeks. Liquidatable already: what it costs now, at most what the collateral pays for.
 * @throws InvalidInput as basketChance does, and for a close factor or penalty outside 0 to 1
 */
export function basketLoss(basket: Basket, terms: LiquidationTerms, years: number): BasketSensitivities {
  requireTerms(terms);
  return sensitivities(basket, years, (legs, correlations, time) => {
    const { collateralUsd, debtUsd, logHealth } = bookHealth(legs);
    const atStake = terms.closeFactor * terms.penalty * debtUsd;
    if (logHealth <= 0) return Math.min(atStake, (terms.penalty * collateralUsd) / (1 + terms.penalty));
    if (time === 0) return 0;
    const motion = momentMatched(movesOf(legs, correlations), time);
    // The debt as numeraire (Girsanov): what is paid grows with it.
    const drift = motion.drift + motion.crossCovariance - motion.debtVariance;
    return atStake * oneTouch({ ...motion, drift, years: time }, terms.discountRate - motion.debtGrowth).value;
  });
}

type Valuation = (legs: readonly MovingLeg[], correlations: Matrix, years: number) => number;

/** As a share of the spread over the time: differences of fourth order are then right to about 1e-9 within six standard deviations. */
const STEP = 0.01;

function sensitivities(basket: Basket, years: number, valuation: Valuation): BasketSensitivities {
  const moves = basketMoves(basket);
  requireHorizon(years);
  const { legs } = basket;
  const { correlations } = possibleCorrelations(basket.correlations);
  const symbols = [...new Set(legs.map(({ symbol }) => symbol))];
  const value = moves.debt === 0 ? 0 : valuation(legs, correlations, years);
  const volatility = moves.debt === 0 || moves.logHealth <= 0 || years === 0 ? 0 : momentMatched(moves, years).volatility;
  if (volatility === 0) return { value, thetaPerYear: 0, correlations: [], assets: symbols.map((symbol) => ({ symbol, delta: 0, gamma: 0, vega: 0, bySupplyRate: 0, byBorrowRate: 0 })) };

  // In the tail everything changes faster, by the distance in standard deviations for what moves the mean and by its square for what moves the spread.
  const spread = volatility * Math.sqrt(years);
  const sigmas = moves.logHealth / spread;
  const meanStep = (STEP * spread) / (1 + sigmas);
  const spreadStep = STEP / (1 + sigmas * sigmas);
  const changed = (change: (leg: MovingLeg) => Partial<MovingLeg>): number => valuation(legs.map((leg) => ({ ...leg, ...change(leg) })), correlations, years);

  const assetOf = (symbol: string): AssetSensitivity => {
    const own = legs.filter((leg) => leg.symbol === symbol);
    const { priceUsd, volatility: itsVolatility } = own[0] as MovingLeg;
    const atPrice = (price: number): number => changed((leg) => (leg.symbol === symbol ? { priceUsd: price } : {}));
    const atVolatility = (shift: number): number => changed((leg) => (leg.symbol === symbol ? { volatility: leg.volatility + shift } : {}));
    const atRate = (isDebt: boolean) => (shift: number): number =>
      changed((leg) => (leg.symbol === symbol && (leg.liquidationThreshold === null) === isDebt ? { accrualRate: leg.accrualRate + shift } : {}));
    const priceStep = priceUsd * meanStep;
    return {
      symbol, delta: slope(atPrice, priceUsd, priceStep), gamma: bend(atPrice, priceUsd, priceStep, value),
      vega: slope(atVolatility, 0, spreadStep * Math.max(itsVolatility, volatility)),
      bySupplyRate: slope(atRate(false), 0, meanStep / years), byBorrowRate: slope(atRate(true), 0, meanStep / years),
    };
  };
  const pairs = symbols.flatMap((one, index) => symbols.slice(index + 1).map((other): [string, string] => [one, other])).filter((pair) => pair.every((symbol) => legs.some((leg) => leg.symbol === symbol && leg.volatility > 0)));
  const byCorrelation = ([one, other]: [string, string]): number => {
    const scale = (symbol: string): number => Math.max(...legs.filter((leg) => leg.symbol === symbol).map((leg) => leg.volatility));
    const isPair = (row: number, column: number): boolean => [legs[row]?.symbol, legs[column]?.symbol].toSorted().join() === [one, other].toSorted().join();
    const atShift = (shift: number): number => valuation(legs, correlations.map((row, i) => row.map((rho, j) => (isPair(i, j) ? rho + shift : rho))), years);
    return slope(atShift, 0, (spreadStep * volatility * volatility) / (scale(one) * scale(other)));
  };
  return {
    value, assets: symbols.map(assetOf), correlations: pairs.map((between) => ({ between, byCorrelation: byCorrelation(between) })),
    thetaPerYear: -slope((time) => valuation(legs, correlations, time), years, years * spreadStep),
  };
}

/** First derivative, fourth order. */
const slope = (f: (x: number) => number, x: number, step: number): number => (8 * (f(x + step) - f(x - step)) - (f(x + 2 * step) - f(x - 2 * step))) / (12 * step);

/** Second derivative, fourth order. */
const bend = (f: (x: number) => number, x: number, step: number, atX: number): number => (16 * (f(x + step) + f(x - step)) - (f(x + 2 * step) + f(x - 2 * step)) - 30 * atX) / (12 * step * step);
