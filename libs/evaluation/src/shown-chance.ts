import { mixedHitProbability, type BasketChance, type FirstPassage, type MovingLeg } from '@ballast/risk';
import type { RiskChance } from './answer.js';
import { figure } from './inputs.js';

/** Under this, and within three days, a diffusion's tail is too thin by factors (risk-model.md 7.2). */
export const LEAST_OF_A_DIFFUSION = 0.01;
export const SHORT_YEARS = 3 / 365;
/** Under this a mixture that was fitted to nothing is no figure either. */
const LEAST_OF_A_MIXTURE = 0.001;

/** Whether a diffusion's own figure may be shown. */
export const isTrusted = (probability: number, years: number): boolean => probability >= LEAST_OF_A_DIFFUSION || years > SHORT_YEARS;

/**
 * The chance as people see it. A diffusion's figure below 1% within three days never is: a volatility that is itself not known speaks in its place, and
 * below 1 in 1,000 nothing but that it is less. `motion` null: an edge rule fixed the chance.
 */
export function shownChance(found: BasketChance, motion: FirstPassage | null, drivers: readonly MovingLeg[]): RiskChance {
  const plain = { kind: 'probability', value: figure(found.probability), model: found.model, error: figure(found.error), dataThrough: null } as const;
  if (motion === null || found.model === 'edge' || isTrusted(found.probability, motion.years)) return plain;
  const isDebtAlone = drivers.length === 1 && drivers[0]?.liquidationThreshold === null;
  const mixed = mixedHitProbability(motion, undefined, isDebtAlone ? 1 : -1);
  const told = { model: 'volatility mixture', error: null, dataThrough: null } as const;
  return mixed < LEAST_OF_A_MIXTURE ? { kind: 'below', value: LEAST_OF_A_MIXTURE, ...told } : { kind: 'probability', value: figure(mixed), ...told };
}

/** The same for a chance that has no mixture: the figure, or that it is less than what the model may tell. */
export function shownBarrierChance(probability: number, years: number, model: RiskChance['model']): RiskChance {
  const told = { model, error: 0, dataThrough: null } as const;
  const isEdge = probability === 0 || probability === 1;
  return isEdge || isTrusted(probability, years) ? { kind: 'probability', value: figure(probability), ...told } : { kind: 'below', value: LEAST_OF_A_DIFFUSION, ...told };
}
