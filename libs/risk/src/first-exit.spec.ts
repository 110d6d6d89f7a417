import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInput } from '@ballast/units';
import { exitProbability, firstExit, hitProbability, oneTouch, type Corridor } from './index.js';
import { fourierSeries } from '../test/corridor-modes.js';

const at = (change: Partial<Corridor> = {}): Corridor => ({ lower: -0.2, upper: 0.3, drift: -0.1, volatility: 0.6, years: 0.25, ...change });

const corridors = fc.record({
  lower: fc.double({ min: -2, max: -0.005, noNaN: true }), upper: fc.double({ min: 0.005, max: 2, noNaN: true }),
  drift: fc.double({ min: -3, max: 3, noNaN: true }), volatility: fc.double({ min: 0.05, max: 3, noNaN: true }), years: fc.double({ min: 1 / 8760, max: 2, noNaN: true }),
});
const rates = fc.double({ min: -0.5, max: 0.5, noNaN: true });

describe('leaving a corridor', () => {
  it('is a probability that grows with time and shrinks with width', () => {
    fc.assert(fc.property(corridors, fc.double({ min: 1.001, max: 3, noNaN: true }), (corridor, factor) => {
      const chance = exitProbability(corridor);
      expect(chance).toBeGreaterThanOrEqual(0);
      expect(chance).toBeLessThanOrEqual(1);
      expect(exitProbability({ ...corridor, years: corridor.years * factor })).toBeGreaterThanOrEqual(chance - 1e-12);
      expect(exitProbability({ ...corridor, lower: corridor.lower * factor })).toBeLessThanOrEqual(chance + 1e-12);
    }));
  });

  it('has one value by images and by modes where both converge', () => {
    const middle = fc.record({ spread: fc.double({ min: 0.4, max: 1.5, noNaN: true }), part: fc.double({ min: 0.1, max: 0.9, noNaN: true }), tilt: fc.double({ min: -3, max: 3, noNaN: true }) });
    fc.assert(fc.property(middle, ({ spread, part, tilt }) => {
      const corridor = at({ lower: -part, upper: 1 - part, volatility: spread, years: 1, drift: tilt * spread * spread });
      expect(Math.abs(1 - exitProbability(corridor) - fourierSeries(corridor))).toBeLessThan(1e-11);
    }));
  });

  it('is at least as likely as reaching either barrier alone, and at most as both together', () => {
    fc.assert(fc.property(corridors, (corridor) => {
      const { lower, upper, drift, volatility, years } = corridor;
      const [down, up] = [hitProbability({ logDistance: -lower, drift, volatility, years }).probability, hitProbability({ logDistance: upper, drift: -drift, volatility, years }).probability];
      const chance = exitProbability(corridor);
      expect(chance).toBeGreaterThanOrEqual(Math.max(down, up) * (1 - 1e-9) - 1e-300);
      expect(chance).toBeLessThanOrEqual((down + up) * (1 + 1e-9));
    }), { numRuns: 500 });
    // A strong drift along a wide corridor: images far away are multiplied by more than a double holds.
    const strong = at({ lower: -0.005, upper: 0.2907427970389104, drift: 3, volatility: 0.05, years: 0.07270819170307637 });
    expect(exitProbability(strong)).toBeCloseTo(hitProbability({ logDistance: 0.005, drift: 3, volatility: 0.05, years: strong.years }).probability, 6);
    expect(exitProbability(strong)).toBeGreaterThan(6e-6);
  });

  it('with the other barrier far away is a one-touch', () => {
    fc.assert(fc.property(corridors, rates, (corridor, rate) => {
      const { lower, drift, volatility, years } = corridor;
      const touch = oneTouch({ logDistance: -lower, drift, volatility, years }, rate).value;
      const far = { ...corridor, upper: 60 * volatility * Math.sqrt(years) + Math.abs(drift) * years + 1 };
      expect(Math.abs(firstExit(far, rate).lower - touch)).toBeLessThan(1e-9 * Math.max(1, touch));
      const mirror = { ...far, lower: -far.upper, upper: -lower, drift: -drift };
      expect(Math.abs(firstExit(mirror, rate).upper - touch)).toBeLessThan(1e-9 * Math.max(1, touch));
    }), { numRuns: 300 });
  });

  it('pays less for a later moment, and by parts joins the closed form where the root turns imaginary', () => {
    fc.assert(fc.property(corridors, rates, (corridor, rate) => {
      const [sooner, later] = [firstExit(corridor, rate), firstExit(corridor, rate + 0.1)];
      expect(later.lower).toBeLessThanOrEqual(sooner.lower + 1e-9);
      expect(later.upper).toBeLessThanOrEqual(sooner.upper + 1e-9);
    }), { numRuns: 300 });
    const edge = -(0.1 ** 2) / (2 * 0.6 ** 2);
    expect(firstExit(at(), edge - 1e-9).lower).toBeCloseTo(firstExit(at(), edge + 1e-9).lower, 8);
    // Rates of liquidation that last: e^(-q tau) above 1.
    expect(firstExit(at(), -0.3).lower).toBeGreaterThan(firstExit(at(), 0).lower);
  });

  it('agrees with the chance of ruin where time has no end', () => {
    const { lower, upper, drift, volatility } = at();
    const k = (2 * drift) / volatility ** 2;
    const ruin = (Math.exp(-k * upper) - 1) / (Math.exp(-k * upper) - Math.exp(-k * lower));
    expect(firstExit(at({ years: 500 }), 0).lower).toBeCloseTo(ruin, 12);
  });

  const edges: readonly [string, Partial<Corridor>, { lower: number; upper: number }][] = [
    ['the lower barrier is reached already', { lower: 0 }, { lower: 1, upper: 0 }],
    ['the upper barrier is reached already', { upper: -0.1, lower: -0.4 }, { lower: 0, upper: 1 }],
    ['there is no time', { years: 0 }, { lower: 0, upper: 0 }],
    ['nothing moves', { volatility: 0, drift: 0 }, { lower: 0, upper: 0 }],
    ['drift alone leads down', { volatility: 0, drift: -2 }, { lower: Math.exp(-0.05 * 0.1), upper: 0 }],
    ['drift alone leads up', { volatility: 0, drift: 3 }, { lower: 0, upper: Math.exp(-0.05 * 0.1) }],
    ['drift alone comes too late', { volatility: 0, drift: -0.1 }, { lower: 0, upper: 0 }],
  ];
  it.each(edges)('where %s', (_, change, expected) => {
    const found = firstExit(at(change), 0.05);
    expect(found.lower).toBeCloseTo(expected.lower, 14);
    expect(found.upper).toBeCloseTo(expected.upper, 14);
  });

  const bad: readonly Partial<Corridor>[] = [{ lower: NaN }, { upper: NaN }, { drift: Infinity }, { drift: NaN }, { volatility: -0.1 }, { volatility: NaN }, { volatility: Infinity }, { years: -1 }, { years: NaN }];
  it.each(bad)('refuses %o', (change) => {
    expect(() => exitProbability(at(change))).toThrow(InvalidInput);
    expect(() => firstExit(at(change), 0)).toThrow(InvalidInput);
  });
  it('refuses a discount that is no number', () => expect(() => firstExit(at(), NaN)).toThrow(InvalidInput));
});
