import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInput } from '@ballast/units';
import { hitColumns, hitEach, hitProbability, type FirstPassage, type HitColumns, type HitProbability } from '../index.js';

const columnsOf = (motions: readonly FirstPassage[]) => ({
  logDistance: Float64Array.from(motions, (motion) => motion.logDistance), drift: Float64Array.from(motions, (motion) => motion.drift),
  volatility: Float64Array.from(motions, (motion) => motion.volatility), years: Float64Array.from(motions, (motion) => motion.years),
});

function hitsOf(motions: readonly FirstPassage[]): HitProbability[] {
  const out = hitColumns(motions.length);
  hitEach(columnsOf(motions), motions.length, out);
  return motions.map((_, index) => Object.fromEntries(Object.entries(out).map(([name, column]) => [name, (column as Float64Array)[index]])) as unknown as HitProbability);
}

/** Each of the Greeks is a sum of two terms that may cancel: its digits are those of the larger. */
function sizes({ logDistance: h, drift: nu, volatility: s, years: t }: FirstPassage, { probability, byTime }: HitProbability): HitProbability {
  const steep = (byTime * t) / h;
  const k = (2 * Math.abs(nu)) / (s * s);
  return {
    probability, byDistance: 2 * steep + k * probability, byDistanceTwice: steep * (k + (2 * (h + Math.abs(nu) * t)) / (s * s * t)) + k * k * probability,
    byDrift: ((2 * h) / (s * s)) * probability, byVolatility: ((2 * h) / s) * (steep + k * probability), byTime,
  };
}

const motions = fc.record({
  logDistance: fc.double({ min: 1e-6, max: 3, noNaN: true }), drift: fc.double({ min: -3, max: 3, noNaN: true }),
  volatility: fc.double({ min: 0.001, max: 3, noNaN: true }), years: fc.double({ min: 1 / 8760, max: 1, noNaN: true }),
});

describe('many chances at once', () => {
  it('are those of one at a time', () => {
    fc.assert(fc.property(fc.array(motions, { minLength: 1, maxLength: 40 }), (list) => {
      hitsOf(list).forEach((found, index) => {
        const motion = list[index] as FirstPassage;
        const one = hitProbability(motion);
        const size = sizes(motion, one);
        for (const key of Object.keys(one) as (keyof HitProbability)[]) expect(Math.abs(found[key] - one[key]), `${key} of ${JSON.stringify(motion)}: ${found[key]} and ${one[key]}`).toBeLessThanOrEqual(1e-11 * size[key] + 1e-300);
      });
    }));
  });

  it('keep tails, edge rules and the seams of the blocks', () => {
    const plain: FirstPassage = { logDistance: 0.2, drift: -0.2, volatility: 0.65, years: 7 / 365 };
    const list = Array.from({ length: 1_500 }, (_, index): FirstPassage => [
      plain, { ...plain, logDistance: Infinity }, { ...plain, logDistance: -0.1 }, { ...plain, years: 0 }, { ...plain, volatility: 0 }, { ...plain, logDistance: 0.7884573602, years: 1 / 365 },
      { ...plain, logDistance: 0.0368, drift: -1, volatility: 0.001, years: 30 / 365 },
    ][index % 7] as FirstPassage);
    hitsOf(list).forEach((found, index) => {
      const one = hitProbability(list[index] as FirstPassage);
      expect(Math.abs(found.probability - one.probability)).toBeLessThanOrEqual(1e-12 * one.probability);
      if (one.byTime === 0) expect(found).toEqual(one);
    });
  });

  it('take one time for all', () => {
    const list = [0.05, 0.1, 0.3].map((logDistance): FirstPassage => ({ logDistance, drift: -0.1, volatility: 0.5, years: 0.1 }));
    const [shared, own] = [hitColumns(3), hitColumns(3)];
    hitEach({ ...columnsOf(list), years: 0.1 }, 3, shared);
    hitEach(columnsOf(list), 3, own);
    expect(shared).toEqual(own);
  });

  const plain: FirstPassage = { logDistance: 0.2, drift: -0.2, volatility: 0.65, years: 0.1 };
  it.each([{ logDistance: NaN }, { drift: NaN }, { drift: Infinity }, { volatility: -1 }, { volatility: NaN }, { volatility: Infinity }, { years: -1 }, { years: NaN }, { years: Infinity }])('refuse a motion with %o', (change) => {
    expect(() => hitsOf([plain, { ...plain, ...change }])).toThrow(InvalidInput);
  });
  it('refuse columns that are too short and counts that are none', () => {
    expect(() => hitEach(columnsOf([plain]), 2, hitColumns(2))).toThrow(/column logDistance/);
    expect(() => hitEach(columnsOf([plain]), 1, { ...hitColumns(1), byTime: new Float64Array(0) } as HitColumns)).toThrow(/column byTime/);
    expect(() => hitEach(columnsOf([plain]), -1, hitColumns(1))).toThrow(InvalidInput);
  });
});
