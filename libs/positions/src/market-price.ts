import type { UsdE8 } from '@ballast/units';

/** What one source outside of the protocol says that an asset costs. */
export interface MarketPrice {
  /** For people: which pool or feed. */
  readonly name: string;
  /** Sources of one origin tell the same story and count as one: two windows of one pool, two reads of one feed. */
  readonly origin: string;
  readonly usdE8: UsdE8;
  /** Chain seconds: when a feed was updated, or where an average ends. */
  readonly at: bigint;
  /** Seconds that the price is an average over, up to `at`; 0 for a price of one moment. */
  readonly windowSeconds: bigint;
  /** How old it may be: a feed's heartbeat with a margin. */
  readonly goodForSeconds: bigint;
  /** US dollars that would move this source's price by one per cent; null where that is no question, as with a feed. */
  readonly depthUsdE8: UsdE8 | null;
}

/** The moment that a price speaks of: an average's middle, rounded to the earlier second. */
export const momentOf = ({ at, windowSeconds }: Pick<MarketPrice, 'at' | 'windowSeconds'>): bigint => at - (windowSeconds + 1n) / 2n;
