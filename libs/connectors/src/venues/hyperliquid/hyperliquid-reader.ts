import {
  known, venueClientId, instrumentId, usdQuote, VenueAnswerInvalid,
  type ClientOrderId, type DerivativeAccount, type FundingPayment, type Instrument, type InstrumentId, type OrderLookup, type Perpetual, type Underlying, type VenueAccountId, type VenueCursor, type VenueFill,
  type VenueMarket, type VenuePage, type VenueReader,
} from '@ballast/positions';
import type { ContractsE18 } from '@ballast/units';
import type { z } from 'zod';
import type { OwnAccounts } from '../accounts.js';
import { Listing } from '../listing.js';
import { pageByTime, timeOf } from '../pages.js';
import { contracts, settlementDown, usdNearest } from '../wire/wire-numbers.js';
import type { VenueWire } from '../wire/venue-wire.js';
import { accountOf } from './hyperliquid-account.js';
import type { HYPERLIQUID_CALLS } from './hyperliquid-calls.js';
import { ABSTRACTION, ACTIVE_ASSET, BOOK, FEES, FILLS, META_AND_CONTEXTS, OPEN_ORDERS, ORDER_STATUS, PAYMENTS, STATE } from './hyperliquid-schemas.js';
import { fillOf, fundingOf, instrumentsOf, orderOf, stateOf } from './hyperliquid-values.js';

const MOST_FILLS = 2_000;
const MOST_PAYMENTS = 500;
/** How long before an order another of its id is looked for. */
const RESENT_WITHIN_MS = 3_600_000;

export class HyperliquidReader implements VenueReader {
  readonly environment;
  readonly venue;
  readonly listing = new Listing(() => this.list());
  private places: ReadonlyMap<string, number> = new Map();

  /** @param user the account's address in lower case */
  constructor(private readonly wire: VenueWire<typeof HYPERLIQUID_CALLS>, private readonly own: OwnAccounts, private readonly user: string, private readonly now: () => number) {
    ({ environment: this.environment, venue: this.venue } = wire.place);
  }

  async account(account: VenueAccountId): Promise<DerivativeAccount> {
    this.own.currencyOf(account);
    const { user } = this;
    const [state, orders, [meta, contexts], abstraction] = await Promise.all([
      this.ask({ type: 'clearinghouseState', user }, STATE), this.ask({ type: 'frontendOpenOrders', user }, OPEN_ORDERS), this.ask({ type: 'metaAndAssetCtxs' }, META_AND_CONTEXTS), this.ask({ type: 'userAbstraction', user }, ABSTRACTION),
    ]);
    const now = this.now();
    const perpetuals = instrumentsOf(this.wire.place, meta, '0');
    return accountOf(this.wire.place, account, {
      state, abstraction, contexts: new Map(meta.universe.flatMap(({ name }, place) => (contexts[place] === undefined ? [] : [[name, contexts[place]] as const]))),
      perpetuals: new Map(perpetuals.map((one) => [this.own.symbolOf(one.id), one])), openOrders: orders.filter(({ coin }) => isPerpetual(coin)).map((order) => orderOf(this.wire.place, account, order, 'open', now)),
    }, now);
  }

  instruments(underlyings: readonly Underlying[]): Promise<readonly Instrument[]> {
    return this.listing.of(underlyings);
  }

  async market(instrument: InstrumentId, depth: number): Promise<VenueMarket> {
    const coin = this.own.symbolOf(instrument);
    const [book, [meta, contexts]] = await Promise.all([this.ask({ type: 'l2Book', coin }, BOOK), this.ask({ type: 'metaAndAssetCtxs' }, META_AND_CONTEXTS)]);
    const context = contexts[meta.universe.findIndex(({ name }) => name === coin)];
    const now = this.now();
    if (context === undefined) throw new VenueAnswerInvalid(this.venue, 'metaAndAssetCtxs', `got nothing of ${coin}, expected its market`);
    const levels = (side: (typeof book.levels)[0]) => side.slice(0, depth).map(({ px, sz }) => ({ price: usdQuote(usdNearest(px)), contracts: contracts(sz) }));
    // The market is told without a time of its own: it is as old as the question.
    const told = (text: string): VenueMarket['markUsdE8'] => (usdNearest(text) > 0n ? { kind: 'price', usdE8: usdNearest(text), at: now } : { kind: 'no-price' });
    return {
      instrument, observedAt: now, markUsdE8: told(context.markPx), indexUsdE8: told(context.oraclePx), bids: levels(book.levels[0]), asks: levels(book.levels[1]), openInterest: { kind: 'contracts', contracts: contracts(context.openInterest) },
      funding: known(fundingOf(context), now),
    };
  }

  async fills(account: VenueAccountId, from: VenueCursor): Promise<VenuePage<VenueFill>> {
    this.own.currencyOf(account);
    const at = timeOf(this.venue, from);
    const fills = await this.ask({ type: 'userFillsByTime', user: this.user, startTime: at }, FILLS);
    const items = fills.filter(({ coin }) => isPerpetual(coin)).map((fill) => fillOf(this.wire.place, account, this.user, fill));
    return pageByTime(this.venue, items, { from: at, full: fills.length >= MOST_FILLS, upTo: null, now: this.now(), reached: latest(fills) });
  }

  async funding(account: VenueAccountId, from: VenueCursor): Promise<VenuePage<FundingPayment>> {
    this.own.currencyOf(account);
    const at = timeOf(this.venue, from);
    const payments = await this.ask({ type: 'userFunding', user: this.user, startTime: at }, PAYMENTS);
    // The venue gives no id: one instrument is paid once a time.
    const items = payments.filter(({ delta }) => delta.type === 'funding').map(({ time, delta }): FundingPayment => ({ account, instrument: instrumentId(this.wire.place, delta.coin), paymentId: `${delta.coin}-${time}`, amount: settlementDown(delta.usdc), at: time }));
    return pageByTime(this.venue, items, { from: at, full: payments.length >= MOST_PAYMENTS, upTo: null, now: this.now(), reached: latest(payments) });
  }

  /**
   * What was filled is told twice, by the order and by the fills of its number and of its id; the larger counts, for either may be late. Were an id taken twice, more would be
   * filled than was asked for.
   */
  async order(account: VenueAccountId, instrument: InstrumentId, clientId: ClientOrderId): Promise<OrderLookup> {
    this.own.currencyOf(account);
    const answer = await this.ask({ type: 'orderStatus', user: this.user, oid: venueClientId(this.venue, clientId) }, ORDER_STATUS);
    const now = this.now();
    if (answer.status === 'unknownOid') return { kind: 'not-found', searched: 'history', observedAt: now };
    const { order: wire, status } = answer.order;
    const told = orderOf(this.wire.place, account, wire, stateOf(status), now);
    if (told.instrument !== instrument) throw new VenueAnswerInvalid(this.venue, 'orderStatus', `got an order of ${told.instrument}, expected ${instrument}`);
    const fills = await this.ask({ type: 'userFillsByTime', user: this.user, startTime: Math.max(0, wire.timestamp - RESENT_WITHIN_MS) }, FILLS);
    const executed = fills.filter(({ oid, cloid }) => oid === wire.oid || cloid === venueClientId(this.venue, clientId)).reduce((sum, { sz }) => sum + contracts(sz), 0n) as ContractsE18;
    return { kind: 'found', order: { ...told, filled: executed > told.filled ? executed : told.filled } };
  }

  /** The number that orders name the instrument by. */
  async assetOf(instrument: InstrumentId): Promise<number> {
    await this.listing.get(instrument);
    const found = this.places.get(this.own.symbolOf(instrument));
    if (found === undefined) throw new VenueAnswerInvalid(this.venue, 'meta', `got no ${instrument}, expected it to be listed`);
    return found;
  }

  /** The leverage and the kind of margin that are set. */
  async leverageOf(instrument: InstrumentId): Promise<{ readonly value: number; readonly type: 'cross' | 'isolated' }> {
    return (await this.ask({ type: 'activeAssetData', user: this.user, coin: this.own.symbolOf(instrument) }, ACTIVE_ASSET)).leverage;
  }

  ask<S extends z.ZodType>(question: { readonly type: string; readonly [key: string]: unknown }, schema: S): Promise<z.output<S>> {
    return this.wire.read('publicPostInfo', question, schema);
  }

  private async list(): Promise<readonly Perpetual[]> {
    const [[meta], fees] = await Promise.all([this.ask({ type: 'metaAndAssetCtxs' }, META_AND_CONTEXTS), this.ask({ type: 'userFees', user: this.user }, FEES)]);
    this.places = new Map(meta.universe.map(({ name }, place) => [name, place]));
    return instrumentsOf(this.wire.place, meta, fees.userCrossRate);
  }
}

const latest = (told: readonly { readonly time: number }[]): number => told.reduce((most, { time }) => Math.max(most, time), 0);

/** Spot pairs are `@142` or `PURR/USDC`; instruments that others list have their dex before a colon. */
const isPerpetual = (coin: string): boolean => /^[A-Za-z0-9]+$/.test(coin);
