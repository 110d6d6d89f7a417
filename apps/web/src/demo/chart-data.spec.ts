import { describe, expect, it } from 'vitest';
import { onReplayHours, startBounds } from './chart-data.js';
import type { DemoState } from './types.js';

const START = Date.parse('2026-11-22T00:00:00Z');
const heard = (hours: number): DemoState => ({ phase: 'playing', hour: Math.ceil(hours) - 1, chainTime: new Date(START + hours * 3_600_000).toISOString() }) as DemoState;

describe('the start of a replay', () => {
  it('is narrowed down by each answer, and always lies within', () => {
    let bounds: readonly [number, number] | null = null;
    for (const hours of [0.3, 0.9, 1.05, 1.98, 2.5]) {
      bounds = startBounds(bounds, heard(hours));
      expect(bounds?.[0]).toBeLessThanOrEqual(START);
      expect(bounds?.[1]).toBeGreaterThanOrEqual(START);
    }
    expect((bounds?.[1] ?? 0) - (bounds?.[0] ?? 0)).toBeLessThan(600_000);
  });
  it('is known exactly once the replay is done', () => {
    expect(startBounds(null, { phase: 'done', hour: 47, hours: 48, chainTime: new Date(START + 48 * 3_600_000).toISOString() } as DemoState)).toEqual([START, START]);
  });
  it('begins anew with another replay', () => {
    const later = startBounds(startBounds(null, heard(5)), { ...heard(0.5), chainTime: new Date(START + 90 * 3_600_000).toISOString() } as DemoState);
    expect(later?.[0]).toBeGreaterThan(START + 80 * 3_600_000);
  });
  it('is unknown before the first hour', () => expect(startBounds(null, { phase: 'idle', chainTime: null } as DemoState)).toBeNull());
});

it('puts samples on the replay’s hours and leaves out what was before and after', () => {
  const at = (hours: number) => ({ blockNumber: '1', chainTime: new Date(START + hours * 3_600_000).toISOString(), priceUsd: '2000', liquidationPriceUsd: null, health: null, chance24h: null, debtUsd: '0', collateralUsd: '0' });
  expect(onReplayHours([at(-1), at(0), at(12.5), at(49)], START, 48)).toEqual([{ hour: 0, price: 2000, liquidation: null }, { hour: 12.5, price: 2000, liquidation: null }]);
});
