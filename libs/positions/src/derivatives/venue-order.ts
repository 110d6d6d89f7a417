import { InvalidInput, type ContractsE18, type SettlementE18, type SignedWad, type UsdE8, type Wad } from '@ballast/units';
import type { Quote } from './instrument.js';
import type { OptionGreeks } from './option-greeks.js';
import type { Reading } from './reading.js';
import type { InstrumentId, VenueAccountId } from './venue.js';

declare const clientIdBrand: unique symbol;
/** 128 bits as 32 hex digits in lower case: the name that an order has before the venue knows it. Each venue's way of writing it is `venueClientId`. */
export type ClientOrderId = string & { readonly [clientIdBrand]: true };

/** @throws InvalidInput when it is not 32 hex digits in lower case */
export function clientOrderId(text: string): ClientOrderId {
  if (!/^[0-9a-f]{32}$/.test(text)) throw new InvalidInput('client order id', JSON.stringify(text), '32 hex digits in lower case');
  return text as ClientOrderId;
}

export type OrderSide = 'buy' | 'sell';

/**
 * The only kind of order that Ballast sends: a limit that fills at once as far as it can and is then gone. There is no market order: some venues' have no cap at all.
 */
export interface OrderRequest {
  readonly account: VenueAccountId;
  readonly instrument: InstrumentId;
  readonly clientId: ClientOrderId;
  readonly side: OrderSide;
  /** Above zero, a multiple of the lot. The adapter sends exactly this and rounds nothing. */
  readonly contracts: ContractsE18;
  /** The worst price that is taken, on the instrument's tick: the most of a purchase, the least of a sale. */
  readonly priceCap: Quote;
  readonly reduceOnly: boolean;
  /** Wall clock in milliseconds: where the venue can be told (Deribit's `valid_until`, Hyperliquid's `expiresAfter`, Bybit's and Binance's `recvWindow`), an order that arrives later is refused. */
  readonly validUntil: number;
}

/** An order as the venue tells it. `filled` and `requested` are compared with what was asked for, never with what the answer calls remaining. */
export interface VenueOrder {
  readonly account: VenueAccountId;
  readonly instrument: InstrumentId;
  /** The venue's own id. */
  readonly venueId: string;
  /** `foreign`: an order that carries no id of ours, placed by its owner or by another program. */
  readonly clientId: { readonly kind: 'ours'; readonly id: ClientOrderId } | { readonly kind: 'foreign' };
  readonly side: OrderSide;
  readonly reduceOnly: boolean;
  readonly requested: ContractsE18;
  readonly filled: ContractsE18;
  /** `open` may still fill; `done` never will: filled, cancelled or expired, as far as `filled` says; `rejected` never was an order. */
  readonly state: 'open' | 'done' | 'rejected';
  /** Wall clock in milliseconds when this was read. */
  readonly observedAt: number;
}

/** Why a fill happened. Only `order` carries an order's id that we may know. */
export type FillCause = 'order' | 'liquidation' | 'adl' | 'settlement';

/** One execution. The venue's `fillId` is unique in the account: seen twice it counts once. */
export interface VenueFill {
  readonly account: VenueAccountId;
  readonly instrument: InstrumentId;
  readonly fillId: string;
  readonly venueOrderId: string;
  readonly clientId: VenueOrder['clientId'];
  readonly cause: FillCause;
  readonly side: OrderSide;
  readonly contracts: ContractsE18;
  readonly price: Quote;
  /** Above zero paid, below zero received; rounded up. */
  readonly fee: SettlementE18;
  /** The venue's clock in milliseconds. */
  readonly at: number;
}

/** A payment of funding: above zero received, below zero paid; rounded down. */
export interface FundingPayment {
  readonly account: VenueAccountId;
  readonly instrument: InstrumentId;
  /** Unique in the account. */
  readonly paymentId: string;
  readonly amount: SettlementE18;
  readonly at: number;
}

/** Funding of one interval as a share of the notional: above zero longs pay shorts. `realised` is of the last interval, `predicted` of the one that runs. */
export interface FundingRate {
  readonly perInterval: SignedWad;
  readonly intervalSeconds: number;
  readonly basis: 'realised' | 'predicted';
}

/** One level of an order book. */
export interface BookLevel {
  readonly price: Quote;
  readonly contracts: ContractsE18;
}

/** What an instrument trades at, read at one moment. Levels best first. */
export interface VenueMarket {
  readonly instrument: InstrumentId;
  readonly observedAt: number;
  readonly markUsdE8: { readonly kind: 'price'; readonly usdE8: UsdE8; readonly at: number } | { readonly kind: 'no-price' };
  readonly indexUsdE8: { readonly kind: 'price'; readonly usdE8: UsdE8; readonly at: number } | { readonly kind: 'no-price' };
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
  /** Contracts open at the venue. */
  readonly openInterest: { readonly kind: 'contracts'; readonly contracts: ContractsE18 } | { readonly kind: 'unknown'; readonly why: string };
  /** What holding it costs or earns, told also where nothing is held yet; unknown of an option, which pays none. */
  readonly funding: Reading<FundingRate>;
  /** Of an option alone. */
  readonly option?: OptionMarket;
}

/** What a venue tells of an option beside its book. Volatilities are of a year, 0.62 for 62%: statistics, and so floats. */
export interface OptionMarket {
  /** The forward of the option's own expiry (Deribit's `underlying_price`), not the index: what Greeks are worked out on. */
  readonly forwardUsdE8: Reading<UsdE8>;
  readonly markVolatility: Reading<number>;
  /** Of the best bid; unknown where nobody bids. */
  readonly bidVolatility: Reading<number>;
  /** Of the best offer; unknown where nobody offers. */
  readonly askVolatility: Reading<number>;
  /** Of one coin, as the venue tells them; to check ours against. */
  readonly venueGreeks: Reading<OptionGreeks>;
}

/** What a leverage that was set reads back as. */
export interface LeverageSet {
  readonly asked: Wad;
  readonly readBack: Wad;
}
