import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DivisionByZero, InvalidInput, magnitude, mulDivCeil, mulDivFloor, squareRootDown } from './index.js';

describe('the integer square root', () => {
  it('is the largest number whose square is not above the value', () => {
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: 2n ** 400n }), (value) => {
      const root = squareRootDown(value);
      expect(root * root <= value && value < (root + 1n) * (root + 1n)).toBe(true);
    }));
    for (const root of [1n, 2n, 3n, 10n ** 30n]) expect([root * root - 1n, root * root, root * root + 1n].map(squareRootDown)).toEqual([root - 1n, root, root]);
    expect(() => squareRootDown(-1n)).toThrow(InvalidInput);
  });
});

describe('signed divisions', () => {
  it('go to their own side whatever the sign', () => {
    expect([mulDivFloor(-7n, 1n, 2n), mulDivCeil(-7n, 1n, 2n), mulDivFloor(7n, 1n, 2n), mulDivCeil(7n, 1n, 2n), mulDivFloor(-8n, 1n, 2n), mulDivCeil(0n, 1n, 2n), magnitude(-3n)]).toEqual([-4n, -3n, 3n, 4n, -4n, 0n, 3n]);
    expect(() => mulDivFloor(1n, 1n, 0n)).toThrow(DivisionByZero);
  });
});
