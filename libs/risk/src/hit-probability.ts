import { InvalidInput } from '@ballast/units';
import { millsRatio, normalCdf, normalDensity } from './statistics/normal.js';

/** ln(health) moves as `logDistance + drift t + volatility W`; liquidation is the first time it is 0 or less. */
export interface FirstPassage {
  /** ln of the health factor; +Infinity without debt, 0 or less when already liquidatable. */
  readonly logDistance: number;
  /** Drift of the logarithm, per year. */
  readonly drift: number;
  /** Volatility of the logarithm, per square root of a year. */
  readonly volatility: number;
  readonly years: number;
}

/** The chance P of liquidation within the horizon and its derivatives. All derivatives are 0 where P is fixed by an edge rule. */
export interface HitProbability {
  readonly probability: number;
  /** dP / d logDistance */
  readonly byDistance: number;
  /** d2P / d logDistance^2 */
  readonly byDistanceTwice: number;
  /** dP / d drift */
  readonly byDrift: number;
  /** dP / d volatility at fixed drift of the logarithm */
  readonly byVolatility: number;
  /** dP / d years: the density of the time of liquidation */
  readonly byTime: number;
}

/**
 * The probability that a Brownian motion with drift falls to 0 within the horizon, by reflection (Bachelier-Levy; Black and Cox 1976),
 * for a barrier watched continuously. Written with Mills' ratio, so that no term overflows and tails down to 1e-300 keep their digits.
 * @throws InvalidInput when an input is NaN, volatility or horizon is negative or not finite, or the drift is not finite
 */
export function hitProbability(motion: FirstPassage): HitProbability {
  requireUsable(motion);
  const certain = edgeProbability(motion);
  return certain === null ? interior(motion) : fixed(certain);
}

function requireUsable({ logDistance, drift, volatility, years }: FirstPassage): void {
  if (Number.isNaN(logDistance)) throw new InvalidInput('log distance', 'NaN', 'a number');
  if (!Number.isFinite(drift)) throw new InvalidInput('drift', String(drift), 'a finite number');
  if (!(volatility >= 0) || volatility === Infinity) throw new InvalidInput('volatility', String(volatility), 'a finite number of zero or more');
  if (!(years >= 0) || years === Infinity) throw new InvalidInput('horizon in years', String(years), 'a finite number of zero or more');
}

/** The order matters: nothing owed, already on the barrier, no time, no movement. */
function edgeProbability({ logDistance, drift, volatility, years }: FirstPassage): number | null {
  if (logDistance === Infinity) return 0;
  if (logDistance <= 0) return 1;
  if (years === 0) return 0;
  if (volatility === 0) return logDistance + drift * years <= 0 ? 1 : 0;
  return null;
}

const fixed = (probability: number): HitProbability => ({
  probability, byDistance: 0, byDistanceTwice: 0, byDrift: 0, byVolatility: 0, byTime: 0,
});

function interior({ logDistance: h, drift: nu, volatility: s, years: t }: FirstPassage): HitProbability {
  const k = (2 * nu) / (s * s);
  const v = s * Math.sqrt(t);
  const a = (-h - nu * t) / v;
  const b = (-h + nu * t) / v;
  const density = normalDensity(a);
  // exp(-k h) N(b), by the identity exp(-k h) phi(b) = phi(a) where exp(-k h) could overflow.
  const reflected = b <= 0 ? density * millsRatio(-b) : Math.exp(-k * h) * normalCdf(b);
  return {
    probability: Math.min(1, normalCdf(a) + reflected),
    byDistance: (-2 * density) / v - k * reflected,
    byDistanceTwice: (density / v) * (k - (2 * a) / v) + k * k * reflected,
    byDrift: ((-2 * h) / (s * s)) * reflected,
    byVolatility: (2 * h * density) / (s * v) + ((4 * nu * h) / (s * s * s)) * reflected,
    byTime: (h * density) / (v * t),
  };
}
