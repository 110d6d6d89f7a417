import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInput, squareRootDown } from './index.js';

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
