import { InvalidInput } from '@ballast/units';
import { hitProbability, type FirstPassage } from '../hit-probability.js';
import { integrate } from '../statistics/gauss-legendre.js';
import { normalDensity } from '../statistics/normal.js';

/** Standard deviations of ln(volatility) to each side that count. */
const REACH = 8;

/** Spread of ln(volatility) that is assumed where no history says better (risk-model.md 7.3). */
export const DEFAULT_ETA = 0.4;

/**
 * The chance where the volatility itself is not known: lognormal around the given one with the spread `eta` of its logarithm and the same mean variance. Its
 * tail is fat as those of returns are. The drift of the price stays fixed, so that of the logarithm moves with the variance: `sign` -1 where volatility pulls
 * the logarithm down (risky collateral), +1 where it lifts it (risky debt).
 */
export function mixedHitProbability(motion: FirstPassage, eta: number = DEFAULT_ETA, sign: 1 | -1 = -1): number {
  if (!(eta >= 0 && Number.isFinite(eta))) throw new InvalidInput('eta', String(eta), 'a number from 0');
  const plain = hitProbability(motion).probability;
  if (eta === 0 || motion.volatility === 0 || motion.logDistance <= 0 || motion.logDistance === Infinity) return plain;
  const given = (z: number): number => {
    const volatility = motion.volatility * Math.exp(eta * z - eta * eta);
    const drift = motion.drift + (sign * (volatility ** 2 - motion.volatility ** 2)) / 2;
    return normalDensity(z) * hitProbability({ ...motion, volatility, drift }).probability;
  };
  let sum = 0;
  for (let from = -REACH; from < REACH; from += 2) sum += integrate(given, from, from + 2);
  return Math.min(1, sum);
}
