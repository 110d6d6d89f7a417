import type { UnwindReason } from './hedge-decision.js';
import { budgetState } from './funding-budget.js';
import type { HedgeInput, HedgeLedger } from './hedge-input.js';
import { targetShare, type HedgePolicy } from './hedge-policy.js';
import { reasonToLeave } from './leaving.js';

/** Why all perpetuals are to be closed; `wait`: the danger is gone, but not for long enough; `no` otherwise. */
export type Unwinding = { readonly kind: 'unwind'; readonly because: UnwindReason } | { readonly kind: 'wait' } | { readonly kind: 'no' };

/** hedging.md section 4.5. What is not known never unwinds anything. */
export function unwindingOf(input: HedgeInput): Unwinding {
  const { policy, exposure, ledger, legs, stop } = input;
  const because = (reason: UnwindReason): Unwinding => ({ kind: 'unwind', because: reason });
  const leaving = legs.map((leg) => reasonToLeave(leg, input));
  const allLeave = leaving.length > 0 && leaving.every((reason) => reason !== null);
  if (stop === 'flatten' || (allLeave && leaving.includes('owner-flattened'))) return because('owner-flattened');
  if (policy.mode.kind === 'none') return because('no-policy');
  if (exposure.isFresh && exposure.delta.kind === 'interval' && exposure.delta.lo === 0n && exposure.delta.hi === 0n) return because('position-gone');
  if (policy.whenBudgetIsSpent === 'unwind' && budgetState(ledger.paidUsdE8, policy) === 'spent') return because('budget-spent');
  if (allLeave) return because('key-ending');
  const share = targetShare(policy.mode, input.health);
  if (share.kind === 'unknown' || share.bps > 0n) return { kind: 'no' };
  if (policy.mode.kind === 'tail') return because('no-policy');
  return ledger.danger.kind === 'gone-since' && input.now - ledger.danger.at >= policy.safeForMs ? because('danger-gone') : { kind: 'wait' };
}

/** Since when the mode would hedge nothing, carried on from the last look. A health that nobody knows is danger. */
export function dangerAfter(before: HedgeLedger['danger'], policy: Pick<HedgePolicy, 'mode'>, health: HedgeInput['health'], now: number): HedgeLedger['danger'] {
  const share = targetShare(policy.mode, health);
  if (share.kind === 'unknown' || share.bps > 0n) return { kind: 'there' };
  return before.kind === 'gone-since' ? before : { kind: 'gone-since', at: now };
}
