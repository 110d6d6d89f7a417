import { venueClientId, type ClientOrderId, type InstrumentId, type LeverageSet, type OrderRequest, type PlaceAnswer, type VenueAccountId, type VenueAnswer, type VenueOrder, type VenueTrader } from '@ballast/positions';
import type { SettlementE18, Wad } from '@ballast/units';
import type { OwnAccounts } from '../accounts.js';
import { acknowledged, priceText, sizeText } from '../order-checks.js';
import { afterCancelling, cancellable, changeLeverage, moveMargin, readied } from '../trading-steps.js';
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
    const ready = await readied(order, this.own, this.now, async () => ({ instrument: await this.reader.listing.get(order.instrument) }));
    if (ready.kind === 'rejected') return ready;
    const answer = await this.wire.send('privatePostTradeOrder', {
      instId: this.own.symbolOf(order.instrument), tdMode: this.marginMode, clOrdId: venueClientId(this.venue, order.clientId), side: order.side, ordType: 'ioc', px: priceText(order.priceCap), sz: sizeText(order.contracts),
      reduceOnly: String(order.reduceOnly), expTime: Math.floor(order.validUntil),
    }, oneOf(ACK));
    return answer.kind === 'done' ? acknowledged(() => this.reader.order(order.account, order.instrument, order.clientId)) : answer;
  }

  async cancel(account: VenueAccountId, instrument: InstrumentId, clientId: ClientOrderId): Promise<VenueAnswer<VenueOrder>> {
    const found = await cancellable(async () => ({ lookup: await this.reader.order(account, instrument, clientId) }));
    if (found.kind !== 'open') return found;
    const answer = await this.wire.send('privatePostTradeCancelOrder', { instId: this.own.symbolOf(instrument), clOrdId: venueClientId(this.venue, clientId) }, oneOf(ACK));
    return afterCancelling(answer, () => this.reader.order(account, instrument, clientId));
  }

  /** With eight decimals, rounded down; what was moved is told. */
  async addIsolatedMargin(account: VenueAccountId, instrument: InstrumentId, amount: SettlementE18): Promise<VenueAnswer<SettlementE18>> {
    return moveMargin({ own: this.own, account, instrument }, amount, { step: MARGIN_STEP, decimals: 'eight' }, (moved) => this.wire.send('privatePostAccountPositionMarginBalance', { instId: this.own.symbolOf(instrument), posSide: 'net', type: 'add', amt: moved }, oneOf(MARGIN_MOVED)));
  }

  async setLeverage(account: VenueAccountId, instrument: InstrumentId, leverage: Wad): Promise<VenueAnswer<LeverageSet>> {
    return changeLeverage({ own: this.own, account, instrument }, leverage, (whole) => this.wire.send('privatePostAccountSetLeverage', { instId: this.own.symbolOf(instrument), lever: String(whole), mgnMode: this.marginMode }, listOf(LEVERAGE)), async () => (await this.reader.leverageOf(instrument, this.marginMode)) as Wad);
  }
}
