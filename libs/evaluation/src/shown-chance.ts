import { chanceFromHistory, historyOf, mixedHitProbability, type AssetHistory, type BasketChance, type Direction, type FirstPassage, type MovingLeg } from '@ballast/risk';
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

/** The one asset whose price moves a position, with its days as they are known, and the way in which it hurts. */
export interface KnownDriver {
  readonly symbol: string;
  readonly direction: Direction;
  readonly history: AssetHistory;
}

/** Null where several prices move, or where the days of the one that does are not known. */
export function knownDriver(drivers: readonly MovingLeg[]): KnownDriver | null {
  const [driver] = drivers;
  if (driver === undefined || drivers.length > 1) return null;
  const history = historyOf(driver.symbol);
  return history === null ? null : { symbol: driver.symbol, direction: driver.liquidationThreshold === null ? 'rise' : 'fall', history };
}

/**
 * The chance as people see it. For a day, of a position that one asset with a known history moves, history speaks: how often that asset went as many standard deviations.
 * Else a diffusion's figure below 1% within three days never is: a volatility that is itself not known speaks in its place, and
 * below 1 in 1,000 nothing but that it is less. `motion` null: an edge rule fixed the chance.
 */
export function shownChance(found: BasketChance, motion: FirstPassage | null, drivers: readonly MovingLeg[]): RiskChance {
  const plain = { kind: 'probability', value: figure(found.probability), model: found.model, error: figure(found.error), dataThrough: null } as const;
  if (motion === null || found.model === 'edge') return plain;
  const known = knownDriver(drivers);
  if (known === null) return diffusionChance(plain, motion, drivers);
  const day = historicalChance(known, motion, (drivers[0] as MovingLeg).volatility);
  if (motion.years === DAY_YEARS) return day;
  // A longer time holds the day in it, a shorter one is held in it: none is told on the wrong side of the day's.
  const own = diffusionChance(plain, motion, drivers);
  const isBeyondDay = motion.years > DAY_YEARS ? day.kind === 'probability' && (own.kind === 'below' || own.value < day.value) : own.value > day.value && own.kind === 'probability';
  return isBeyondDay ? day : own;
}

function diffusionChance(plain: RiskChance, motion: FirstPassage, drivers: readonly MovingLeg[]): RiskChance {
  if (isTrusted(plain.value, motion.years)) return plain;
  const isDebtAlone = drivers.length === 1 && drivers[0]?.liquidationThreshold === null;
  const mixed = mixedHitProbability(motion, undefined, isDebtAlone ? 1 : -1);
  const told = { model: 'volatility mixture', error: null, dataThrough: null } as const;
  return mixed < LEAST_OF_A_MIXTURE ? { kind: 'below', value: LEAST_OF_A_MIXTURE, ...told } : { kind: 'probability', value: figure(mixed), ...told };
}

function historicalChance({ history, direction }: KnownDriver, { logDistance }: FirstPassage, volatility: number): RiskChance {
  const found = chanceFromHistory(history, 'har', direction, logDistance, volatility / Math.sqrt(HOURS_PER_YEAR));
  const told = { model: 'filtered historical simulation', dataThrough: history.through } as const;
  return found.kind === 'below' ? { kind: 'below', value: figure(found.below), error: null, ...told } : { kind: 'probability', value: figure(found.probability), error: figure(found.error), ...told };
}

/** The same for a chance that has no mixture: the figure, or that it is less than what the model may tell. */
export function shownBarrierChance(probability: number, years: number, model: RiskChance['model']): RiskChance {
  const told = { model, error: 0, dataThrough: null } as const;
  const isEdge = probability === 0 || probability === 1;
  return isEdge || isTrusted(probability, years) ? { kind: 'probability', value: figure(probability), ...told } : { kind: 'below', value: LEAST_OF_A_DIFFUSION, ...told };
}
