import {
  known, venueClientId, instrumentId, usdQuote, VenueAnswerInvalid,
  type ClientOrderId, type DerivativeAccount, type FundingPayment, type Instrument, type InstrumentId, type OrderLookup, type Underlying, type VenueAccountId, type VenueCursor, type VenueFill, type VenueMarket, type VenuePage,
  type VenueReader,
} from '@ballast/positions';
import type { z } from 'zod';
import type { OwnAccounts } from '../accounts.js';
import { Listing } from '../listing.js';
import { pageByTime, timeOf } from '../pages.js';
import { contracts, settlementDown, usdNearest, wadDown } from '../wire/wire-numbers.js';
import type { VenueWire } from '../wire/venue-wire.js';
import { ORDER_UNKNOWN, type OKX_CALLS } from './okx-calls.js';
import { BALANCE, BILL, BOOK, CONFIG, FEE, FILL, INDEX, INSTRUMENT, INTEREST, LEVERAGE, listOf, MARK, oneOf, ORDER, POSITION, RATE, TIER } from './okx-schemas.js';
import { accountOf, fillOf, fundingOf, isOffered, orderOf, perpetualOf } from './okx-values.js';

const MOST = 100;
/** Lists come newest first: read back at most this many pages to their beginning. */
const MOST_PAGES = 30;
const FUNDING_FEE = '8';

export class OkxReader implements VenueReader {
  readonly environment;
  readonly venue;
  readonly listing = new Listing(() => this.list());

  constructor(private readonly wire: VenueWire<typeof OKX_CALLS>, private readonly own: OwnAccounts, private readonly now: () => number) {
    ({ environment: this.environment, venue: this.venue } = wire.place);
  }

  async account(account: VenueAccountId): Promise<DerivativeAccount> {
    const currency = this.own.currencyOf(account);
    const [{ data: [config] }, { data: [balance] }, { data: positions }, { data: orders }] = await Promise.all([
      this.wire.read('privateGetAccountConfig', {}, oneOf(CONFIG)), this.wire.read('privateGetAccountBalance', {}, oneOf(BALANCE)), this.wire.read('privateGetAccountPositions', {}, listOf(POSITION)),
      this.wire.read('privateGetTradeOrdersPending', {}, listOf(ORDER)),
    ]);
    const swaps = positions.filter(({ instType, pos }) => instType === 'SWAP' && contracts(pos) !== 0n).map(({ instId }) => instId);
    const rates = new Map(await Promise.all([...new Set(swaps)].map(async (instId) => [instId, await this.rateOf(instId)] as const)));
    const now = this.now();
    return accountOf(this.wire.place, account, { currency, config, balance, positions, rates, openOrders: orders.map((order) => orderOf(this.wire.place, account, order, now)) }, now);
  }

  instruments(underlyings: readonly Underlying[]): Promise<readonly Instrument[]> {
    return this.listing.of(underlyings);
  }

  async market(instrument: InstrumentId, depth: number): Promise<VenueMarket> {
    const instId = this.own.symbolOf(instrument);
    const [{ data: [book] }, { data: [mark] }, { data: [index] }, { data: [{ oi }] }, rate] = await Promise.all([
      this.wire.read('publicGetMarketBooks', { instId, sz: Math.min(400, Math.max(1, depth)) }, oneOf(BOOK)), this.wire.read('publicGetPublicMarkPrice', { instType: 'SWAP', instId }, oneOf(MARK)),
      this.wire.read('publicGetMarketIndexTickers', { instId: instId.replace(/-SWAP$/, '') }, oneOf(INDEX)), this.wire.read('publicGetPublicOpenInterest', { instType: 'SWAP', instId }, oneOf(INTEREST)), this.rateOf(instId),
    ]);
    const now = this.now();
    const levels = (side: typeof book.bids) => side.slice(0, depth).map(([price, size]) => ({ price: usdQuote(usdNearest(price)), contracts: contracts(size) }));
    const told = (text: string, at: number): VenueMarket['markUsdE8'] => (usdNearest(text) > 0n ? { kind: 'price', usdE8: usdNearest(text), at } : { kind: 'no-price' });
    return {
      instrument, observedAt: now, markUsdE8: told(mark.markPx, mark.ts), indexUsdE8: told(index.idxPx, index.ts), bids: levels(book.bids), asks: levels(book.asks), openInterest: { kind: 'contracts', contracts: contracts(oi) },
      funding: known(fundingOf(rate), now),
    };
  }

  async fills(account: VenueAccountId, from: VenueCursor): Promise<VenuePage<VenueFill>> {
    const currency = this.own.currencyOf(account);
    const [begin, end] = [timeOf(this.venue, from), this.now()];
    const fills = await this.backTo('privateGetTradeFillsHistory', { instType: 'SWAP', begin, end }, listOf(FILL));
    return pageByTime(this.venue, fills.filter(({ feeCcy }) => feeCcy === currency).map((fill) => fillOf(this.wire.place, account, fill)), { from: begin, full: false, upTo: null, now: end });
  }

  async funding(account: VenueAccountId, from: VenueCursor): Promise<VenuePage<FundingPayment>> {
    const currency = this.own.currencyOf(account);
    const [begin, end] = [timeOf(this.venue, from), this.now()];
    const bills = await this.backTo('privateGetAccountBills', { type: FUNDING_FEE, begin, end }, listOf(BILL));
    const payments = bills.filter(({ type, ccy, pnl }) => type === FUNDING_FEE && ccy === currency && pnl !== null).map(({ billId, instId, pnl, ts }): FundingPayment => ({ account, instrument: instrumentId(this.wire.place, instId), paymentId: billId, amount: settlementDown(pnl ?? '0'), at: ts }));
    return pageByTime(this.venue, payments, { from: begin, full: false, upTo: null, now: end });
  }

  async order(account: VenueAccountId, instrument: InstrumentId, clientId: ClientOrderId): Promise<OrderLookup> {
    this.own.currencyOf(account);
    const found = await this.wire.find('privateGetTradeOrder', { instId: this.own.symbolOf(instrument), clOrdId: venueClientId(this.venue, clientId) }, oneOf(ORDER), ORDER_UNKNOWN);
    const now = this.now();
    // An order of no fill is forgotten two hours after it was cancelled.
    return found === null ? { kind: 'not-found', searched: 'history', observedAt: now } : { kind: 'found', order: orderOf(this.wire.place, account, found.data[0], now) };
  }

  /** The leverage that is set for the kind of margin. */
  async leverageOf(instrument: InstrumentId, mgnMode: 'cross' | 'isolated'): Promise<bigint> {
    const { data } = await this.wire.read('privateGetAccountLeverageInfo', { instId: this.own.symbolOf(instrument), mgnMode }, listOf(LEVERAGE));
    // With longs and shorts apart there are two: the higher counts.
    const told = data.map(({ lever }) => wadDown(lever) as bigint);
    if (told.length === 0) throw new VenueAnswerInvalid(this.venue, 'leverage-info', `got nothing of ${instrument}, expected its leverage`);
    return told.reduce((most, one) => (one > most ? one : most));
  }

  private async rateOf(instId: string): Promise<z.output<typeof RATE>> {
    return (await this.wire.read('publicGetPublicFundingRate', { instId }, oneOf(RATE))).data[0];
  }

  private async list(): Promise<readonly Instrument[]> {
    const { data } = await this.wire.read('publicGetPublicInstruments', { instType: 'SWAP' }, listOf(INSTRUMENT));
    const { data: [fee] } = await this.wire.read('privateGetAccountTradeFee', { instType: 'SWAP' }, oneOf(FEE));
    return Promise.all(data.filter(isOffered).map(async (instrument) => {
      const [{ data: tiers }, rate] = await Promise.all([this.wire.read('publicGetPublicPositionTiers', { instType: 'SWAP', tdMode: 'cross', instFamily: instrument.instFamily }, listOf(TIER)), this.rateOf(instrument.instId)]);
      return perpetualOf(this.wire.place, instrument, { tiers, rate, takerFee: (instrument.ctType === 'linear' ? fee.takerU : fee.taker) ?? '0' });
    }));
  }

  /** Every item since the beginning, read back page by page. @throws VenueAnswerInvalid where that are too many */
  private async backTo<T extends { readonly billId: string }>(call: 'privateGetTradeFillsHistory' | 'privateGetAccountBills', asked: Readonly<Record<string, unknown>>, schema: z.ZodType<{ readonly data: readonly T[] }>): Promise<readonly T[]> {
    const found: T[] = [];
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const oldest = found.at(-1);
      const { data } = await this.wire.read(call, { ...asked, limit: MOST, ...(oldest === undefined ? {} : { after: oldest.billId }) }, schema);
      found.push(...data);
      if (data.length < MOST) return found;
    }
    throw new VenueAnswerInvalid(this.venue, call, `got more than ${MOST * MOST_PAGES} items since the cursor, expected one that is read more often`);
  }
}
