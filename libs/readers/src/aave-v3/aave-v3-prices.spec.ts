import { describe, expect, it } from 'vitest';
import { before } from './aave-v3-prices.js';

describe('walking back through a feed\'s rounds', () => {
  it('stays inside the aggregator\'s phase', () => {
    const phase = 3n << 64n;
    expect(before(phase | 5n, 1)).toBe(phase | 4n);
    expect(before(phase | 5n, 4)).toBe(phase | 1n);
    expect(before(phase | 5n, 5)).toBeNull();
    expect(before(phase | 1n, 1)).toBeNull();
  });

  it('walks a plain aggregator, whose rounds have no phase', () => {
    expect(before(200n, 199)).toBe(1n);
    expect(before(200n, 200)).toBeNull();
  });
});
