import { describe, expect, it } from 'vitest';
import { venueAccountId } from '@ballast/positions';
import { HYPERLIQUID } from '../../../../test/factories/derivatives.js';
import { aHedgeInput, aLeg, anExposure } from '../../../../test/factories/hedge.js';
import { decideHedge, type HedgeDecision, type HedgeLeg, type HedgeStop } from '../index.js';

const OTHER = venueAccountId(HYPERLIQUID, 'other');
const leg = (held: number, stop: HedgeStop = 'none', more: Parameters<typeof aLeg>[0] = {}): HedgeLeg => aLeg({ held, ...more, change: { stop, ...more.change } });
const other = (held: number, stop: HedgeStop = 'none', more: Parameters<typeof aLeg>[0] = {}): HedgeLeg => leg(held, stop, { ...more, account: { id: OTHER, ...more.account } });
const ordersOf = (decision: HedgeDecision) => (decision.kind === 'act' ? decision.orders.map(({ account, side, contracts, reduceOnly }) => ({ at: account === OTHER ? 'other' : 'first', side, size: Number(contracts) / 1e18, reduceOnly })) : `${decision.kind}: ${decision.reason}`);

describe('a stop at the venue of one leg', () => {
  it('holds none of the cuts that a thin margin needs at another', () => {
    const decision = decideHedge(aHedgeInput({ legs: [leg(-20, 'cancel-all', { equityUsd: 1_600 }), other(-20, 'none', { equityUsd: 1_600 })] }));
    expect(decision).toMatchObject({ kind: 'act', reason: 'margin-cut' });
    expect(ordersOf(decision)).toMatchObject([{ at: 'other', side: 'buy', reduceOnly: true }]);
  });

  it('leaves what is to be made smaller to the others, also where its own margin is the thinnest', () => {
    const decision = decideHedge(aHedgeInput({ exposure: anExposure(15), legs: [leg(-10, 'cancel-all', { equityUsd: 1_000 }), other(-10)] }));
    expect(ordersOf(decision)).toMatchObject([{ at: 'other', side: 'buy', reduceOnly: true }]);
    const refused = leg(-10, 'none', { equityUsd: 3_000, change: { key: { kind: 'refused', why: 'revoked' } } });
    expect(ordersOf(decideHedge(aHedgeInput({ exposure: anExposure(15), legs: [refused, other(-10)] })))).toMatchObject([{ at: 'other', side: 'buy', reduceOnly: true }]);
  });

  it('keeps that leg from growing and lets the next one, and nothing where it holds at all of them', () => {
    expect(ordersOf(decideHedge(aHedgeInput({ legs: [leg(0, 'no-grow'), other(0)] })))).toMatchObject([{ at: 'other', side: 'sell', reduceOnly: false }]);
    expect(ordersOf(decideHedge(aHedgeInput({ legs: [leg(0, 'no-grow'), other(0, 'no-grow')] })))).toBe('cannot: no-growth-allowed');
    expect(ordersOf(decideHedge(aHedgeInput({ legs: [leg(-20, 'cancel-all'), other(0, 'cancel-all')] })))).toBe('cannot: stopped');
  });

  it('is told where nothing else can be done, and nothing grows beside a margin that cannot be helped', () => {
    expect(ordersOf(decideHedge(aHedgeInput({ exposure: anExposure(40), legs: [leg(-20, 'cancel-all', { equityUsd: 1_600 }), other(-10)] })))).toBe('cannot: stopped');
  });

  it('that closes everything there closes that leg alone, and the others take its place as it goes', () => {
    const decision = decideHedge(aHedgeInput({ legs: [leg(-8, 'flatten'), other(-12)] }));
    expect(decision).toMatchObject({ kind: 'act', reason: 'leg-dropped', unwinding: 'no' });
    expect(ordersOf(decision)).toEqual([{ at: 'first', side: 'buy', size: 8, reduceOnly: true }]);
    expect(ordersOf(decideHedge(aHedgeInput({ legs: [leg(0, 'flatten'), other(-12)] })))).toMatchObject([{ at: 'other', side: 'sell', reduceOnly: false }]);
    expect(decideHedge(aHedgeInput({ legs: [leg(-8, 'flatten'), other(-12, 'flatten')] }))).toMatchObject({ kind: 'act', reason: 'unwind', unwinding: 'owner-flattened' });
  });
});
