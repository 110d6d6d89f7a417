import { RETRY_BUDGET, isActionKind, retryPause, type IntentPlan } from '@ballast/policy';
import type { Wad } from '@ballast/units';
import type { ExecutorParts } from './parts.js';
import { failure, type KnownFailure } from './turns.js';

/** Why the action is not tried just now although it would do: it failed too often of late, and each time cost fees. Null where it may be tried. `health` null: the plan's own. */
export async function pauseOf({ journal, now: clock }: Pick<ExecutorParts, 'journal' | 'now'>, { kind, positionId, economics }: IntentPlan, health: Wad | null): Promise<KnownFailure | null> {
  if (!isActionKind(kind)) return null;
  const now = clock();
  const failures = await journal.costlyFailures(positionId, new Date(now - 2 * RETRY_BUDGET.windowMs));
  const pause = retryPause(failures, now, health ?? economics?.healthFactor ?? null);
  return pause === null ? null : failure('failed-too-often', 'wait', `It failed ${pause.times} times of late for the same reason (${pause.code}), and each time cost fees. It is tried again after ${new Date(pause.until).toISOString()}.`);
}
