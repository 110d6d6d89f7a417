import type { InstrumentId, OrderSide, VenueAccountId } from '@ballast/positions';
import type { UsdE8 } from '@ballast/units';

/** Orders that are alike: what was turned down of one of them is likely to be turned down again. */
export interface OrderKind {
  readonly account: VenueAccountId;
  readonly instrument: InstrumentId;
  readonly side: OrderSide;
  readonly reduceOnly: boolean;
}

/** One order that was sent for a plan or a guarded account, as its caps and the patience after refusals count it. */
export interface SentOrder extends OrderKind {
  /** When it was sent last, in milliseconds. */
  readonly at: number;
  /** The venue turned it down, and nothing of it was filled. */
  readonly isRejected: boolean;
  /** It is over with nothing filled since nobody offered anything at its price: venues say so with a refusal, or as of an order that is done. */
  readonly isUnmatched: boolean;
  /** What it was planned to be worth while it may still be filled; once it is over, the part of that which was filled, rounded up. */
  readonly notionalUsdE8: UsdE8;
}

/** What counts against the caps of one further order. */
export interface SentCounts {
  readonly ordersToday: number;
  readonly ordersLastMinute: number;
  readonly notionalTodayUsdE8: UsdE8;
  /** Of it, or beside it where the order reduces, what made positions larger. */
  readonly grownTodayUsdE8: UsdE8;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/**
 * What was sent before, as far as it counts for an order that grows or reduces. A reduction is held to other reductions alone, so that growing never uses up what a margin is saved with. One that the venue turned down counts
 * in the minute, so that nobody is asked without end, and in nothing else. A reduction that found nobody at its price counts in nothing for another: the wait after it is patience enough, and in a fast market there are many. A time
 * that is still to come counts.
 */
export function sentCounts(orders: readonly SentOrder[], { reduceOnly }: Pick<OrderKind, 'reduceOnly'>, now: number): SentCounts {
  const counted = orders.filter((one) => (one.reduceOnly ? !reduceOnly || !one.isUnmatched : !reduceOnly) && now - one.at < DAY_MS);
  const taken = counted.filter(({ isRejected }) => !isRejected);
  return {
    ordersToday: taken.length, ordersLastMinute: counted.filter(({ at }) => now - at < MINUTE_MS).length,
    notionalTodayUsdE8: worth(taken), grownTodayUsdE8: worth(orders.filter((one) => !one.reduceOnly && !one.isRejected && now - one.at < DAY_MS)),
  };
}

const worth = (orders: readonly SentOrder[]): UsdE8 => orders.reduce<bigint>((sum, { notionalUsdE8 }) => sum + notionalUsdE8, 0n) as UsdE8;

/** Times the most notional that reductions of a day may come to. */
const REDUCED_OF_MOST = 4n;

/** The most that reductions of a day may come to: four times what may be held, so that nothing is opened and closed without end; and what was held before the day, however much that is, can be closed whole. `reduction`: counted for one. */
export function mostReducedToday(maxNotionalUsdE8: UsdE8, heldUsdE8: UsdE8, reduction: Pick<SentCounts, 'notionalTodayUsdE8' | 'grownTodayUsdE8'>): UsdE8 {
  const [ofMost, before] = [maxNotionalUsdE8 * REDUCED_OF_MOST, heldUsdE8 + reduction.notionalTodayUsdE8 - reduction.grownTodayUsdE8];
  return (before > ofMost ? before : ofMost) as UsdE8;
}

/** How long is waited after the first refusal of a kind; doubled with each further one in a row. */
const FIRST_WAIT_MS = 2_000;
/** Most that is waited: what saves a margin is tried again sooner than what grows. */
const MOST_WAIT_MS = { reduce: 60_000, grow: 600_000 } as const;

/** Most that is waited after nobody was found at the price, by what saves a margin or was asked to close everything: the market has moved on by then. */
const MOST_EMERGENCY_WAIT_MS = 5_000;

/** How long is waited after so many refusals in a row, one at least. */
export const waitAfterRefusals = (times: number, kind: keyof typeof MOST_WAIT_MS): number => Math.min(FIRST_WAIT_MS * 2 ** (times - 1), MOST_WAIT_MS[kind]);

/** Whether the last orders of this kind were all turned down, of reductions also by the market, and it is not time yet for the next. `orders`: oldest first. */
export function isTurnedDown(orders: readonly SentOrder[], kind: OrderKind & { readonly isEmergency: boolean }, now: number): boolean {
  const alike = orders.filter((one) => one.account === kind.account && one.instrument === kind.instrument && one.side === kind.side && one.reduceOnly === kind.reduceOnly);
  const times = alike.length - 1 - alike.findLastIndex(({ isRejected, isUnmatched, reduceOnly }) => !isRejected && !(reduceOnly && isUnmatched));
  const last = alike.at(-1);
  if (times === 0 || last === undefined) return false;
  const wait = waitAfterRefusals(times, kind.reduceOnly ? 'reduce' : 'grow');
  return now - last.at < (kind.reduceOnly && kind.isEmergency && last.isUnmatched ? Math.min(wait, MOST_EMERGENCY_WAIT_MS) : wait);
}
