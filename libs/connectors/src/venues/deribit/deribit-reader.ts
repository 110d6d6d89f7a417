import {
  venueClientId, VenueAnswerInvalid, instrumentId,
  type ClientOrderId, type DerivativeAccount, type FundingPayment, type Instrument, type InstrumentId, type OrderLookup, type Underlying, type VenueAccountId, type VenueCursor, type VenueFill, type VenueMarket,
  type VenueOrder, type VenuePage, type VenueReader,
} from '@ballast/positions';
import { mulDivDown, WAD, type ContractsE18, type UsdE8 } from '@ballast/units';
import { z } from 'zod';
import type { OwnAccounts } from '../accounts.js';
import { Listing } from '../listing.js';
import { pageByTime, timeOf } from '../pages.js';
import { contracts, settlementDown, usdNearest } from '../wire/wire-numbers.js';
import type { VenueWire } from '../wire/venue-wire.js';
import { accountOf } from './deribit-account.js';
import type { DERIBIT_CALLS } from './deribit-calls.js';
import { BOOK, INSTRUMENT, LOG, ORDER, POSITION, SUMMARY, TICKER, TRADES, resultOf } from './deribit-schemas.js';
import { fillOf, fundingOf, instrumentOf, isCoinQuotedName, isOptionName, optionMarketOf, orderOf, quoteOf } from './deribit-values.js';

const COINS = ['ETH', 'BTC', 'USDC'] as const;
const DEPTHS = [1, 5, 10, 20, 50, 100, 1_000] as const;
const MOST = 1_000;
const MOST_LOGS = 250;
const MOST_PAGES = 30;

export class DeribitReader implements VenueReader {
  readonly environment;
  readonly venue;
  readonly listing = new Listing(() => this.list());

  constructor(private readonly wire: VenueWire<typeof DERIBIT_CALLS>, private readonly own: OwnAccounts, private readonly now: () => number) {
    ({ environment: this.environment, venue: this.venue } = wire.place);
  }

  async account(account: VenueAccountId): Promise<DerivativeAccount> {
    const currency = this.own.currencyOf(account);
    const [{ result: summary, usOut }, { result: positions }, { result: orders }] = await Promise.all([
      this.wire.read('privateGetGetAccountSummary', { currency, extended: 'true' }, resultOf(SUMMARY)),
      this.wire.read('privateGetGetPositions', { currency }, resultOf(z.array(POSITION))),
      this.wire.read('privateGetGetOpenOrdersByCurrency', { currency }, resultOf(z.array(ORDER))),
    ]);
    const held = positions.filter(({ size }) => contracts(size) !== 0n).map(({ instrument_name: name }) => name);
    const tickers = new Map(await Promise.all(held.map(async (name) => [name, (await this.wire.read('publicGetTicker', { instrument_name: name }, resultOf(TICKER))).result] as const)));
    const now = this.now();
    const openOrders = orders.map((order) => orderOf(this.wire.place, account, order, now));
    return accountOf(this.wire.place, account, { summary, positions, tickers, openOrders, venueTime: usOut === undefined ? null : Math.floor(usOut / 1_000) }, now);
  }

  instruments(underlyings: readonly Underlying[]): Promise<readonly Instrument[]> {
    return this.listing.of(underlyings);
  }

  async market(instrument: InstrumentId, depth: number): Promise<VenueMarket> {
    const name = this.own.symbolOf(instrument);
    const { result: book } = await this.wire.read('publicGetGetOrderBook', { instrument_name: name, depth: DEPTHS.find((allowed) => allowed >= depth) ?? MOST }, resultOf(BOOK));
    const inCoins = isCoinQuotedName(name);
    const levels = (side: readonly (readonly [string, string])[]) => side.slice(0, depth).map(([price, size]) => ({ price: quoteOf(inCoins, price), contracts: contracts(size) }));
    const mark = inCoins ? inUsd(quoteOf(true, book.mark_price), book.underlying_price) : usdNearest(book.mark_price);
    const told = (usdE8: UsdE8 | null): VenueMarket['markUsdE8'] => (usdE8 === null || usdE8 <= 0n ? { kind: 'no-price' } : { kind: 'price', usdE8, at: book.timestamp });
    const now = this.now();
    return {
      instrument, observedAt: now, markUsdE8: told(mark), indexUsdE8: told(usdNearest(book.index_price)), bids: levels(book.bids), asks: levels(book.asks), openInterest: { kind: 'contracts', contracts: contracts(book.open_interest) }, funding: fundingOf(book, now),
      ...(isOptionName(name) ? { option: optionMarketOf(book, now) } : {}),
    };
  }

  async fills(account: VenueAccountId, from: VenueCursor): Promise<VenuePage<VenueFill>> {
    const at = timeOf(this.venue, from);
    const { result } = await this.wire.read('privateGetGetUserTradesByCurrency', { currency: this.own.currencyOf(account), start_timestamp: at, count: MOST, sorting: 'asc' }, resultOf(TRADES));
    return pageByTime(this.venue, result.trades.map((trade) => fillOf(this.wire.place, account, trade)), { from: at, full: result.has_more, upTo: null, now: this.now() });
  }

  /** Booked with the settlement, every eight hours: what accrued since the last one is not among them. */
  async funding(account: VenueAccountId, from: VenueCursor): Promise<VenuePage<FundingPayment>> {
    const at = timeOf(this.venue, from);
    const now = this.now();
    const logs = await this.logs({ currency: this.own.currencyOf(account), start_timestamp: at, end_timestamp: Math.max(now, at + 1), count: MOST_LOGS, query: 'settlement' });
    const payments = logs.flatMap(({ id, instrument_name: name, timestamp, interest_pl: amount }): FundingPayment[] =>
      typeof name === 'string' && amount !== null ? [{ account, instrument: instrumentId(this.wire.place, name), paymentId: id, amount: settlementDown(amount), at: timestamp }] : []);
    return pageByTime(this.venue, payments, { from: at, full: false, upTo: null, now });
  }

  async order(account: VenueAccountId, instrument: InstrumentId, clientId: ClientOrderId): Promise<OrderLookup> {
    this.own.symbolOf(instrument);
    const { result } = await this.wire.read('privateGetGetOrderStateByLabel', { currency: this.own.currencyOf(account), label: venueClientId(this.venue, clientId) }, resultOf(z.array(ORDER)));
    const now = this.now();
    const found = result.map((order) => orderOf(this.wire.place, account, order, now)).filter((order) => order.instrument === instrument);
    return found.length === 0 ? { kind: 'not-found', searched: 'history', observedAt: now } : { kind: 'found', order: together(found) };
  }

  /** Read back from the newest to the beginning, for what does not fit would be the oldest. @throws VenueAnswerInvalid where that is too much */
  private async logs(asked: Readonly<Record<string, unknown>>): Promise<z.output<typeof LOG>['logs']> {
    const found: z.output<typeof LOG>['logs'] = [];
    let continuation: string | null = null;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const { result }: { result: z.output<typeof LOG> } = await this.wire.read('privateGetGetTransactionLog', { ...asked, ...(continuation === null ? {} : { continuation }) }, resultOf(LOG));
      found.push(...result.logs);
      continuation = result.continuation ?? null;
      if (continuation === null || result.logs.length === 0) return found;
    }
    throw new VenueAnswerInvalid(this.venue, 'transaction log', `got more than ${MOST_LOGS * MOST_PAGES} settlements since the cursor, expected one that is read more often`);
  }

  private async list(): Promise<readonly Instrument[]> {
    const answers = await Promise.all(COINS.map((currency) => this.wire.read('publicGetGetInstruments', { currency }, resultOf(z.array(INSTRUMENT)))));
    return answers.flatMap(({ result }) => result.flatMap((wire) => instrumentOf(this.wire.place, wire) ?? []));
  }
}

/** Labels are not unique: what was sent twice is one order of both sizes, so that whoever compares it with what was asked for sees it. */
function together(orders: readonly VenueOrder[]): VenueOrder {
  const [first] = orders as readonly [VenueOrder, ...VenueOrder[]];
  const sum = (of: (order: VenueOrder) => bigint): ContractsE18 => orders.reduce((total, order) => total + of(order), 0n) as ContractsE18;
  const state = orders.some((order) => order.state === 'open') ? 'open' : orders.every((order) => order.state === 'rejected') ? 'rejected' : 'done';
  return { ...first, requested: sum(({ requested }) => requested), filled: sum(({ filled }) => filled), state };
}

/** A premium in coins at the forward, as dollars rounded down. */
const inUsd = (premium: ReturnType<typeof quoteOf>, forward: string | null): UsdE8 | null => (forward === null || premium.unit === 'usd' ? null : (mulDivDown(premium.coinE18, usdNearest(forward), WAD) as UsdE8));
