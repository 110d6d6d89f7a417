import { describe, expect, it } from 'vitest';
import { venueAccountId } from '@ballast/positions';
import { HYPERLIQUID } from '../../../../test/factories/derivatives.js';
import { aHedgeInput, aLeg, anExposure } from '../../../../test/factories/hedge.js';
import { decideHedge, type HedgeDecision, type HedgeInput, type HedgeLeg } from '../index.js';

const OTHER = venueAccountId(HYPERLIQUID, 'other');
const carrying = (held: number, more: Parameters<typeof aLeg>[0] = {}): HedgeLeg => aLeg({ held, ...more });
const other = (held: number, more: Parameters<typeof aLeg>[0] = {}): HedgeLeg => aLeg({ held, ...more, account: { id: OTHER, ...more.account } });
const decided = (long: number, change: Partial<HedgeInput>): HedgeDecision => decideHedge(aHedgeInput({ exposure: anExposure(long), ...change }));
const ordersOf = (decision: HedgeDecision) => (decision.kind === 'act' ? decision.orders.map(({ account, side, contracts, reduceOnly }) => ({ at: account === OTHER ? 'leaving' : 'carrying', side, size: Number(contracts) / 1e18, reduceOnly })) : `${decision.kind}: ${decision.reason}`);

describe('while a leg is being closed', () => {
  it('no other one opens against it: what is too much goes with it', () => {
    expect(ordersOf(decided(5, { legs: [carrying(0)], leaving: [other(-20)] }))).toEqual([{ at: 'leaving', side: 'buy', size: 20, reduceOnly: true }]);
    expect(ordersOf(decided(5, { legs: [carrying(-1)], leaving: [other(-20)] }))).toEqual([{ at: 'leaving', side: 'buy', size: 20, reduceOnly: true }]);
  });

  it('the others are made smaller by no more than is too much once it is gone', () => {
    const orders = ordersOf(decided(5, { legs: [carrying(-15)], leaving: [other(-10)] }));
    expect(orders).toMatchObject([{ at: 'leaving', side: 'buy', size: 10 }, { at: 'carrying', side: 'buy', reduceOnly: true }]);
    expect((orders as { readonly size: number }[])[1]?.size).toBeLessThanOrEqual(10);
  });

  it('the others grow by no more than is missing as it stands', () => {
    const orders = ordersOf(decided(20, { legs: [carrying(0)], leaving: [other(-12)] }));
    expect(orders).toMatchObject([{ at: 'leaving', side: 'buy', size: 12 }, { at: 'carrying', side: 'sell', reduceOnly: false }]);
    expect((orders as { readonly size: number }[])[1]?.size).toBeLessThanOrEqual(8);
  });
});
