import { InvalidInput } from '@ballast/units';
import { describe, expect, it } from 'vitest';
import { hitProbability } from '../hit-probability.js';
import { jumpHitProbability } from './merton.js';
import { mixedHitProbability } from './volatility-mixture.js';

const MOTION = { logDistance: 0.1, drift: 0.05, volatility: 0.6, jumpsPerYear: 20, jumpMean: -0.05, jumpSpread: 0.06, years: 0.02 };
const SETTINGS = { seed: 4, paths: 20_000 };

describe('a motion with jumps', () => {
  it('is the closed form without jumps', () => {
    const { probability, standardError } = jumpHitProbability({ ...MOTION, jumpsPerYear: 0 }, SETTINGS);
    expect(probability).toBe(hitProbability({ logDistance: 0.1, drift: 0.05 - 0.18, volatility: 0.6, years: 0.02 }).probability);
    expect(standardError).toBe(0);
  });

  it('is the closed form where jumps change nothing', () => {
    const { probability, standardError } = jumpHitProbability({ ...MOTION, jumpMean: 0, jumpSpread: 0 }, { seed: 4, paths: 100_000 });
    const exact = hitProbability({ logDistance: 0.1, drift: 0.05 - 0.18, volatility: 0.6, years: 0.02 }).probability;
    expect(Math.abs(probability - exact)).toBeLessThan(4 * standardError);
  });

  it('refuses inputs and settings that give no number', () => {
    for (const field of Object.keys(MOTION)) expect(() => jumpHitProbability({ ...MOTION, [field]: NaN }, SETTINGS)).toThrow(InvalidInput);
    for (const paths of [NaN, 0, -1, 1.5, Infinity]) expect(() => jumpHitProbability(MOTION, { seed: 1, paths })).toThrow(InvalidInput);
  });

  it.each([NaN, 1.5, Infinity])('refuses a seed of %d', (seed) => {
    expect(() => jumpHitProbability(MOTION, { seed, paths: 10 })).toThrow(InvalidInput);
  });
});

describe('a mixture of volatilities', () => {
  it('is the plain chance without spread, and more in the tail with it', () => {
    const motion = { logDistance: Math.log(1.15), drift: -0.18, volatility: 0.6, years: 1 / 365 };
    expect(mixedHitProbability(motion, 0)).toBe(hitProbability(motion).probability);
    expect(mixedHitProbability(motion, 0.4)).toBeGreaterThan(10 * hitProbability(motion).probability);
  });
});
