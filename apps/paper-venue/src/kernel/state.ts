import { VenueRefusal } from './errors.js';
import { newAccount, type Account, type Valuation } from './account.js';
import type { Book, Side } from './book.js';
import { worthCeil, type CashE8, type Instrument, type PriceE8, type SizeE8 } from './instrument.js';

/** How a venue differs from another one in the same engine. */
export interface VenueRules {
  /** Whether a client id may be used again. What Hyperliquid does is not known, so that a client has to hold up under both. */
  readonly clientIds: 'once' | 'repeatable';
  /** A reduce-only order larger than the position is cut down or turned down. */
  readonly reduceOnly: 'clip' | 'refuse';
  /** An immediate order that finds nothing within its limit is turned down, as on Hyperliquid, or taken and cancelled at once, as on Deribit. */
  readonly unmatched: 'refuse' | 'cancel';
  /** A position of at least this notional is liquidated in parts, with a pause between them. */
  readonly partialAboveE8: CashE8;
  readonly partialShareBps: bigint;
  readonly partialPauseMs: number;
}

export type TimeInForce = 'good-til-cancelled' | 'immediate-or-cancel' | 'fill-or-kill';
export type OrderStatus = 'open' | 'filled' | 'cancelled';

export interface Order {
  readonly id: number;
  readonly account: string;
  readonly instrument: string;
  readonly side: Side;
  readonly priceE8: PriceE8;
  /** Above zero, as asked. */
  readonly sizeE8: SizeE8;
  readonly filledE8: SizeE8;
  /** Sum of price * size over the fills, scaled by 1e16: the average price is this over filledE8. */
  readonly filledPriceSizeE16: bigint;
  readonly timeInForce: TimeInForce;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  readonly clientId: string | null;
  readonly placedAtMs: number;
  readonly changedAtMs: number;
  readonly status: OrderStatus;
}

export interface VenueFill {
  readonly id: number;
  /** Null: a liquidation or an auto-deleveraging, no order of the account's. */
  readonly orderId: number | null;
  readonly clientId: string | null;
  readonly account: string;
  readonly instrument: string;
  readonly side: Side;
  readonly priceE8: PriceE8;
  readonly sizeE8: SizeE8;
  readonly feeE8: CashE8;
  readonly realisedE8: CashE8;
  readonly startSizeE8: SizeE8;
  readonly liquidity: 'maker' | 'taker';
  readonly reason: 'order' | 'liquidation' | 'adl' | 'takeover';
  readonly atMs: number;
}

export interface FundingPayment {
  readonly account: string;
  readonly instrument: string;
  readonly sizeE8: SizeE8;
  /** What the account received; below zero when it paid. */
  readonly amountE8: CashE8;
  readonly rateE12: bigint;
  readonly atMs: number;
}

export interface Market {
  readonly instrument: Instrument;
  readonly markE8: PriceE8;
  /** What funding is paid on and what limits are measured against where the mark is wrong. */
  readonly indexE8: PriceE8;
  readonly book: Book;
  readonly fundingRateE12: bigint;
  readonly halted: boolean;
}

/** The account that takes over what nobody else will; what it holds is the insurance fund. */
export const INSURANCE = 'insurance';

export interface VenueState {
  readonly rules: VenueRules;
  readonly nowMs: number;
  readonly markets: Readonly<Record<string, Market>>;
  readonly accounts: Readonly<Record<string, Account>>;
  /** One insurance fund for each settlement currency. */
  readonly insurance: Readonly<Record<string, Account>>;
  readonly orders: Readonly<Record<number, Order>>;
  readonly openOrders: readonly number[];
  /** account/clientId of every order ever taken -> its id. */
  readonly clientIds: Readonly<Record<string, number>>;
  readonly fills: readonly VenueFill[];
  readonly funding: readonly FundingPayment[];
  /** What the venue keeps in fees, by currency. */
  readonly feesE8: Readonly<Record<string, CashE8>>;
  /** What the feed's side of all trades and funding holds, by currency: below zero when accounts won. */
  readonly marketE8: Readonly<Record<string, CashE8>>;
  /** Deposits minus withdrawals, by currency. */
  readonly depositedE8: Readonly<Record<string, CashE8>>;
  /** account/instrument -> when the next part may be liquidated. */
  readonly liquidationPauses: Readonly<Record<string, number>>;
  readonly nextId: number;
}

export const newVenue = (rules: VenueRules, markets: readonly Market[], nowMs: number): VenueState => {
  const currencies = [...new Set(markets.map(({ instrument }) => instrument.settlesIn))];
  const zeros = Object.fromEntries(currencies.map((currency) => [currency, 0n]));
  return {
    rules, nowMs, markets: Object.fromEntries(markets.map((market) => [market.instrument.name, market])), accounts: {},
    insurance: Object.fromEntries(currencies.map((currency) => [currency, newAccount(INSURANCE, currency)])),
    orders: {}, openOrders: [], clientIds: {}, fills: [], funding: [], feesE8: zeros, marketE8: zeros, depositedE8: zeros, liquidationPauses: {}, nextId: 1,
  };
};

/** Marks and instruments for valuing accounts. */
export const valuationOf = (state: VenueState): Valuation => ({
  instruments: Object.fromEntries(Object.values(state.markets).map(({ instrument }) => [instrument.name, instrument])),
  marks: Object.fromEntries(Object.values(state.markets).map(({ instrument, markE8 }) => [instrument.name, markE8])),
});

/** @throws VenueRefusal unknown-account */
export function accountOf(state: VenueState, id: string): Account {
  const account = Object.hasOwn(state.accounts, id) ? state.accounts[id] : undefined;
  if (account === undefined) throw new VenueRefusal('unknown-account', `no account ${id}`);
  return account;
}

/** @throws VenueRefusal unknown-instrument */
export function marketOf(state: VenueState, name: string): Market {
  const market = Object.hasOwn(state.markets, name) ? state.markets[name] : undefined;
  if (market === undefined) throw new VenueRefusal('unknown-instrument', `no instrument ${name}`);
  return market;
}

export const withMarket = (state: VenueState, market: Market): VenueState => ({ ...state, markets: { ...state.markets, [market.instrument.name]: market } });
export const withAccount = (state: VenueState, account: Account): VenueState => ({ ...state, accounts: { ...state.accounts, [account.id]: account } });
export const withInsurance = (state: VenueState, fund: Account): VenueState => ({ ...state, insurance: { ...state.insurance, [fund.settlesIn]: fund } });
export const plus = (amounts: Readonly<Record<string, CashE8>>, currency: string, amount: CashE8): Readonly<Record<string, CashE8>> => ({ ...amounts, [currency]: (amounts[currency] ?? 0n) + amount });

/** What an account has put in and not taken out through trades: cash and isolated cash minus what its positions cost. Moves only by fees, funding and costs. */
export const rawE8 = (account: Account): CashE8 => Object.values(account.positions).reduce((sum, { isolatedE8, costE8 }) => sum + isolatedE8 - costE8, account.cashE8);

/** Money in minus money that can be found again, by currency; zero for ever. */
export function imbalanceE8(state: VenueState, currency: string): CashE8 {
  const accounts = [...Object.values(state.accounts), ...Object.values(state.insurance)].filter(({ settlesIn }) => settlesIn === currency);
  return (state.depositedE8[currency] ?? 0n) - accounts.reduce((sum, account) => sum + rawE8(account), 0n) - (state.feesE8[currency] ?? 0n) - (state.marketE8[currency] ?? 0n);
}

/** What taking `signed` on at the price costs, rounded up against the taker. */
export const costOf = (instrument: Instrument, signed: SizeE8, priceE8: PriceE8): CashE8 => worthCeil(instrument, signed, priceE8);
export const signedSize = (side: Side, sizeE8: SizeE8): SizeE8 => (side === 'buy' ? sizeE8 : -sizeE8);
