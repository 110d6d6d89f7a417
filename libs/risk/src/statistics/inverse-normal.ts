import { InvalidInput } from '@ballast/units';
import { millsRatio, normalCdf, normalDensity } from './normal.js';

const STEPS = 60;

/**
 * The x at which the standard normal distribution function is p, for 0 < p < 1; full double precision down to p = 1e-300. Above one half by symmetry.
 * @throws InvalidInput for a p outside (0, 1)
 */
export function inverseNormal(p: number): number {
  if (!(p > 0 && p < 1)) throw new InvalidInput('probability', String(p), 'a number between 0 and 1, both excluded');
  if (p > 0.5) return -inverseNormal(1 - p);
  // ln N(x) is concave, so Newton's steps on it converge from the left of the root without ever crossing it twice.
  const goal = Math.log(p);
  let x = p > 0.02 ? 0 : -Math.sqrt(-2 * goal);
  for (let step = 0; step < STEPS; step += 1) {
    const slope = 1 / millsRatio(-x);
    const change = (Math.log(normalCdf(x)) - goal) / slope;
    const next = Number.isFinite(change) ? x - change : x - (lnLowerTail(x) - goal) / slope;
    if (Math.abs(next - x) <= 4e-16 * Math.max(1, Math.abs(x))) return next;
    x = next;
  }
  return x;
}

/** ln N(x) for x far below 0, where N itself vanishes. */
const lnLowerTail = (x: number): number => Math.log(normalDensity(0)) - 0.5 * x * x + Math.log(millsRatio(-x));
