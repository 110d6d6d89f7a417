import { venueClientId, type ClientOrderId, type InstrumentId, type LeverageSet, type OrderRequest, type PlaceAnswer, type VenueAccountId, type VenueAnswer, type VenueOrder, type VenueTrader } from '@ballast/positions';
import { exactDecimalText, type SettlementE18, type Wad } from '@ballast/units';
import type { OwnAccounts } from '../accounts.js';
import { acknowledged, afterSending, beforeSending, notSent, obstacle, priceText, sizeText, stray, travelMs, wholeLeverage } from '../order-checks.js';
import type { VenueWire } from '../wire/venue-wire.js';
import type { BYBIT_CALLS } from './bybit-calls.js';
import type { BybitReader } from './bybit-reader.js';
import { ACK, CHANGED, resultOf } from './bybit-schemas.js';

const LINEAR = { category: 'linear' } as const;
const MOST_TRAVEL_MS = 60_000;
/** Margin is moved in ten-thousandths. */
const MARGIN_STEP = 100_000_000_000_000n;
/** Longs and shorts of an instrument together. */
const ONE_WAY = 0;

export class BybitTrader implements VenueTrader {
  readonly environment;
  readonly venue;

  constructor(private readonly wire: VenueWire<typeof BYBIT_CALLS>, private readonly reader: BybitReader, private readonly own: OwnAccounts, private readonly now: () => number) {
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
    const answer = await this.wire.send('privatePostV5OrderCreate', {
      ...LINEAR, symbol: this.own.symbolOf(order.instrument), side: order.side === 'buy' ? 'Buy' : 'Sell', orderType: 'Limit', qty: sizeText(order.contracts), price: priceText(order.priceCap), timeInForce: 'IOC', reduceOnly: order.reduceOnly,
      positionIdx: ONE_WAY, orderLinkId: venueClientId(this.venue, order.clientId), travelMs: travelMs(order.validUntil, this.now(), MOST_TRAVEL_MS),
    }, resultOf(ACK));
    return answer.kind === 'done' ? acknowledged(() => this.reader.order(order.account, order.instrument, order.clientId)) : answer;
  }

  async cancel(account: VenueAccountId, instrument: InstrumentId, clientId: ClientOrderId): Promise<VenueAnswer<VenueOrder>> {
    const found = await beforeSending(() => this.reader.order(account, instrument, clientId));
    if (found.kind === 'rejected') return found;
    if (found.value.kind === 'not-found') return notSent('other', 'the venue knows no order of this id');
    if (found.value.order.state !== 'open') return { kind: 'done', value: found.value.order };
    const answer = await this.wire.send('privatePostV5OrderCancel', { ...LINEAR, symbol: this.own.symbolOf(instrument), orderLinkId: venueClientId(this.venue, clientId) }, resultOf(ACK));
    if (answer.kind === 'unknown') return answer;
    const after = await afterSending(() => this.reader.order(account, instrument, clientId));
    if (after.kind !== 'done') return after;
    if (after.value.kind === 'found' && after.value.order.state !== 'open') return { kind: 'done', value: after.value.order };
    return answer.kind === 'rejected' ? answer : { kind: 'unknown', because: 'unreadable-answer' };
  }

  /** With four decimals, rounded down; what was moved is told. */
  async addIsolatedMargin(account: VenueAccountId, instrument: InstrumentId, amount: SettlementE18): Promise<VenueAnswer<SettlementE18>> {
    const strayed = stray(this.own, account, instrument);
    if (strayed !== null) return strayed;
    const whole = amount - (amount % MARGIN_STEP);
    if (whole <= 0n) return notSent('other', 'margin is moved with four decimals, at least one unit');
    const answer = await this.wire.send('privatePostV5PositionAddMargin', { ...LINEAR, symbol: this.own.symbolOf(instrument), margin: exactDecimalText(whole, 18), positionIdx: ONE_WAY }, CHANGED);
    return answer.kind === 'done' ? { kind: 'done', value: whole as SettlementE18 } : answer;
  }

  async setLeverage(account: VenueAccountId, instrument: InstrumentId, leverage: Wad): Promise<VenueAnswer<LeverageSet>> {
    const strayed = stray(this.own, account, instrument);
    if (strayed !== null) return strayed;
    const whole = wholeLeverage(leverage);
    if (whole === null) return notSent('other', 'leverage is a whole number above zero');
    const answer = await this.wire.send('privatePostV5PositionSetLeverage', { ...LINEAR, symbol: this.own.symbolOf(instrument), buyLeverage: String(whole), sellLeverage: String(whole) }, CHANGED);
    if (answer.kind !== 'done') return answer;
    const after = await afterSending(() => this.reader.leverageOf(instrument));
    return after.kind === 'done' ? { kind: 'done', value: { asked: leverage, readBack: after.value } } : after;
  }
}
