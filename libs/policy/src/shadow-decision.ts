import type { DecideInput } from './decide-input.js';
import type { Decision } from './decision.js';
import { BY_SHADOW, reaches, type Stop } from './stop.js';

/** The stops that hold a decision back; shadow mode changes only what becomes of it. */
export const realStops = ({ stops }: Pick<DecideInput, 'stops'>): readonly Stop[] => (stops ?? []).filter(({ setBy }) => setBy !== BY_SHADOW);

/** Whether the loan's owner is in shadow mode. */
export function isInShadow({ stops, position }: Pick<DecideInput, 'stops' | 'position'>): boolean {
  return (stops ?? []).some(({ setBy, scope }) => setBy === BY_SHADOW && reaches(scope, { positionId: position.id, tokens: [] }));
}

/**
 * What is told of a decision about a loan in shadow mode: that the rule cannot run, above the trigger as below it, with all that was weighed. What stands in the
 * way in any case keeps its own reason, and so does what needs no rule.
 */
export function shadowed(decision: Decision): Decision {
  if (decision.kind === 'cannot' || decision.reason === 'no-debt' || decision.reason === 'action-in-flight') return decision;
  const { positionId, mandateHash, healthFactor, trigger, target, clamp, candidates, stakes } = decision;
  return { positionId, mandateHash, healthFactor, trigger, target, clamp, candidates, ...(stakes === undefined ? {} : { stakes }), kind: 'cannot', reason: 'shadow' };
}
