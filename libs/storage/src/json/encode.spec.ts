import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '@ballast/policy';
import { usdE8 } from '@ballast/units';
import { aDecideInput } from '../../../../test/factories/decide-input.js';
import { aLendingPosition, withEthAt } from '../../../../test/factories/lending-position.js';
import { aRiskReport } from '../../../../test/factories/risk-report.js';
import { UnreadableValue } from '../errors.js';
import { count } from './quantities.js';
import { decision } from './decision-shape.js';
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

  it('give a decision back with its whole comparison', () => {
    const inputs = [aDecideInput(), aDecideInput({ position: withEthAt(245_000_000_000n) }), aDecideInput({ position: withEthAt(245_000_000_000n), rescueCostUsdE8: usdE8(45_000_000_000n) })];
    for (const made of inputs.map(decide)) {
      expect(made.stakes).toBeDefined();
      expect(fromJson(decision, toJson(made, 'test'), 'test')).toEqual(made);
    }
  });

  it('read a decision of before costs were stored', () => {
    const row = {
      positionId: '31337-aave-v3-0x00000000000000000000000000000000000000aa', mandateHash: `0x${'a'.repeat(64)}`, healthFactor: '1244000000000000000', trigger: '1034000000000000000', target: '1210000000000000000', clamp: null,
      candidates: [{ action: 'wait', asset: null, amount: '0', costUsdE8: '500000000', healthAfter: '1244000000000000000', verdict: 'chosen', why: 'The chance of liquidation within a day is under 1%.' }],
      kind: 'cannot', reason: 'below-minimum',
    };
    const read = fromJson(decision, row, 'Decision.detail');
    expect(read).toMatchObject({ kind: 'cannot', reason: 'below-minimum', candidates: [{ action: 'wait', costUsdE8: 500_000_000n }] });
    expect(read.stakes).toBeUndefined();
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
