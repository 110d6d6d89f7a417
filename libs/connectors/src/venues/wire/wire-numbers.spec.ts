import { exactDecimalText } from '@ballast/units';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, maybeDecimal, scaled } from './wire-numbers.js';

describe('numbers as venues write them', () => {
  it('are read exactly, in every form, with the rounding that is named', () => {
    expect(scaled('1e-8', 18, 'down')).toBe(10_000_000_000n);
    expect(scaled('6.55e-6', 18, 'nearest')).toBe(6_550_000_000_000n);
    expect(scaled('1.5E+3', 0, 'down')).toBe(1_500n);
    expect(scaled('12.', 2, 'down')).toBe(1_200n);
    expect(['down', 'up', 'nearest'].map((rounding) => scaled('-0.15', 1, rounding as 'down'))).toEqual([-2n, -1n, -1n]);
    expect(['down', 'up', 'nearest'].map((rounding) => scaled('0.15', 1, rounding as 'down'))).toEqual([1n, 2n, 2n]);
    expect(() => scaled('1,5', 2, 'down')).toThrow('decimal number');
  });

  it('come as text or as numbers; anything else is no number', () => {
    expect([decimal.parse(0.001), decimal.parse('-12.50'), decimal.parse(1e21)]).toEqual(['0.001', '-12.50', '1e+21']);
    for (const bad of ['', 'NaN', '0x10', '1_000', '١', null, Number.NaN, Infinity, '1e999']) expect(decimal.safeParse(bad).success, String(bad)).toBe(false);
    expect([maybeDecimal.parse(''), maybeDecimal.parse(undefined), maybeDecimal.parse(null), maybeDecimal.parse('0')]).toEqual([null, null, null, '0']);
    expect(maybeDecimal.safeParse('none').success).toBe(false);
  });

  it('go there and back without loss, and a rounding is never further than one unit', () => {
    fc.assert(fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), (raw) => scaled(exactDecimalText(raw, 18), 18, 'down') === raw && scaled(exactDecimalText(raw, 18), 18, 'up') === raw));
    fc.assert(fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.integer({ min: 0, max: 17 }), (raw, decimals) => {
      const [down, up, nearest] = (['down', 'up', 'nearest'] as const).map((rounding) => scaled(exactDecimalText(raw, 18), decimals, rounding)) as [bigint, bigint, bigint];
      const step = 10n ** BigInt(18 - decimals);
      return down * step <= raw && raw <= up * step && up - down <= 1n && (nearest === down || nearest === up);
    }));
  });
});
