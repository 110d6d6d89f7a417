import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInput } from '@ballast/units';
import { constantLeverageHalfWidth, minimumVarianceHedge, noTradeHalfWidth, singleHedge, tradeToBand } from '../index.js';

/** A covariance of `size` assets that some market could have: loadings on as many factors, and a little of their own. */
const covariances = (size: number) => fc.array(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: size, maxLength: size }), { minLength: size, maxLength: size })
  .map((loadings) => loadings.map((row, one) => loadings.map((other, two) => row.reduce((sum, value, factor) => sum + value * (other[factor] as number), one === two ? 0.05 : 0))));
const variance = (covariance: readonly (readonly number[])[], x: readonly number[]): number => x.reduce((sum, a, row) => sum + a * x.reduce((inner, b, column) => inner + b * (covariance[row]?.[column] as number), 0), 0);

describe('the hedge of least variance', () => {
  it('leaves no more than any hedge beside it', () => {
    fc.assert(fc.property(covariances(4), fc.tuple(fc.double({ min: -1e5, max: 1e5, noNaN: true }), fc.double({ min: -1e5, max: 1e5, noNaN: true })), fc.integer({ min: 0, max: 3 }), (covariance, exposures, way) => {
      const { hedgesUsd, residualShare } = minimumVarianceHedge(exposures, covariance);
      const at = (hedges: readonly number[]): number => variance(covariance, [...exposures, ...hedges]);
      const least = at(hedgesUsd);
      const step = (way < 2 ? 1 : -1) * (1 + 0.1 * Math.max(...hedgesUsd.map(Math.abs)));
      expect(least).toBeLessThanOrEqual(at(hedgesUsd.map((value, index) => (index === way % 2 ? value + step : value))) * (1 + 1e-6) + 1e-6);
      expect(residualShare).toBeGreaterThanOrEqual(0);
      expect(residualShare).toBeLessThanOrEqual(1 + 1e-6);
    }));
  });

  it('of one instrument is the regression’s slope', () => {
    const [rho, sigma, of] = [0.8, 0.7, 0.5];
    const { hedgesUsd, residualShare } = minimumVarianceHedge([1_000], [[sigma ** 2, rho * sigma * of], [rho * sigma * of, of ** 2]]);
    expect(hedgesUsd[0]).toBeCloseTo(-1_000 * rho * sigma / of, 9);
    expect(residualShare).toBeCloseTo(Math.sqrt(1 - rho ** 2), 12);
    expect(singleHedge([{ usd: 1_000, volatility: sigma, correlation: rho }], of)).toBeCloseTo(hedgesUsd[0] as number, 9);
  });

  it('refuses what is no covariance', () => {
    const good = [[0.04, 0.02], [0.02, 0.04]];
    expect(() => minimumVarianceHedge([], good)).toThrow(InvalidInput);
    expect(() => minimumVarianceHedge([1, 2], good)).toThrow(InvalidInput);
    expect(() => minimumVarianceHedge([NaN], good)).toThrow(InvalidInput);
    expect(() => minimumVarianceHedge([1], [[0.04, NaN], [0.02, 0.04]])).toThrow(InvalidInput);
    expect(() => minimumVarianceHedge([1], [[0.04], [0.02, 0.04]])).toThrow(InvalidInput);
    expect(() => minimumVarianceHedge([1], [[0.04, 0], [0, -0.01]])).toThrow(InvalidInput);
    expect(() => minimumVarianceHedge([1], [[0.04, 0], [0, 0]])).toThrow(InvalidInput);
    for (const bad of [{ usd: NaN, volatility: 1, correlation: 0 }, { usd: 1, volatility: -1, correlation: 0 }, { usd: 1, volatility: 1, correlation: 2 }]) expect(() => singleHedge([bad], 0.5)).toThrow(InvalidInput);
    expect(() => singleHedge([], 0)).toThrow(InvalidInput);
  });
});

describe('the band without trades', () => {
  it('is wider with cost and gamma, narrower with risk aversion, by cube roots', () => {
    const band = { costShare: 0.0005, priceUsd: 2_500, gammaPerUsd: 0.01, rate: 0, years: 0.1, riskAversion: 1e-4 };
    const width = noTradeHalfWidth(band);
    expect(width).toBeCloseTo(Math.cbrt((1.5 * 0.0005 * 2_500 * 1e-4) / 1e-4), 12);
    expect(noTradeHalfWidth({ ...band, costShare: 0.004 })).toBeCloseTo(2 * width, 9);
    expect(noTradeHalfWidth({ ...band, gammaPerUsd: -0.01 })).toBe(width);
    expect(noTradeHalfWidth({ ...band, riskAversion: 8e-4 })).toBeCloseTo(width / 2, 9);
    for (const change of [{ costShare: -1 }, { priceUsd: 0 }, { gammaPerUsd: NaN }, { years: -1 }, { rate: NaN }, { riskAversion: 0 }]) expect(() => noTradeHalfWidth({ ...band, ...change })).toThrow(InvalidInput);
    expect(constantLeverageHalfWidth(1, 0.001, 2)).toBe(0);
    expect(constantLeverageHalfWidth(2, 0.001, 2)).toBeCloseTo(Math.cbrt(1.5 * 0.001 * 4 / 2), 12);
    expect(() => constantLeverageHalfWidth(NaN, 0.001, 2)).toThrow(InvalidInput);
  });

  it('is traded to its edge, and not inside it', () => {
    const number = fc.double({ min: -100, max: 100, noNaN: true });
    fc.assert(fc.property(number, number, fc.double({ min: 0, max: 10, noNaN: true }), (held, ideal, half) => {
      const after = held + tradeToBand(held, ideal, half);
      expect(Math.abs(after - ideal)).toBeLessThanOrEqual(Math.max(half, 0) + 1e-9);
      expect(Math.abs(held - ideal) <= half ? after - held : Math.abs(after - ideal) - half).toBeCloseTo(0, 9);
    }));
  });
});
