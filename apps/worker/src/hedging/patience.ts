import type { VenueSubject } from '@ballast/policy';
import type { DecisionRun } from './keeping.js';

/** What cannot be done is told once that has lasted so long: a price that is a second late is no alarm. */
export const CANNOT_PATIENCE_MS = 10_000;

/** A spell in which nothing could be done tells each of its reasons once. */
export const cannotNoticeId = (of: VenueSubject['kind'], spell: string, reason: string): string => `evt_${of}_cannot_${spell}_${reason}`;

interface Unable {
  readonly reason: string;
  readonly at: number;
}

/**
 * Whether the reason of now is to be told. It has its own patience where the one before it lasted long enough to be told; reasons of which none does count together, since the last decision that could act.
 * @param was the last look of `before`
 */
export function isDue(before: DecisionRun, was: Unable, decision: Unable): boolean {
  if (before.spell === null) return false;
  const begins = decision.reason !== was.reason && was.at - before.since >= CANNOT_PATIENCE_MS;
  return !begins && decision.at - before.spell.unsettledSince >= CANNOT_PATIENCE_MS;
}
