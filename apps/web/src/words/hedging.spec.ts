import { describe, expect, it } from 'vitest';
import type { HedgeDecision } from '../api/types.js';
import { aDerivatives, aHedge, aHedgeDecision, aLeg, aVenueAccount, aVenueKey, aVenuePosition, aVenueStop } from '../testing/hedging.js';
import { accountMark, environmentsOf, greeksInWords, hedgeDecisionMark, hedgeMark, liquidationInWords, marginTone, modeInWords, nearestPosition, venueStopTitle } from './hedging.js';

describe('a hedge’s own liquidation', () => {
  it('of a short is a rise, told with its plus and a price rounded down; of a long a fall, and up', () => {
    expect(liquidationInWords(aLeg())).toBe('$3,981 (+27.9%)');
    expect(liquidationInWords(aLeg({ side: 'long', liquidation: { kind: 'price', usd: '2516.13', distancePercent: '19.3' } }))).toBe('$2,517 (−19.3%)');
  });
  it('tells none and not known apart', () => {
    expect(liquidationInWords(aLeg({ liquidation: { kind: 'none', usd: null, distancePercent: null } }))).toMatch(/^None/);
    expect(liquidationInWords(aLeg({ liquidation: { kind: 'unknown', usd: null, distancePercent: null } }))).toBe('Not known');
  });
  it('of an account is that of the position nearest to it', () => {
    const near = aVenuePosition({ instrument: 'BTC', liquidation: { kind: 'price', usd: '101220', distancePercent: '5.0' } });
    const unknown = aVenuePosition({ liquidation: { kind: 'unknown', usd: null, distancePercent: null } });
    expect(nearestPosition([aVenuePosition(), unknown, near])).toBe(near);
    expect(nearestPosition([unknown])).toBeNull();
  });
});

describe('marks', () => {
  it('have a word and a shape of their own for each state of a hedge', () => {
    const states = ['reading', 'in-band', 'trading', 'unwinding', 'idle', 'cannot', 'stopped', 'ended'] as const;
    expect(new Set(states.map((state) => hedgeMark(state).word)).size).toBe(states.length);
  });
  it('of an account that cannot be read say so before all else', () => {
    expect(accountMark(aVenueAccount({ state: 'unread' })).word).toBe('Blind');
    expect(accountMark(aVenueAccount({ protection: { state: 'cannot', bounds: null, actsAtUsePercent: null, sentence: '' } })).word).toBe('Not protected');
    expect(marginTone(aVenueAccount({ state: 'unread' }))).toBe('blind');
    expect(marginTone(aVenueAccount({ marginUsePercent: null }))).toBe('blind');
    expect(['6.6', '30', '50'].map((marginUsePercent) => marginTone(aVenueAccount({ marginUsePercent })))).toEqual(['safe', 'watch', 'danger']);
  });
  it('call nothing done that was not filled', () => {
    const [order] = aHedgeDecision().orders as [HedgeDecision['orders'][number]];
    const word = (state: typeof order.state, filled: string): string => hedgeDecisionMark(aHedgeDecision({ orders: [{ ...order, state, filled }] })).word;
    expect([word('FILLED', '4'), word('SENT', '0'), word('UNKNOWN', '0'), word('CANCELED', '0'), word('CANCELED', '1')]).toEqual(['Done', 'Trading', 'Being asked', 'Nothing filled', 'Done']);
  });
});

it('what is paper and what is live are told apart, by what there is', () => {
  expect(environmentsOf(aDerivatives())).toEqual(['live']);
  expect(environmentsOf(aDerivatives({ keys: [aVenueKey({ environment: 'paper' })] }))).toEqual(['live', 'paper']);
  expect(environmentsOf(aDerivatives({ hedges: [], accounts: [], keys: [] }))).toEqual(['live']);
});

it('stops say what they stop and who stopped it', () => {
  expect(venueStopTitle(aVenueStop())).toBe('Nothing grows. You stopped this');
  expect(venueStopTitle(aVenueStop({ scope: 'venue', venue: 'deribit', level: 'cancel-all', by: 'breaker' }))).toBe('Nothing is sent at Deribit. Stopped by Ballast itself');
  expect(venueStopTitle(aVenueStop({ level: 'flatten', isConfirmed: false }))).toMatch(/until closing everything is confirmed/);
});

it('modes are sentences', () => {
  expect(modeInWords({ kind: 'above-hf', sharePercent: '75', belowHealth: '1.60', fullAtHealth: '1.25' }, 'ETH')).toContain('75% at 1.25');
  expect(modeInWords(aHedge().request.mode, 'ETH')).toBe('Always hedge 25% of what you hold in ETH.');
});

it('greeks of an option stand beside the venue’s, and say where they are apart', () => {
  const option = aVenuePosition({ kind: 'option', ownGreeks: { delta: -0.31, gamma: 0.00042, vega: 3.1, theta: -4.2 }, venueGreeks: { delta: -0.34, gamma: 0.0004, vega: 3.12, theta: -4.19 } });
  expect(greeksInWords(option).map(({ ours, apart }) => [ours, apart])).toEqual([['−0.3100', true], ['0.000420', false], ['3.10', false], ['−4.20', false]]);
  expect(greeksInWords({ ...option, venueGreeks: null })[0]).toMatchObject({ venues: 'not known', apart: false });
  expect(greeksInWords(aVenuePosition())).toEqual([]);
});
