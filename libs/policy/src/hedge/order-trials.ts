import type { ClientOrderId, Rejection } from '@ballast/positions';
import type { OrderDropCode, VenueIntent } from './venue-intent.js';

/** Orders of one account and instrument that came to nothing one after the other, and of which nothing was filled in between. Times are wall clock in milliseconds. */
export interface FailedOrders {
  /** Names the spell: it is the first of them for as long as the spell lasts. */
  readonly first: ClientOrderId;
  readonly times: number;
  readonly since: number;
  readonly last: VenueIntent;
  readonly lastAt: number;
}

/** How orders of one account and instrument went lately. */
export interface OrderTrials {
  /** Since the last one of which something was filled; null where none failed since. */
  readonly failing: FailedOrders | null;
  /** Those right before that one, and when it was planned; null where none failed before it. */
  readonly over: { readonly failed: FailedOrders; readonly workedAt: number } | null;
}

/** So many in a row are no accident. */
export const FAILURES_IN_A_ROW = 3;

/** Orders that came to nothing without having failed: nothing was needed any more, or their owner wanted it so, or he is told by other words. They neither count nor end a spell. */
export const NO_FAILURE: { readonly dropped: readonly OrderDropCode[]; readonly rejected: readonly Rejection['reason'][] } = {
  dropped: ['inside-band', 'reduces-nothing', 'order-under-way', 'order-unknown', 'stopped', 'no-growth-allowed', 'plan-ended', 'plan-changed', 'account-not-guarded', 'bounds-changed', 'key-ended'],
  rejected: ['key-refused'],
};
