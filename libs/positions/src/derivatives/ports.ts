import type { SettlementE18, Wad } from '@ballast/units';
import type { Underlying } from '../underlying.js';
import type { DerivativeAccount } from './derivative-account.js';
import type { Instrument } from './instrument.js';
import type { ClientOrderId, FundingPayment, LeverageSet, OrderRequest, VenueFill, VenueMarket, VenueOrder } from './venue-order.js';
import type { InstrumentId, VenueAccountId, VenuePlace } from './venue.js';

/** How far a list was read: what the last answer gave back as `next`, or the venue's time in milliseconds to begin from. Opaque to everybody but its reader. */
export type VenueCursor = { readonly kind: 'since'; readonly at: number } | { readonly kind: 'after'; readonly cursor: string };

/** A piece of a list, oldest first. Pieces may overlap; ids tell what was seen before. */
export interface VenuePage<T> {
  readonly items: readonly T[];
  readonly next: VenueCursor;
  /** Whether more was there already when it was read. */
  readonly more: boolean;
}

/**
 * What a venue says of an order under our id. `not-found` with `open-orders` proves nothing: the order may be filled already. With `history` it counts once the
 * order could no longer arrive.
 */
export type OrderLookup = { readonly kind: 'found'; readonly order: VenueOrder } | { readonly kind: 'not-found'; readonly searched: 'open-orders' | 'history'; readonly observedAt: number };

/**
 * Reads one venue. Every answer is parsed by a schema before it is one of these types. A failed read throws and never gives a part of an answer.
 * @throws VenueUnavailable, VenueAnswerInvalid, VenueKeyRefused
 */
export interface VenueReader extends VenuePlace {
  account(account: VenueAccountId): Promise<DerivativeAccount>;
  /** Everything listed on these underlyings, whatever its state. */
  instruments(underlyings: readonly Underlying[]): Promise<readonly Instrument[]>;
  /** `depth` levels of each side. */
  market(instrument: InstrumentId, depth: number): Promise<VenueMarket>;
  fills(account: VenueAccountId, from: VenueCursor): Promise<VenuePage<VenueFill>>;
  funding(account: VenueAccountId, from: VenueCursor): Promise<VenuePage<FundingPayment>>;
  /** Looks among open orders and in the history. */
  order(account: VenueAccountId, instrument: InstrumentId, clientId: ClientOrderId): Promise<OrderLookup>;
}

/** Why nobody knows whether the venue took an order: it may have. */
export type UnknownBecause = 'timeout' | 'network' | 'server-error' | 'duplicate-id' | 'duplicate-nonce' | 'unreadable-answer';

/** Why the venue turned an order down; `code` and `message` are its own. Nothing of it was executed. */
export interface Rejection {
  readonly reason: 'margin' | 'price-band' | 'tick-or-lot' | 'min-notional' | 'reduce-only' | 'no-match' | 'rate-limit' | 'closed' | 'key-refused' | 'expired' | 'other';
  readonly code: string;
  readonly message: string;
}

/** A value, never a throw: whoever asks must deal with all three. */
export type PlaceAnswer =
  | { readonly kind: 'accepted'; readonly order: VenueOrder }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  | { readonly kind: 'unknown'; readonly because: UnknownBecause };

export type VenueAnswer<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  | { readonly kind: 'unknown'; readonly because: UnknownBecause };

/** Trades at one venue. It has no way to withdraw or to transfer between accounts, and tries nothing twice. */
export interface VenueTrader extends VenuePlace {
  place(order: OrderRequest): Promise<PlaceAnswer>;
  /** The order as it stands after it; an order that is already done is no failure. */
  cancel(account: VenueAccountId, instrument: InstrumentId, clientId: ClientOrderId): Promise<VenueAnswer<VenueOrder>>;
  /** Moves free balance of the same account into an isolated position. `amount` above zero, in the settlement currency. */
  addIsolatedMargin(account: VenueAccountId, instrument: InstrumentId, amount: SettlementE18): Promise<VenueAnswer<SettlementE18>>;
  /** Sets the leverage and reads it back. Where a venue has none to set (Deribit) it answers `rejected` with `other`. */
  setLeverage(account: VenueAccountId, instrument: InstrumentId, leverage: Wad): Promise<VenueAnswer<LeverageSet>>;
}
