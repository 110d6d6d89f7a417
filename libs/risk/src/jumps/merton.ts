import { InvalidInput } from '@ballast/units';
import { hitProbability } from '../hit-probability.js';
import { SeededRandom } from '../statistics/random.js';

/** Merton 1976: a diffusion with jumps of lognormal size; per year, the mean and spread of a jump's logarithm. */
export interface JumpMotion {
  readonly logDistance: number;
  /** Drift of the price with its jumps, per year. */
  readonly drift: number;
  readonly volatility: number;
  readonly jumpsPerYear: number;
  readonly jumpMean: number;
  readonly jumpSpread: number;
  readonly years: number;
}

const MOST_JUMPS = 500;

/** sqrt(sigma^2 + lambda (m^2 + delta^2)): the volatility of a diffusion that spreads as far. */
export const totalVolatility = ({ volatility, jumpsPerYear, jumpMean, jumpSpread }: Pick<JumpMotion, 'volatility' | 'jumpsPerYear' | 'jumpMean' | 'jumpSpread'>): number =>
  Math.sqrt(volatility ** 2 + jumpsPerYear * (jumpMean ** 2 + jumpSpread ** 2));

/**
 * The chance that the motion falls to 0 within the time, by diffusion or by a jump (Metwally and Atiya 2002). Without a jump it is known exactly; with one or
 * more, jump times and sizes are drawn, the diffusion before the last jump is a bridge, after it the closed form: no time grid, no bias.
 * @throws InvalidInput for inputs that are NaN, negative where they may not be, or infinite, and for more than 500 jumps to expect
 */
export function jumpHitProbability(motion: JumpMotion, { seed, paths }: { readonly seed: number; readonly paths: number }): { readonly probability: number; readonly standardError: number } {
  requireMotion(motion);
  if (!Number.isSafeInteger(seed)) throw new InvalidInput('seed', String(seed), 'a whole number');
  if (!(Number.isSafeInteger(paths) && paths >= 1)) throw new InvalidInput('paths', String(paths), 'a whole number from 1');
  const { logDistance, volatility, jumpsPerYear, jumpMean, jumpSpread, years } = motion;
  const logDrift = motion.drift - volatility ** 2 / 2 - jumpsPerYear * Math.expm1(jumpMean + jumpSpread ** 2 / 2);
  const diffusion = { drift: logDrift, volatility };
  if (logDistance <= 0) return { probability: 1, standardError: 0 };
  const expectedJumps = jumpsPerYear * years;
  // Beyond this e^-n is no number, and so many jumps are a diffusion anyway.
  if (expectedJumps > MOST_JUMPS) throw new InvalidInput('expected jumps', String(expectedJumps), `at most ${MOST_JUMPS} within the time`);
  const none = Math.exp(-expectedJumps);
  const exact = none * hitProbability({ logDistance, ...diffusion, years }).probability;
  if (expectedJumps === 0) return { probability: exact, standardError: 0 };
  const random = new SeededRandom(seed);
  let [sum, squares] = [0, 0];
  for (let path = 0; path < paths; path += 1) {
    const times = Array.from({ length: jumpsGivenOne(random.uniform(), expectedJumps, none) }, () => random.uniform() * years).sort((one, other) => one - other);
    let [survival, at, time] = [1, logDistance, 0];
    for (const jump of times) {
      const elapsed = jump - time;
      const before = at + logDrift * elapsed + volatility * Math.sqrt(elapsed) * random.normal();
      const variance = volatility ** 2 * elapsed;
      survival *= before <= 0 ? 0 : variance === 0 ? 1 : -Math.expm1((-2 * at * before) / variance);
      at = before + jumpMean + jumpSpread * random.normal();
      time = jump;
      if (at <= 0) survival = 0;
      if (survival === 0) break;
    }
    if (survival > 0) survival *= 1 - hitProbability({ logDistance: at, ...diffusion, years: years - time }).probability;
    sum += 1 - survival;
    squares += (1 - survival) ** 2;
  }
  const mean = sum / paths;
  const chanceOfJump = -Math.expm1(-expectedJumps);
  return { probability: exact + chanceOfJump * mean, standardError: (chanceOfJump * Math.sqrt(Math.max(0, squares / paths - mean * mean))) / Math.sqrt(paths) };
}

/** A Poisson number given that it is 1 or more, by inversion. */
function jumpsGivenOne(uniform: number, expected: number, none: number): number {
  let left = uniform * -Math.expm1(-expected);
  let chance = none * expected;
  let count = 1;
  while (left > chance && count < 1_000) {
    left -= chance;
    count += 1;
    chance *= expected / count;
  }
  return count;
}

function requireMotion(motion: JumpMotion): void {
  for (const [field, value] of Object.entries(motion)) {
    const mayBeNegative = field === 'drift' || field === 'jumpMean' || field === 'logDistance';
    if (!Number.isFinite(value) || (value < 0 && !mayBeNegative)) throw new InvalidInput(field, String(value), mayBeNegative ? 'a finite number' : 'a number from 0');
  }
}
