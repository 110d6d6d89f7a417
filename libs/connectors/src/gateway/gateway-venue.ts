import {
  VenueKeyRefused, VenueRateLimited,
  type ClientOrderId, type DerivativeAccount, type FundingPayment, type Instrument, type InstrumentId, type LeverageSet, type OrderLookup, type OrderRequest, type PlaceAnswer, type Rejection, type Underlying, type UnknownBecause,
  type VenueAccountId, type VenueAnswer, type VenueCursor, type VenueFill, type VenueMarket, type VenueOrder, type VenuePage, type VenueReader, type VenueTrader,
} from '@ballast/positions';
import { BallastError, type SettlementE18, type Wad } from '@ballast/units';
import { gatewayChanges, gatewayQuestions, type GatewayChange, type GatewayQuestion, type KeyName } from '@ballast/venue-wire';
import type { z } from 'zod';
import { askGateway, failureOf, type GatewayAnswer, type GatewayPeer } from './gateway-exchange.js';

/** What a venue's reader and trader are made from: one key, and how it is opened again. */
export interface GatewayKey extends KeyName {
  readonly peer: GatewayPeer;
  /** Hands the sealed text in again. @throws VenueKeyRefused, VenueUnavailable */
  readonly reopen: () => Promise<unknown>;
}

export const pathOf = ({ venue, name }: KeyName): string => `/keys/${venue}/${encodeURIComponent(name)}`;

/** Reads with one key through the gateway. A gateway that was started again is given the key anew, and the question repeated. */
export class GatewayReader implements VenueReader {
  readonly environment;
  readonly venue;

  constructor(private readonly key: GatewayKey) {
    ({ environment: this.environment, venue: this.venue } = key);
  }

  account(account: VenueAccountId): Promise<DerivativeAccount> {
    return this.ask('account', { account });
  }
  instruments(underlyings: readonly Underlying[]): Promise<readonly Instrument[]> {
    return this.ask('instruments', { underlyings });
  }
  market(instrument: InstrumentId, depth: number): Promise<VenueMarket> {
    return this.ask('market', { instrument, depth });
  }
  fills(account: VenueAccountId, from: VenueCursor): Promise<VenuePage<VenueFill>> {
    return this.ask('fills', { account, from });
  }
  funding(account: VenueAccountId, from: VenueCursor): Promise<VenuePage<FundingPayment>> {
    return this.ask('funding', { account, from });
  }
  order(account: VenueAccountId, instrument: InstrumentId, clientId: ClientOrderId): Promise<OrderLookup> {
    return this.ask('order', { account, instrument, clientId });
  }

  /** @throws VenueUnavailable, VenueAnswerInvalid, VenueKeyRefused */
  async ask<Name extends GatewayQuestion>(name: Name, body: object): Promise<z.output<(typeof gatewayQuestions)[Name]['answer']>> {
    const schema = gatewayQuestions[name].answer as z.ZodType<z.output<(typeof gatewayQuestions)[Name]['answer']>>;
    const ask = (): Promise<GatewayAnswer<z.output<typeof schema>>> => askGateway(this.key.peer, 'POST', `${pathOf(this.key)}/${name}`, schema, body, true);
    let answer = await ask();
    if (isNotOpen(answer)) {
      await this.key.reopen();
      answer = await ask();
    }
    if (answer.kind === 'answered') return answer.value;
    throw failureOf(this.venue, this.key.peer, answer);
  }
}

type NotDone = { readonly kind: 'rejected'; readonly rejection: Rejection } | { readonly kind: 'unknown'; readonly because: UnknownBecause };

/**
 * Trades with one key through the gateway. Nothing is sent twice: an order whose answer was lost is unknown. Only where the gateway says that it has no such key, and so sent nothing, the key is handed in and
 * the order given to it once more.
 */
export class GatewayTrader implements VenueTrader {
  readonly environment;
  readonly venue;

  constructor(private readonly key: GatewayKey) {
    ({ environment: this.environment, venue: this.venue } = key);
  }

  place(order: OrderRequest): Promise<PlaceAnswer> {
    return this.change('place', order);
  }
  cancel(account: VenueAccountId, instrument: InstrumentId, clientId: ClientOrderId): Promise<VenueAnswer<VenueOrder>> {
    return this.change('cancel', { account, instrument, clientId });
  }
  addIsolatedMargin(account: VenueAccountId, instrument: InstrumentId, amount: SettlementE18): Promise<VenueAnswer<SettlementE18>> {
    return this.change('add-isolated-margin', { account, instrument, amount });
  }
  setLeverage(account: VenueAccountId, instrument: InstrumentId, leverage: Wad): Promise<VenueAnswer<LeverageSet>> {
    return this.change('set-leverage', { account, instrument, leverage });
  }

  private async change<Name extends GatewayChange>(name: Name, body: object): Promise<z.output<(typeof gatewayChanges)[Name]['answer']> | NotDone> {
    const schema = gatewayChanges[name].answer as z.ZodType<z.output<(typeof gatewayChanges)[Name]['answer']>>;
    const send = (): Promise<GatewayAnswer<z.output<typeof schema>>> => askGateway(this.key.peer, 'POST', `${pathOf(this.key)}/${name}`, schema, body, false);
    let answer = await send();
    if (isNotOpen(answer)) {
      const failed = await this.key.reopen().then(() => null, (error: unknown) => error);
      if (failed !== null) return notSentFor(failed);
      answer = await send();
    }
    return answer.kind === 'answered' ? answer.value : notDone(answer);
  }
}

const isNotOpen = (answer: GatewayAnswer<unknown>): boolean => answer.kind === 'refused' && answer.refusal.code === 'key-not-open';
const rejected = (reason: Rejection['reason'], code: string, message: string): NotDone => ({ kind: 'rejected', rejection: { reason, code, message } });

/** A refusal of the gateway means that nothing was sent; silence that nobody knows, unless the request never left. */
function notDone(answer: Exclude<GatewayAnswer<never>, { kind: 'answered' }>): NotDone {
  if (answer.kind === 'silent') return answer.arrived ? { kind: 'unknown', because: answer.because } : rejected('other', 'gateway-unreachable', `the gateway: ${answer.why}`);
  const { refusal } = answer;
  const reason = refusal.code === 'venue-key-refused' ? 'key-refused' : refusal.code === 'venue-rate-limited' ? 'rate-limit' : 'other';
  return rejected(reason, refusal.code, 'message' in refusal ? refusal.message : refusal.detail);
}

/** Whatever kept the key from being opened: nothing was sent. What a store says of its failure is not repeated. */
function notSentFor(error: unknown): NotDone {
  if (!(error instanceof BallastError)) return rejected('other', 'key-not-open', 'the sealed key could not be read');
  return rejected(error instanceof VenueKeyRefused ? 'key-refused' : error instanceof VenueRateLimited ? 'rate-limit' : 'other', error.code, error.message);
}
