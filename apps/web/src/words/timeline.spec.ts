import { describe, expect, it } from 'vitest';
import { aDecision } from '../testing/positions.js';
import { timelineOf } from './timeline.js';

const states = (decision = aDecision()): string[] => timelineOf(decision).map(({ name, state }) => `${name} ${state}`);

describe('the timeline of an action', () => {
  it('has six moments, each with its time', () => {
    expect(timelineOf(aDecision()).map(({ when }) => when)).toEqual(['block 25,117,402', '21:14:08.3', '21:14:08.9', '21:14:09.4', '21:14:23.0', '21:14:47.0']);
  });
  it('leaves open what has not happened', () => {
    const { intent } = aDecision();
    expect(states(aDecision({ intent: intent && { ...intent, steps: [], receipt: null, closedAt: null } }))).toEqual(['Seen done', 'Decided done', 'Signed done', 'Sent done', 'Mined pending', 'Confirmed pending']);
    expect(states(aDecision({ intent: null })).at(2)).toBe('Signed pending');
  });
  it('marks the first moment that did not happen as the failed one', () => {
    const { intent } = aDecision();
    expect(states(aDecision({ intent: intent && { ...intent, steps: [], receipt: null, failure: { code: 'deadline', message: 'Too late.' } } }))).toEqual(['Seen done', 'Decided done', 'Signed done', 'Sent done', 'Mined failed', 'Confirmed pending']);
  });
});
