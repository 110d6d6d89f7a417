import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aLendingPosition } from '../../../../test/factories/lending-position.js';
import { aRiskReport } from '../../../../test/factories/risk-report.js';
import { UnreadableValue } from '../errors.js';
import { count } from './quantities.js';
import { fromJson, storableText, toJson, toJsonText } from './encode.js';
import { lendingPosition } from './position-shape.js';
import { riskReport } from './report-shape.js';

describe('JSON columns', () => {
  it('give every whole number back exactly', () => {
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }), (value) => {
      expect(fromJson(count, toJson({ value }, 'test').value, 'test')).toBe(value);
    }));
  });

  it('give a position and its report back as they were', () => {
    const position = aLendingPosition();
    const report = aRiskReport({ position });
    expect(fromJson(lendingPosition, toJson(position, 'test'), 'test')).toEqual(position);
    expect(fromJson(riskReport, toJson(report, 'test'), 'test')).toEqual(report);
  });

  it('refuse a number that JSON would turn into null', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) expect(() => toJsonText({ report: { annual: value } }, 'report')).toThrow(UnreadableValue);
  });

  it('say what is wrong with a value of another shape, and where', () => {
    const { account: _, ...rest } = toJson(aLendingPosition(), 'test') as Record<string, unknown>;
    expect(() => fromJson(lendingPosition, rest, 'Position 1 snapshot')).toThrow(/Position 1 snapshot\.account/);
  });

  it('never hold text that PostgreSQL refuses', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('', '\u0000', '\ud800', '\udc00x'), (text, bad) => {
      const stored = storableText(text + bad);
      expect(stored).not.toContain('\u0000');
      expect(Buffer.from(stored, 'utf8').toString('utf8')).toBe(stored);
    }));
  });
});
