import {
  VenueKeyRefused,
  type ClientOrderId, type Instrument, type InstrumentId, type LeverageSet, type OrderLookup, type OrderRequest, type PlaceAnswer, type Rejection, type VenueAccountId, type VenueAnswer, type VenueMarket, type VenueOrder, type VenueTrader,
} from '@ballast/positions';
import { BallastError, exactDecimalText, magnitude, type SettlementE18, type UsdE8, type Wad } from '@ballast/units';
import { accountOfKey } from '@ballast/venue-wire';
import { BelievedPositions, diesAt } from './believed-positions.js';
import type { ConnectedKey } from './connected-key.js';
import { LimitReached, mostTurnover, pricesOf, requirePosition, requirePrice, requireTurnover, signedSize, worthUp } from './limits.js';
import type { LogEntry } from './log-entries.js';
import { OrderEnds } from './order-ends.js';
import type { OrderLog } from './order-log.js';
import type { Turnover } from './turnover.js';

/** An order that lives longer than this is not sent: it could arrive when nothing remembers it. */
const LONGEST_LIFE_MS = 600_000;

/** Orders that are looked up before one is refused for the turnover. */
const MOST_LOOKS = 8;
/** No further one is begun after this: whoever placed the order waits. */
const LOOKING_MS = 3_000;

export interface TradingDesk {
  readonly log: OrderLog;
  readonly turnover: Turnover;
  readonly mostLeverage: Wad;
  readonly now: () => number;
  /** Told of what must not stay unseen, one line, nothing secret in it. */
  readonly tell: (line: string) => void;
}

/** What has to outlive the key in memory: whoever has it forgotten and hands it in again does not begin anew. */
export class TradingState {
  readonly underWay = new Set<ClientOrderId>();
  readonly believed = new BelievedPositions();
  private lane: Promise<unknown> = Promise.resolve();

  /** One after the other, in the order in which they came. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.lane.then(work);
    this.lane = turn.catch(() => undefined);
    return turn;
  }
}

type NotSent = { readonly kind: 'rejected'; readonly rejection: Rejection };

/** Trades with one key inside of the limits that its owner sealed with it, whoever asks. Orders of a key go one after the other, so that each one's position is known before the next. */
export class GuardedTrader implements VenueTrader {
  readonly environment;
  readonly venue;
  private readonly id: string;
  private readonly ends: OrderEnds;

  constructor(private readonly key: ConnectedKey, private readonly desk: TradingDesk, private readonly state: TradingState) {
    ({ environment: this.environment, venue: this.venue } = key);
    this.id = `${key.environment}:${key.venue}:${key.name}`;
    this.ends = new OrderEnds({ id: this.id, venue: key.venue, log: desk.log, turnover: desk.turnover, underWay: state.underWay, now: desk.now, tell: desk.tell });
  }

  /** An id that was used before is not sent again: what became of it is to be looked up. @throws LimitReached, LogUnusable: nothing was sent */
  async place(order: OrderRequest): Promise<PlaceAnswer> {
    const { clientId } = order;
    const { underWay } = this.state;
    if (underWay.has(clientId) || this.desk.turnover.has(this.id, clientId, this.desk.now())) return { kind: 'unknown', because: 'duplicate-id' };
    underWay.add(clientId);
    return this.state.inTurn(() => this.placeAlone(order)).finally(() => underWay.delete(clientId));
  }

  async cancel(account: VenueAccountId, instrument: InstrumentId, clientId: ClientOrderId): Promise<VenueAnswer<VenueOrder>> {
    const answer = (await this.unready(account, instrument)) ?? (await this.key.orders.trader.cancel(account, instrument, clientId));
    if (answer.kind === 'done') this.ends.lookedUp({ account, instrument, clientId }, { kind: 'found', order: answer.value });
    return answer;
  }

  /** Looks an order up; what the venue says of one of this key's settles what of it counts. @throws as `VenueReader` */
  async order(account: VenueAccountId, instrument: InstrumentId, clientId: ClientOrderId): Promise<OrderLookup> {
    const lookup = await this.key.polls.reader.order(account, instrument, clientId);
    this.ends.lookedUp({ account, instrument, clientId }, lookup);
    return lookup;
  }

  async addIsolatedMargin(account: VenueAccountId, instrument: InstrumentId, amount: SettlementE18): Promise<VenueAnswer<SettlementE18>> {
    return (await this.unready(account, instrument)) ?? this.key.orders.trader.addIsolatedMargin(account, instrument, amount);
  }

  /** @throws LimitReached above what any request may set */
  async setLeverage(account: VenueAccountId, instrument: InstrumentId, leverage: Wad): Promise<VenueAnswer<LeverageSet>> {
    if (leverage > this.desk.mostLeverage) throw new LimitReached('limit-leverage', 'leverage', exactDecimalText(leverage, 18), `at most ${exactDecimalText(this.desk.mostLeverage, 18)}`);
    return (await this.unready(account, instrument)) ?? this.key.orders.trader.setLeverage(account, instrument, leverage);
  }

  private async placeAlone(order: OrderRequest): Promise<PlaceAnswer> {
    const { now, turnover } = this.desk;
    if (order.validUntil - now() > LONGEST_LIFE_MS) throw new LimitReached('limit-time', 'life of the order', `${order.validUntil - now()} ms`, `at most ${LONGEST_LIFE_MS} ms`);
    const ready = await this.readied(order);
    if (ready.kind === 'rejected') return ready;
    const { instrument, market, told } = ready;
    const prices = pricesOf(order, market);
    requirePrice(order, prices, this.key.limits);
    const possible = order.reduceOnly ? [] : this.state.believed.possible(order.instrument, told, now());
    requirePosition(order, possible, instrument, prices, this.key.limits);
    const worthUsdE8 = worthUp(order.contracts, instrument, prices);
    await this.roomMade(order, worthUsdE8);
    requireTurnover(order, turnover.spent(this.id, now()), worthUsdE8, this.key.limits);

    await this.writtenDown(order, worthUsdE8);
    const sentAt = now();
    const answer = await this.key.orders.trader.place(order);
    const size = signedSize(order);
    if (order.reduceOnly) this.state.believed.reduced(order.instrument, size, answer);
    else this.state.believed.note(order.instrument, farthest(possible, size), size, answer, now(), diesAt(this.venue, sentAt, order.validUntil));
    this.ends.answered(order.clientId, answer);
    return answer;
  }

  /** On disk before it leaves. @throws LogUnusable */
  private async writtenDown({ account, clientId, instrument, side, contracts, reduceOnly, validUntil }: OrderRequest, worthUsdE8: UsdE8): Promise<void> {
    const entry: LogEntry = { kind: 'order', at: this.desk.now(), key: this.id, clientId, instrument, side, reduceOnly, worthUsdE8, asked: { account, contracts, validUntil } };
    this.desk.turnover.count(entry);
    try {
      await this.desk.log.append(entry);
    } catch (error) {
      this.desk.turnover.uncount(this.id, clientId);
      throw error;
    }
  }

  /** Where the turnover is used up, asks for orders of which nobody knows, as many as it takes: whoever sent them may not have asked since they could no longer arrive. */
  private async roomMade(order: OrderRequest, worthUsdE8: UsdE8): Promise<void> {
    const { turnover, now } = this.desk;
    const until = now() + LOOKING_MS;
    for (const sent of this.ends.unsettled().slice(0, MOST_LOOKS)) {
      if (turnover.spent(this.id, now()) + worthUsdE8 <= mostTurnover(order, this.key.limits) || now() > until) return;
      const lookup = await this.key.orders.reader.order(sent.account, sent.instrument, sent.clientId).catch(() => null);
      // Nobody answers: what is not known counts on.
      if (lookup === null) return;
      this.ends.lookedUp(sent, lookup);
    }
  }

  /** What has to be read before an order is sent; a read that fails means that nothing was sent. @throws LimitReached where account or instrument are not the key's */
  private async readied(order: OrderRequest): Promise<{ readonly kind: 'ready'; readonly instrument: Instrument; readonly market: VenueMarket; readonly told: bigint } | NotSent> {
    this.requireListed(order.instrument);
    const { reader } = this.key.orders;
    return beforeSending(async () => {
      const instrument = await this.ownInstrument(order.account, order.instrument);
      const [market, account] = await Promise.all([reader.market(order.instrument, 1), order.reduceOnly ? null : reader.account(order.account)]);
      // A long and a short of one instrument beside each other: their sum would hide what each may lose.
      if (account !== null && account.positionMode.kind !== 'unknown' && account.positionMode.value === 'hedge') throw new LimitReached('limit-account', 'position mode', 'long and short apart', 'one-way');
      const told = (account?.positions ?? []).filter((position) => position.instrument === order.instrument).reduce((sum, { contracts }) => sum + contracts, 0n);
      return { kind: 'ready' as const, instrument, market, told };
    });
  }

  /** Null where the account and the instrument are the key's. @throws LimitReached where they are not */
  private async unready(account: VenueAccountId, instrument: InstrumentId): Promise<NotSent | null> {
    this.requireListed(instrument);
    const found = await beforeSending(async () => ({ kind: 'ready' as const, instrument: await this.ownInstrument(account, instrument) }));
    return found.kind === 'rejected' ? found : null;
  }

  private requireListed(instrument: InstrumentId): void {
    if (!this.key.limits.instruments.includes(instrument)) throw new LimitReached('limit-instrument', 'instrument', instrument, `one of ${this.key.limits.instruments.join(', ')}`);
  }

  /** An order names the account in which its instrument settles, or its position would be looked for in another one. */
  private async ownInstrument(account: VenueAccountId, id: InstrumentId): Promise<Instrument> {
    const instrument = await this.key.instruments.get(id);
    const own = accountOfKey(this.key, instrument.settlement);
    if (account !== own) throw new LimitReached('limit-account', 'account', account, own);
    return instrument;
  }
}

/** Of the sizes that a position may have, the one from which the order leads the farthest. */
const farthest = (possible: readonly bigint[], size: bigint): bigint => possible.reduce((worst, one) => (magnitude(one + size) > magnitude(worst + size) ? one : worst), possible[0] ?? 0n);

async function beforeSending<T>(read: () => Promise<T>): Promise<T | NotSent> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof LimitReached || !(error instanceof BallastError)) throw error;
    const reason = error instanceof VenueKeyRefused ? 'key-refused' : error.code === 'venue-rate-limited' ? 'rate-limit' : 'other';
    return { kind: 'rejected', rejection: { reason, code: 'not-sent', message: error.message } };
  }
}
