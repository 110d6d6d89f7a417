import {
  assetLiquidationPrice, basketChance, basketLoss, basketMoves, basketSensitivities, bookHealth, chanceBehindOracle, commonFall, correlationOfRatio, momentMatched, seenAt, stepsFor, yearsToLiquidationByInterest,
  type Basket, type BasketSensitivities, type MovingLeg,
} from '@ballast/risk';
import type { LendingAnswer } from './answer.js';
import { HOURS_PER_YEAR, ageSeconds, figure, figureOrNull, slopeFigure, volatilityNotes, volatilityOf } from './inputs.js';
import type { LendingRequest } from './request.js';
import { lendingSentence } from './sentence.js';
import { shownChance } from './shown-chance.js';

/** One seed, so that the same question has the same answer. */
const SEED = 20_261_125;
const TARGET_ERROR = 5e-4;
/** Paths times steps that one question may cost, under a second of one core. */
const WORK = 2_000_000;

/** The risk of a lending position by its own figures alone. @throws InvalidInput as the risk engine does, for correlations that contradict their volatilities too */
export function evaluateLending(request: LendingRequest, now: Date): LendingAnswer {
  const basket = basketOf(request);
  const health = bookHealth(basket.legs);
  const moves = basketMoves(basket);
  const isOwing = health.debtUsd > 0;
  const symbols = [...new Set(basket.legs.map(({ symbol }) => symbol))];
  const volatilities = symbols.map((symbol) => volatilityOf([...request.collateral, ...request.debt].find((leg) => leg.symbol === symbol) as LendingRequest['collateral'][number]));
  const motionAt = (years: number) => momentMatched(moves, years);
  const distances = symbols.map((symbol) => {
    const price = (basket.legs.find((leg) => leg.symbol === symbol) as MovingLeg).priceUsd;
    const liquidationPriceUsd = assetLiquidationPrice(basket.legs, symbol);
    return { symbol, liquidationPriceUsd: figureOrNull(liquidationPriceUsd), change: liquidationPriceUsd === null ? null : figure(liquidationPriceUsd / price - 1) };
  });
  const notes = [...volatilityNotes(volatilities), 'If nobody acts. Expected loss is of the first liquidation only.'];
  if (moves.shrunkBy > 0) notes.push(`No assets can have these correlations: they were shrunk by ${(moves.shrunkBy * 100).toFixed(1)}%.`);

  const horizons = request.horizonsHours.map((hours) => {
    const years = hours / HOURS_PER_YEAR;
    const isMoving = isOwing && health.logHealth > 0;
    const motion = isMoving ? motionAt(years) : null;
    const spread = motion === null ? 0 : motion.volatility * Math.sqrt(years);
    const pairs = Math.max(200, Math.floor(WORK / (stepsFor(moves, years) * request.horizonsHours.length)));
    const found = basketChance(basket, years, { seed: SEED, targetError: TARGET_ERROR, mostPairs: pairs });
    const { oracle } = request;
    const seen = motion === null || oracle === undefined ? null : oracle.looks === undefined ? { ...motion, years } : seenAt({ ...motion, years }, oracle.looks);
    const behind = seen === null || oracle === undefined ? null : chanceBehindOracle(seen, oracle.deviation);
    const loss = basketLoss(basket, { closeFactor: request.closeFactor, penalty: request.liquidationPenalty, discountRate: request.discountRate }, years);
    return {
      hours,
      sigmas: spread > 0 ? figure(health.logHealth / spread) : null, sigmasWithDrift: spread > 0 ? figure((health.logHealth + (motion as { drift: number }).drift * years) / spread) : null,
      chance: shownChance(found, motion === null ? null : { ...motion, years }, basket.legs),
      bound: found.bound === null ? null : { kind: found.bound.kind, probability: figure(found.bound.probability) },
      behindOracle: behind === null ? null : { least: figure(behind.least), most: figure(behind.most) },
      greeks: greeksOf(basketSensitivities(basket, years)), expectedLossUsd: figure(loss.value), lossGreeks: greeksOf(loss),
    };
  });
  return {
    kind: 'lending',
    sentence: lendingSentence(basket.legs, health, horizons[0] as LendingAnswer['horizons'][number]),
    health: isOwing ? { kind: 'ratio', value: figure(health.healthFactor) } : { kind: 'no-debt' },
    collateralUsd: figure(health.collateralUsd), weightedCollateralUsd: figure(health.weightedUsd), debtUsd: figure(health.debtUsd),
    distance: {
      commonFall: isOwing ? figureOrNull(commonFall(health)) : null, assets: distances,
      yearsByInterestAlone: isOwing ? figureOrNull(yearsToLiquidationByInterest(health.logHealth, interestDrift(basket.legs))) : null,
    },
    horizons,
    pricesAgeSeconds: ageSeconds(request.pricesAt, now), volatilities: volatilities.map((one) => ({ ...one, annual: figure(one.annual) })), notes,
  };
}

function basketOf(request: LendingRequest): Basket {
  const leg = ({ symbol, units, priceUsd, volatility, drift }: LendingRequest['collateral'][number] | LendingRequest['debt'][number]) => ({ symbol, units, priceUsd, drift, volatility: volatilityOf({ symbol, volatility }).annual });
  const legs: MovingLeg[] = [
    ...request.collateral.map((one) => ({ ...leg(one), liquidationThreshold: one.liquidationThreshold, accrualRate: one.supplyRate })),
    ...request.debt.map((one) => ({ ...leg(one), liquidationThreshold: null, accrualRate: one.borrowRate })),
  ];
  const correlation = (one: MovingLeg, other: MovingLeg): number => {
    if (one.symbol === other.symbol) return 1;
    const given = request.correlations.find(({ between }) => between.includes(one.symbol) && between.includes(other.symbol));
    return given?.rho ?? (given?.ratioVolatility === undefined ? 0 : correlationOfRatio(one.volatility, other.volatility, given.ratioVolatility));
  };
  return { legs, correlations: legs.map((one) => legs.map((other) => correlation(one, other))) };
}

/** Drift of ln(health) by interest alone, prices standing still, at today's shares. */
function interestDrift(legs: readonly MovingLeg[]): number {
  const side = (isDebt: boolean): number => {
    const own = legs.filter((leg) => (leg.liquidationThreshold === null) === isDebt);
    const value = (leg: MovingLeg): number => leg.units * leg.priceUsd * (leg.liquidationThreshold ?? 1);
    const total = own.reduce((sum, leg) => sum + value(leg), 0);
    return total === 0 ? 0 : own.reduce((sum, leg) => sum + value(leg) * leg.accrualRate, 0) / total;
  };
  return side(false) - side(true);
}

const greeksOf = ({ assets, correlations, thetaPerYear }: BasketSensitivities): LendingAnswer['horizons'][number]['greeks'] => ({
  assets: assets.map((one) => ({
    symbol: one.symbol, delta: slopeFigure(one.delta), gamma: slopeFigure(one.gamma), vega: slopeFigure(one.vega), bySupplyRate: slopeFigure(one.bySupplyRate), byBorrowRate: slopeFigure(one.byBorrowRate),
  })),
  correlations: correlations.map(({ between, byCorrelation }) => ({ between: [...between], byCorrelation: slopeFigure(byCorrelation) })),
  thetaPerYear: slopeFigure(thetaPerYear),
});
