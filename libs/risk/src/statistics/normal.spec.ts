import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { erfcx } from './erfcx.js';
import { millsRatio, normalCdf } from './normal.js';

/** From the series and continued fraction in 40-digit arithmetic. */
const ERFCX: readonly [number, number][] = [[0, 1.0], [0.1, 0.8964569799691267], [0.46875, 0.6320696892495561], [0.47, 0.6314005166600343], [1, 0.427583576155807], [2.5, 0.2108063640611436], [4, 0.13699945762506138], [4.01, 0.13667636742994915], [10, 0.05614099274382259], [26.5, 0.021275046685371106], [1000, 0.0005641893014533876], [-0.3, 1.4537492328427655], [-1.5, 18.653886256262734]];
const CDF: readonly [number, number][] = [[-37, 5.725571222524577e-300], [-20, 2.7536241186062337e-89], [-8, 6.220960574271784e-16], [-3, 0.0013498980316300946], [-1, 0.15865525393145705], [-0.1, 0.460172162722971], [0, 0.5], [0.5, 0.6914624612740131], [2, 0.9772498680518208], [6, 0.9999999990134123]];

describe('scaled complementary error function', () => {
  it.each(ERFCX)('erfcx(%d)', (x, expected) => expect(Math.abs(erfcx(x) / expected - 1)).toBeLessThan(3e-15));

  it('lies between its known bounds and falls', () => {
    fc.assert(fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), (x) => {
      const top = 2 / (x + Math.sqrt(x * x + 4 / Math.PI)) / Math.sqrt(Math.PI);
      const bottom = 2 / (x + Math.sqrt(x * x + 2)) / Math.sqrt(Math.PI);
      expect(erfcx(x)).toBeLessThanOrEqual(top * (1 + 1e-14));
      expect(erfcx(x)).toBeGreaterThanOrEqual(bottom * (1 - 1e-14));
    }));
  });
});

describe('normal distribution', () => {
  it.each(CDF)('N(%d)', (x, expected) => expect(Math.abs(normalCdf(x) / expected - 1)).toBeLessThan(2e-13));
  it('is symmetric', () => {
    fc.assert(fc.property(fc.double({ min: -8, max: 8, noNaN: true }), (x) => {
      expect(normalCdf(x) + normalCdf(-x)).toBeCloseTo(1, 14);
    }));
  });
  it("has a Mills' ratio that nears 1/x", () => expect(millsRatio(1e8) * 1e8).toBeCloseTo(1, 12));
});
