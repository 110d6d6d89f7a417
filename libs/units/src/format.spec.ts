import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  InvalidInput, address, bigintFromText, bps, decimalText, exactDecimalText, formatChance, formatHealth, formatMoves, formatPercentDown, formatPercentUp,
  formatTokenAmount, formatUsd, formatUsdCents, parseDecimal, shortAddress, toJson, usdE8, wad, wadFromNumberDown, wadFromNumberUp, wadToNumber,
} from './index.js';

const NBSP = '\u00a0';
const MINUS = '\u2212';

describe('decimal text', () => {
  it('rounds to the side that is asked for, for either sign', () => {
    expect(decimalText(12_345n, 4, 2, 'down')).toBe('1.23');
    expect(decimalText(12_345n, 4, 2, 'up')).toBe('1.24');
    expect(decimalText(12_350n, 4, 2, 'nearest')).toBe('1.24');
    expect(decimalText(12_349n, 4, 2, 'nearest')).toBe('1.23');
    expect(decimalText(-12_345n, 4, 2, 'down')).toBe('-1.24');
    expect(decimalText(-12_345n, 4, 2, 'up')).toBe('-1.23');
    expect(decimalText(-1n, 4, 2, 'up')).toBe('0.00');
    expect(decimalText(5n, 0, 2, 'down')).toBe('5.00');
    expect(decimalText(0n, 18, 0, 'up')).toBe('0');
  });

  it('and parsing undo each other', () => {
    fc.assert(fc.property(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), fc.integer({ min: 0, max: 27 }), (raw, decimals) => {
      expect(parseDecimal(exactDecimalText(raw, decimals), decimals)).toBe(raw);
      expect(parseDecimal(decimalText(raw, decimals, decimals, 'down'), decimals)).toBe(raw);
    }));
  });

  it('down and up enclose the value within one step', () => {
    fc.assert(fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.integer({ min: 0, max: 18 }), (raw, digits) => {
      const step = 10n ** BigInt(18 - digits);
      const low = parseDecimal(decimalText(raw, 18, digits, 'down'), 18);
      const high = parseDecimal(decimalText(raw, 18, digits, 'up'), 18);
      expect(low <= raw && raw <= high && high - low <= step).toBe(true);
      expect([low, high]).toContain(parseDecimal(decimalText(raw, 18, digits, 'nearest'), 18));
    }));
  });

  it.each(['', '.5', '5.', '1,000', '1e18', '0x10', ' 1', '+1', '--1', 'NaN', '1.2.3', '\u22121'])('refuses %j', (text) => {
    expect(() => parseDecimal(text, 18)).toThrow(InvalidInput);
  });

  it('refuses digits finer than the unit but not zeros', () => {
    expect(() => parseDecimal('1.0000001', 6)).toThrow('at most 6 decimals');
    expect(parseDecimal('1.0000000', 6)).toBe(1_000_000n);
    expect(parseDecimal('-2.5', 1)).toBe(-25n);
    expect(() => parseDecimal('1', -1)).toThrow(InvalidInput);
  });
});

describe('numbers in words', () => {
  it('whole dollars take the side of danger', () => {
    expect(formatUsd(usdE8(251_612_903_226n), 'up')).toBe('$2,517');
    expect(formatUsd(usdE8(398_151_000_000n), 'down')).toBe('$3,981');
    expect(formatUsd(-150_000_000n, 'down')).toBe(`${MINUS}$2`);
    expect(formatUsd(usdE8(12_345_678_901_234_567_890n * 100_000_000n), 'up')).toBe('$12,345,678,901,234,567,890');
  });

  it('cents round up unless told otherwise', () => {
    expect(formatUsdCents(usdE8(2_251_000_001n))).toBe('$22.52');
    expect(formatUsdCents(usdE8(2_251_999_999n), 'down')).toBe('$22.51');
    expect(formatUsdCents(0n)).toBe('$0.00');
  });

  it('health rounds down, and no debt is said', () => {
    expect(formatHealth(wad(1_249_999_999_999_999_999n))).toBe('1.24');
    expect(formatHealth(wad(1_157_900_000_000_000_000n), 3)).toBe('1.157');
    expect(formatHealth(wad(999_999_999_999_999_999n))).toBe('0.99');
    expect(formatHealth(null)).toBe('No debt');
  });

  it('shares and moves', () => {
    expect(formatPercentDown(bps(1_935n))).toBe('19.3%');
    expect(formatPercentUp(bps(1_931n))).toBe('19.4%');
    expect(formatMoves(6.39)).toBe('6.3 moves');
    expect(formatMoves(6.3)).toBe('6.3 moves');
  });

  const chances: readonly [number, string][] = [
    [0.101, '10.1%'], [0.1011, '10.2%'], [0.01, '1.0%'], [0.0099, '0.99%'], [0.00311, '0.32%'], [0.00009, '<0.01%'], [0, '<0.01%'], [0.9999, '100%'], [1, '100%'],
  ];
  it.each(chances)('a chance of %d reads %s', (value, text) => expect(formatChance({ kind: 'probability', value })).toBe(text));

  it('a chance under the floor never has a figure of its own', () => {
    expect(formatChance({ kind: 'floor', below: 0.01 })).toBe('<1%');
    expect(formatChance({ kind: 'floor', below: 0.001 })).toBe('<0.1%');
  });

  it('token amounts: 2 decimals from 1 up, 4 significant digits below, whole ones as they are', () => {
    expect(formatTokenAmount(18_422_000_000n, 6, { symbol: 'USDC' })).toBe(`18,422${NBSP}USDC`);
    expect(formatTokenAmount(12_400_000n, 6)).toBe('12.40');
    expect(formatTokenAmount(1_479_338_843n, 6, { rounding: 'up' })).toBe('1,479.34');
    expect(formatTokenAmount(51_234_567_890_123_456n, 18)).toBe('0.05123');
    expect(formatTokenAmount(500_000n, 6)).toBe('0.5');
    expect(formatTokenAmount(1n, 6)).toBe('0.000001');
    expect(formatTokenAmount(0n, 18)).toBe('0');
    expect(formatTokenAmount(-12_400_000n, 6)).toBe(`${MINUS}12.40`);
  });

  it('addresses keep 4 digits at each end', () => {
    expect(shortAddress(address(`0x7a3e${'0'.repeat(32)}91cd`))).toBe('0x7a3e\u202691cd');
  });

  it('follow the locale', () => expect(formatUsd(usdE8(251_612_903_226n), 'up', 'de-DE')).toBe('$2.517'));
});

describe('floats that become quantities', () => {
  it('land on the named side', () => {
    fc.assert(fc.property(fc.double({ min: 0, max: 9000, noNaN: true }), (value) => {
      const [low, high] = [wadFromNumberDown(value), wadFromNumberUp(value)];
      expect(low <= high && high - low <= 1_000_000n).toBe(true);
      expect(wadToNumber(high)).toBeGreaterThanOrEqual(value * (1 - 1e-15));
      expect(wadToNumber(low)).toBeLessThanOrEqual(value * (1 + 1e-15));
    }));
  });

  it.each([NaN, -1, Infinity, 1e6])('refuse %d', (value) => expect(() => wadFromNumberUp(value)).toThrow(InvalidInput));
});

describe('domain values as JSON', () => {
  it('turns every bigint into decimal text and keeps the rest', () => {
    const value = { a: wad(10n ** 30n), list: [1n, { b: 2n }], n: 1.5, t: 'x', none: null, gone: undefined, yes: true };
    expect(toJson(value)).toEqual({ a: `1${'0'.repeat(30)}`, list: ['1', { b: '2' }], n: 1.5, t: 'x', none: null, yes: true });
    expect(bigintFromText(toJson({ a: -5n }).a)).toBe(-5n);
  });

  it.each([[{ deep: [NaN] }, 'value.deep[0]'], [new Date(0), 'class'], [new Map(), 'class'], [() => 1, 'function'], [Infinity, 'finite']])('refuses what JSON would lose in silence: %s', (value, hint) => {
    expect(() => toJson(value)).toThrow(hint);
  });

  it.each(['', '1.0', '0x1', '1e3', ' 1'])('reads no whole number from %j', (text) => expect(() => bigintFromText(text)).toThrow(InvalidInput));
});
