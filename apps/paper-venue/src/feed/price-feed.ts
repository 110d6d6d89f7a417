import type { PriceE8 } from '../kernel/index.js';

/** Coins that a feed may have a price of. */
export const FED_COINS = ['ETH', 'BTC', 'SOL'] as const;
export type FedCoin = (typeof FED_COINS)[number];

/** What a feed tells at one moment of its own time. */
export interface FedPrices {
  /** The feed's time in milliseconds since the epoch: a block's, or a recording's. */
  readonly atMs: number;
  /** Dollars, above zero. */
  readonly prices: Readonly<Partial<Record<FedCoin, PriceE8>>>;
}

export interface FeedListener {
  readonly onPrices: (fed: FedPrices) => void;
  /** Why it tells nothing now; told with every attempt that fails. */
  readonly onSilence: (why: string) => void;
}

/** The feed tells no prices. Its message names no address. */
export class FeedUnavailable extends Error {}

/** Where prices come from, beside the operator's door. */
export interface PriceFeed {
  /** Listens until it is stopped. The first prices come before it resolves, or it rejects: a venue does not open at prices that nobody told. */
  start(listener: FeedListener): Promise<void>;
  stop(): Promise<void>;
}
