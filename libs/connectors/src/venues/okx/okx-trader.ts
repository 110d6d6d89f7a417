import { venueClientId, type ClientOrderId, type InstrumentId, type LeverageSet, type OrderRequest, type PlaceAnswer, type VenueAccountId, type VenueAnswer, type VenueOrder, type VenueTrader } from '@ballast/positions';
import { exactDecimalText, type SettlementE18, type Wad } from '@ballast/units';
import type { OwnAccounts } from '../accounts.js';
import { acknowledged, afterSending, beforeSending, notSent, obstacle, priceText, sizeText, stray, wholeLeverage } from '../order-checks.js';
import type { VenueWire } from '../wire/venue-wire.js';
import type { OKX_CALLS } from './okx-calls.js';
import type { OkxReader } from './okx-reader.js';
import { ACK, LEVERAGE, listOf, MARGIN_MOVED, oneOf } from './okx-schemas.js';

const MARGIN_STEP = 10_000_000_000n;

/** Sizes are contracts: 0.1 ETH each of ETH-USDT-SWAP. For accounts that hold longs and shorts together (net mode). */
export class OkxTrader implements VenueTrader {
  readonly environment;
  readonly venue;

  constructor(private readonly wire: VenueWire<typeof OKX_CALLS>, private readonly reader: OkxReader, private readonly own: OwnAccounts, private readonly marginMode: 'cross' | 'isolated', private readonly now: () => number) {
    ({ environment: this.environment, venue: this.venue } = wire.place);
  }

  /** The venue's answer to an order tells its id alone: how it stands is read afterwards. */
  async place(order: OrderRequest): Promise<PlaceAnswer> {
    const strayed = stray(this.own, order.account, order.instrument);
    if (strayed !== null) return strayed;
    const listed = await beforeSending(() => this.reader.listing.get(order.instrument));
    if (listed.kind === 'rejected') return listed;
    const refusal = obstacle(order, listed.value, this.now());
    if (refusal !== null) return refusal;
    const answer = await this.wire.send('privatePostTradeOrder', {
      instId: this.own.symbolOf(order.instrument), tdMode: this.marginMode, clOrdId: venueClientId(this.venue, order.clientId), side: order.side, ordType: 'ioc', px: priceText(order.priceCap), sz: sizeText(order.contracts),
      reduceOnly: String(order.reduceOnly), expTime: Math.floor(order.validUntil),
    }, oneOf(ACK));
    return answer.kind === 'done' ? acknowledged(() => this.reader.order(order.account, order.instrument, order.clientId)) : answer;
  }

  async cancel(account: VenueAccountId, instrument: InstrumentId, clientId: ClientOrderId): Promise<VenueAnswer<VenueOrder>> {
    const found = await beforeSending(() => this.reader.order(account, instrument, clientId));
    if (found.kind === 'rejected') return found;
    if (found.value.kind === 'not-found') return notSent('other', 'the venue knows no order of this id');
    if (found.value.order.state !== 'open') return { kind: 'done', value: found.value.order };
    const answer = await this.wire.send('privatePostTradeCancelOrder', { instId: this.own.symbolOf(instrument), clOrdId: venueClientId(this.venue, clientId) }, oneOf(ACK));
    if (answer.kind === 'unknown') return answer;
    const after = await afterSending(() => this.reader.order(account, instrument, clientId));
    if (after.kind !== 'done') return after;
    if (after.value.kind === 'found' && after.value.order.state !== 'open') return { kind: 'done', value: after.value.order };
    return answer.kind === 'rejected' ? answer : { kind: 'unknown', because: 'unreadable-answer' };
  }

  /** With eight decimals, rounded down; what was moved is told. */
  async addIsolatedMargin(account: VenueAccountId, instrument: InstrumentId, amount: SettlementE18): Promise<VenueAnswer<SettlementE18>> {
    const strayed = stray(this.own, account, instrument);
    if (strayed !== null) return strayed;
    const whole = amount - (amount % MARGIN_STEP);
    if (whole <= 0n) return notSent('other', 'margin is moved with eight decimals, at least one unit');
    const answer = await this.wire.send('privatePostAccountPositionMarginBalance', { instId: this.own.symbolOf(instrument), posSide: 'net', type: 'add', amt: exactDecimalText(whole, 18) }, oneOf(MARGIN_MOVED));
    return answer.kind === 'done' ? { kind: 'done', value: whole as SettlementE18 } : answer;
  }

  async setLeverage(account: VenueAccountId, instrument: InstrumentId, leverage: Wad): Promise<VenueAnswer<LeverageSet>> {
    const strayed = stray(this.own, account, instrument);
    if (strayed !== null) return strayed;
    const whole = wholeLeverage(leverage);
    if (whole === null) return notSent('other', 'leverage is a whole number above zero');
    const answer = await this.wire.send('privatePostAccountSetLeverage', { instId: this.own.symbolOf(instrument), lever: String(whole), mgnMode: this.marginMode }, listOf(LEVERAGE));
    if (answer.kind !== 'done') return answer;
    const after = await afterSending(() => this.reader.leverageOf(instrument, this.marginMode));
    return after.kind === 'done' ? { kind: 'done', value: { asked: leverage, readBack: after.value as Wad } } : after;
  }
}
