import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { accountId, currenciesOf, summary } from '../facade/deribit/account-results.js';
import { allows, type DeribitKey } from '../facade/deribit/keys.js';
import { ticker } from '../facade/deribit/market-results.js';
import { orderResult, tradeResult } from '../facade/deribit/order-results.js';
import { error, FORBIDDEN, invalidParam, UNAUTHORIZED, type DeribitDesk, type VenueError } from '../facade/deribit/outcome.js';
import type { Session } from './session.js';
import { added, altered, whole, type Stream } from './stream.js';

const MESSAGE = z.object({ id: z.union([z.number(), z.string()]).optional(), method: z.string().max(60), params: z.record(z.string(), z.unknown()).default({}) });
const BY_SIGNATURE = z.object({ grant_type: z.literal('client_signature'), client_id: z.string().max(64), timestamp: z.coerce.number().int(), signature: z.string().regex(/^[0-9a-f]{64}$/), nonce: z.string().max(64).default(''), data: z.string().max(200).default('') });
const BY_SECRET = z.object({ grant_type: z.literal('client_credentials'), client_id: z.string().max(64), client_secret: z.string().max(200) });
const CHANNELS = z.object({ channels: z.array(z.string().max(100)).min(1).max(100) });
const HEARTBEAT = z.object({ interval: z.coerce.number().int().min(10).max(86_400) });
const FRESH_MS = 60_000;
const TOKEN_SECONDS = 900;

/** One client of Deribit's socket: JSON-RPC without trading. A key opens it for as long as it counts, and no longer. */
export class DeribitSession implements Session {
  readonly streams = new Map<string, Stream>();
  private key: DeribitKey | null = null;
  private heartbeat: { readonly everyMs: number; nextMs: number; answered: boolean } | null = null;

  constructor(private readonly desk: DeribitDesk) {}

  answer(message: unknown): readonly unknown[] {
    const cameMs = this.desk.running.clock.now();
    const parsed = MESSAGE.safeParse(message);
    const outcome = parsed.success ? this.called(parsed.data.method, parsed.data.params) : { refused: error(-32600, 'Invalid Request') };
    if ('refused' in outcome) this.desk.refusals.add('deribit', parsed.success ? parsed.data.method : 'socket', `${outcome.refused.code} ${outcome.refused.message}`, {});
    const { code, message: why, data } = 'refused' in outcome ? outcome.refused : { code: 0, message: '', data: undefined };
    const told = 'refused' in outcome ? { error: { code, message: why, ...(data === undefined ? {} : { data }) } } : { result: outcome.result };
    return [{ jsonrpc: '2.0', ...(parsed.success && parsed.data.id !== undefined ? { id: parsed.data.id } : {}), ...told, usIn: cameMs * 1_000, usOut: cameMs * 1_000, usDiff: 0, testnet: true }];
  }

  due(): readonly unknown[] | 'close' {
    if (this.key !== null && this.isRevoked(this.key)) return 'close';
    const { heartbeat } = this;
    const nowMs = this.desk.running.clock.now();
    if (heartbeat === null || nowMs < heartbeat.nextMs) return [];
    // Asked before and not answered: there is nobody.
    if (!heartbeat.answered) return 'close';
    Object.assign(heartbeat, { nextMs: nowMs + heartbeat.everyMs, answered: false });
    return [{ jsonrpc: '2.0', method: 'heartbeat', params: { type: 'test_request' } }];
  }

  private called(method: string, params: unknown): { readonly result: unknown } | { readonly refused: VenueError } {
    switch (method) {
      case 'public/auth':
        return this.authenticated(params);
      case 'public/test':
        if (this.heartbeat !== null) this.heartbeat.answered = true;
        return { result: { version: 'paper' } };
      case 'public/hello':
        return { result: { version: 'paper' } };
      case 'public/set_heartbeat': {
        const asked = HEARTBEAT.safeParse(params);
        if (!asked.success) return { refused: invalidParam('interval', 'value is too low') };
        const everyMs = asked.data.interval * 1_000;
        this.heartbeat = { everyMs, nextMs: this.desk.running.clock.now() + everyMs, answered: true };
        return { result: 'ok' };
      }
      case 'public/disable_heartbeat':
        this.heartbeat = null;
        return { result: 'ok' };
      case 'public/subscribe':
      case 'private/subscribe':
      case 'public/unsubscribe':
      case 'private/unsubscribe':
        return this.subscribed(method, params);
      default:
        return { refused: error(-32601, 'Method not found') };
    }
  }

  private authenticated(params: unknown): { readonly result: unknown } | { readonly refused: VenueError } {
    const [signed, plain] = [BY_SIGNATURE.safeParse(params), BY_SECRET.safeParse(params)];
    const id = signed.success ? signed.data.client_id : plain.success ? plain.data.client_id : '';
    const key = this.desk.keys.byId(id);
    const good = key !== undefined && !this.isRevoked(key) && (signed.success ? this.isSignedBy(key, signed.data) : plain.success && plain.data.client_secret === key.clientSecret);
    if (!good) return { refused: error(13004, 'invalid_credentials') };
    this.key = key;
    return { result: { access_token: 'of-this-connection', refresh_token: 'none', expires_in: TOKEN_SECONDS, scope: key.scope, token_type: 'bearer' } };
  }

  private isSignedBy(key: DeribitKey, { timestamp, nonce, data, signature }: z.output<typeof BY_SIGNATURE>): boolean {
    const expected = createHmac('sha256', key.clientSecret).update(`${timestamp}\n${nonce}\n${data}`).digest();
    return Math.abs(this.desk.running.clock.wall() - timestamp) <= FRESH_MS && timingSafeEqual(expected, Buffer.from(signature, 'hex'));
  }

  private isRevoked(key: DeribitKey): boolean {
    return this.desk.running.script.revoked.includes(key.clientId);
  }

  private subscribed(method: string, params: unknown): { readonly result: unknown } | { readonly refused: VenueError } {
    const asked = CHANNELS.safeParse(params);
    if (!asked.success) return { refused: invalidParam('channels', 'a list of channels') };
    const { channels } = asked.data;
    if (method.endsWith('/unsubscribe')) {
      for (const channel of channels) this.streams.delete(channel);
      return { result: channels };
    }
    const own = method.startsWith('private/') ? this.key : null;
    if (method.startsWith('private/')) {
      if (own === null) return { refused: UNAUTHORIZED };
      if (!allows(own.scope, 'account', 'read') || !allows(own.scope, 'trade', 'read')) return { refused: FORBIDDEN };
    }
    // Channels that are not there are left out of what is answered.
    const found = channels.flatMap((channel) => {
      const stream = this.streamOf(channel, own?.account ?? null);
      if (stream === null) return [];
      if (!this.streams.has(channel)) this.streams.set(channel, stream);
      return [channel];
    });
    return { result: found };
  }

  private streamOf(channel: string, account: string | null): Stream | null {
    const { desk } = this;
    const { running } = desk;
    const pushed = (data: unknown): unknown => ({ jsonrpc: '2.0', method: 'subscription', params: { channel, data } });
    const [, instrument] = /^ticker\.([\w-]+)\.(?:raw|100ms|agg2)$/.exec(channel) ?? [];
    if (instrument !== undefined && Object.hasOwn(running.state.markets, instrument)) {
      return whole(() => running.state.markets[instrument], (market) => pushed(market === undefined ? null : ticker(desk, market)), (market) => String(market?.markE8) + String(market?.indexE8) + String(market?.fundingRateE12) + String(market?.halted) + String(market?.book.bids[0]?.sizeE8) + String(market?.book.asks[0]?.sizeE8));
    }
    if (account === null) return null;
    const [, currency = 'any'] = /^user\.portfolio\.(\w+)$/.exec(channel) ?? [];
    if (/^user\.portfolio\.\w+$/.test(channel)) {
      const known = currenciesOf(desk).filter((one) => currency === 'any' || one === currency.toUpperCase());
      const streams = known.map((one) => whole(() => summary(desk, account, one), pushed));
      return known.length === 0 ? null : () => streams.flatMap((stream) => stream());
    }
    const [, what, kind, coin] = /^user\.(orders|trades)\.(any|future)\.(\w+)\.(?:raw|100ms|agg2)$/.exec(channel) ?? [];
    if (what === undefined || kind === undefined || coin === undefined) return null;
    const mine = ({ account: of }: { readonly account: string }): boolean => currenciesOf(desk).some((one) => (coin.toLowerCase() === 'any' || coin.toUpperCase() === one) && of === accountId(account, one));
    if (what === 'trades') return added(() => running.state.fills.filter(mine), (fills) => [pushed(fills.map((fill) => tradeResult(running.state, fill)))]);
    return altered(() => Object.values(running.state.orders).filter(mine), (orders) => orders.map((order) => pushed(orderResult(running.state, order))));
  }
}
