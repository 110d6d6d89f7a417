import { venueClientId, type ClientOrderId, type InstrumentId, type LeverageSet, type OrderRequest, type PlaceAnswer, type VenueAccountId, type VenueAnswer, type VenueOrder, type VenueTrader } from '@ballast/positions';
import type { SettlementE18, Wad } from '@ballast/units';
import type { OwnAccounts } from '../accounts.js';
import { acknowledged, priceText, sizeText, travelMs } from '../order-checks.js';
import { afterCancelling, cancellable, changeLeverage, moveMargin, readied } from '../trading-steps.js';
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
    const ready = await readied(order, this.own, this.now, async () => ({ instrument: await this.reader.listing.get(order.instrument) }));
    if (ready.kind === 'rejected') return ready;
    const answer = await this.wire.send('privatePostV5OrderCreate', {
      ...LINEAR, symbol: this.own.symbolOf(order.instrument), side: order.side === 'buy' ? 'Buy' : 'Sell', orderType: 'Limit', qty: sizeText(order.contracts), price: priceText(order.priceCap), timeInForce: 'IOC', reduceOnly: order.reduceOnly,
      positionIdx: ONE_WAY, orderLinkId: venueClientId(this.venue, order.clientId), travelMs: travelMs(order.validUntil, this.now(), MOST_TRAVEL_MS),
    }, resultOf(ACK));
    return answer.kind === 'done' ? acknowledged(() => this.reader.order(order.account, order.instrument, order.clientId)) : answer;
  }

  async cancel(account: VenueAccountId, instrument: InstrumentId, clientId: ClientOrderId): Promise<VenueAnswer<VenueOrder>> {
    const found = await cancellable(async () => ({ lookup: await this.reader.order(account, instrument, clientId) }));
    if (found.kind !== 'open') return found;
    const answer = await this.wire.send('privatePostV5OrderCancel', { ...LINEAR, symbol: this.own.symbolOf(instrument), orderLinkId: venueClientId(this.venue, clientId) }, resultOf(ACK));
    return afterCancelling(answer, () => this.reader.order(account, instrument, clientId));
  }

  /** With four decimals, rounded down; what was moved is told. */
  async addIsolatedMargin(account: VenueAccountId, instrument: InstrumentId, amount: SettlementE18): Promise<VenueAnswer<SettlementE18>> {
    return moveMargin({ own: this.own, account, instrument }, amount, { step: MARGIN_STEP, decimals: 'four' }, (moved) => this.wire.send('privatePostV5PositionAddMargin', { ...LINEAR, symbol: this.own.symbolOf(instrument), margin: moved, positionIdx: ONE_WAY }, CHANGED));
  }

  async setLeverage(account: VenueAccountId, instrument: InstrumentId, leverage: Wad): Promise<VenueAnswer<LeverageSet>> {
    return changeLeverage({ own: this.own, account, instrument }, leverage, (whole) => this.wire.send('privatePostV5PositionSetLeverage', { ...LINEAR, symbol: this.own.symbolOf(instrument), buyLeverage: String(whole), sellLeverage: String(whole) }, CHANGED), () => this.reader.leverageOf(instrument));
  }
}
