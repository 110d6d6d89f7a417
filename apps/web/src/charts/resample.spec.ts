import { describe, expect, it } from 'vitest';
import type { Sample } from '../api/types.js';
import { gridTime, onEvenGrid } from './resample.js';

const sample = (second: number, price: string | null, liquidation: string | null = '2500'): Sample => ({
  blockNumber: String(second), chainTime: new Date(second * 1_000).toISOString(), priceUsd: price, liquidationPriceUsd: liquidation, health: '1.2', chance24h: null, debtUsd: '1', collateralUsd: '1',
});

describe('samples on an even grid', () => {
  it('carry a price until the next one, as an oracle does', () => {
    const grid = onEvenGrid([sample(0, '3000'), sample(9, '2900'), sample(10, '2800', '2400')], 5);
    expect(grid.map(({ time, price }) => [time, price])).toEqual([[0, 3000], [2, 3000], [4, 3000], [6, 3000], [8, 3000], [10, 2800]]);
    expect(grid.at(-1)?.liquidation).toBe(2400);
  });
  it('end with the last sample, also between two steps', () => expect(onEvenGrid([sample(0, '1'), sample(7, '2')], 3).at(-1)).toMatchObject({ price: 2 }));
  it('keep what is unknown unknown', () => expect(onEvenGrid([sample(0, null, null), sample(5, '2')], 5)[0]).toEqual({ time: 0, price: null, liquidation: null }));
  it('work for none and for one', () => {
    expect(onEvenGrid([])).toEqual([]);
    expect(onEvenGrid([sample(3, '1')])).toHaveLength(1);
  });
  it('find the step of a time', () => {
    const grid = onEvenGrid([sample(0, '1'), sample(10, '2')], 5);
    expect([gridTime(grid, -5), gridTime(grid, 5), gridTime(grid, 99), gridTime([], 1)]).toEqual([0, 4, 10, null]);
  });
});
