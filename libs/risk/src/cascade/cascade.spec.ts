import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInput } from '@ballast/units';
import { CascadeBook, impactOf, uniformCascade, type ImpactModel, type LiquidationLevel, type SellRule } from '../index.js';

const PRICE = 2_000;
const levels = fc.array(fc.record({ liquidationPriceUsd: fc.double({ min: 200, max: 1_990, noNaN: true }), units: fc.double({ min: 0, max: 500, noNaN: true }), debtUsd: fc.double({ min: 0, max: 500_000, noNaN: true }) }), { maxLength: 40 });
const shocks = fc.double({ min: 0, max: 0.6, noNaN: true });
const markets: readonly ImpactModel[] = [
  { kind: 'linear', usdPerUnit: 0.2 }, { kind: 'exponential', depthUnits: 5_000 }, { kind: 'constant-product', reserveUnits: 20_000, fee: 0.003 },
  { kind: 'square-root', coefficient: 0.5, dailyVolumeUnits: 50_000 }, { kind: 'order-book', bids: [{ below: 0.02, units: 800 }, { below: 0.001, units: 500 }, { below: 0.2, units: 5_000 }] },
];
const rules: readonly SellRule[] = [{ kind: 'all' }, { kind: 'close-factor', closeFactor: 0.5, penalty: 0.05 }];
const pairs = markets.flatMap((market) => rules.map((rule) => [market.kind, rule.kind, market, rule] as const));

describe.each(pairs)('a cascade with %s impact, selling %s', (_, __, market, rule) => {
  it('rests at a fixed point, and at the greatest: nothing between it and the shocked price is one', () => {
    fc.assert(fc.property(levels, shocks, (given, shock) => {
      const book = new CascadeBook(given, rule);
      const found = book.fall(PRICE, shock, market);
      const impact = impactOf(market, found.shockedPriceUsd);
      const next = (at: number): number => Math.min(at, impact(book.soldAt(at)));
      if (found.finalPriceUsd > 0) expect(Math.abs(next(found.finalPriceUsd) / found.finalPriceUsd - 1)).toBeLessThan(1e-9);
      for (let step = 1; step < 50; step += 1) {
        const at = found.finalPriceUsd + ((found.shockedPriceUsd - found.finalPriceUsd) * step) / 50;
        if (at > found.finalPriceUsd * (1 + 1e-9)) expect(impact(book.soldAt(at))).toBeLessThan(at * (1 + 1e-9));
      }
    }), { numRuns: 50 });
  });

  it('falls further for a larger shock and for more that stands to be sold, and amplifies at least once', () => {
    fc.assert(fc.property(levels, shocks, fc.double({ min: 0.001, max: 0.3, noNaN: true }), (given, shock, more) => {
      const small = new CascadeBook(given, rule).fall(PRICE, shock, market);
      expect(new CascadeBook(given, rule).fall(PRICE, Math.min(0.95, shock + more), market).finalPriceUsd).toBeLessThanOrEqual(small.finalPriceUsd * (1 + 1e-9));
      const heavier = given.map((level): LiquidationLevel => ({ ...level, units: level.units * 1.5, debtUsd: level.debtUsd * 1.5 }));
      expect(new CascadeBook(heavier, rule).fall(PRICE, shock, market).finalPriceUsd).toBeLessThanOrEqual(small.finalPriceUsd * (1 + 1e-9));
      expect(small.amplification).toBeGreaterThanOrEqual(1 - 1e-12);
      expect(small.finalPriceUsd).toBeLessThanOrEqual(small.shockedPriceUsd);
      expect(small.isLiquidated.filter(Boolean).length).toBe(small.liquidated);
      given.forEach((level, index) => expect(small.isLiquidated[index]).toBe(level.liquidationPriceUsd >= small.finalPriceUsd));
    }), { numRuns: 50 });
  });
});

describe('cascades', () => {
  const book = new CascadeBook([{ liquidationPriceUsd: 1_900, units: 1_000 }, { liquidationPriceUsd: 1_700, units: 2_000 }], { kind: 'all' });
  const market: ImpactModel = { kind: 'linear', usdPerUnit: 0.15 };

  it('take one level after the other', () => {
    // 5% to 1,900 sells 1,000: 1,750. 6% to 1,880 less 150: 1,730. 8%: 1,840 - 150 = 1,690 reaches the second: 1,840 - 450.
    expect(book.fall(PRICE, 0.05, market)).toMatchObject({ finalPriceUsd: 1_750, liquidated: 1, amplification: 2.5 });
    expect(book.fall(PRICE, 0.08, market)).toMatchObject({ finalPriceUsd: 1_390, liquidated: 2, isLiquidated: [true, true] });
    expect(book.fall(PRICE, 0.04, market)).toMatchObject({ finalPriceUsd: 1_920, liquidated: 0, amplification: 1 });
  });

  it('have a barrier that is reached from further up, and a shock at which they jump', () => {
    expect(book.effectiveBarrier(PRICE, 1_700, market)).toBeCloseTo(1_850, 6);
    expect(book.effectiveBarrier(PRICE, 1_950, market)).toBeCloseTo(1_950, 6);
    expect(book.gainCurve(PRICE, [0.02, 0.04, 0.06, 0.08], market, 1).criticalShock).toBe(0.06);
    expect(book.gainCurve(PRICE, [0.01, 0.02], market).criticalShock).toBeNull();
  });

  it('spread evenly agree with the closed form as the steps grow finer', () => {
    const uniform = { topUsd: 1_950, bottomUsd: 1_000, unitsPerUsd: 2, impactUsdPerUnit: 0.3 };
    const count = 19_000;
    const fine = new CascadeBook(Array.from({ length: count }, (_, index) => ({ liquidationPriceUsd: 1_950 - ((index + 0.5) * 950) / count, units: (2 * 950) / count })), { kind: 'all' });
    for (const shock of [0.01, 0.05, 0.1, 0.2]) {
      const exact = uniformCascade(PRICE, shock, uniform);
      expect(Math.abs(fine.fall(PRICE, shock, { kind: 'linear', usdPerUnit: 0.3 }).finalPriceUsd - exact.finalPriceUsd)).toBeLessThan(0.2);
    }
    expect(uniformCascade(PRICE, 0.03, { ...uniform, impactUsdPerUnit: 0.6 })).toMatchObject({ loopGain: 1.2, finalPriceUsd: 1_940 - 0.6 * 1_900 });
  });

  it('refuse markets, levels and shocks that cannot be', () => {
    for (const bad of [{ kind: 'linear', usdPerUnit: -1 }, { kind: 'exponential', depthUnits: 0 }, { kind: 'constant-product', reserveUnits: NaN }, { kind: 'constant-product', reserveUnits: 1, fee: 1 }, { kind: 'square-root', coefficient: 1, dailyVolumeUnits: 0 }, { kind: 'order-book', bids: [{ below: 2, units: 1 }] }, { kind: 'order-book', bids: [{ below: 0.1, units: NaN }] }] as const) expect(() => impactOf(bad, PRICE)).toThrow(InvalidInput);
    expect(() => book.fall(NaN, 0.1, market)).toThrow(InvalidInput);
    expect(() => book.fall(PRICE, 1, market)).toThrow(InvalidInput);
    expect(() => book.fall(PRICE, -0.1, market)).toThrow(InvalidInput);
    expect(() => book.effectiveBarrier(PRICE, 3_000, market)).toThrow(InvalidInput);
    expect(() => new CascadeBook([{ liquidationPriceUsd: -1, units: 1 }], { kind: 'all' })).toThrow(InvalidInput);
    expect(() => new CascadeBook([{ liquidationPriceUsd: 1, units: NaN }], { kind: 'all' })).toThrow(InvalidInput);
    expect(() => new CascadeBook([{ liquidationPriceUsd: 1, units: 1 }], { kind: 'close-factor', closeFactor: 0.5, penalty: 0 })).toThrow(InvalidInput);
    expect(() => new CascadeBook([], { kind: 'close-factor', closeFactor: 2, penalty: 0 })).toThrow(InvalidInput);
    expect(() => uniformCascade(PRICE, 0.1, { topUsd: 1, bottomUsd: 2, unitsPerUsd: 1, impactUsdPerUnit: 1 })).toThrow(InvalidInput);
    expect(() => uniformCascade(0, 0.1, { topUsd: 2, bottomUsd: 1, unitsPerUsd: 1, impactUsdPerUnit: 1 })).toThrow(InvalidInput);
  });
});
