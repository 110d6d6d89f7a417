import {
  venueClientId, instrumentId, usdQuote, VenueAnswerInvalid,
  type ClientOrderId, type DerivativeAccount, type FundingPayment, type Instrument, type InstrumentId, type OrderLookup, type Underlying, type VenueAccountId, type VenueCursor, type VenueFill, type VenueMarket, type VenuePage,
  type VenueReader,
} from '@ballast/positions';
import { z } from 'zod';
import type { OwnAccounts } from '../accounts.js';
import { Listing } from '../listing.js';
import { pageByTime, timeOf } from '../pages.js';
import { contracts, settlementDown, usdNearest } from '../wire/wire-numbers.js';
import type { VenueWire } from '../wire/venue-wire.js';
import { ORDER_UNKNOWN, type BINANCE_CALLS } from './binance-calls.js';
import { ACCOUNT, BRACKETS, COMMISSION, DEPTH, DUAL, EXCHANGE_INFO, FUNDING_INFO, INCOME, INTEREST, MULTI_ASSETS, ORDER, PREMIUM, PREMIUMS, QUANTILES, RISKS, SYMBOL_CONFIG, TRADES } from './binance-schemas.js';
import { accountOf, fillOf, fundingOf, isOffered, orderOf, perpetualOf, TOKEN } from './binance-values.js';

const DEPTHS = [5, 10, 20, 50, 100, 500, 1_000] as const;
const MOST = 1_000;
/** Lists of trades and orders are answered for a week at a time. */
const WINDOW_MS = 7 * 86_400_000 - 60_000;
/** An order may have been placed a little before its first trade. */
const ORDER_BEFORE_MS = 60_000;

export class BinanceReader implements VenueReader {
  readonly environment;
  readonly venue;
  readonly listing = new Listing(() => this.list());

  constructor(private readonly wire: VenueWire<typeof BINANCE_CALLS>, private readonly own: OwnAccounts, private readonly now: () => number) {
    ({ environment: this.environment, venue: this.venue } = wire.place);
  }

  async account(account: VenueAccountId): Promise<DerivativeAccount> {
    this.own.currencyOf(account);
    const { wire } = this;
    const [told, risks, configs, premiums, quantiles, funding, dual, multi, orders] = await Promise.all([
      wire.read('fapiPrivateV3GetAccount', {}, ACCOUNT), wire.read('fapiPrivateV3GetPositionRisk', {}, RISKS), wire.read('fapiPrivateGetSymbolConfig', {}, SYMBOL_CONFIG), wire.read('fapiPublicGetPremiumIndex', {}, PREMIUMS),
      wire.read('fapiPrivateGetAdlQuantile', {}, QUANTILES), wire.read('fapiPublicGetFundingInfo', {}, FUNDING_INFO), wire.read('fapiPrivateGetPositionSideDual', {}, DUAL), wire.read('fapiPrivateGetMultiAssetsMargin', {}, MULTI_ASSETS),
      wire.read('fapiPrivateGetOpenOrders', {}, z.array(ORDER)),
    ]);
    const now = this.now();
    return accountOf(wire.place, account, {
      account: told, risks, configs, premiums: new Map(premiums.map((one) => [one.symbol, one])), quantiles: new Map(quantiles.map(({ symbol, adlQuantile }) => [symbol, adlQuantile])),
      fundingHours: new Map(funding.map(({ symbol, fundingIntervalHours }) => [symbol, fundingIntervalHours])), hedgeMode: dual.dualSidePosition, multiAssets: multi.multiAssetsMargin,
      openOrders: orders.map((order) => orderOf(wire.place, account, order, now)),
    }, now);
  }

  instruments(underlyings: readonly Underlying[]): Promise<readonly Instrument[]> {
    return this.listing.of(underlyings);
  }

  async market(instrument: InstrumentId, depth: number): Promise<VenueMarket> {
    const symbol = this.own.symbolOf(instrument);
    const [book, premium, { openInterest }, intervals] = await Promise.all([
      this.wire.read('fapiPublicGetDepth', { symbol, limit: DEPTHS.find((allowed) => allowed >= depth) ?? MOST }, DEPTH), this.wire.read('fapiPublicGetPremiumIndex', { symbol }, PREMIUM), this.wire.read('fapiPublicGetOpenInterest', { symbol }, INTEREST),
      this.wire.read('fapiPublicGetFundingInfo', {}, FUNDING_INFO),
    ]);
    const levels = (side: readonly (readonly [string, string])[]) => side.slice(0, depth).map(([price, size]) => ({ price: usdQuote(usdNearest(price)), contracts: contracts(size) }));
    const told = (text: string): VenueMarket['markUsdE8'] => (usdNearest(text) > 0n ? { kind: 'price', usdE8: usdNearest(text), at: premium.time } : { kind: 'no-price' });
    const now = this.now();
    return {
      instrument, observedAt: now, markUsdE8: told(premium.markPrice), indexUsdE8: told(premium.indexPrice), bids: levels(book.bids), asks: levels(book.asks), openInterest: { kind: 'contracts', contracts: contracts(openInterest) },
      funding: fundingOf(premium.lastFundingRate, intervals.find((one) => one.symbol === symbol)?.fundingIntervalHours, now),
    };
  }

  /** Of the instruments that are offered here: the venue lists trades of one instrument at a time. */
  async fills(account: VenueAccountId, from: VenueCursor): Promise<VenuePage<VenueFill>> {
    this.own.currencyOf(account);
    const [at, now] = [timeOf(this.venue, from), this.now()];
    const startTime = Math.max(at, 0);
    const endTime = startTime + WINDOW_MS;
    const lists = await Promise.all((await this.listing.of(['ETH', 'BTC'])).map(async ({ id }) => {
      const symbol = this.own.symbolOf(id);
      const trades = await this.wire.read('fapiPrivateGetUserTrades', { symbol, startTime, endTime, limit: MOST }, TRADES);
      if (trades.length === 0) return { fills: [], full: false };
      const orders = await this.wire.read('fapiPrivateGetAllOrders', { symbol, startTime: Math.max(0, startTime - ORDER_BEFORE_MS), endTime, limit: MOST }, z.array(ORDER));
      const names = new Map(orders.map(({ orderId, clientOrderId }) => [orderId, clientOrderId]));
      return { fills: trades.map((trade) => fillOf(this.wire.place, account, trade, names.get(trade.orderId))), full: trades.length >= MOST };
    }));
    // A list that was cut ends the page for all: what is later in the others is told again.
    const cut = Math.min(...lists.filter(({ full }) => full).map(({ fills }) => Math.max(...fills.map((fill) => fill.at))));
    return pageByTime(this.venue, lists.flatMap(({ fills }) => fills).filter((fill) => fill.at <= cut), { from: at, full: Number.isFinite(cut), upTo: endTime, now });
  }

  async funding(account: VenueAccountId, from: VenueCursor): Promise<VenuePage<FundingPayment>> {
    this.own.currencyOf(account);
    const [at, now] = [timeOf(this.venue, from), this.now()];
    const endTime = at + WINDOW_MS;
    const income = await this.wire.read('fapiPrivateGetIncome', { incomeType: 'FUNDING_FEE', startTime: at, endTime, limit: MOST }, INCOME);
    const payments = income.filter(({ incomeType, asset }) => incomeType === 'FUNDING_FEE' && asset === TOKEN).map(({ symbol, income: amount, time, tranId }): FundingPayment => ({
      account, instrument: instrumentId(this.wire.place, symbol), paymentId: `${symbol}-${tranId}`, amount: settlementDown(amount), at: time,
    }));
    return pageByTime(this.venue, payments, { from: at, full: income.length >= MOST, upTo: endTime, now, reached: income.reduce((most, { time }) => Math.max(most, time), 0) });
  }

  async order(account: VenueAccountId, instrument: InstrumentId, clientId: ClientOrderId): Promise<OrderLookup> {
    this.own.currencyOf(account);
    const found = await this.wire.find('fapiPrivateGetOrder', { symbol: this.own.symbolOf(instrument), origClientOrderId: venueClientId(this.venue, clientId) }, ORDER, [ORDER_UNKNOWN]);
    const now = this.now();
    return found === null ? { kind: 'not-found', searched: 'history', observedAt: now } : { kind: 'found', order: orderOf(this.wire.place, account, found, now) };
  }

  /** The leverage that is set. */
  async leverageOf(instrument: InstrumentId): Promise<number> {
    const symbol = this.own.symbolOf(instrument);
    const config = (await this.wire.read('fapiPrivateGetSymbolConfig', { symbol }, SYMBOL_CONFIG)).find((one) => one.symbol === symbol);
    if (config === undefined) throw new VenueAnswerInvalid(this.venue, 'symbolConfig', `got nothing of ${symbol}, expected its leverage`);
    return config.leverage;
  }

  private async list(): Promise<readonly Instrument[]> {
    const [{ symbols }, brackets, funding] = await Promise.all([
      this.wire.read('fapiPublicGetExchangeInfo', {}, EXCHANGE_INFO), this.wire.read('fapiPrivateGetLeverageBracket', {}, BRACKETS), this.wire.read('fapiPublicGetFundingInfo', {}, FUNDING_INFO),
    ]);
    return Promise.all(symbols.filter(isOffered).map(async (symbol) => {
      const { takerCommissionRate: takerFee } = await this.wire.read('fapiPrivateGetCommissionRate', { symbol: symbol.symbol }, COMMISSION);
      return perpetualOf(this.wire.place, symbol, { brackets, takerFee, fundingHours: funding.find((one) => one.symbol === symbol.symbol)?.fundingIntervalHours });
    }));
  }
}
