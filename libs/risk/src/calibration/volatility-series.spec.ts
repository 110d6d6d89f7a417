import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInput } from '@ballast/units';
import { SeededRandom, ewmaSeries, fitHar, fitImpliedBlend, blendedVolatility, forecastHar, harInputs, logReturns, ratioVolatilityOf, requireBars, sampledVolatility, trailingVolatility, type HourlyBars } from '../index.js';

/** Closes of a walk with this volatility for each step. */
function walk(steps: number, volatility: (step: number) => number, seed = 1): Float64Array {
  const random = new SeededRandom(seed);
  let logPrice = 0;
  return Float64Array.from({ length: steps }, (_, step) => Math.exp((logPrice += step === 0 ? 0 : volatility(step) * random.normal())));
}

describe('volatility of a series', () => {
  it('by weights that halve is the recursion, and a steady size is its own', () => {
    const returns = Float64Array.from({ length: 500 }, (_, index) => (index % 2 === 0 ? 0.01 : -0.01));
    for (const value of ewmaSeries(returns, 24)) expect(value).toBeCloseTo(0.01, 14);
    const jump = Float64Array.from({ length: 300 }, (_, index) => (index === 250 ? 0.1 : 0.01));
    const found = ewmaSeries(jump, 24);
    expect(found[250]).toBeCloseTo(Math.sqrt(0.5 ** (1 / 24) * 0.01 ** 2 + (1 - 0.5 ** (1 / 24)) * 0.1 ** 2), 12);
    // Half of the excess variance is left after the half-life.
    expect((found[274] as number) ** 2 - 1e-4).toBeCloseTo(((found[250] as number) ** 2 - 1e-4) / 2, 12);
  });

  it('over a window is the root of the mean square of just those returns', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: -0.2, max: 0.2, noNaN: true }), { minLength: 30, maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (list, window) => {
      const found = trailingVolatility(Float64Array.from(list), window);
      expect(Number.isNaN(found[window - 1])).toBe(true);
      const last = list.slice(-window);
      expect(found.at(-1)).toBeCloseTo(Math.sqrt(last.reduce((sum, one) => sum + one * one, 0) / window), 7);
    }));
  });

  it('from closes sampled every five minutes does not count the bounce between bid and ask', () => {
    const closes = walk(100_000, () => 0.0004, 3);
    const bouncing = closes.map((price, index) => price * (index % 2 === 0 ? 1.0005 : 0.9995));
    const truth = 0.0004 * Math.sqrt(525_600);
    expect(Math.abs(sampledVolatility(closes, 5, 60) / truth - 1)).toBeLessThan(0.03);
    expect(Math.abs(sampledVolatility(bouncing, 6, 60) / truth - 1)).toBeLessThan(0.03);
    expect(sampledVolatility(bouncing, 1, 60) / truth).toBeGreaterThan(2);
  });

  it('of a ratio is that of the one price in the other', () => {
    const one = walk(5_000, () => 0.01, 5);
    const noise = walk(5_000, () => 0.0005, 6);
    expect(ratioVolatilityOf(one.map((price, index) => price * (noise[index] as number)), one)).toBeCloseTo(0.0005, 5);
  });

  it('refuses what it cannot measure', () => {
    expect(() => ewmaSeries(new Float64Array(3), 0)).toThrow(InvalidInput);
    expect(() => trailingVolatility(new Float64Array(3), 1.5)).toThrow(InvalidInput);
    expect(() => sampledVolatility(Float64Array.from([1, 0, 1]), 1, 60)).toThrow(InvalidInput);
    expect(() => sampledVolatility(Float64Array.from([1]), 1, 60)).toThrow(InvalidInput);
    expect(() => sampledVolatility(Float64Array.from([1, 2]), 1, 0)).toThrow(InvalidInput);
    expect(() => ratioVolatilityOf(Float64Array.from([1, 2]), Float64Array.from([1]))).toThrow(InvalidInput);
    expect(() => ratioVolatilityOf(Float64Array.from([1, 2]), Float64Array.from([1, -1]))).toThrow(InvalidInput);
  });
});

describe('HAR', () => {
  /** A volatility whose logarithm is drawn back to its mean, as markets' is. */
  const closes = (() => {
    const random = new SeededRandom(9);
    let state = 0;
    const sizes = Array.from({ length: 20_000 }, () => { state = 0.995 * state + 0.05 * random.normal(); return 0.006 * Math.exp(state); });
    return walk(20_000, (step) => sizes[step] as number, 10);
  })();

  it('forecasts better than the last day does, without looking ahead', () => {
    const inputs = harInputs(logReturns(closes));
    const model = fitHar(inputs, 10_000);
    let [ours, naive] = [0, 0];
    for (let index = 10_000; index + 24 < closes.length; index += 24) {
      const [day, next] = [inputs.day[index] as number, inputs.day[index + 24] as number];
      ours += (Math.log(forecastHar(model, day, inputs.week[index] as number, inputs.month[index] as number)) - Math.log(next)) ** 2;
      naive += (Math.log(day) - Math.log(next)) ** 2;
    }
    expect(ours).toBeLessThan(naive);
    const later = closes.slice();
    later.fill(1, 10_000);
    expect(fitHar(harInputs(logReturns(later)), 10_000)).toEqual(model);
  });

  it('has no forecast of a price that stood still, and no model of too short a history', () => {
    const inputs = harInputs(logReturns(closes));
    expect(forecastHar(fitHar(inputs, 5_000), 0, 0.01, 0.01)).toBeNaN();
    expect(() => fitHar(inputs, 800)).toThrow(InvalidInput);
  });
});

describe('implied volatility blended in', () => {
  it('finds the weight and the premium that the volatilities were made with', () => {
    const random = new SeededRandom(4);
    const some = (): Float64Array => Float64Array.from({ length: 400 }, () => 0.5 * Math.exp(0.4 * random.normal()));
    const [implied, har] = [some(), some()];
    const realised = implied.map((value, index) => blendedVolatility({ impliedWeight: 0.3, scale: 0.8 }, value, har[index] as number) * Math.exp(0.02 * random.normal()));
    const found = fitImpliedBlend(implied, har, realised);
    expect(found.impliedWeight).toBeCloseTo(0.3, 1);
    expect(found.scale).toBeCloseTo(0.8, 1);
    expect(() => fitImpliedBlend(implied.subarray(0, 10), har, realised)).toThrow(InvalidInput);
    expect(() => fitImpliedBlend(implied, har, realised.map(() => 0))).toThrow(InvalidInput);
  });
});

describe('hourly bars', () => {
  const bars = (change: Partial<Record<keyof HourlyBars, number[]>> = {}): HourlyBars => {
    const list = { hours: [1, 2], high: [2, 3], low: [1, 1], close: [1.5, 2], ...change };
    return { hours: Float64Array.from(list.hours), high: Float64Array.from(list.high), low: Float64Array.from(list.low), close: Float64Array.from(list.close) };
  };
  it('are taken as they are', () => expect(() => requireBars(bars())).not.toThrow());
  it.each([{ hours: [2, 2] }, { hours: [1] }, { low: [0, 1] }, { low: [1, NaN] }, { close: [3, 2] }, { high: [2, Infinity] }])('with %o are refused', (change) => expect(() => requireBars(bars(change))).toThrow(InvalidInput));
});
