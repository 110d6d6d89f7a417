import { describe, expect, it } from 'vitest';
import { aDecision } from '../testing/positions.js';
import type { Position, Protection } from '../api/types.js';
import { chanceInWords, highestChance } from './chance.js';
import { activityMark, activityPile, decisionMark, protectionMark, riskMark } from './states.js';

describe('states', () => {
  const risks: Position['state'][] = ['safe', 'watch', 'danger', 'liquidatable', 'no-debt', 'unknown'];
  const protections: Protection['state'][] = ['armed', 'acting', 'not-protected', 'none', 'pending'];

  it('each have a word of their own', () => {
    expect(new Set(risks.map((state) => riskMark(state).word)).size).toBe(risks.length);
    expect(new Set(protections.map((state) => protectionMark(state).word)).size).toBe(protections.length);
  });

  it('that differ in hue differ in shape too', () => {
    const shapeOfTone = new Map([...risks.map(riskMark), ...protections.map(protectionMark)].map((mark) => [`${mark.shape}`, mark.tone]));
    for (const mark of [...risks.map(riskMark)]) expect(shapeOfTone.get(mark.shape)).toBe(mark.tone);
  });

  it('call an action saved only once it is confirmed', () => {
    const decision = aDecision();
    const { intent } = decision;
    expect(decisionMark(decision).word).toBe('Saved');
    expect(decisionMark({ kind: 'act', intent: intent && { ...intent, closedAt: null } }).word).toBe('Acting');
    expect(decisionMark({ kind: 'act', intent: intent && { ...intent, failure: { code: 'reverted', message: 'x' } } }).word).toBe('Failed');
    expect(decisionMark({ kind: 'cannot', intent: null }).word).toBe('Could not');
  });

  it('sort the activity into what was done, held and could not be done', () => {
    expect(activityPile({ kind: 'hold', severity: 'info' })).toBe('held');
    expect(activityPile({ kind: 'act', severity: 'info' })).toBe('acted');
    for (const kind of ['acted', 'acting', 'activating', 'activated']) expect(activityPile({ kind, severity: 'info' })).toBe('acted');
    for (const kind of ['action.failed', 'activation.failed', 'liquidated', 'blind', 'mandate.failed']) expect(activityPile({ kind, severity: 'info' })).toBe('could-not');
    expect(activityPile({ kind: 'cannot', severity: 'critical' })).toBe('could-not');
    expect(activityPile({ kind: 'something-new', severity: 'info' })).toBe('other');
    for (const kind of ['hedge.traded', 'hedge.unwound', 'account.protected']) expect(activityPile({ kind, severity: 'info' })).toBe('acted');
    for (const kind of ['hedge.cannot', 'account.cannot', 'venue.unreachable', 'venue.liquidated']) expect(activityPile({ kind, severity: 'critical' })).toBe('could-not');
    expect(activityMark({ kind: 'venue.back', severity: 'info' })).toMatchObject({ tone: 'safe', word: 'Seen again' });
  });
});

describe('chances in words', () => {
  const at = (probability: number | null) => ({ horizonHours: 24, probability, shown: '' });
  it('never sound smaller than they are', () => {
    expect(chanceInWords(at(0.101))).toBe('about 1 in 9');
    expect(chanceInWords(at(0.5))).toBe('about 1 in 2');
    expect(chanceInWords(at(0.9))).toBe('about 1 in 1');
    expect(chanceInWords(at(0.005))).toBe('unlikely');
    expect(chanceInWords(at(0.0005))).toBe('very unlikely');
  });
  it('give no figure under the model’s floor', () => expect(chanceInWords(at(null))).toBe('unlikely'));
  it('find the highest, also where some lie under the floor', () => {
    expect(highestChance([at(null), at(0.02), undefined, at(0.1)])?.probability).toBe(0.1);
    expect(highestChance([at(null)])?.probability).toBeNull();
    expect(highestChance([])).toBeUndefined();
  });
});
