import type { Exchange } from 'ccxt';
import { VenueAnswerInvalid, VenueKeyRefused, VenueRateLimited, VenueUnavailable, type VenueAnswer, type VenuePlace } from '@ballast/positions';
import type { z } from 'zod';
import { parsed } from './answers.js';
import { VenueSaid, VenueSilent, type Meaning } from './failures.js';
import { OutboundRefused } from './outbound.js';
import type { Calls } from './guarded-client.js';
import { redacted } from './redaction.js';

export interface Clients {
  /** For questions: what waits in its queue never holds up an order. */
  readonly reads: Exchange;
  /** For what changes something. */
  readonly orders: Exchange;
}

type Params = Readonly<Record<string, unknown>>;

/** Calls to one venue by the names of its list. The clients stay inside: there is no way from here to a call that is not listed. */
export class VenueWire<C extends Calls> {
  constructor(readonly place: VenuePlace, private readonly clients: Clients, private readonly calls: C, private readonly meaning: (said: VenueSaid) => Meaning, private readonly secrets: readonly string[]) {}

  /** @throws VenueUnavailable, VenueRateLimited, VenueKeyRefused, VenueAnswerInvalid */
  async read<S extends z.ZodType>(call: keyof C & string, params: Params, schema: S): Promise<z.output<S>> {
    try {
      return this.checked(call, schema, await this.raw(this.clients.reads, call, params));
    } catch (error) {
      throw this.readFailure(call, error);
    }
  }

  /** The same, and null where the venue answers with one of the codes that say that there is none. */
  async find<S extends z.ZodType>(call: keyof C & string, params: Params, schema: S, none: readonly string[]): Promise<z.output<S> | null> {
    try {
      return this.checked(call, schema, await this.raw(this.clients.reads, call, params));
    } catch (error) {
      if (error instanceof VenueSaid && none.includes(error.venueCode)) return null;
      throw this.readFailure(call, error);
    }
  }

  /** Sends once. What it cannot tell is a value, not an error. */
  async send<S extends z.ZodType>(call: keyof C & string, params: Params, schema: S): Promise<VenueAnswer<z.output<S>>> {
    try {
      return { kind: 'done', value: this.checked(call, schema, await this.raw(this.clients.orders, call, params)) };
    } catch (error) {
      if (error instanceof VenueAnswerInvalid) return { kind: 'unknown', because: 'unreadable-answer' };
      if (error instanceof OutboundRefused) return { kind: 'rejected', rejection: { reason: 'other', code: 'not-sent', message: error.message } };
      if (!(error instanceof VenueSaid)) return { kind: 'unknown', because: silence(error).because };
      const meaning = this.meaning(error);
      return meaning.kind === 'unknown' ? meaning : { kind: 'rejected', rejection: { reason: meaning.reason, code: error.venueCode, message: this.shown(error.message) } };
    }
  }

  /** What Hyperliquid's actions are signed with; the key stays inside. */
  signed<T>(make: (client: Exchange) => T): T {
    return make(this.clients.orders);
  }

  shown(text: string): string {
    return redacted(text, this.secrets);
  }

  private raw(client: Exchange, call: string, params: Params): Promise<unknown> {
    const ask = Object.hasOwn(this.calls, call) ? (client as unknown as Record<string, (params: Params) => Promise<unknown>>)[call] : undefined;
    if (ask === undefined) throw new OutboundRefused(call, 'one of the calls that Ballast makes');
    return ask.call(client, { ...params });
  }

  private checked<S extends z.ZodType>(call: string, schema: S, answer: unknown): z.output<S> {
    return parsed(this.place.venue, this.calls[call] ?? call, schema, answer);
  }

  private readFailure(call: string, error: unknown): Error {
    const { venue } = this.place;
    if (error instanceof VenueAnswerInvalid) return new VenueAnswerInvalid(venue, error.call, this.shown(error.detail));
    if (error instanceof OutboundRefused) return error;
    if (!(error instanceof VenueSaid)) return new VenueUnavailable(venue, this.shown(`${this.calls[call] ?? call}: ${silence(error).message}`));
    const detail = this.shown(`${this.calls[call] ?? call}: ${error.venueCode} ${error.message}`);
    const meaning = this.meaning(error);
    // A question that came too late, or by a wrong clock, may be asked again.
    if (meaning.kind === 'unknown' || meaning.reason === 'closed' || meaning.reason === 'expired') return new VenueUnavailable(venue, detail);
    if (meaning.reason === 'rate-limit') return new VenueRateLimited(venue, detail);
    return meaning.reason === 'key-refused' ? new VenueKeyRefused(venue, detail) : new VenueAnswerInvalid(venue, this.calls[call] ?? call, `the venue refused: ${this.shown(`${error.venueCode} ${error.message}`)}`);
  }
}

/** What did not come to an answer. ccxt's own classes are told by their names, so that nothing is loaded for it. */
function silence(error: unknown): VenueSilent {
  if (error instanceof VenueSilent) return error;
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return new VenueSilent(name === 'RequestTimeout' ? 'timeout' : name === 'ExchangeNotAvailable' ? 'server-error' : 'network', message);
}
