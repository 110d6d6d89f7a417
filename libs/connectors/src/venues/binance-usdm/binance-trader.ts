import { venueClientId, type ClientOrderId, type InstrumentId, type LeverageSet, type OrderRequest, type PlaceAnswer, type VenueAccountId, type VenueAnswer, type VenueOrder, type VenueTrader } from '@ballast/positions';
import { exactDecimalText, WAD, type SettlementE18, type Wad } from '@ballast/units';
import type { OwnAccounts } from '../accounts.js';
import { afterSending, beforeSending, notSent, obstacle, priceText, sizeText, stray, travelMs, wholeLeverage } from '../order-checks.js';
import type { VenueWire } from '../wire/venue-wire.js';
import type { BINANCE_CALLS } from './binance-calls.js';
import type { BinanceReader } from './binance-reader.js';
import { LEVERAGE_SET, MARGIN_MOVED, ORDER } from './binance-schemas.js';
import { orderOf } from './binance-values.js';

/** The longest that Binance lets a request travel. */
const MOST_TRAVEL_MS = 60_000;
/** Margin is moved in units of this many 1e-18: eight decimals. */
const MARGIN_STEP = 10_000_000_000n;

export class BinanceTrader implements VenueTrader {
  readonly environment;
  readonly venue;

  constructor(private readonly wire: VenueWire<typeof BINANCE_CALLS>, private readonly reader: BinanceReader, private readonly own: OwnAccounts, private readonly now: () => number) {
    ({ environment: this.environment, venue: this.venue } = wire.place);
  }

  async place(order: OrderRequest): Promise<PlaceAnswer> {
    const strayed = stray(this.own, order.account, order.instrument);
    if (strayed !== null) return strayed;
    const listed = await beforeSending(() => this.reader.listing.get(order.instrument));
    if (listed.kind === 'rejected') return listed;
    const refusal = obstacle(order, listed.value, this.now());
    if (refusal !== null) return refusal;
    const answer = await this.wire.send('fapiPrivatePostOrder', {
      symbol: this.own.symbolOf(order.instrument), side: order.side === 'buy' ? 'BUY' : 'SELL', type: 'LIMIT', timeInForce: 'IOC', quantity: sizeText(order.contracts), price: priceText(order.priceCap), reduceOnly: String(order.reduceOnly),
      newClientOrderId: venueClientId(this.venue, order.clientId), newOrderRespType: 'RESULT', recvWindow: travelMs(order.validUntil, this.now(), MOST_TRAVEL_MS),
    }, ORDER);
    return answer.kind === 'done' ? { kind: 'accepted', order: orderOf(this.wire.place, order.account, answer.value, this.now()) } : answer;
  }

  async cancel(account: VenueAccountId, instrument: InstrumentId, clientId: ClientOrderId): Promise<VenueAnswer<VenueOrder>> {
    const found = await beforeSending(() => this.reader.order(account, instrument, clientId));
    if (found.kind === 'rejected') return found;
    if (found.value.kind === 'not-found') return notSent('other', 'the venue knows no order of this id');
    if (found.value.order.state !== 'open') return { kind: 'done', value: found.value.order };
    const answer = await this.wire.send('fapiPrivateDeleteOrder', { symbol: this.own.symbolOf(instrument), origClientOrderId: venueClientId(this.venue, clientId) }, ORDER);
    if (answer.kind === 'done') return { kind: 'done', value: orderOf(this.wire.place, account, answer.value, this.now()) };
    if (answer.kind === 'unknown') return answer;
    // Turned down because it was filled in between is no failure.
    const after = await afterSending(() => this.reader.order(account, instrument, clientId));
    return after.kind === 'done' && after.value.kind === 'found' && after.value.order.state !== 'open' ? { kind: 'done', value: after.value.order } : answer;
  }

  /** With eight decimals, rounded down; what was moved is told. */
  async addIsolatedMargin(account: VenueAccountId, instrument: InstrumentId, amount: SettlementE18): Promise<VenueAnswer<SettlementE18>> {
    const strayed = stray(this.own, account, instrument);
    if (strayed !== null) return strayed;
    const whole = amount - (amount % MARGIN_STEP);
    if (whole <= 0n) return notSent('other', 'margin is moved with eight decimals, at least one unit');
    const answer = await this.wire.send('fapiPrivatePostPositionMargin', { symbol: this.own.symbolOf(instrument), amount: exactDecimalText(whole, 18), type: 1 }, MARGIN_MOVED);
    return answer.kind === 'done' ? { kind: 'done', value: whole as SettlementE18 } : answer;
  }

  async setLeverage(account: VenueAccountId, instrument: InstrumentId, leverage: Wad): Promise<VenueAnswer<LeverageSet>> {
    const strayed = stray(this.own, account, instrument);
    if (strayed !== null) return strayed;
    const whole = wholeLeverage(leverage);
    if (whole === null) return notSent('other', 'leverage is a whole number above zero');
    const answer = await this.wire.send('fapiPrivatePostLeverage', { symbol: this.own.symbolOf(instrument), leverage: whole }, LEVERAGE_SET);
    if (answer.kind !== 'done') return answer;
    const after = await afterSending(() => this.reader.leverageOf(instrument));
    return after.kind === 'done' ? { kind: 'done', value: { asked: leverage, readBack: (BigInt(after.value) * WAD) as Wad } } : after;
  }
}
