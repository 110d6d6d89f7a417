import { describe, expect, it } from 'vitest';
import { USDC, WETH, aPosition } from '../testing/positions.js';
import { movesWhereBallastActs, placeOnStrip } from './distance.js';
import { aProtection } from '../testing/positions.js';
import { totalsOf } from './totals.js';

describe('the sums over an address', () => {
  it('count a wallet coin once, however many loans it could rescue', () => {
    expect(totalsOf([aPosition({ id: 'a' }), aPosition({ id: 'b' })])).toMatchObject({ equityUsd: '86656', debtUsd: '175424', lossUsd: '4386', walletUsd: '15530', permittedUsd: '15000' });
  });
  it('do not know the worth of a coin without a price', () => {
    expect(totalsOf([aPosition({ wallet: [{ asset: { ...WETH, address: `0x${'9'.repeat(40)}` }, balance: '1', allowance: '0' }] })])).toMatchObject({ walletUsd: null, permittedUsd: '0' });
  });
  it('permit no more than there is', () => {
    expect(totalsOf([aPosition({ wallet: [{ asset: USDC, balance: '10', allowance: '99' }] })]).permittedUsd).toBe('10');
  });
});

describe('the distance strip', () => {
  it('runs from liquidation to thirty typical daily moves', () => {
    expect([placeOnStrip(0), placeOnStrip(30), placeOnStrip(300), placeOnStrip(-1)]).toEqual([0, 1, 1, 0]);
  });
  it('puts the pin at ln(health) over one typical daily move', () => {
    // ln 1.157 / (0.65 / √365) = 0.14583 / 0.034022
    expect(movesWhereBallastActs(aPosition({ protection: aProtection({ actsAtHealth: '1.157' }) }))).toBeCloseTo(4.286, 3);
  });
  it('has no pin without a rule', () => expect(movesWhereBallastActs(aPosition())).toBeNull());
});
