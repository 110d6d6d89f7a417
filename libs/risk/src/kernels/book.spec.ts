import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInput } from '@ballast/units';
import { Book, bookHealth, hitProbability, type BookEntry } from '../index.js';

const entry = (change: Partial<BookEntry> = {}): BookEntry => ({ collateral: [2, 0], liquidationThresholds: [0.8, 0.9], debt: [0, 3_000], drift: -0.1, volatility: 0.6, ...change });
const PRICES = Float64Array.from([3_000, 1]);

describe('a book of positions', () => {
  it('has the health, its logarithm and the chance that each position has alone', () => {
    const above0 = (max: number) => fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max, noNaN: true }));
    const amount = above0(1e6);
    const positions = fc.record({
      collateral: fc.tuple(amount, amount, amount), liquidationThresholds: fc.tuple(above0(1), above0(1), above0(1)), debt: fc.tuple(amount, amount, amount),
      drift: fc.double({ min: -1, max: 1, noNaN: true }), volatility: fc.double({ min: 0.01, max: 2, noNaN: true }),
    });
    const prices = fc.tuple(...Array.from({ length: 3 }, () => fc.double({ min: 1e-3, max: 1e5, noNaN: true })));
    fc.assert(fc.property(fc.array(positions, { minLength: 1, maxLength: 10 }), prices, (entries, at) => {
      const book = new Book(3, entries.length);
      entries.forEach((one, index) => book.set(index, one));
      const healths = book.reprice(Float64Array.from(at)).slice();
      book.tick(Float64Array.from(at), 1 / 365);
      entries.forEach((one, index) => {
        const legs = at.flatMap((priceUsd, asset) => [
          { symbol: String(asset), units: one.collateral[asset] as number, priceUsd, liquidationThreshold: one.liquidationThresholds[asset] as number },
          { symbol: String(asset), units: one.debt[asset] as number, priceUsd, liquidationThreshold: null },
        ]);
        const alone = bookHealth(legs);
        const same = (found: number, expected: number, slack: number): void => expect(found === expected || Math.abs(found - expected) <= slack, `${found} and ${expected}`).toBe(true);
        same(healths[index] as number, alone.healthFactor, 1e-13 * alone.healthFactor);
        same(book.healthFactor[index] as number, alone.healthFactor, 1e-13 * alone.healthFactor);
        same(book.logHealth[index] as number, alone.logHealth, 1e-12 * Math.max(1, Math.abs(alone.logHealth)));
        const logDistance = book.logHealth[index] as number;
        const { probability } = hitProbability({ logDistance, drift: one.drift, volatility: one.volatility, years: 1 / 365 });
        same(book.hits.probability[index] as number, probability, 1e-11 * probability + 1e-300);
      });
    }));
  });

  it('tells a position without debt, without counted collateral, and with nothing at all', () => {
    const book = new Book(2, 3);
    book.set(0, entry({ debt: [0, 0] }));
    book.set(1, entry({ liquidationThresholds: [0, 0] }));
    book.tick(PRICES, 1 / 365);
    expect([...book.healthFactor]).toEqual([Infinity, 0, Infinity]);
    expect([...book.hits.probability]).toEqual([0, 1, 0]);
  });

  it('says what it takes', () => {
    const book = new Book(4, 10);
    expect(book.bytesPerPosition).toBe(144);
  });

  const bad: readonly [string, Partial<BookEntry>][] = [
    ['negative collateral', { collateral: [-1, 0] }], ['NaN debt', { debt: [NaN, 0] }], ['infinite debt', { debt: [Infinity, 0] }], ['a threshold above 1', { liquidationThresholds: [1.1, 0] }],
    ['too few amounts', { debt: [1] }], ['a NaN drift', { drift: NaN }], ['a negative volatility', { volatility: -0.1 }],
  ];
  it.each(bad)('refuses %s', (_, change) => expect(() => new Book(2, 1).set(0, entry(change))).toThrow(InvalidInput));
  it('refuses places and prices that it does not have', () => {
    const book = new Book(2, 1);
    expect(() => book.set(1, entry())).toThrow(InvalidInput);
    expect(() => book.reprice(Float64Array.from([1]))).toThrow(InvalidInput);
    expect(() => book.tick(Float64Array.from([1, 0]), 1)).toThrow(InvalidInput);
    expect(() => new Book(0, 1)).toThrow(InvalidInput);
  });
});
