import { InvalidInput } from '@ballast/units';
import { hitProbability, type FirstPassage, type HitProbability } from '../hit-probability.js';
import { integrateOverTime } from '../statistics/gauss-legendre.js';
import { millsRatio, normalCdf, normalDensity } from '../statistics/normal.js';

/** E[e^(-q tau); tau <= T], the value of one dollar paid at the moment of liquidation, and its derivatives. All are 0 where an edge rule fixes it. */
export interface OneTouch {
  readonly value: number;
  /** d / d logDistance */
  readonly byDistance: number;
  readonly byDistanceTwice: number;
  /** d / d drift of the logarithm */
  readonly byDrift: number;
  /** d / d volatility at fixed drift of the logarithm */
  readonly byVolatility: number;
  /** d / d years */
  readonly byTime: number;
}

/** Under this part of its terms the root is too near 0 for the closed form, which divides by it. */
const NEAR_ZERO = 1e-6;
/** Under this a square has lost its digits to denormal numbers. */
const LEAST_SQUARE = 1e-280;

/**
 * The one-touch of a motion discounted at `discount` per year (Rubinstein and Reiner 1991; risk-model.md section 4). Where the closed form's root is
 * imaginary, which happens for discounts below 0, the same value by parts: e^(-qT) P(T) + q int_0^T e^(-qt) P(t) dt.
 * @throws InvalidInput as hitProbability does, and for a discount that is not finite
 */
export function oneTouch(motion: FirstPassage, discount: number): OneTouch {
  if (!Number.isFinite(discount)) throw new InvalidInput('discount rate', String(discount), 'a finite number');
  const hit = hitProbability(motion);
  const { logDistance: h, drift: nu, volatility: s, years: t } = motion;
  if (h === Infinity || h <= 0 || t === 0 || s === 0) return fixed(hit.probability === 0 || h <= 0 ? hit.probability : Math.exp((discount * h) / nu));
  const square = nu * nu + 2 * discount * s * s;
  const scale = nu * nu + 2 * Math.abs(discount) * s * s;
  return square > NEAR_ZERO * scale && square > LEAST_SQUARE ? closedForm(motion, discount, Math.sqrt(square)) : byParts(motion, discount, hit);
}

const fixed = (value: number): OneTouch => ({ value, byDistance: 0, byDistanceTwice: 0, byDrift: 0, byVolatility: 0, byTime: 0 });

function closedForm({ logDistance: h, drift: nu, volatility: s, years: t }: FirstPassage, q: number, root: number): OneTouch {
  const v = s * Math.sqrt(t);
  const variance = s * s;
  // root + nu and root - nu; their product is 2 q s^2, which gives the small one without cancellation.
  const product = 2 * q * variance;
  const plus = nu >= 0 ? root + nu : product / (root - nu);
  const minus = nu >= 0 ? product / (root + nu) : root - nu;
  const [a, b] = [(-h - root * t) / v, (-h + root * t) / v];
  const density = Math.exp(-q * t) * normalDensity((h + nu * t) / v);
  const first = density * millsRatio(-a);
  const second = b <= 0 ? density * millsRatio(-b) : Math.exp((-h * plus) / variance) * normalCdf(b);
  const value = first + second;
  const byDistance = (minus * first - plus * second) / variance - (2 * density) / v;
  const byTime = (h * density) / (v * t);
  return {
    value, byDistance, byTime,
    byDistanceTwice: (2 / variance) * (byTime - nu * byDistance + q * value),
    byDrift: (-h / (variance * root)) * (minus * first + plus * second),
    byVolatility: (h / (s ** 3 * root)) * (plus * plus * second - minus * minus * first) + (2 * h * density) / (variance * Math.sqrt(t)),
  };
}

function byParts(motion: FirstPassage, q: number, hit: HitProbability): OneTouch {
  const { drift: nu, volatility: s, years: t } = motion;
  const at = Math.exp(-q * t);
  const parts = (pick: (found: HitProbability) => number): number => at * pick(hit) + q * integrateOverTime((years) => Math.exp(-q * years) * pick(hitProbability({ ...motion, years })), t);
  const value = parts(({ probability }) => probability);
  const byDistance = parts((found) => found.byDistance);
  const byTime = at * hit.byTime;
  return {
    value, byDistance, byTime,
    byDistanceTwice: (2 / (s * s)) * (byTime - nu * byDistance + q * value),
    byDrift: parts((found) => found.byDrift), byVolatility: parts((found) => found.byVolatility),
  };
}
