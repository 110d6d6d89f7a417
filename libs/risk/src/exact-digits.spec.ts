import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hitProbability, type FirstPassage, type HitProbability } from './index.js';
import { exactHitProbability } from '../test/exact-first-passage.js';

/** The Greeks are sums of terms that may take each other away: their digits are those of the larger term. */
function terms({ logDistance: h, drift: nu, volatility: s, years: t }: FirstPassage, { byTime }: HitProbability, reflected: number): HitProbability {
  const steep = (byTime * t) / h;
  const k = (2 * Math.abs(nu)) / (s * s);
  return {
    probability: 0, byDistance: 2 * steep + k * reflected, byDistanceTwice: steep * (k + (2 * (h + Math.abs(nu) * t)) / (s * s * t)) + k * k * reflected,
    byDrift: ((2 * h) / (s * s)) * reflected, byVolatility: ((2 * h) / s) * (steep + k * reflected), byTime,
  };
}

/** `slack`: what the exponents lose, exp(-a^2 / 2) having a^2 / 2 times the error of a. */
function expectExact(motion: FirstPassage): HitProbability {
  const [found, truth] = [hitProbability(motion), exactHitProbability(motion)];
  const exponent = ((motion.logDistance + motion.drift * motion.years) / motion.volatility) ** 2 / (2 * motion.years) + Math.abs((2 * motion.drift * motion.logDistance) / motion.volatility ** 2);
  const slack = 4e-15 * (1 + exponent);
  const size = terms(motion, truth, Math.min(1, Math.abs(truth.byDrift) * motion.volatility ** 2 / (2 * motion.logDistance)));
  for (const key of Object.keys(truth) as (keyof HitProbability)[]) {
    expect(Number.isFinite(found[key])).toBe(true);
    expect(Math.abs(found[key] - truth[key]), `${key} of ${JSON.stringify(motion)}: got ${found[key]}, exact ${truth[key]}`).toBeLessThanOrEqual(slack * (Math.abs(truth[key]) + size[key]) + 1e-305 * (1 + size[key]));
  }
  return truth;
}

describe('the chance and its Greeks against hundreds of digits', () => {
  const day = 1 / 365;
  it.each<readonly [string, FirstPassage, number, number]>([
    ['a week of ether', { logDistance: 0.2, drift: -0.2, volatility: 0.65, years: 7 * day }, 0.01, 0.1],
    ['a hair above the barrier', { logDistance: 1e-6, drift: -0.2, volatility: 0.65, years: day }, 0.99, 1],
    ['a chance of 1e-118', { logDistance: 0.7884573602, drift: -0.14525, volatility: 0.65, years: day }, 1e-119, 1e-117],
    ['a chance of 1e-100 at 0.1% volatility, drifting away', { logDistance: 0.0368, drift: 0.0031, volatility: 0.001, years: 20 }, 1e-110, 1e-90],
    ['a chance of 1e-250', { logDistance: 0.7, drift: 0.5, volatility: 0.4, years: 2 * day }, 1e-280, 1e-100],
    ['0.1% volatility, drifting into it', { logDistance: 0.0368, drift: -1, volatility: 0.001, years: 30 * day }, 1, 1],
    ['0.1% volatility, drifting onto the edge', { logDistance: 0.0368, drift: -0.0368 / (30 * day), volatility: 0.001, years: 30 * day }, 0.4, 0.6],
    ['0.1% volatility, strongly drifting away', { logDistance: 0.0368, drift: 1, volatility: 0.001, years: 30 * day }, 0, 0],
    ['0.1% volatility, falling short by far', { logDistance: 0.0368, drift: -0.2, volatility: 0.001, years: 30 * day }, 0, 1e-300],
    ['0.1% volatility, falling short by twenty spreads', { logDistance: 0.0368, drift: -0.378, volatility: 0.001, years: 30 * day }, 1e-120, 1e-60],
    ['a wild year', { logDistance: 0.05, drift: 3, volatility: 3, years: 1 }, 0.5, 1],
  ])('%s', (_, motion, least, most) => {
    const { probability } = expectExact(motion);
    expect(probability).toBeGreaterThanOrEqual(least);
    expect(probability).toBeLessThanOrEqual(most);
  });

  it('anywhere', { timeout: 60_000 }, () => {
    const motions = fc.record({
      logDistance: fc.double({ min: 1e-4, max: 2, noNaN: true }), drift: fc.double({ min: -3, max: 3, noNaN: true }),
      volatility: fc.double({ min: 0.001, max: 3, noNaN: true }), years: fc.double({ min: 1 / 8_760, max: 1, noNaN: true }),
    });
    fc.assert(fc.property(motions, (motion) => { expectExact(motion); }), { numRuns: 60, endOnFailure: true });
  });
});
