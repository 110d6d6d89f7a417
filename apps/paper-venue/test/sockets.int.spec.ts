import ccxt from 'ccxt';
import { WebSocket as Socket } from 'ws';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { oneLevel, operatedVenue, type DeribitAccount, type HyperliquidAccount, type OperatedVenue } from './started-venue.js';

let venue: OperatedVenue;
const closers: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  venue = await operatedVenue();
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await venue.stop();
});

/** A client that may speak to a socket without encryption. */
async function ready<T extends InstanceType<typeof ccxt.pro.deribit> | InstanceType<typeof ccxt.pro.hyperliquid>>(client: T): Promise<T> {
  await client.loadHttpProxyAgent();
  closers.push(() => client.close());
  return client;
}

describe('Deribit by ccxt.pro', () => {
  const ETH = 'ETH/USD:ETH';
  let client: InstanceType<typeof ccxt.pro.deribit>;
  let key: DeribitAccount;
  beforeEach(async () => {
    key = await venue.let('deribit/accounts', { deposits: { ETH: '10' } });
    client = await ready(new ccxt.pro.deribit({ apiKey: key.clientId, secret: key.clientSecret, enableRateLimit: false, urls: { api: { rest: venue.url, ws: `${venue.url.replace('http', 'ws')}/ws/api/v2` } } }));
  });

  it('ticker, orders, fills and balance are told as they change, to who signed in', async () => {
    expect(await client.watchTicker(ETH)).toMatchObject({ symbol: ETH, last: 3000 });
    await venue.let('deribit/events', { kind: 'prices', instrument: 'ETH-PERPETUAL', mark: '2500', book: oneLevel('2500', '2500.5', '100000') });
    expect(await client.watchTicker(ETH)).toMatchObject({ bid: 2500 });
    const [orders, fills] = [client.watchOrders(), client.watchMyTrades()];
    // In this shape by ccxt: the currency twice.
    expect(await client.watchBalance()).toMatchObject({ ETH: { total: { ETH: 10 } } });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await client.createOrder(ETH, 'limit', 'sell', 5000, 2500, { label: 'x', time_in_force: 'immediate_or_cancel' });
    expect(await orders).toMatchObject([{ symbol: ETH, side: 'sell', filled: 5000, status: 'closed' }]);
    expect(await fills).toMatchObject([{ symbol: ETH, amount: 5000, price: 2500 }]);
    await expect.poll(() => (client.balance as unknown as { ETH: { used: { ETH: number } } }).ETH.used.ETH).toBeGreaterThan(0);
  });

  it('a wrong secret signs nobody in, and a revoked key ends its connection', async () => {
    const wrong = await ready(new ccxt.pro.deribit({ apiKey: key.clientId, secret: 'wrong', enableRateLimit: false, urls: { api: { rest: venue.url, ws: `${venue.url.replace('http', 'ws')}/ws/api/v2` } } }));
    await expect(wrong.watchOrders()).rejects.toThrow('invalid_credentials');
    const orders = client.watchOrders();
    await new Promise((resolve) => setTimeout(resolve, 200));
    await venue.let('deribit/keys/revoke', { key: key.clientId });
    await expect(orders).rejects.toThrow(ccxt.NetworkError);
  });
});

describe('Hyperliquid by ccxt.pro', () => {
  const ETH = 'ETH/USDC:USDC';
  let client: InstanceType<typeof ccxt.pro.hyperliquid>;
  class WithoutBuilder extends ccxt.pro.hyperliquid {
    override async initializeClient(): Promise<boolean> {
      return true;
    }
  }
  beforeEach(async () => {
    const { account, privateKey } = await venue.let<HyperliquidAccount>('hyperliquid/accounts', { deposits: { USDC: '10000' } });
    const url = venue.url;
    client = await ready(new WithoutBuilder({ walletAddress: account, privateKey, enableRateLimit: false, urls: { api: { public: url, private: url, ws: { public: `${url.replace('http', 'ws')}/ws` } } }, options: { sandboxMode: true } }));
    await venue.let('hyperliquid/events', { kind: 'prices', instrument: 'ETH', mark: '3000', book: oneLevel('2999', '3001', '8') });
  });
  const sell = (size: number) => client.createOrder(ETH, 'limit', 'sell', size, 2999, { timeInForce: 'Ioc' });
  const settled = () => new Promise((resolve) => setTimeout(resolve, 150));

  it('ticker, orders, fills and positions are told as they change', async () => {
    expect(await client.watchTicker(ETH)).toMatchObject({ symbol: ETH });
    const [orders, fills, positions] = [client.watchOrders(ETH), client.watchMyTrades(ETH), client.watchPositions([ETH])];
    await settled();
    await sell(2);
    expect(await orders).toMatchObject([{ symbol: ETH, side: 'sell', amount: 2 }]);
    expect(await fills).toMatchObject([{ symbol: ETH, amount: 2, price: 2999 }]);
    expect(await positions).toMatchObject([{ symbol: ETH, side: 'short', contracts: 2 }]);
  });

  it('a connection that breaks in place of a fill rejects who waits; the fill is in the snapshot of the next one', async () => {
    const fills = client.watchMyTrades(ETH);
    await settled();
    await venue.let('hyperliquid/pushes', { kind: 'disconnect' });
    const broken = expect(fills).rejects.toThrow(ccxt.NetworkError);
    await sell(2);
    await broken;
    expect(await client.watchMyTrades(ETH)).toMatchObject([{ amount: 2 }]);
  });
});

describe('what goes wrong with what is pushed', () => {
  /** A bare client of Hyperliquid's socket and what it was told. */
  async function listener(...subscriptions: readonly object[]) {
    const socket = new Socket(`${venue.url.replace('http', 'ws')}/ws`);
    const told: { channel: string; data: { fills?: { px: string }[]; mids?: Record<string, string> } }[] = [];
    let closed = false;
    socket.on('message', (data) => told.push(JSON.parse(data.toString()) as (typeof told)[0]));
    socket.on('close', () => (closed = true));
    await new Promise<void>((resolve) => socket.on('open', resolve));
    for (const subscription of subscriptions) socket.send(JSON.stringify({ method: 'subscribe', subscription }));
    closers.push(async () => socket.terminate());
    const mids = (): string[] => told.filter(({ channel }) => channel === 'allMids').map(({ data }) => data.mids?.['ETH'] ?? '');
    await expect.poll(() => mids().length).toBe(1);
    told.splice(0);
    return { told, mids, isClosed: () => closed, ping: () => socket.send('{"method":"ping"}'), send: (text: string) => socket.send(text) };
  }
  const price = async (mark: string): Promise<void> => {
    await venue.let('hyperliquid/events', { kind: 'prices', instrument: 'ETH', mark, book: oneLevel(mark, mark, '8') });
    await new Promise((resolve) => setTimeout(resolve, 80));
  };

  it.each([
    ['a gap', { kind: 'gap', messages: 1 }, ['2001.0', '2002.0']], ['the same twice', { kind: 'duplicate', messages: 1 }, ['2000.0', '2000.0', '2001.0', '2002.0']], ['another order', { kind: 'reorder', messages: 2 }, ['2001.0', '2000.0', '2002.0']],
  ])('%s', async (_, fault, expected) => {
    const { mids } = await listener({ type: 'allMids' });
    await venue.let('hyperliquid/pushes', fault);
    for (const mark of ['2000', '2001', '2002']) await price(mark);
    await expect.poll(mids).toEqual(expected);
  });

  it('silence without an end: no message and no pong comes, and the connection stays', async () => {
    const { told, mids, ping, isClosed } = await listener({ type: 'allMids' });
    await venue.let('hyperliquid/pushes', { kind: 'stall', forMs: 60_000 });
    ping();
    await price('2000');
    expect([told, isClosed()]).toEqual([[], false]);
    await venue.let('clock', { advanceMs: 60_001 });
    await price('2001');
    await expect.poll(mids).toEqual(['2001.0']);
  });

  it('what is no message is told so and recorded, and twice the same is one', async () => {
    const { told, send } = await listener({ type: 'allMids' });
    for (const text of ['{', '{"method":"post","id":1}', '{"method":"subscribe","subscription":{"type":"allMids"}}', '{"method":"ping"}']) send(text);
    await expect.poll(() => told.map(({ channel }) => channel)).toEqual(['error', 'error', 'error', 'pong']);
    expect((await venue.refusals()).map(({ asked }) => asked)).toEqual(['socket', 'socket']);
  });
});
