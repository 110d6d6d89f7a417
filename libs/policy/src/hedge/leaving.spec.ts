import { describe, expect, it } from 'vitest';
import { venueAccountId } from '@ballast/positions';
import { HYPERLIQUID, WALL } from '../../../../test/factories/derivatives.js';
import { aHedgeInput, aLeg, anExposure } from '../../../../test/factories/hedge.js';
import { decideHedge, type HedgeDecision, type HedgeInput, type HedgeLeg } from '../index.js';

const OTHER = venueAccountId(HYPERLIQUID, 'other');
const carrying = (held: number, more: Parameters<typeof aLeg>[0] = {}): HedgeLeg => aLeg({ held, ...more });
const other = (held: number, more: Parameters<typeof aLeg>[0] = {}): HedgeLeg => aLeg({ held, ...more, account: { id: OTHER, ...more.account } });
const decided = (long: number, change: Partial<HedgeInput>): HedgeDecision => decideHedge(aHedgeInput({ exposure: anExposure(long), ...change }));
const ordersOf = (decision: HedgeDecision) => (decision.kind === 'act' ? decision.orders.map(({ account, side, contracts, reduceOnly }) => ({ at: account === OTHER ? 'leaving' : 'carrying', side, size: Number(contracts) / 1e18, reduceOnly })) : `${decision.kind}: ${decision.reason}`);

const ENDING = { key: { kind: 'valid', ends: { kind: 'at', at: WALL + 86_400_000 } } } as const;

describe('a leg whose key ends soon', () => {
  it('is closed alone where another carries the hedge, which takes its place as it goes', () => {
    const decision = decided(20, { legs: [carrying(-12), other(-8, { change: ENDING })] });
    expect(decision).toMatchObject({ kind: 'act', reason: 'leg-dropped', unwinding: 'no' });
    expect(ordersOf(decision)).toEqual([{ at: 'leaving', side: 'buy', size: 8, reduceOnly: true }]);
    expect(decision.tells).toContainEqual({ kind: 'key-ending', account: OTHER, at: WALL + 86_400_000 });
    expect(ordersOf(decided(20, { legs: [carrying(-12), other(0, { change: ENDING })] }))).toMatchObject([{ at: 'carrying', side: 'sell', reduceOnly: false }]);
  });

  it('is closed with the whole hedge where there is no other', () => {
    expect(decided(20, { legs: [carrying(-12, { change: ENDING }), other(-8, { change: ENDING })] })).toMatchObject({ kind: 'act', reason: 'unwind', unwinding: 'key-ending' });
    expect(decided(20, { legs: [carrying(-12, { change: { stop: 'flatten' } }), other(-8, { change: ENDING })] })).toMatchObject({ kind: 'act', reason: 'unwind', unwinding: 'owner-flattened' });
  });
});

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
