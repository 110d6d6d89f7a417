import { venueClientId, type ClientOrderId, type InstrumentId, type LeverageSet, type OrderRequest, type PlaceAnswer, type VenueAccountId, type VenueAnswer, type VenueOrder, type VenueTrader } from '@ballast/positions';
import { WAD, type SettlementE18, type Wad } from '@ballast/units';
import type { OwnAccounts } from '../accounts.js';
import { afterSending, priceText, sizeText, travelMs } from '../order-checks.js';
import { cancellable, changeLeverage, moveMargin, readied } from '../trading-steps.js';
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
    const ready = await readied(order, this.own, this.now, async () => ({ instrument: await this.reader.listing.get(order.instrument) }));
    if (ready.kind === 'rejected') return ready;
    const answer = await this.wire.send('fapiPrivatePostOrder', {
      symbol: this.own.symbolOf(order.instrument), side: order.side === 'buy' ? 'BUY' : 'SELL', type: 'LIMIT', timeInForce: 'IOC', quantity: sizeText(order.contracts), price: priceText(order.priceCap), reduceOnly: String(order.reduceOnly),
      newClientOrderId: venueClientId(this.venue, order.clientId), newOrderRespType: 'RESULT', recvWindow: travelMs(order.validUntil, this.now(), MOST_TRAVEL_MS),
    }, ORDER);
    return answer.kind === 'done' ? { kind: 'accepted', order: orderOf(this.wire.place, order.account, answer.value, this.now()) } : answer;
  }

  async cancel(account: VenueAccountId, instrument: InstrumentId, clientId: ClientOrderId): Promise<VenueAnswer<VenueOrder>> {
    const found = await cancellable(async () => ({ lookup: await this.reader.order(account, instrument, clientId) }));
    if (found.kind !== 'open') return found;
    const answer = await this.wire.send('fapiPrivateDeleteOrder', { symbol: this.own.symbolOf(instrument), origClientOrderId: venueClientId(this.venue, clientId) }, ORDER);
    if (answer.kind === 'done') return { kind: 'done', value: orderOf(this.wire.place, account, answer.value, this.now()) };
    if (answer.kind === 'unknown') return answer;
    // Turned down because it was filled in between is no failure.
    const after = await afterSending(() => this.reader.order(account, instrument, clientId));
    return after.kind === 'done' && after.value.kind === 'found' && after.value.order.state !== 'open' ? { kind: 'done', value: after.value.order } : answer;
  }

  /** With eight decimals, rounded down; what was moved is told. */
  async addIsolatedMargin(account: VenueAccountId, instrument: InstrumentId, amount: SettlementE18): Promise<VenueAnswer<SettlementE18>> {
    return moveMargin({ own: this.own, account, instrument }, amount, { step: MARGIN_STEP, decimals: 'eight' }, (moved) => this.wire.send('fapiPrivatePostPositionMargin', { symbol: this.own.symbolOf(instrument), amount: moved, type: 1 }, MARGIN_MOVED));
  }

  async setLeverage(account: VenueAccountId, instrument: InstrumentId, leverage: Wad): Promise<VenueAnswer<LeverageSet>> {
    return changeLeverage({ own: this.own, account, instrument }, leverage, (whole) => this.wire.send('fapiPrivatePostLeverage', { symbol: this.own.symbolOf(instrument), leverage: whole }, LEVERAGE_SET), async () => (BigInt(await this.reader.leverageOf(instrument)) * WAD) as Wad);
  }
}
