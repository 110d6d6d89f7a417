import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { priceOfBase, squareRootOfPrice } from './pool-price.js';

describe('a pool price', () => {
  it('comes back from its square root to a ten-millionth, whichever side the base is on', () => {
    const shapes = [true, false].flatMap((baseIsToken0) => [6, 18].map((quoteDecimals) => ({ baseIsToken0, baseDecimals: 18, quoteDecimals })));
    fc.assert(fc.property(fc.bigInt({ min: 1_00000000n, max: 1_000_000_00000000n }), fc.constantFrom(...shapes), (price, shape) => {
      const back = priceOfBase(squareRootOfPrice(price, shape), shape);
      const error = back > price ? back - price : price - back;
      expect(error <= price / 10_000_000n + 1n).toBe(true);
    }));
  });
});
