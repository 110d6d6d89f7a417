import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOST_LEGS, WatchBook, type WatchLeg } from './watch-book.js';

const debt = (factor: number, units: number): WatchLeg => ({ factor, units, side: 'debt' });
const collateral = (factor: number, units: number): WatchLeg => ({ factor, units, side: 'collateral' });
const FACTORS = Float64Array.of(0, 2, 3);

/** A book with one loan of collateral 3 at factor 1 and debt 1 at factor 2, under a bound. */
function oneLoan(bound: number, margin = 0) {
  const book = new WatchBook();
  book.reprice(FACTORS);
  const slot = book.take();
  book.setBound(slot, bound);
  book.set(slot, [collateral(1, 3), debt(2, 1)], margin);
  return { book, slot };
}

describe('a book of loans as floats', () => {
  it('prices a loan as soon as it is written, at the last factors', () => {
    const { book, slot } = oneLoan(1.9);
    expect(book.health(slot)).toBe(2);
    expect(book.crossed()).toEqual([]);
    book.reprice(Float64Array.of(0, 1, 3));
    expect(book.health(slot)).toBe(1);
    expect(book.crossed()).toEqual([slot]);
  });

  it('names what it cannot tell: before the first factors, without one of them, forgotten, with too many legs', () => {
    const book = new WatchBook();
    const slot = book.take();
    book.setBound(slot, 1);
    book.set(slot, [collateral(1, 3)], 0);
    expect([book.health(slot), book.crossed()]).toEqual([NaN, [slot]]);
    book.reprice(FACTORS);
    expect([book.health(slot), book.crossed()]).toEqual([Infinity, []]);
    for (const unknown of [() => book.set(slot, [collateral(7, 1)], 0), () => book.forget(slot), () => book.set(slot, Array.from({ length: MOST_LEGS + 1 }, () => collateral(1, 1)), 0)]) {
      unknown();
      expect(book.crossed()).toEqual([slot]);
      book.set(slot, [collateral(1, 3)], 0);
    }
  });

  it('names a loan whose health is within its margin of the bound, and none without a bound', () => {
    expect(oneLoan(1.9, 0.06).book.crossed()).toHaveLength(1);
    expect(oneLoan(1.9, 0.04).book.crossed()).toHaveLength(0);
    expect(oneLoan(0, 0.5).book.crossed()).toHaveLength(0);
  });

  it('names the weakest first, whatever their bounds, and before them what it cannot tell', () => {
    const book = new WatchBook();
    book.reprice(FACTORS);
    // Healths of 1.02, 1.1 and 1.05: over their bounds of 1.03, 1.3 and 1.15 they would come the other way round.
    const [weakest, strongest, middle, unknown] = [[1.02, 1.03], [1.1, 1.3], [1.05, 1.15], [1, 1.05]].map(([health, bound]) => {
      const slot = book.take();
      book.setBound(slot, bound as number);
      book.set(slot, [collateral(1, health as number), debt(2, (FACTORS[1] as number) / (FACTORS[2] as number))], 0);
      return slot;
    });
    book.forget(unknown as number);
    expect(book.crossed()).toEqual([unknown, weakest, middle, strongest]);
  });

  it('tells the same health however a loan came to be priced', () => {
    const amount = fc.double({ min: 0, max: 1e12, noNaN: true });
    const legs = fc.array(fc.record({ factor: fc.integer({ min: 1, max: 4 }), units: amount, side: fc.constantFrom('debt' as const, 'collateral' as const) }), { maxLength: MOST_LEGS });
    fc.assert(fc.property(legs, fc.array(amount, { minLength: 5, maxLength: 5 }), (given, values) => {
      const [before, after] = [new WatchBook(), new WatchBook()];
      const slot = [before, after].map((book) => book.take())[0] as number;
      before.set(slot, given, 0);
      before.reprice(Float64Array.from(values));
      after.reprice(Float64Array.from(values));
      after.set(slot, given, 0);
      expect(after.health(slot)).toBe(before.health(slot));
    }));
  });
});
