import { z } from 'zod';
import { clearinghouseState } from '../facade/hyperliquid/account-answers.js';
import { marketsOf, type HyperliquidDesk } from '../facade/hyperliquid/desk.js';
import { fillOf, orderUpdate, userFills } from '../facade/hyperliquid/history-answers.js';
import { allMids, contexts } from '../facade/hyperliquid/market-answers.js';
import { decimalOf } from '../facade/wire-numbers.js';
import type { Session } from './session.js';
import { added, altered, whole, type Stream } from './stream.js';

const user = z.string().regex(/^0x[0-9a-fA-F]{40}$/).transform((text) => text.toLowerCase());
const SUBSCRIPTION = z.discriminatedUnion('type', [
  z.object({ type: z.literal('allMids'), dex: z.literal('').optional() }), z.object({ type: z.literal('activeAssetCtx'), coin: z.string().min(1).max(20) }),
  z.object({ type: z.literal('clearinghouseState'), user, dex: z.literal('').optional() }), z.object({ type: z.literal('userFills'), user, aggregateByTime: z.boolean().optional() }), z.object({ type: z.literal('orderUpdates'), user }),
]);
const MESSAGE = z.union([z.object({ method: z.enum(['subscribe', 'unsubscribe']), subscription: SUBSCRIPTION }), z.object({ method: z.literal('ping') })]);
type Subscription = z.output<typeof SUBSCRIPTION>;

/** One client of Hyperliquid's socket: it subscribes, is told, and pings. Nothing is signed: who an account is can be seen by anybody there. */
export class HyperliquidSession implements Session {
  readonly streams = new Map<string, Stream>();

  constructor(private readonly desk: HyperliquidDesk) {}

  answer(message: unknown): readonly unknown[] {
    const parsed = MESSAGE.safeParse(message);
    if (!parsed.success) {
      this.desk.refusals.add('hyperliquid', 'socket', parsed.error.issues[0]?.message ?? 'unreadable', message);
      return [{ channel: 'error', data: `Error parsing JSON into valid websocket request: ${JSON.stringify(message)}` }];
    }
    if (parsed.data.method === 'ping') return [{ channel: 'pong' }];
    const { method, subscription } = parsed.data;
    const name = JSON.stringify(subscription);
    if (method === 'unsubscribe') this.streams.delete(name);
    else if (this.streams.has(name)) return [{ channel: 'error', data: `Already subscribed: ${name}` }];
    else this.streams.set(name, this.streamOf(subscription));
    const snapshot = method === 'subscribe' && subscription.type === 'userFills' ? [{ channel: 'userFills', data: { isSnapshot: true, user: subscription.user, fills: userFills(this.desk, subscription.user) } }] : [];
    return [{ channel: 'subscriptionResponse', data: { method, subscription } }, ...snapshot];
  }

  due(): readonly unknown[] | 'close' {
    return [];
  }

  private streamOf(subscription: Subscription): Stream {
    const { desk } = this;
    const { running } = desk;
    switch (subscription.type) {
      case 'allMids':
        return whole(() => allMids(desk), (mids) => ({ channel: 'allMids', data: { mids } }));
      case 'activeAssetCtx': {
        const { coin } = subscription;
        const place = marketsOf(desk).findIndex(({ instrument }) => instrument.name === coin);
        return place < 0 ? () => [] : whole(() => contexts(desk)[place], (ctx) => ({ channel: 'activeAssetCtx', data: { coin, ctx } }));
      }
      case 'clearinghouseState':
        return whole(() => clearinghouseState(desk, subscription.user), (state) => ({ channel: 'clearinghouseState', data: { dex: '', user: subscription.user, clearinghouseState: { ...state, time: running.clock.now() } } }));
      case 'userFills':
        return added(() => running.state.fills.filter(({ account }) => account === subscription.user), (fills) => [
          { channel: 'userFills', data: { user: subscription.user, fills: fills.map((fill) => fillOf(fill, decimalOf(running.state.markets[fill.instrument]?.markE8 ?? 0n))) } },
        ]);
      case 'orderUpdates':
        return altered(() => Object.values(running.state.orders).filter(({ account }) => account === subscription.user), (orders) => [{ channel: 'orderUpdates', data: orders.map(orderUpdate) }]);
    }
  }
}
