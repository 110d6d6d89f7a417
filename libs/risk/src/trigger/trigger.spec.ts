import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInput } from '@ballast/units';
import { additionToReach, hitProbability, meanYearsBetweenRescues, rearmHealth, repayToReach, restoringCost, restoringTarget, saleToReach, triggerHealth, triggerLogHealth, type RestoringCost } from '../index.js';

const motions = fc.record({ drift: fc.double({ min: -2, max: 2, noNaN: true }), volatility: fc.double({ min: 0.02, max: 3, noNaN: true }), years: fc.double({ min: 1 / 8_760, max: 0.5, noNaN: true }) });
const tolerances = fc.double({ min: 1e-6, max: 0.9, noNaN: true });

describe('the health to act at', () => {
  it('is where the chance is the tolerance', () => {
    fc.assert(fc.property(tolerances, motions, (tolerance, motion) => {
      const logDistance = triggerLogHealth(tolerance, motion);
      expect(logDistance).toBeGreaterThan(0);
      expect(Math.abs(hitProbability({ logDistance, ...motion }).probability / tolerance - 1)).toBeLessThan(1e-7);
    }), { numRuns: 500 });
    // A drift far stronger than the volatility: Newton's first step leads nowhere.
    const still = { drift: -0.9765599736157764, volatility: 0.02, years: 0.19059611485262487 };
    expect(hitProbability({ logDistance: triggerLogHealth(1e-6, still), ...still }).probability).toBeCloseTo(1e-6, 14);
  });

  it('is higher for a smaller tolerance, a longer time, more volatility without drift', () => {
    fc.assert(fc.property(tolerances, motions, (tolerance, motion) => {
      const at = triggerLogHealth(tolerance, motion);
      expect(triggerLogHealth(tolerance / 2, motion)).toBeGreaterThan(at);
      // With a strong drift away, what has not come soon never comes: then more time changes nothing.
      expect(triggerLogHealth(tolerance, { ...motion, years: motion.years * 2 })).toBeGreaterThanOrEqual(at * (1 - 1e-12));
      const calm = { ...motion, drift: 0 };
      expect(triggerLogHealth(tolerance, { ...calm, volatility: calm.volatility * 2 })).toBeCloseTo(2 * triggerLogHealth(tolerance, calm), 9);
    }));
  });

  it('keeps clear of what the oracle and the rescue may miss', () => {
    const calm = { drift: 0, volatility: 0.1, years: 1 / 8_760 };
    expect(triggerHealth(0.5, calm, { oracleDeviation: 0.005, slippage: 0.01 })).toBeCloseTo(1.015, 12);
    expect(triggerHealth(1e-6, { ...calm, years: 0.1 }, { oracleDeviation: 0.005, slippage: 0.01 })).toBe(Math.exp(triggerLogHealth(1e-6, { ...calm, years: 0.1 })));
    expect(rearmHealth(1.1, 0.6, 1 / 365)).toBeCloseTo(1.1 * Math.exp(0.6 * Math.sqrt(1 / 365)), 14);
  });

  it('is 0 without time, and the drift’s own way without volatility', () => {
    expect(triggerLogHealth(0.01, { drift: -1, volatility: 0.5, years: 0 })).toBe(0);
    expect(triggerLogHealth(0.01, { drift: -1, volatility: 0, years: 0.1 })).toBeCloseTo(0.1, 14);
    expect(triggerLogHealth(0.01, { drift: 1, volatility: 0, years: 0.1 })).toBe(0);
  });

  const plain = { drift: 0, volatility: 0.5, years: 0.1 };
  it.each([[0, plain], [1, plain], [NaN, plain], [-0.1, plain], [0.1, { ...plain, drift: NaN }], [0.1, { ...plain, volatility: -1 }], [0.1, { ...plain, volatility: NaN }], [0.1, { ...plain, years: -1 }], [0.1, { ...plain, years: Infinity }]] as const)('refuses %d for %o', (tolerance, motion) => {
    expect(() => triggerLogHealth(tolerance, motion)).toThrow(InvalidInput);
  });
  it('refuses a floor that is none', () => expect(() => triggerHealth(0.1, plain, { oracleDeviation: NaN, slippage: 0 })).toThrow(InvalidInput));
});

describe('what it takes to reach a health', () => {
  const books = fc.record({ weightedUsd: fc.double({ min: 1, max: 1e6, noNaN: true }), health: fc.double({ min: 0.9, max: 2, noNaN: true }), liquidationThreshold: fc.double({ min: 0.3, max: 0.95, noNaN: true }) })
    .map(({ weightedUsd, health, liquidationThreshold }) => ({ weightedUsd, debtUsd: weightedUsd / health, liquidationThreshold }));
  const goals = fc.double({ min: 1.01, max: 2.5, noNaN: true });

  it('brings it there and no further', () => {
    fc.assert(fc.property(books, goals, fc.double({ min: 0, max: 0.02, noNaN: true }), (book, goal, cost) => {
      const reached = (weightedUsd: number, debtUsd: number): void => expect(weightedUsd / debtUsd).toBeCloseTo(Math.max(goal, book.weightedUsd / book.debtUsd), 8);
      reached(book.weightedUsd, book.debtUsd - repayToReach(goal, book));
      const added = additionToReach(goal, book);
      if (added.kind === 'amount') reached(book.weightedUsd + added.usd * book.liquidationThreshold, book.debtUsd);
      const sale = saleToReach(goal, book, cost);
      if (sale.kind === 'amount') reached(book.weightedUsd - sale.usd * book.liquidationThreshold, book.debtUsd - sale.usd * (1 - cost));
    }));
  });

  it('says where nothing reaches it', () => {
    const book = { weightedUsd: 90, debtUsd: 100, liquidationThreshold: 0.95 };
    expect(saleToReach(1.01, book, 0.1).kind).toBe('unreachable');
    expect(additionToReach(1.01, { ...book, liquidationThreshold: 0 }).kind).toBe('unreachable');
    for (const bad of [NaN, -1, 0, Infinity]) expect(() => repayToReach(bad, book)).toThrow(InvalidInput);
    expect(() => saleToReach(1.1, { ...book, debtUsd: NaN }, 0)).toThrow(InvalidInput);
    expect(() => saleToReach(1.1, book, 1.5)).toThrow(InvalidInput);
    expect(() => additionToReach(1.1, { ...book, weightedUsd: -1 })).toThrow(InvalidInput);
  });
});

describe('the health to bring a loan to', () => {
  const cost: RestoringCost = { triggerLogHealth: Math.log(1.05), debtUsd: 60_000, drift: -0.2, volatility: 0.7, years: 7 / 365, fixedUsd: 30, costShare: 0.001, impactPerUsd: 1e-9, carryRate: 0.03, closeFactor: 0.5, penalty: 0.05 };

  it('costs no more than any other on a fine grid', () => {
    fc.assert(fc.property(fc.double({ min: 0.01, max: 0.2, noNaN: true }), fc.double({ min: 0.2, max: 1.5, noNaN: true }), fc.double({ min: 1, max: 500, noNaN: true }), (triggerLogHealth, volatility, fixedUsd) => {
      const given = { ...cost, triggerLogHealth, volatility, fixedUsd };
      const { costUsd, logHealth } = restoringTarget(given);
      expect(logHealth).toBeGreaterThan(triggerLogHealth);
      for (let index = 1; index <= 300; index += 1) expect(costUsd).toBeLessThanOrEqual(restoringCost(triggerLogHealth + 0.005 * index, given) * (1 + 1e-4));
    }), { numRuns: 30 });
  });

  it('says to do nothing where a rescue is dearer than what it saves', () => {
    expect(restoringTarget({ ...cost, fixedUsd: 10_000 }).worthIt).toBe(false);
    expect(restoringTarget(cost).worthIt).toBe(true);
    expect(meanYearsBetweenRescues(Math.log(1.2), cost)).toBeCloseTo((Math.log(1.2) - Math.log(1.05)) / 0.2, 12);
    expect(meanYearsBetweenRescues(Math.log(1.2), { ...cost, drift: 0 })).toBe(Infinity);
  });

  it.each(Object.keys(cost) as (keyof RestoringCost)[])('refuses a %s that is no number', (field) => expect(() => restoringTarget({ ...cost, [field]: NaN })).toThrow(InvalidInput));
  it('refuses negative figures and a trigger at the barrier', () => {
    expect(() => restoringTarget({ ...cost, penalty: -0.1 })).toThrow(InvalidInput);
    expect(() => restoringTarget({ ...cost, triggerLogHealth: 0 })).toThrow(InvalidInput);
  });
});
