import { wad } from '@ballast/units';
import { describe, expect, it } from 'vitest';
import { RETRY_BUDGET, retryPause, type CostlyFailure } from './retry-budget.js';

const MINUTE = 60_000;
const calm = wad(1_150_000_000_000_000_000n);
const critical = wad(1_040_000_000_000_000_000n);
/** Newest first, each so many minutes ago. */
const failed = (code: string, ...minutesAgo: readonly number[]): readonly CostlyFailure[] => minutesAgo.map((minutes) => ({ code, at: -minutes * MINUTE }));

describe('an action that failed for the same reason again and again', () => {
  it.each<[string, readonly CostlyFailure[], number | null]>([
    ['nothing failed', [], null],
    ['twice is borne', failed('below-min', 0, 1), null],
    ['three times: a minute', failed('below-min', 0, 1, 2), 1],
    ['four times: two minutes', failed('below-min', 0, 1, 2, 3), 2],
    ['six times: eight', failed('below-min', 0, 1, 2, 3, 4, 5), 8],
    ['not for ever', failed('below-min', ...Array.from({ length: 29 }, (_, minute) => minute)), 30],
    ['the pause is over', failed('below-min', 2, 3, 4), null],
    ['too long ago to count', failed('below-min', 0, 20, 40), null],
    ['for different reasons', [...failed('below-min', 0, 1), ...failed('cost-too-high', 2, 3)], null],
    ['for another reason before', [...failed('below-min', 0, 1, 2), ...failed('cost-too-high', 3)], 1],
  ])('%s', (_, failures, minutes) => {
    const pause = retryPause(failures, 0, calm);
    expect(pause === null ? null : pause.until / MINUTE).toBe(minutes);
  });

  it('waits a minute at most where the loan is about to be liquidated', () => {
    const often = failed('below-min', 0, 1, 2, 3, 4, 5, 6);
    expect(retryPause(often, 0, critical)).toEqual({ code: 'below-min', times: 7, until: RETRY_BUDGET.longestCriticalMs });
    expect(retryPause(often, 0, null)?.until).toBeGreaterThan(RETRY_BUDGET.longestCriticalMs);
  });
});
