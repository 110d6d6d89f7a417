import {
  venueClientId, instrumentId, usdQuote, VenueAnswerInvalid,
  type ClientOrderId, type DerivativeAccount, type FundingPayment, type Instrument, type InstrumentId, type OrderLookup, type Underlying, type VenueAccountId, type VenueCursor, type VenueFill, type VenueMarket, type VenuePage,
  type VenueReader,
} from '@ballast/positions';
import type { Wad } from '@ballast/units';
import type { z } from 'zod';
import type { OwnAccounts } from '../accounts.js';
import { Listing } from '../listing.js';
import { pageByTime, timeOf } from '../pages.js';
import { contracts, settlementDown, usdNearest, wadDown } from '../wire/wire-numbers.js';
import type { VenueWire } from '../wire/venue-wire.js';
import type { BYBIT_CALLS } from './bybit-calls.js';
import { BOOK, EXECUTION, FEE, INFO, INSTRUMENT, listOf, LOG, ORDER, POSITION, resultOf, RISK_LIMIT, TICKER, WALLET } from './bybit-schemas.js';
import { accountOf, fillOf, fundingOf, isOffered, orderOf, perpetualOf, TOKEN } from './bybit-values.js';

const LINEAR = { category: 'linear' } as const;
/** Lists are answered for a week at a time. */
const WINDOW_MS = 7 * 86_400_000 - 60_000;
const MOST_PAGES = 30;
const MOST = 100;
const MOST_LOGS = 50;

export class BybitReader implements VenueReader {
  readonly environment;
  readonly venue;
  readonly listing = new Listing(() => this.list());

  constructor(private readonly wire: VenueWire<typeof BYBIT_CALLS>, private readonly own: OwnAccounts, private readonly now: () => number) {
    ({ environment: this.environment, venue: this.venue } = wire.place);
  }

  async account(account: VenueAccountId): Promise<DerivativeAccount> {
    this.own.currencyOf(account);
    const settled = { ...LINEAR, settleCoin: TOKEN };
    const [wallets, { result: info }, positions, orders] = await Promise.all([
      this.wire.read('privateGetV5AccountWalletBalance', { accountType: 'UNIFIED' }, listOf(WALLET)), this.wire.read('privateGetV5AccountInfo', {}, resultOf(INFO)), this.pages('privateGetV5PositionList', { ...settled, limit: 200 }, listOf(POSITION)),
      this.pages('privateGetV5OrderRealtime', { ...settled, limit: MOST_LOGS }, listOf(ORDER)),
    ]);
    const [wallet] = wallets.result.list;
    if (wallet === undefined) throw new VenueAnswerInvalid(this.venue, 'wallet-balance', 'got no account, expected the unified one');
    const held = [...new Set(positions.filter(({ size }) => contracts(size) !== 0n).map(({ symbol }) => symbol))];
    const markets = await Promise.all(held.map(async (symbol) => {
      const ticker = await this.tickerOf(symbol);
      return [symbol, ticker, await this.intervalOf(ticker)] as const;
    }));
    const now = this.now();
    return accountOf(this.wire.place, account, {
      wallet, mode: info.marginMode, positions, tickers: new Map(markets.map(([symbol, ticker]) => [symbol, ticker])), intervals: new Map(markets.map(([symbol, , interval]) => [symbol, interval])), venueTime: wallets.time ?? null,
      openOrders: orders.map((order) => orderOf(this.wire.place, account, order, now)).filter(({ state }) => state === 'open'),
    }, now);
  }

  instruments(underlyings: readonly Underlying[]): Promise<readonly Instrument[]> {
    return this.listing.of(underlyings);
  }

  async market(instrument: InstrumentId, depth: number): Promise<VenueMarket> {
    const symbol = this.own.symbolOf(instrument);
    const [{ result: book }, ticker] = await Promise.all([this.wire.read('publicGetV5MarketOrderbook', { ...LINEAR, symbol, limit: Math.min(500, Math.max(1, depth)) }, resultOf(BOOK)), this.tickerOf(symbol)]);
    const interval = await this.intervalOf(ticker);
    const now = this.now();
    const levels = (side: readonly (readonly [string, string])[]) => side.slice(0, depth).map(([price, size]) => ({ price: usdQuote(usdNearest(price)), contracts: contracts(size) }));
    const told = (text: string): VenueMarket['markUsdE8'] => (usdNearest(text) > 0n ? { kind: 'price', usdE8: usdNearest(text), at: book.ts } : { kind: 'no-price' });
    return {
      instrument, observedAt: now, markUsdE8: told(ticker.markPrice), indexUsdE8: told(ticker.indexPrice), bids: levels(book.b), asks: levels(book.a), openInterest: { kind: 'contracts', contracts: contracts(ticker.openInterest) },
      funding: fundingOf(ticker.fundingRate, interval, now),
    };
  }

  async fills(account: VenueAccountId, from: VenueCursor): Promise<VenuePage<VenueFill>> {
    this.own.currencyOf(account);
    const [startTime, now] = [timeOf(this.venue, from), this.now()];
    const endTime = startTime + WINDOW_MS;
    const executions = await this.pages('privateGetV5ExecutionList', { ...LINEAR, startTime, endTime, limit: MOST }, listOf(EXECUTION));
    const fills = executions.filter(({ execType }) => execType !== 'Funding').map((execution) => {
      if (execution.feeCurrency !== undefined && execution.feeCurrency !== '' && execution.feeCurrency !== TOKEN) throw new VenueAnswerInvalid(this.venue, 'execution/list', `got a fee in ${execution.feeCurrency}, expected ${TOKEN}`);
      return fillOf(this.wire.place, account, execution);
    });
    return pageByTime(this.venue, fills, { from: startTime, full: false, upTo: endTime, now });
  }

  async funding(account: VenueAccountId, from: VenueCursor): Promise<VenuePage<FundingPayment>> {
    this.own.currencyOf(account);
    const [startTime, now] = [timeOf(this.venue, from), this.now()];
    const endTime = startTime + WINDOW_MS;
    const logs = await this.pages('privateGetV5AccountTransactionLog', { ...LINEAR, accountType: 'UNIFIED', type: 'SETTLEMENT', currency: TOKEN, startTime, endTime, limit: MOST_LOGS }, listOf(LOG));
    const payments = logs.flatMap(({ id, symbol, funding, transactionTime }): FundingPayment[] => (funding === null ? [] : [{ account, instrument: instrumentId(this.wire.place, symbol), paymentId: id, amount: settlementDown(funding), at: transactionTime }]));
    return pageByTime(this.venue, payments, { from: startTime, full: false, upTo: endTime, now });
  }

  /** Among open and lately ended orders, then in the history. */
  async order(account: VenueAccountId, instrument: InstrumentId, clientId: ClientOrderId): Promise<OrderLookup> {
    this.own.currencyOf(account);
    const asked = { ...LINEAR, symbol: this.own.symbolOf(instrument), orderLinkId: venueClientId(this.venue, clientId) };
    const recent = await this.wire.read('privateGetV5OrderRealtime', asked, listOf(ORDER));
    const [found] = recent.result.list.length > 0 ? recent.result.list : (await this.wire.read('privateGetV5OrderHistory', asked, listOf(ORDER))).result.list;
    const now = this.now();
    return found === undefined ? { kind: 'not-found', searched: 'history', observedAt: now } : { kind: 'found', order: orderOf(this.wire.place, account, found, now) };
  }

  /** The leverage that is set. */
  async leverageOf(instrument: InstrumentId): Promise<Wad> {
    const { result } = await this.wire.read('privateGetV5PositionList', { ...LINEAR, symbol: this.own.symbolOf(instrument) }, listOf(POSITION));
    const told = result.list.flatMap(({ leverage }) => (leverage === null ? [] : [wadDown(leverage)]));
    const [first] = told;
    if (first === undefined) throw new VenueAnswerInvalid(this.venue, 'position/list', `got nothing of ${instrument}, expected its leverage`);
    return told.reduce((most, one) => (one > most ? one : most), first);
  }

  private async tickerOf(symbol: string): Promise<z.output<typeof TICKER>> {
    const [ticker] = (await this.wire.read('publicGetV5MarketTickers', { ...LINEAR, symbol }, listOf(TICKER))).result.list;
    if (ticker === undefined) throw new VenueAnswerInvalid(this.venue, 'market/tickers', `got nothing of ${symbol}, expected its market`);
    return ticker;
  }

  /** Seconds between payments: by the market, or by the instrument's rules where it does not tell them. */
  private async intervalOf({ symbol, fundingIntervalHour: hours }: z.output<typeof TICKER>): Promise<number> {
    if (hours !== null && Number(hours) > 0) return Math.round(Number(hours) * 3_600);
    const [instrument] = (await this.wire.read('publicGetV5MarketInstrumentsInfo', { ...LINEAR, symbol }, listOf(INSTRUMENT))).result.list;
    if (instrument === undefined) throw new VenueAnswerInvalid(this.venue, 'market/instruments-info', `got nothing of ${symbol}, expected its rules`);
    return instrument.fundingInterval * 60;
  }

  private async list(): Promise<readonly Instrument[]> {
    const instruments = (await Promise.all(['ETH', 'BTC'].map((baseCoin) => this.pages('publicGetV5MarketInstrumentsInfo', { ...LINEAR, baseCoin, limit: 1_000 }, listOf(INSTRUMENT))))).flat();
    return Promise.all(instruments.filter(isOffered).map(async (instrument) => {
      const asked = { ...LINEAR, symbol: instrument.symbol };
      const [limits, fees] = await Promise.all([this.pages('publicGetV5MarketRiskLimit', asked, listOf(RISK_LIMIT)), this.wire.read('privateGetV5AccountFeeRate', asked, listOf(FEE))]);
      const fee = fees.result.list.find(({ symbol }) => symbol === instrument.symbol);
      if (fee === undefined) throw new VenueAnswerInvalid(this.venue, 'account/fee-rate', `got nothing of ${instrument.symbol}, expected its fees`);
      return perpetualOf(this.wire.place, instrument, { limits, takerFee: fee.takerFeeRate });
    }));
  }

  /** Every page of a list. @throws VenueAnswerInvalid where there are too many */
  private async pages<T>(call: keyof typeof BYBIT_CALLS, asked: Readonly<Record<string, unknown>>, schema: z.ZodType<{ readonly result: { readonly list: readonly T[]; readonly nextPageCursor?: string | null | undefined } }>): Promise<readonly T[]> {
    const found: T[] = [];
    let cursor = '';
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const { result } = await this.wire.read(call, { ...asked, ...(cursor === '' ? {} : { cursor }) }, schema);
      found.push(...result.list);
      cursor = result.nextPageCursor ?? '';
      if (cursor === '' || result.list.length === 0) return found;
    }
    throw new VenueAnswerInvalid(this.venue, call, `got more than ${MOST_PAGES} pages, expected fewer: a cursor that is read more often`);
  }
}
