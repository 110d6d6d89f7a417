import { InvalidInput } from '@ballast/units';
import { hitProbability, type FirstPassage } from '../hit-probability.js';

/** -zeta(1/2) / sqrt(2 pi). */
const BGK = 0.5825971579390106;

/** The motion as a barrier that is looked at only `looks` times, evenly, meets it: further away by 0.5826 s sqrt(T / N) (Broadie, Glasserman and Kou 1997). */
export function seenAt(motion: FirstPassage, looks: number): FirstPassage {
  if (!(Number.isInteger(looks) && looks > 0)) throw new InvalidInput('looks', String(looks), 'a whole number above 0');
  if (motion.logDistance <= 0) return motion;
  return { ...motion, logDistance: motion.logDistance + BGK * motion.volatility * Math.sqrt(motion.years / looks) };
}

/** The chance where the oracle may trail the market by up to `deviation` (a share) to either side: the least and the most that it can be. */
export function chanceBehindOracle(motion: FirstPassage, deviation: number): { readonly least: number; readonly most: number } {
  if (!(deviation >= 0 && deviation < 1)) throw new InvalidInput('deviation', String(deviation), 'a share from 0 and under 1');
  const lag = Math.log1p(deviation);
  const at = (logDistance: number): number => hitProbability({ ...motion, logDistance }).probability;
  return { least: motion.logDistance <= 0 ? 1 : at(motion.logDistance + lag), most: at(motion.logDistance - lag) };
}
