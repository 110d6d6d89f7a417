import type { DeltaInterval } from '@ballast/risk';
import type { Band } from './band.js';
import type { HedgeActReason, HedgeCannotReason, HedgeHoldReason, PlannedOrder, UnwindReason } from './hedge-decision.js';
import type { HedgeInput } from './hedge-input.js';
import type { LegStanding } from './leg-standing.js';

/** What is decided, before the record around it is made. */
export type HedgeOutcome =
  | { readonly kind: 'act'; readonly reason: HedgeActReason; readonly unwinding: UnwindReason | 'no'; readonly orders: readonly PlannedOrder[] }
  | { readonly kind: 'hold'; readonly reason: HedgeHoldReason }
  | { readonly kind: 'cannot'; readonly reason: HedgeCannotReason };

/** What a decision is made from, worked out once. */
export interface HedgeSituation {
  readonly input: HedgeInput;
  readonly standings: readonly LegStanding[];
  /** Of what no longer carries the hedge: only ever made smaller. */
  readonly leaving: readonly LegStanding[];
  /** Legs whose account could not be read. */
  readonly unread: number;
  readonly target: DeltaInterval;
  readonly held: DeltaInterval;
  readonly band: Band | { readonly kind: 'none' };
}
