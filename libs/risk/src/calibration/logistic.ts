import { InvalidInput } from '@ballast/units';
import { solveSystem } from '../statistics/solve-system.js';

/** p' = 1 / (1 + exp(-(intercept + slope logit p))) (Platt 1999); 0 and 1 for a map that changes nothing. */
export interface LogisticMap {
  readonly intercept: number;
  readonly slope: number;
}

const STEPS = 100;

export const logit = (p: number): number => Math.log(p) - Math.log1p(-p);
export const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** Keeps a chance off 0 and 1, where its logit has no end. */
export const clipped = (p: number, least: number): number => Math.min(1 - least, Math.max(least, p));

/**
 * The map that makes what happened most likely, by Newton's steps from the map that changes nothing. Slope and intercept of forecasts are those of this map
 * (Cox 1958): 1 and 0 for forecasts that are calibrated.
 * @throws InvalidInput for fewer than 10 cases, cases that all went the same way, or chances that are all the same
 */
export function fitLogistic(chances: Float64Array, happened: Uint8Array, least: number): LogisticMap {
  const events = happened.reduce((sum, one) => sum + one, 0);
  if (chances.length < 10 || chances.length !== happened.length) throw new InvalidInput('cases', `${chances.length} chances and ${happened.length} outcomes`, 'at least 10 of both');
  if (events === 0 || events === happened.length) throw new InvalidInput('outcomes', `${events} of ${happened.length} happened`, 'some that happened and some that did not');
  const x = chances.map((p) => logit(clipped(p, least)));
  let [intercept, slope] = [0, 1];
  for (let step = 0; step < STEPS; step += 1) {
    let [g0, g1, h00, h01, h11] = [0, 0, 0, 0, 0];
    for (let index = 0; index < x.length; index += 1) {
      const at = x[index] as number;
      const p = logistic(intercept + slope * at);
      const miss = (happened[index] as number) - p;
      const weight = p * (1 - p);
      g0 += miss; g1 += miss * at; h00 += weight; h01 += weight * at; h11 += weight * at * at;
    }
    const [up, steeper] = solveSystem([[h00, h01], [h01, h11]], [g0, g1], 'chances') as [number, number];
    // A step of more than 1 could overshoot where the likelihood is flat.
    const brake = Math.min(1, 1 / Math.max(Math.abs(up), Math.abs(steeper), 1e-300));
    intercept += brake * up;
    slope += brake * steeper;
    if (Math.abs(up) + Math.abs(steeper) < 1e-12) break;
  }
  return { intercept, slope };
}

/** A chance through the map. */
export const mapped = ({ intercept, slope }: LogisticMap, p: number, least: number): number => logistic(intercept + slope * logit(clipped(p, least)));
