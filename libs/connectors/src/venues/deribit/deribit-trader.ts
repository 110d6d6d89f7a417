import { venueClientId, type ClientOrderId, type InstrumentId, type LeverageSet, type OrderRequest, type PlaceAnswer, type VenueAccountId, type VenueAnswer, type VenueOrder, type VenueTrader } from '@ballast/positions';
import type { SettlementE18 } from '@ballast/units';
import type { OwnAccounts } from '../accounts.js';
import { mapDone, notSent, priceText, sizeText } from '../order-checks.js';
import { cancellable, readied } from '../trading-steps.js';
import type { VenueWire } from '../wire/venue-wire.js';
import type { DERIBIT_CALLS } from './deribit-calls.js';
import type { DeribitReader } from './deribit-reader.js';
import { ORDER, PLACED, resultOf } from './deribit-schemas.js';
import { orderOf } from './deribit-values.js';

export class DeribitTrader implements VenueTrader {
  readonly environment;
  readonly venue;

  constructor(private readonly wire: VenueWire<typeof DERIBIT_CALLS>, private readonly reader: DeribitReader, private readonly own: OwnAccounts, private readonly now: () => number) {
    ({ environment: this.environment, venue: this.venue } = wire.place);
  }

  /** The id travels as the label, which Deribit does not keep unique: sent again it is executed again. */
  async place(order: OrderRequest): Promise<PlaceAnswer> {
    const ready = await readied(order, this.own, this.now, async () => ({ instrument: await this.reader.listing.get(order.instrument) }));
    if (ready.kind === 'rejected') return ready;
    const answer = await this.wire.send(order.side === 'buy' ? 'privateGetBuy' : 'privateGetSell', {
      instrument_name: this.own.symbolOf(order.instrument), amount: sizeText(order.contracts), type: 'limit', price: priceText(order.priceCap), label: venueClientId(this.venue, order.clientId),
      time_in_force: 'immediate_or_cancel', reduce_only: String(order.reduceOnly), valid_until: Math.floor(order.validUntil),
    }, resultOf(PLACED));
    return answer.kind === 'done' ? { kind: 'accepted', order: orderOf(this.wire.place, order.account, answer.value.result.order, this.now()) } : answer;
  }

  async cancel(account: VenueAccountId, instrument: InstrumentId, clientId: ClientOrderId): Promise<VenueAnswer<VenueOrder>> {
    const found = await cancellable(async () => ({ lookup: await this.reader.order(account, instrument, clientId) }));
    if (found.kind !== 'open') return found;
    const answer = await this.wire.send('privateGetCancel', { order_id: found.order.venueId }, resultOf(ORDER));
    return mapDone(answer, ({ result }) => orderOf(this.wire.place, account, result, this.now()));
  }

  async addIsolatedMargin(): Promise<VenueAnswer<SettlementE18>> {
    return notSent('other', 'Deribit has no isolated margin');
  }

  async setLeverage(): Promise<VenueAnswer<LeverageSet>> {
    return notSent('other', 'Deribit has no leverage to set');
  }
}
