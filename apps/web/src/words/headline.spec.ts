import { describe, expect, it } from 'vitest';
import { aLiveness } from '../testing/liveness.js';
import { aPosition, aProtection } from '../testing/positions.js';
import type { DemoState } from '../demo/types.js';
import type { Position, Status } from '../api/types.js';
import { playHeadline, positionsHeadline, statusHeadline, weakestFirst } from './headline.js';

const headline = (positions: Position[], options: { blindOn?: string; state?: 'reading' | 'read' } = {}): string =>
  positionsHeadline({ kind: 'known', account: { account: '0x', watchedSince: '2026-11-22T00:00:00Z', state: options.state ?? 'read', positions }, blindOn: options.blindOn ?? null });
const armed = { protection: aProtection({ state: 'armed', actsAtHealth: '1.16' }) };
const unprotected = { protection: aProtection({ state: 'not-protected', reason: 'allowance', sentence: 'The permission was removed.' }) };

describe('the finding of the Positions page', () => {
  it('says what is done while nothing is known', () => {
    expect(positionsHeadline({ kind: 'loading' })).toBe('Reading this address');
    expect(positionsHeadline({ kind: 'error' })).toBe('We could not load this page');
    expect(headline([], { state: 'reading' })).toBe('Reading this address');
  });

  it('tells an address without loans apart from one without debt', () => {
    expect(headline([])).toBe('Nothing borrowed at this address');
    expect(headline([aPosition({ state: 'no-debt', health: null })])).toBe('No debt, so nothing to liquidate');
  });

  it('puts "not protected" above all else', () => {
    expect(headline([aPosition(unprotected)])).toBe('Your position is not protected');
    expect(headline([aPosition({ ...unprotected, state: 'liquidatable' })])).toBe('Your position is not protected');
    expect(headline([aPosition(unprotected), aPosition(armed)], { blindOn: 'Base' })).toBe('One of your two positions is not protected');
    expect(headline([aPosition(unprotected), aPosition(unprotected), ...Array.from({ length: 4 }, () => aPosition(armed))])).toBe('Two of your six positions are not protected');
    expect(headline([aPosition(unprotected), aPosition(unprotected)])).toBe('Both your positions are not protected');
  });

  it('says that an action is under way', () => {
    const acting = aPosition({ protection: aProtection({ state: 'acting' }) });
    expect(headline([acting])).toBe('Ballast is acting on your position now');
    expect(headline([acting, aPosition(armed), aPosition(armed)])).toBe('Ballast is acting on one of your three positions now');
  });

  it('says which chain it cannot see', () => {
    expect(headline([aPosition(armed)], { blindOn: 'Base' })).toBe('We cannot see Base right now');
  });

  it('says that a loan can be liquidated now', () => {
    expect(headline([aPosition({ state: 'liquidatable', health: '0.9900' })])).toBe('Your position can be liquidated now');
    expect(headline([aPosition({ state: 'liquidatable' }), aPosition(armed)])).toBe('One of your two positions can be liquidated now');
  });

  it('names the fall that liquidates a loan in danger which nobody protects', () => {
    expect(headline([aPosition({ state: 'danger', distancePercent: '5.6', dailyMoves: 1.7 })])).toBe('A 5.6% fall in ETH liquidates this loan');
    expect(headline([aPosition({ state: 'danger', distancePercent: null, distanceDirection: null, dailyMoves: null, liquidationAsset: null })])).toBe('Your position is in danger');
  });

  it('says that all are protected only when all are', () => {
    expect(headline([aPosition(armed)])).toBe('Your position is protected');
    expect(headline(Array.from({ length: 6 }, () => aPosition(armed)))).toBe('All six are protected');
    expect(headline([aPosition(armed), aPosition(), aPosition(armed)])).toBe('Two of your three positions are protected');
    expect(headline([aPosition({ protection: aProtection({ state: 'pending' }) })])).toBe('Your protection is being set up');
  });

  it('gives the distance of a loan that nobody protects and that is far', () => {
    expect(headline([aPosition({ state: 'watch' })])).toBe('ETH would have to fall 19.3%');
    expect(headline([aPosition({ state: 'safe', distanceDirection: 'rise' })])).toBe('ETH would have to rise 19.3%');
  });

  it('invents no distance where none is known', () => {
    expect(headline([aPosition({ state: 'unknown', distancePercent: null, dailyMoves: null })])).toBe('We cannot tell how far this is from liquidation');
  });
});

describe('weakest first', () => {
  it('orders by typical daily moves, not by health', () => {
    const loop = aPosition({ id: 'loop', health: '1.0300', dailyMoves: 18.8 });
    const loan = aPosition({ id: 'loan', health: '1.0600', dailyMoves: 1.7 });
    expect(weakestFirst([loop, loan]).map(({ id }) => id)).toEqual(['loan', 'loop']);
  });

  it('puts what can be liquidated first, then what cannot be told, and no debt last', () => {
    const positions = [aPosition({ id: 'free', state: 'no-debt', dailyMoves: null }), aPosition({ id: 'near', dailyMoves: 0.1 }), aPosition({ id: 'unclear', state: 'unknown', dailyMoves: null }), aPosition({ id: 'now', state: 'liquidatable', dailyMoves: 0 })];
    expect(weakestFirst(positions).map(({ id }) => id)).toEqual(['now', 'unclear', 'near', 'free']);
    expect(positions[0]?.id).toBe('free');
  });
});

describe('the finding of the Status page', () => {
  const now = Date.parse('2026-11-22T06:12:00Z');
  const chain: Status['chains'][number] = { chainId: 1, name: 'Base', headNumber: '7', headTime: null, seenAt: '2026-11-22T06:11:54.200Z', blindSince: null, blindReason: null };
  const status = (chains: Status['chains'], liveness: Status['liveness'] = []): string => statusHeadline({ kind: 'known', now, status: { now: '2026-11-22T06:12:00Z', chains, liveness, watchedAccounts: 0, openIntents: 0, pendingDeliveries: 0 } });
  it('says since when it is blind, and on which chain', () => {
    expect(status([chain, { ...chain, blindSince: '2026-11-22T06:11:52Z' }])).toBe('We are blind on Base since 06:11:52 UTC');
    expect(status([{ ...chain, blindSince: '2026-11-22T06:11:52Z' }, { ...chain, blindSince: '2026-11-22T06:11:52Z' }])).toBe('We are blind on two chains');
  });
  it('names the protected position that was checked the longest ago, where there is one', () => {
    const none = { positions: 0, oldestAt: null, medianAt: null };
    expect(status([chain], [aLiveness({ checks: { guarded: { positions: 3, oldestAt: '2026-11-22T06:11:51.200Z', medianAt: null }, all: none } })])).toBe('Watching. Every protected position was checked in the last 9 seconds');
    expect(status([chain], [aLiveness({ checks: { guarded: none, all: none } })])).toBe('Watching. Every chain was seen in the last 6 seconds');
    expect(status([{ ...chain, blindSince: '2026-11-22T06:11:52Z' }], [aLiveness()])).toMatch(/^We are blind/);
  });
  it('rounds the oldest sight up', () => expect(status([chain])).toBe('Watching. Every chain was seen in the last 6 seconds'));
  it('does not call itself watching before every chain was seen', () => {
    expect(status([chain, { ...chain, seenAt: null }])).toBe('Starting. Not every chain was seen yet');
    expect(status([])).toBe('Starting. Not every chain was seen yet');
  });
});

describe('the finding of the crash player', () => {
  const state = { phase: 'playing', hour: 13, hours: 48, outcome: null } as DemoState;
  const outcome = (kept: boolean, twin: boolean): DemoState => ({ ...state, phase: 'done', outcome: { protected: { liquidated: kept }, twin: { liquidated: twin } } as DemoState['outcome'] });
  it('counts the hours from one', () => expect(playHeadline(state)).toBe('March 2020, hour 14 of 48'));
  it('tells every outcome as it was, also the bad ones', () => {
    expect(playHeadline(outcome(false, true))).toBe('One loan was saved, its twin was liquidated');
    expect(playHeadline(outcome(true, true))).toBe('Both loans were liquidated');
    expect(playHeadline(outcome(true, false))).toBe('The protected loan was liquidated, its twin was not');
    expect(playHeadline(outcome(false, false))).toBe('Neither loan was liquidated');
  });
});
