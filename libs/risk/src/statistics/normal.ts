import { erfcx } from './erfcx.js';

const INVERSE_SQRT_TWO_PI = 0.3989422804014327;
const SQRT_HALF_PI = 1.2533141373155003;

/** The standard normal density. */
export const normalDensity = (x: number): number => INVERSE_SQRT_TWO_PI * Math.exp(-0.5 * x * x);

/** Mills' ratio N(-x) / phi(x) for x >= 0: finite where both vanish. */
export const millsRatio = (x: number): number => SQRT_HALF_PI * erfcx(x * Math.SQRT1_2);

/** The standard normal distribution function, with full relative precision in the lower tail. */
export function normalCdf(x: number): number {
  return x <= 0 ? normalDensity(x) * millsRatio(-x) : 1 - normalDensity(x) * millsRatio(x);
}
