import type { Wad } from '@ballast/units';
import { CRITICAL_HEALTH } from './stop.js';

/** An action that cost fees and did not do what it was for. */
export interface CostlyFailure {
  readonly code: string;
  /** Wall-clock milliseconds. */
  readonly at: number;
}

export interface RetryBudget {
  /** So many failures for one reason within the window are borne without a pause. */
  readonly times: number;
  readonly windowMs: number;
  /** The pause after that; each further failure doubles it. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** The longest for a loan that is about to be liquidated: a pause must not be what loses it. */
  readonly longestCriticalMs: number;
}

/** Three failures in half an hour, then pauses from a minute up to half an hour. */
export const RETRY_BUDGET: RetryBudget = { times: 3, windowMs: 1_800_000, firstPauseMs: 60_000, longestPauseMs: 1_800_000, longestCriticalMs: 60_000 };

export interface RetryPause {
  /** The reason that came again and again. */
  readonly code: string;
  readonly times: number;
  /** Wall-clock milliseconds. */
  readonly until: number;
}

/**
 * Until when an action is not to be tried again because it failed for the same reason too often, at a cost each time; null where it may be tried.
 * `failures`: since the last success, newest first. A failure for another reason ends the row: something has changed.
 */
export function retryPause(failures: readonly CostlyFailure[], now: number, health: Wad | null, budget: RetryBudget = RETRY_BUDGET): RetryPause | null {
  const [last] = failures;
  if (last === undefined) return null;
  const other = failures.findIndex(({ code }) => code !== last.code);
  const row = (other === -1 ? failures : failures.slice(0, other)).filter(({ at }) => last.at - at <= budget.windowMs);
  if (row.length < budget.times) return null;
  const longest = health !== null && health < CRITICAL_HEALTH ? budget.longestCriticalMs : budget.longestPauseMs;
  const until = last.at + Math.min(longest, budget.firstPauseMs * 2 ** Math.min(20, row.length - budget.times));
  return until > now ? { code: last.code, times: row.length, until } : null;
}
