import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInput } from '@ballast/units';
import {
  LinearFit, SeededRandom, brierScore, equalCountEdges, fitIsotonic, fitLogistic, isotonicValue, kupiecTest, logLoss, logistic, logit, mapped, murphySplit, reliabilityTable, requireForecasts, wilsonInterval,
  type Forecasts,
} from '../index.js';

/** Cases whose true chance is told by `truth` from what was forecast. */
function cases(count: number, truth: (p: number) => number, seed = 2): Forecasts {
  const random = new SeededRandom(seed);
  const chances = Float64Array.from({ length: count }, () => 0.01 + 0.9 * random.uniform() ** 2);
  return { chances, happened: Uint8Array.from(chances, (p) => (random.uniform() < truth(p) ? 1 : 0)) };
}

const some = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean()), { minLength: 20, maxLength: 100 }).map((list): Forecasts => ({
  chances: Float64Array.from(list, ([p]) => p), happened: Uint8Array.from(list, ([, happened]) => (happened ? 1 : 0)),
}));

describe('least squares', () => {
  it('finds the line that was drawn', () => {
    const fit = new LinearFit(3);
    const random = new SeededRandom(1);
    for (let row = 0; row < 200; row += 1) {
      const [x, y] = [random.normal(), random.normal()];
      fit.add([1, x, y], 2 - 3 * x + 0.5 * y);
    }
    const { coefficients, residual } = fit.solve();
    [2, -3, 0.5].forEach((value, index) => expect(coefficients[index]).toBeCloseTo(value, 10));
    expect(residual).toBeLessThan(1e-6);
  });
  it('refuses regressors that depend on each other and too few rows', () => {
    const fit = new LinearFit(2);
    expect(() => fit.solve()).toThrow(InvalidInput);
    for (let row = 0; row < 5; row += 1) fit.add([0, row], row);
    expect(() => fit.solve()).toThrow(InvalidInput);
  });
});

describe('maps of chances', () => {
  it('find slope and intercept of forecasts that are too sure, and leave right ones alone', () => {
    const right = fitLogistic(...pair(cases(40_000, (p) => p)), 1e-6);
    expect(right.slope).toBeCloseTo(1, 1);
    expect(right.intercept).toBeCloseTo(0, 1);
    const sure = fitLogistic(...pair(cases(40_000, (p) => logistic(-0.3 + 0.6 * logit(p)))), 1e-6);
    expect(sure.slope).toBeCloseTo(0.6, 1);
    expect(sure.intercept).toBeCloseTo(-0.3, 1);
    expect(mapped({ intercept: 0, slope: 1 }, 0.3, 1e-6)).toBeCloseTo(0.3, 12);
    expect(mapped({ intercept: -0.3, slope: 0.6 }, 0, 1e-6)).toBeGreaterThan(0);
  });

  it('by Platt are where the likelihood is flat', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 1e6 }), fc.double({ min: -1, max: 1, noNaN: true }), (seed, shift) => {
      const { chances, happened } = cases(300, (p) => logistic(shift + 0.8 * logit(p)), seed);
      const map = fitLogistic(chances, happened, 1e-3);
      const misses = chances.map((p, index) => (happened[index] as number) - mapped(map, p, 1e-3));
      expect(Math.abs(misses.reduce((sum, miss) => sum + miss, 0))).toBeLessThan(1e-6);
      expect(Math.abs(misses.reduce((sum, miss, index) => sum + miss * logit(chances[index] as number), 0))).toBeLessThan(1e-6);
    }));
  });

  it('by stairs only rise, keep the mean, and score no worse than what they were given', () => {
    fc.assert(fc.property(some, ({ chances, happened }) => {
      const map = fitIsotonic(chances, happened);
      map.steps.slice(1).forEach((step, index) => {
        expect(step.value).toBeGreaterThan((map.steps[index] as { value: number }).value);
        expect(step.from).toBeGreaterThan((map.steps[index] as { from: number }).from);
      });
      const after = chances.map((p) => isotonicValue(map, p));
      const mean = (list: Iterable<number>): number => [...list].reduce((sum, one) => sum + one, 0) / chances.length;
      expect(mean(after)).toBeCloseTo(mean(happened), 12);
      expect(brierScore({ chances: after, happened })).toBeLessThanOrEqual(brierScore({ chances, happened }) + 1e-12);
    }));
    const stairs = fitIsotonic(Float64Array.from([0.1, 0.2, 0.2, 0.3, 0.4]), Uint8Array.from([0, 1, 0, 0, 1]));
    expect(stairs.steps.map(({ from, value }) => [from, value])).toEqual([[0.1, 0], [0.2, 1 / 3], [0.4, 1]]);
    expect([0, 0.25, 0.9].map((p) => isotonicValue(stairs, p))).toEqual([0, 1 / 3, 1]);
  });

  it('refuse cases that tell nothing', () => {
    const ten = new Float64Array(10).fill(0.5);
    expect(() => fitLogistic(ten, new Uint8Array(10), 1e-6)).toThrow(InvalidInput);
    expect(() => fitLogistic(ten, Uint8Array.from([1, 0, 0, 0, 0, 0, 0, 0, 0, 0]), 1e-6)).toThrow(InvalidInput);
    expect(() => fitLogistic(ten.subarray(0, 3), new Uint8Array(3), 1e-6)).toThrow(InvalidInput);
    expect(() => fitIsotonic(new Float64Array(0), new Uint8Array(0))).toThrow(InvalidInput);
  });
});

const pair = ({ chances, happened }: Forecasts): [Float64Array, Uint8Array] => [chances, happened];

describe('scores', () => {
  it('are 0 for the perfect forecast and ln 2 and a quarter for a coin', () => {
    const happened = Uint8Array.from([0, 1, 1, 0]);
    const perfect = { chances: Float64Array.from(happened), happened };
    const coin = { chances: new Float64Array(4).fill(0.5), happened };
    expect(brierScore(perfect)).toBe(0);
    expect(logLoss(perfect, 1e-9)).toBeLessThan(1e-8);
    expect(brierScore(coin)).toBe(0.25);
    expect(logLoss(coin, 1e-9)).toBeCloseTo(Math.LN2, 12);
  });

  it('split as Murphy did: what is within the bins is all that is left over', () => {
    fc.assert(fc.property(some, (forecasts) => {
      const split = murphySplit(forecasts, equalCountEdges(forecasts.chances, 5));
      expect(split.reliability - split.resolution + split.uncertainty + split.withinBins).toBeCloseTo(brierScore(forecasts), 12);
      expect(split.reliability).toBeGreaterThanOrEqual(0);
      expect(split.resolution).toBeGreaterThanOrEqual(0);
      const discrete = { ...forecasts, chances: forecasts.chances.map((p) => Math.round(p * 2) / 2) };
      expect(murphySplit(discrete, [0, 0.25, 0.75, 1]).withinBins).toBeCloseTo(0, 12);
    }));
  });

  it('have every case in one bin of the table, and the rate in its interval', () => {
    fc.assert(fc.property(some, (forecasts) => {
      const table = reliabilityTable(forecasts, [0, 0.1, 0.5, 1]);
      expect(table.reduce((sum, bin) => sum + bin.cases, 0)).toBe(forecasts.chances.length);
      for (const bin of table) {
        expect(bin.forecast).toBeGreaterThanOrEqual(bin.from);
        expect(bin.forecast).toBeLessThanOrEqual(bin.to);
        expect(bin.low).toBeLessThanOrEqual(bin.observed + 1e-12);
        expect(bin.high).toBeGreaterThanOrEqual(bin.observed - 1e-12);
      }
    }));
    // Newcombe 1998, table I: 81 of 263 and 0 of 20.
    expect(wilsonInterval(81, 263).low).toBeCloseTo(0.2553, 4);
    expect(wilsonInterval(81, 263).high).toBeCloseTo(0.3662, 4);
    expect(wilsonInterval(0, 20).high).toBeCloseTo(0.1611, 4);
  });

  it('hold a number of events against its chance as Kupiec does', () => {
    // Kupiec 1995, table: at 5% over 255 days the chance is not refused at 95% from 7 to 20 failures.
    const refused = Array.from({ length: 40 }, (_, events) => events).filter((events) => kupiecTest(events, 255, 0.05).pValue < 0.05);
    expect(refused.filter((events) => events < 13).at(-1)).toBe(6);
    expect(refused.find((events) => events > 13)).toBe(21);
    expect(kupiecTest(5, 100, 0.05)).toEqual({ ratio: 0, pValue: 1 });
    expect(kupiecTest(0, 100, 0.05).ratio).toBeCloseTo(-200 * Math.log(0.95), 10);
    for (const [events, of, chance] of [[1, 0, 0.1], [2, 1, 0.1], [1, 2, 0], [1, 2, NaN]] as const) expect(() => kupiecTest(events, of, chance)).toThrow(InvalidInput);
  });

  it('refuse what is no chance', () => {
    expect(() => requireForecasts({ chances: Float64Array.from([1.1]), happened: Uint8Array.from([1]) })).toThrow(InvalidInput);
    expect(() => requireForecasts({ chances: Float64Array.from([NaN]), happened: Uint8Array.from([1]) })).toThrow(InvalidInput);
    expect(() => requireForecasts({ chances: new Float64Array(0), happened: new Uint8Array(0) })).toThrow(InvalidInput);
  });
});
