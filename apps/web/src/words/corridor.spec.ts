import { describe, expect, it } from 'vitest';
import { aHedge, anExposure } from '../testing/hedging.js';
import { WETH, aPosition } from '../testing/positions.js';
import { corridorOf, placeInCorridor, reachOf } from './corridor.js';

describe('how far a price may go', () => {
  const loan = aPosition({ id: 'aave' });
  it('is bounded by the loan below and by the hedge above', () => {
    const { down, up } = corridorOf(anExposure(), aHedge(), [loan]);
    expect(down).toMatchObject({ name: 'Aave loan', price: '$2,517', distance: '−19.3%' });
    expect(up).toMatchObject({ name: 'Hedge on Hyperliquid', price: '$3,981', distance: '+27.9%' });
  });
  it('leaves out loans of another coin, and a loan that a ratio liquidates', () => {
    const loop = aPosition({ id: 'loop', distancePercent: '2.9', debts: [{ ...loan.debts[0]!, asset: WETH }] });
    expect(corridorOf(anExposure(), null, [loop, aPosition({ id: 'other', distancePercent: '1.0' })])).toEqual({ down: null, up: null });
  });
  it('is drawn on one scale for both sides, now in the middle', () => {
    const reach = reachOf(corridorOf(anExposure(), aHedge(), [loan]));
    expect(placeInCorridor(0, reach)).toBe(0.5);
    expect(placeInCorridor(1.25 - 1, reach) - 0.5).toBeCloseTo(0.5 - placeInCorridor(0.8 - 1, reach), 10);
    expect(placeInCorridor(-1, reach)).toBe(0);
  });
});
