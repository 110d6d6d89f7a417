import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInput } from '@ballast/units';
import { hitProbability, type FirstPassage } from './hit-probability.js';

const at = (change: Partial<FirstPassage> = {}): FirstPassage => ({ logDistance: 0.2, drift: -0.2, volatility: 0.65, years: 7 / 365, ...change });
const chance = (motion: FirstPassage): number => hitProbability(motion).probability;

/** From a hair above the barrier to far away, calm to wild, an hour to a year. */
const motions = fc.record({
  logDistance: fc.double({ min: 1e-6, max: 3, noNaN: true }),
  drift: fc.double({ min: -3, max: 3, noNaN: true }),
  volatility: fc.double({ min: 0.02, max: 3, noNaN: true }),
  years: fc.double({ min: 1 / 8760, max: 1, noNaN: true }),
});

describe('chance of liquidation within a horizon', () => {
  it('is a probability, and its density is not negative', () => {
    fc.assert(fc.property(motions, (motion) => {
      const hit = hitProbability(motion);
      expect(hit.probability).toBeGreaterThanOrEqual(0);
      expect(hit.probability).toBeLessThanOrEqual(1);
      expect(hit.byTime).toBeGreaterThanOrEqual(0);
      expect(Object.values(hit).every(Number.isFinite)).toBe(true);
    }));
  });

  it('does not rise with distance nor fall with time', () => {
    fc.assert(fc.property(motions, fc.double({ min: 1.001, max: 3, noNaN: true }), (motion, factor) => {
      const slack = 1e-12;
      expect(chance({ ...motion, logDistance: motion.logDistance * factor })).toBeLessThanOrEqual(chance(motion) * (1 + slack));
      expect(chance({ ...motion, years: motion.years * factor })).toBeGreaterThanOrEqual(chance(motion) * (1 - slack));
    }));
  });

  it('obeys the backward Kolmogorov equation', () => {
    fc.assert(fc.property(motions, (motion) => {
      const hit = hitProbability(motion);
      const variance = motion.volatility ** 2;
      const terms = [motion.drift * hit.byDistance, (variance / 2) * hit.byDistanceTwice];
      const size = Math.max(Math.abs(hit.byTime), ...terms.map(Math.abs));
      expect(Math.abs(hit.byTime - (terms[0] ?? 0) - (terms[1] ?? 0))).toBeLessThanOrEqual(1e-9 * size + 1e-290);
    }));
  });

  it('has the derivatives that small bumps show', () => {
    const moderate = fc.record({
      logDistance: fc.double({ min: 0.02, max: 0.6, noNaN: true }), drift: fc.double({ min: -1, max: 1, noNaN: true }),
      volatility: fc.double({ min: 0.3, max: 1.5, noNaN: true }), years: fc.double({ min: 1 / 365, max: 0.3, noNaN: true }),
    });
    fc.assert(fc.property(moderate, (motion) => {
      const hit = hitProbability(motion);
      const slope = (key: keyof FirstPassage, step: number): number =>
        (chance({ ...motion, [key]: motion[key] + step }) - chance({ ...motion, [key]: motion[key] - step })) / (2 * step);
      const near = (found: number, expected: number): void => expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-4 * Math.abs(expected) + 1e-6);
      near(slope('logDistance', 1e-5), hit.byDistance);
      near(slope('drift', 1e-5), hit.byDrift);
      near(slope('volatility', 1e-6), hit.byVolatility);
      near(slope('years', 1e-7), hit.byTime);
      const step = 1e-4;
      const bend = (chance({ ...motion, logDistance: motion.logDistance + step }) - 2 * hit.probability + chance({ ...motion, logDistance: motion.logDistance - step })) / step ** 2;
      expect(Math.abs(bend - hit.byDistanceTwice)).toBeLessThanOrEqual(2e-3 * Math.abs(hit.byDistanceTwice) + 1e-2);
    }));
  });

  it('keeps its digits in tails where the naive form overflows', () => {
    const calm = hitProbability(at({ logDistance: 0.0368, drift: -1, volatility: 0.001, years: 30 / 365 }));
    expect(calm.probability).toBe(1);
    const far = chance(at({ logDistance: 0.7884573602, drift: -0.14525, years: 1 / 365 }));
    expect(far).toBeGreaterThan(1e-119);
    expect(far).toBeLessThan(1e-117);
  });

  const edges: readonly [string, Partial<FirstPassage>, number][] = [
    ['nothing owed', { logDistance: Infinity }, 0],
    ['nothing owed beats no time and no movement', { logDistance: Infinity, years: 0, volatility: 0 }, 0],
    ['on the barrier', { logDistance: 0 }, 1],
    ['on the barrier beats no time', { logDistance: 0, years: 0 }, 1],
    ['past the barrier', { logDistance: -0.01 }, 1],
    ['no time', { years: 0 }, 0],
    ['no movement, drifting away', { volatility: 0, drift: 0.1, years: 1 }, 0],
    ['no movement, drifting to just before the barrier', { volatility: 0, drift: -0.19, years: 1 }, 0],
    ['no movement, drifting onto the barrier', { volatility: 0, drift: -0.2, years: 1 }, 1],
  ];
  it.each(edges)('%s', (_, change, expected) => {
    expect(hitProbability(at(change))).toEqual({ probability: expected, byDistance: 0, byDistanceTwice: 0, byDrift: 0, byVolatility: 0, byTime: 0 });
  });

  const bad: readonly [string, Partial<FirstPassage>][] = [
    ['NaN distance', { logDistance: NaN }], ['NaN drift', { drift: NaN }], ['infinite drift', { drift: Infinity }],
    ['NaN volatility', { volatility: NaN }], ['negative volatility', { volatility: -0.1 }], ['infinite volatility', { volatility: Infinity }],
    ['NaN horizon', { years: NaN }], ['negative horizon', { years: -1 }], ['infinite horizon', { years: Infinity }],
  ];
  it.each(bad)('refuses a %s', (_, change) => expect(() => hitProbability(at(change))).toThrow(InvalidInput));
});
