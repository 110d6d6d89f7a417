import { venueClientId, type ClientOrderId, type InstrumentId, type LeverageSet, type OrderRequest, type PlaceAnswer, type VenueAccountId, type VenueAnswer, type VenueOrder, type VenueTrader } from '@ballast/positions';
import { WAD, type SettlementE18, type Wad } from '@ballast/units';
import type { z } from 'zod';
import type { OwnAccounts } from '../accounts.js';
import { beforeSending, notSent, priceText, sizeText, stray } from '../order-checks.js';
import { afterCancelling, cancellable, changeLeverage, readied } from '../trading-steps.js';
import { contracts } from '../wire/wire-numbers.js';
import type { VenueWire } from '../wire/venue-wire.js';
import type { HYPERLIQUID_CALLS, HyperliquidAction } from './hyperliquid-calls.js';
import type { HyperliquidReader } from './hyperliquid-reader.js';
import { CANCELLED, CHANGED, PLACED } from './hyperliquid-schemas.js';

/** ccxt's own signature of an action: the agent's key over its hash, nonce and expiry. */
interface Signer {
  signL1Action(action: unknown, nonce: number, vault: undefined, expiresAfter: number | undefined): unknown;
}

/** Millionths of a dollar, in which margin is moved. */
const MICRO = 1_000_000_000_000n;
/** How long a change of leverage or margin may travel. */
const CHANGE_MS = 10_000;

export class HyperliquidTrader implements VenueTrader {
  readonly environment;
  readonly venue;
  private lastNonce = 0;

  constructor(private readonly wire: VenueWire<typeof HYPERLIQUID_CALLS>, private readonly reader: HyperliquidReader, private readonly own: OwnAccounts, private readonly now: () => number) {
    ({ environment: this.environment, venue: this.venue } = wire.place);
  }

  async place(order: OrderRequest): Promise<PlaceAnswer> {
    const ready = await readied(order, this.own, this.now, async () => ({ instrument: await this.reader.listing.get(order.instrument), asset: await this.reader.assetOf(order.instrument) }));
    if (ready.kind === 'rejected') return ready;
    const wired = {
      a: ready.value.asset, b: order.side === 'buy', p: priceText(order.priceCap), s: sizeText(order.contracts), r: order.reduceOnly, t: { limit: { tif: 'Ioc' } }, c: venueClientId(this.venue, order.clientId),
    } as const;
    const answer = await this.act({ type: 'order', orders: [wired], grouping: 'na' }, order.validUntil, PLACED);
    if (answer.kind !== 'done') return answer;
    const [status] = answer.value.response.data.statuses;
    const { account, instrument, clientId, side, reduceOnly } = order;
    const told = 'filled' in status ? { venueId: status.filled.oid, filled: contracts(status.filled.totalSz), state: 'done' as const } : { venueId: status.resting.oid, filled: contracts('0'), state: 'open' as const };
    // Asked for is what we asked for: the answer knows only what was filled.
    return { kind: 'accepted', order: { account, instrument, clientId: { kind: 'ours', id: clientId }, side, reduceOnly, requested: order.contracts, observedAt: this.now(), ...told } };
  }

  async cancel(account: VenueAccountId, instrument: InstrumentId, clientId: ClientOrderId): Promise<VenueAnswer<VenueOrder>> {
    const found = await cancellable(async () => ({ lookup: await this.reader.order(account, instrument, clientId), asset: await this.reader.assetOf(instrument) }));
    if (found.kind !== 'open') return found;
    const answer = await this.act({ type: 'cancelByCloid', cancels: [{ asset: found.read.asset, cloid: venueClientId(this.venue, clientId) }] }, this.now() + CHANGE_MS, CANCELLED);
    return afterCancelling(answer, () => this.reader.order(account, instrument, clientId));
  }

  /** In millionths of a dollar, rounded down; what was moved is told. */
  async addIsolatedMargin(account: VenueAccountId, instrument: InstrumentId, amount: SettlementE18): Promise<VenueAnswer<SettlementE18>> {
    const strayed = stray(this.own, account, instrument);
    if (strayed !== null) return strayed;
    const micro = amount / MICRO;
    if (micro <= 0n || micro > BigInt(Number.MAX_SAFE_INTEGER)) return notSent('other', 'margin is moved in millionths of a dollar, at least one');
    const asset = await beforeSending(() => this.reader.assetOf(instrument));
    if (asset.kind === 'rejected') return asset;
    const answer = await this.act({ type: 'updateIsolatedMargin', asset: asset.value, isBuy: true, ntli: Number(micro) }, this.now() + CHANGE_MS, CHANGED);
    return answer.kind === 'done' ? { kind: 'done', value: (micro * MICRO) as SettlementE18 } : answer;
  }

  /** Whole numbers; cross stays cross and isolated isolated. */
  async setLeverage(account: VenueAccountId, instrument: InstrumentId, leverage: Wad): Promise<VenueAnswer<LeverageSet>> {
    const send = async (whole: number): Promise<VenueAnswer<unknown>> => {
      const set = await beforeSending(async () => ({ asset: await this.reader.assetOf(instrument), before: await this.reader.leverageOf(instrument) }));
      if (set.kind === 'rejected') return set;
      return this.act({ type: 'updateLeverage', asset: set.value.asset, isCross: set.value.before.type === 'cross', leverage: whole }, this.now() + CHANGE_MS, CHANGED);
    };
    return changeLeverage({ own: this.own, account, instrument }, leverage, send, async () => (BigInt((await this.reader.leverageOf(instrument)).value) * WAD) as Wad);
  }

  /** Signs and sends once. A nonce is the time, and above every one before it. */
  private act<S extends z.ZodType>(action: HyperliquidAction, validUntil: number, schema: S): Promise<VenueAnswer<z.output<S>>> {
    const nonce = Math.max(this.now(), this.lastNonce + 1);
    this.lastNonce = nonce;
    const expiresAfter = Math.floor(validUntil);
    const signature = this.wire.signed((client) => (client as unknown as Signer).signL1Action(action, nonce, undefined, expiresAfter));
    return this.wire.send('privatePostExchange', { action, nonce, signature, expiresAfter }, schema);
  }
}
