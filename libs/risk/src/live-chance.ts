import type { AssetHistory } from './calibration/asset-history.js';
import { chanceFromHistory, historyOf } from './calibration/known-history.js';
import { hitProbability } from './hit-probability.js';
import type { RiskDriver } from './liquidation-price.js';
import { HOURS_PER_YEAR } from './volatility.js';
import type { Chance, Volatility } from './report.js';

export const CHANCE_HORIZONS_HOURS: readonly number[] = [24, 168, 720];
const DAY_HOURS = 24;
/** A chance that the diffusion puts lower is not told as a figure: its tail is too thin by factors (risk-model.md 7.2). */
export const CHANCE_FLOOR = 0.01;
const FLOAT_NOISE = 1e-9;

type Driven = Exclude<RiskDriver, { kind: 'none' }>;

/**
 * The chances of liquidation that a report shows, in the order of the horizons, rounded up. Within a day, of an asset whose days are known, by those days
 * (docs/calibration.md); else and beyond by the diffusion with a price drift of 0. A longer time is never told a lesser chance than a day.
 */
export function liveChances(driver: Driven, logDistance: number, volatility: Volatility): Chance[] {
  const history = historyOf(driver.leg.asset.symbol);
  const day = history === null || logDistance <= 0 || logDistance === Infinity ? null : dayChance(history, driver, logDistance, volatility.hourly);
  return CHANCE_HORIZONS_HOURS.map((hours) => {
    const own = diffusionChance(hours, driver, logDistance, volatility.annual);
    if (day === null) return own;
    const isUnderDay = day.kind === 'probability' && (own.kind === 'floor' || own.value < day.value);
    return hours === DAY_HOURS || isUnderDay ? { ...day, horizonHours: hours } : own;
  });
}

/** The name of what `liveChances` used: the models, their last day of data, and the volatility. */
export function chanceModel(driver: RiskDriver, volatility: Volatility): string {
  const history = driver.kind === 'none' ? null : historyOf(driver.leg.asset.symbol);
  const measured = volatility.kind === 'measured' ? 'EWMA 24 h' : 'assumed volatility';
  return history === null ? `GBM first passage, ${measured}` : `days of ${history.asset} to ${history.through} within a day, GBM first passage beyond, ${measured}`;
}

function dayChance(history: AssetHistory, driver: Driven, logDistance: number, hourly: number): Chance {
  const found = chanceFromHistory(history, 'ewma-24h', driver.kind === 'collateral' ? 'fall' : 'rise', logDistance, hourly);
  return found.kind === 'below' ? { horizonHours: DAY_HOURS, kind: 'floor', below: found.below } : { horizonHours: DAY_HOURS, kind: 'probability', value: roundedUp(found.probability) };
}

/** Drift of the price 0: its logarithm then drifts down by half the variance, which helps a debt and hurts collateral. */
function diffusionChance(horizonHours: number, driver: Driven, logDistance: number, volatility: number): Chance {
  const halfVariance = volatility ** 2 / 2;
  const { probability } = hitProbability({ logDistance, drift: driver.kind === 'collateral' ? -halfVariance : halfVariance, volatility, years: horizonHours / HOURS_PER_YEAR });
  return probability < CHANCE_FLOOR ? { horizonHours, kind: 'floor', below: CHANCE_FLOOR } : { horizonHours, kind: 'probability', value: roundedUp(probability) };
}

const roundedUp = (probability: number): number => Math.min(1, Math.ceil(probability * 10_000 - FLOAT_NOISE) / 10_000);
