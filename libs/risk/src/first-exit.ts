import { InvalidInput } from '@ballast/units';
import { requireCorridor, type Corridor } from './corridor.js';
import { integrateOverTime } from './statistics/gauss-legendre.js';
import { millsRatio, normalCdf, normalDensity } from './statistics/normal.js';

/** What one dollar is worth that is paid when a corridor is left, by the side on which it is left first. */
export interface FirstExit {
  readonly lower: number;
  readonly upper: number;
}

/** Images further than this many spreads away weigh less than the last digit. */
const REACH = 9;
/** After so many widths of spread nobody is left inside. */
const LONGEST = 20;

/**
 * The chance that the logarithm leaves the corridor within the time, watched continuously: by either side first. Keeps the digits of small chances. 1 where a barrier is
 * reached already.
 * @throws InvalidInput for NaN, a negative or infinite volatility or time, a drift that is not finite
 */
export function exitProbability(corridor: Corridor): number {
  const { lower, upper } = firstExit(corridor, 0);
  return Math.min(1, lower + upper);
}

/**
 * E[e^(-q tau); this side first, tau <= T] for either side of a corridor, `discount` q per year: with q = 0 the chances of the sides, which add up to
 * exitProbability. Hui 1996's double one-touch, by images (Kunitomo and Ikeda 1992) over the drift that the discount gives (Girsanov); where that drift is imaginary, by
 * parts: e^(-qT) P(T) + q int_0^T e^(-qt) P(t) dt. A side that is reached already pays 1, the lower one where both are.
 * @throws InvalidInput as exitProbability does, and for a discount that is not finite
 */
export function firstExit(corridor: Corridor, discount: number): FirstExit {
  requireCorridor(corridor);
  if (!Number.isFinite(discount)) throw new InvalidInput('discount rate', String(discount), 'a finite number');
  const { lower, upper, drift, volatility, years } = corridor;
  if (lower >= 0) return { lower: 1, upper: 0 };
  if (upper <= 0) return { lower: 0, upper: 1 };
  if (years === 0) return { lower: 0, upper: 0 };
  if (volatility === 0) {
    const paidAt = (barrier: number): number => (drift * barrier > 0 && barrier / drift <= years ? Math.exp((-discount * barrier) / drift) : 0);
    return { lower: paidAt(lower), upper: paidAt(upper) };
  }
  return { lower: lowerFirst(corridor, discount), upper: lowerFirst(mirrored(corridor), discount) };
}

const mirrored = ({ lower, upper, drift, ...rest }: Corridor): Corridor => ({ ...rest, lower: -upper, upper: -lower, drift: -drift });

function lowerFirst(corridor: Corridor, q: number): number {
  const { drift, volatility, years } = corridor;
  const square = drift * drift + 2 * q * volatility * volatility;
  if (square >= 0) return byImages(corridor, Math.sqrt(square));
  const chance = (until: number): number => byImages({ ...corridor, years: until }, Math.abs(drift));
  return Math.exp(-q * years) * chance(years) + q * integrateOverTime((until) => Math.exp(-q * until) * chance(until), years);
}

/** Powers are joined before they are raised, so that none overflows. */
function byImages({ lower, upper, drift, volatility, years }: Corridor, pace: number): number {
  const width = upper - lower;
  const variance = volatility * volatility;
  const time = Math.min(years, (LONGEST * width / volatility) ** 2);
  const spread = volatility * Math.sqrt(time);
  const tilt = (drift * lower) / variance;
  const images = Math.ceil((REACH * spread) / (2 * width)) + 2;
  let sum = 0;
  for (let n = -images; n <= images; n += 1) {
    const distance = Math.abs(2 * n * width - lower);
    const near = Math.exp(tilt - (distance * pace) / variance) * normalCdf((pace * time - distance) / spread);
    const far = normalDensity(0) * Math.exp(tilt - (pace * time * pace * time + distance * distance) / (2 * spread * spread)) * millsRatio((pace * time + distance) / spread);
    sum += n >= 0 ? near + far : -near - far;
  }
  return Math.max(0, sum);
}
