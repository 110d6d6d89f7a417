import { assetLiquidationPrice, chanceFromHistory, historyOf, mixedHitProbability, type BasketChance, type Direction, type FirstPassage, type MovingLeg } from '@ballast/risk';
import type { RiskChance } from './answer.js';
import { HOURS_PER_YEAR, figure } from './inputs.js';

/** Under this, and within three days, a diffusion's tail is too thin by factors (risk-model.md 7.2). */
export const LEAST_OF_A_DIFFUSION = 0.01;
export const SHORT_YEARS = 3 / 365;
const DAY_YEARS = 24 / HOURS_PER_YEAR;
/** Under this a mixture that was fitted to nothing is no figure either. */
const LEAST_OF_A_MIXTURE = 0.001;

/** Whether a diffusion's own figure may be shown. */
export const isTrusted = (probability: number, years: number): boolean => probability >= LEAST_OF_A_DIFFUSION || years > SHORT_YEARS;

/** The one asset whose price moves a position, the way in which it hurts, and the price at which it alone liquidates; null where none does. */
export interface OnlyDriver {
  readonly leg: MovingLeg;
  readonly direction: Direction;
  readonly barrierUsd: number | null;
}

/** Null where no price moves or several do. */
export function onlyDriver(legs: readonly MovingLeg[]): OnlyDriver | null {
  const [leg, ...others] = legs.filter(({ volatility, units }) => volatility > 0 && units > 0);
  if (leg === undefined || others.length > 0) return null;
  return { leg, direction: leg.liquidationThreshold === null ? 'rise' : 'fall', barrierUsd: assetLiquidationPrice(legs, leg.symbol) };
}

/**
 * The chance as people see it. For a day, of a position that one asset with a known history moves, history speaks: how often that asset went as many standard deviations.
 * Else a diffusion's figure below 1% within three days never is: a volatility that is itself not known speaks in its place, and
 * below 1 in 1,000 nothing but that it is less. `motion` null: an edge rule fixed the chance.
 */
export function shownChance(found: BasketChance, motion: FirstPassage | null, legs: readonly MovingLeg[]): RiskChance {
  const plain = { kind: 'probability', value: figure(found.probability), model: found.model, error: figure(found.error), dataThrough: null } as const;
  if (motion === null || found.model === 'edge') return plain;
  const driver = onlyDriver(legs);
  const own = diffusionChance(plain, motion, driver?.direction === 'rise');
  const day = driver === null ? null : historicalChance(driver);
  if (day === null) return own;
  if (motion.years === DAY_YEARS) return day;
  // A longer time holds the day in it, a shorter one is held in it: none is told on the wrong side of the day's.
  const isBeyondDay = motion.years > DAY_YEARS ? day.kind === 'probability' && (own.kind === 'below' || own.value < day.value) : own.value > day.value && own.kind === 'probability';
  return isBeyondDay ? day : own;
}

function diffusionChance(plain: RiskChance, motion: FirstPassage, isDebtAlone: boolean): RiskChance {
  if (isTrusted(plain.value, motion.years)) return plain;
  const mixed = mixedHitProbability(motion, undefined, isDebtAlone ? 1 : -1);
  const told = { model: 'volatility mixture', error: null, dataThrough: null } as const;
  return mixed < LEAST_OF_A_MIXTURE ? { kind: 'below', value: LEAST_OF_A_MIXTURE, ...told } : { kind: 'probability', value: figure(mixed), ...told };
}

/** The day's chance by the asset's own price and volatility; null where its days are not known, or no price of it liquidates. */
function historicalChance({ leg, direction, barrierUsd }: OnlyDriver): RiskChance | null {
  const history = historyOf(leg.symbol);
  if (history === null || barrierUsd === null) return null;
  const found = chanceFromHistory(history, 'har', direction, Math.abs(Math.log(leg.priceUsd / barrierUsd)), leg.volatility / Math.sqrt(HOURS_PER_YEAR));
  const told = { model: 'filtered historical simulation', dataThrough: history.through } as const;
  return found.kind === 'below' ? { kind: 'below', value: figure(found.below), error: null, ...told } : { kind: 'probability', value: figure(found.probability), error: figure(found.error), ...told };
}

/** The same for a chance that has no mixture: the figure, or that it is less than what the model may tell. */
export function shownBarrierChance(probability: number, years: number, model: RiskChance['model']): RiskChance {
  const told = { model, error: 0, dataThrough: null } as const;
  const isEdge = probability === 0 || probability === 1;
  return isEdge || isTrusted(probability, years) ? { kind: 'probability', value: figure(probability), ...told } : { kind: 'below', value: LEAST_OF_A_DIFFUSION, ...told };
}
