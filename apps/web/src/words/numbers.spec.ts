import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amount, cents, compare, cost, dollars, health, inWords, moves, negate, percentDown, product, sum, unscale, whole } from './numbers.js';

describe('figures', () => {
  it('round towards danger', () => {
    expect(health('1.2499')).toBe('1.24');
    expect(health('0.9999')).toBe('0.99');
    expect(percentDown('19.3548')).toBe('19.3%');
    expect(moves(6.39)).toBe('6.3');
    expect(dollars('2516.13', 'up')).toBe('$2,517');
    expect(dollars('3981.51', 'down')).toBe('$3,981');
    expect(cost('22.511')).toBe('$22.52');
    expect(cost('0.0001')).toBe('$0.01');
    expect(cost('1000.01')).toBe('$1,001');
  });

  it('show what is unknown as a dash, never as zero or not-a-number', () => {
    for (const shown of [health(null), dollars(null), cents(null), cost(null), percentDown(null), moves(null), moves(Number.NaN), moves(Number.POSITIVE_INFINITY), amount(null), whole(null), health('NaN'), dollars('')]) expect(shown).toBe('—');
  });

  it('cut token amounts rather than round them up, with the symbol kept to them', () => {
    expect(amount('20000.009999', 'USDC')).toBe('20,000.00\u00a0USDC');
    expect(amount('42', 'WETH')).toBe('42\u00a0WETH');
    expect(amount('0.0512399', 'WETH')).toBe('0.05123\u00a0WETH');
    expect(amount('0')).toBe('0');
  });

  it('use the true minus sign', () => expect(dollars('-1507.2', 'down')).toBe('\u2212$1,508'));

  it('keep every digit of a scaled integer', () => {
    expect(unscale('1210000000000000000', 18)).toBe('1.21');
    expect(unscale('85000000000', 6)).toBe('85000');
    expect(unscale('1', 18)).toBe('0.000000000000000001');
  });

  it('write small counts as words', () => expect([0, 1, 6, 13].map(inWords)).toEqual(['no', 'one', 'six', '13']));
});

describe('exact arithmetic on decimal text', () => {
  const decimal = fc.tuple(fc.bigInt(-(10n ** 30n), 10n ** 30n), fc.integer({ min: 0, max: 12 })).map(([units, digits]) => unscaleSigned(units, digits));
  const unscaleSigned = (units: bigint, digits: number): string => (units < 0n ? `-${unscale((-units).toString(), digits)}` : unscale(units.toString(), digits));

  it('adds and takes away without loss', () => fc.assert(fc.property(decimal, decimal, (a, b) => compare(sum([sum([a, b]), negate(b)]), a) === 0), { numRuns: 100 }));
  it('orders as numbers do', () => fc.assert(fc.property(decimal, decimal, (a, b) => Math.sign(compare(a, b)) === -Math.sign(compare(b, a))), { numRuns: 100 }));
  it('multiplies exactly', () => {
    expect(product('0.1', '0.2')).toBe('0.02');
    expect(product('15000', '0.99987654')).toBe('14998.1481');
    expect(sum([])).toBe('0');
  });
});
