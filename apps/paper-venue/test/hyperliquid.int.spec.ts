import type { Exchange, Order } from 'ccxt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { oneLevel, operatedVenue, type HyperliquidAccount, type OperatedVenue } from './started-venue.js';

const ETH = 'ETH/USDC:USDC';
const THIN = { bids: [['2999', '8'], ['2990', '50']], asks: [['3001', '8'], ['3010', '50']] };
const cloid = (digit: string): string => `0x${digit.repeat(32)}`;

let venue: OperatedVenue;
let account: HyperliquidAccount;
let exchange: Exchange;

/** The client as it comes, with other addresses and the signatures of its sandbox mode. */
const settings = ({ account: walletAddress, privateKey }: HyperliquidAccount, more = {}) => ({
  walletAddress, privateKey, timeout: 5_000, enableRateLimit: false, urls: { api: { public: venue.url, private: venue.url } }, options: { sandboxMode: true }, ...more,
});

/** ccxt's Hyperliquid without the fee for its builder and its referrer, which it asks for at every start. */
async function client(from = account, more = {}): Promise<Exchange> {
  const { default: ccxt } = await import('ccxt');
  class WithoutBuilder extends ccxt.hyperliquid {
    override async initializeClient(): Promise<boolean> {
      return true;
    }
  }
  return new WithoutBuilder(settings(from, more));
}

const sell = (amount: number, price: number, params = {}, by = exchange): Promise<Order> => by.createOrder(ETH, 'limit', 'sell', amount, price, { timeInForce: 'IOC', ...params });
const buy = (amount: number, price: number, params = {}, by = exchange): Promise<Order> => by.createOrder(ETH, 'limit', 'buy', amount, price, { timeInForce: 'IOC', ...params });
const held = async (): Promise<number | undefined> => (await exchange.fetchPositions([ETH])).map(({ contracts, side }) => (side === 'short' ? -1 : 1) * (contracts ?? 0))[0];
const named = (promise: Promise<unknown>): Promise<string> => promise.then(() => 'done', (error: Error) => error.constructor.name);
const price = (mark: string, book: unknown = THIN) => venue.let('hyperliquid/events', { kind: 'prices', instrument: 'ETH', mark, book });

beforeEach(async () => {
  venue = await operatedVenue();
  account = await venue.let('hyperliquid/accounts', { deposits: { USDC: '50000' } });
  await price('3000');
  exchange = await client();
  await exchange.loadMarkets();
});
afterEach(() => venue.stop());

describe('the real client against the paper Hyperliquid', () => {
  it('loads the markets, sees the deposit, and sets leverage that it can read back', async () => {
    expect(Object.keys(exchange.markets ?? {})).toEqual(['BTC/USDC:USDC', ETH, 'SOL/USDC:USDC']);
    expect(exchange.market(ETH)).toMatchObject({ linear: true, precision: { amount: 0.0001, price: 0.1 }, limits: { leverage: { max: 25 } } });
    expect(await exchange.fetchBalance()).toMatchObject({ USDC: { total: 50_000, free: 50_000 } });
    expect(await exchange.fetchTicker(ETH)).toMatchObject({ bid: 2999, ask: 3001 });
    expect((await exchange.fetchOrderBook(ETH)).bids).toEqual([[2999, 8], [2990, 50]]);
    expect(await exchange.fetchTradingFee(ETH)).toMatchObject({ taker: 0.00045, maker: 0.00015 });
    expect(await exchange.fetchStatus()).toMatchObject({ status: 'ok' });
    await exchange.setLeverage(2, ETH, { marginMode: 'cross' });
    await buy(1, 3001);
    expect((await exchange.fetchPositions([ETH]))[0]).toMatchObject({ leverage: 2, marginMode: 'cross', initialMargin: 1_500, entryPrice: 3001, unrealizedPnl: -1 });
    expect(await named(exchange.setLeverage(26, ETH))).toBe('ExchangeError');
  });

  it('an immediate order takes what is within its cap, and what comes later takes the rest', async () => {
    expect(await sell(10, 2997.9, { clientOrderId: cloid('a') })).toMatchObject({ filled: 8, average: 2999 });
    expect(await exchange.fetchOrder(cloid('a'), ETH)).toMatchObject({ status: 'canceled', amount: 10, filled: 8, remaining: 2, clientOrderId: cloid('a') });
    expect(await named(sell(2, 2997.9))).toBe('InvalidOrder');
    await price('3000');
    await sell(2, 2997.9);
    expect(await held()).toBe(-10);
    const trades = await exchange.fetchMyTrades(ETH);
    expect(trades.map(({ amount, price: at, side, takerOrMaker }) => [amount, at, side, takerOrMaker])).toEqual([[8, 2999, 'sell', 'taker'], [2, 2999, 'sell', 'taker']]);
    expect(trades.map(({ fee }) => fee?.cost)).toEqual([10.7964, 2.6991]);
    expect(await exchange.fetchMyTrades(ETH, (trades[1]?.timestamp ?? 0))).toHaveLength(1);
  });

  it('an order that only reduces never turns the position, and is refused where there is nothing to reduce', async () => {
    expect(await named(buy(1, 3001, { reduceOnly: true }))).toBe('InvalidOrder');
    await sell(2, 2999);
    expect(await buy(5, 3001, { reduceOnly: true })).toMatchObject({ filled: 2 });
    expect(await held()).toBeUndefined();
  });

  it('a resting order is open until it is cancelled, by its id or the client\'s', async () => {
    const resting = await exchange.createOrder(ETH, 'limit', 'buy', 1, 2500, { clientOrderId: cloid('b'), postOnly: true });
    expect((await exchange.fetchOpenOrders(ETH)).map(({ id, clientOrderId, remaining }) => [id, clientOrderId, remaining])).toEqual([[resting.id, cloid('b'), 1]]);
    await exchange.cancelOrder('', ETH, { clientOrderId: cloid('b') });
    expect(await exchange.fetchOpenOrders(ETH)).toEqual([]);
    expect(await named(exchange.cancelOrder(String(resting.id), ETH))).toBe('OrderNotFound');
    expect((await exchange.fetchOrders(ETH)).map(({ status }) => status)).toEqual(['canceled']);
    expect(await named(exchange.createOrder(ETH, 'limit', 'buy', 1, 3010, { postOnly: true }))).toBe('InvalidOrder');
  });

  it('maps refusals to the classes that the client has for the real venue', async () => {
    expect(await named(buy(1_000, 3001))).toBe('InsufficientFunds');
    expect(await named(buy(0.001, 3001))).toBe('InvalidOrder');
    expect(await named(exchange.fetchOrder(cloid('f'), ETH))).toBe('OrderNotFound');
    expect(await named(buy(1, 3001, { clientOrderId: 'hedge-1' }))).toBe('ExchangeError');
  });

  it('isolated margin can be added and taken back', async () => {
    await exchange.setMarginMode('isolated', ETH, { leverage: 10 });
    await buy(2, 3001);
    await exchange.addMargin(ETH, 100);
    expect((await exchange.fetchPositions([ETH]))[0]).toMatchObject({ marginMode: 'isolated', collateral: 698.2 });
    expect(await named(exchange.reduceMargin(ETH, 99))).toBe('InsufficientFunds');
    await exchange.reduceMargin(ETH, 90);
    expect((await exchange.fetchPositions([ETH]))[0]?.collateral).toBe(608.2);
  });

  it('funding: paid at the hour, at the rate that was set, and found in the history of both', async () => {
    // A minute behind a full hour, so that an hour on there is one payment.
    await venue.let('clock', { advanceMs: 3_660_000 - (Date.now() % 3_600_000) });
    await sell(2, 2999);
    await venue.let('hyperliquid/events', { kind: 'funding-rate', instrument: 'ETH', rate: '0.0001' });
    expect(await exchange.fetchFundingRate(ETH)).toMatchObject({ fundingRate: 0.0001, interval: '1h', markPrice: 3000, indexPrice: 3000 });
    await venue.let('clock', { advanceMs: 3_600_000 });
    expect((await exchange.fetchFundingHistory(ETH)).map(({ amount, code }) => [amount, code])).toEqual([[0.6, 'USDC']]);
    expect((await exchange.fetchFundingRateHistory(ETH)).map(({ fundingRate }) => fundingRate)).toEqual([0, 0.0001]);
    // The client's own clock is behind now: what it signs is taken all the same.
    expect(await buy(1, 3001, { reduceOnly: true })).toMatchObject({ filled: 1 });
  });

  it('a liquidation is seen as a position that is gone, and in the fills without an order of the account\'s', async () => {
    await price('3000', oneLevel('2999', '3001', '500'));
    await sell(100, 2999);
    await price('3440', oneLevel('3430', '3441', '5000'));
    expect(await held()).toBe(-80);
    await venue.let('clock', { advanceMs: 31_000 });
    await price('3500', oneLevel('3490', '3800', '5000'));
    expect(await held()).toBeUndefined();
    const [, first] = await exchange.fetchMyTrades(ETH);
    expect(first?.info).toMatchObject({ dir: 'Close Short', sz: '20.0', liquidation: { liquidatedUser: account.account, method: 'market' } });
  });

  it('an auto-deleveraging shrinks the hedge without an order', async () => {
    await sell(8, 2999);
    await venue.let('hyperliquid/events', { kind: 'adl', account: account.account, instrument: 'ETH', shareBps: 5_000, price: '2900' });
    expect(await held()).toBe(-4);
    expect((await exchange.fetchMyTrades(ETH)).at(-1)?.info).toMatchObject({ dir: 'Auto-Deleveraging', closedPnl: '396.0' });
  });
});

describe('what goes wrong on the way', () => {
  const script = (kind: string, more = {}, silence = 'hang') => venue.let('hyperliquid/faults', { silence, rules: [{ on: 'order', fault: { kind, ...more } }] });

  it('a lost reply: the order stands, is found by its client id, and its id counts once', async () => {
    await script('reply-lost');
    const impatient = await client(account, { timeout: 300 });
    impatient.setMarkets(exchange.markets as never);
    expect(await named(sell(2, 2999, { clientOrderId: cloid('c') }, impatient))).toBe('RequestTimeout');
    expect(await exchange.fetchOrder(cloid('c'), ETH)).toMatchObject({ filled: 2, status: 'closed' });
    expect(await named(sell(2, 2999, { clientOrderId: cloid('c') }))).toBe('ExchangeError');
    expect(await held()).toBe(-2);
  });

  it('a lost request, a broken connection and an order executed late', async () => {
    await script('request-lost', {}, 'reset');
    expect(await named(sell(2, 2999, { clientOrderId: cloid('d') }))).toBe('NetworkError');
    expect(await named(exchange.fetchOrder(cloid('d'), ETH))).toBe('OrderNotFound');
    await script('executed-late', { byMs: 60_000 }, 'reset');
    expect(await named(sell(2, 2999, { clientOrderId: cloid('e') }))).toBe('NetworkError');
    expect(await held()).toBeUndefined();
    await venue.let('clock', { advanceMs: 60_000 });
    expect(await exchange.fetchOrder(cloid('e'), ETH)).toMatchObject({ filled: 2 });
  });

  it('429 and an outage, each by the client\'s own class', async () => {
    await script('rate-limited');
    expect(await named(sell(1, 2999))).toBe('RateLimitExceeded');
    await script('outage');
    expect(await named(sell(1, 2999))).toBe('ExchangeNotAvailable');
    expect(await sell(1, 2999)).toMatchObject({ filled: 1 });
    await venue.let('hyperliquid/faults', { rules: [{ on: 'read', fault: { kind: 'rate-limited' } }] });
    expect(await named(exchange.fetchPositions([ETH]))).toBe('RateLimitExceeded');
  });

  it('the budget of actions grows with what is traded, and its end is a limit of the rate', async () => {
    const small = await operatedVenue({ hyperliquid: { actions: 1, volumeForTimer: 5_000 } });
    const opened = await small.let<HyperliquidAccount>('hyperliquid/accounts', { deposits: { USDC: '50000' } });
    const poor = await client(opened, { urls: { api: { public: small.url, private: small.url } } });
    await poor.loadMarkets();
    await poor.createOrder(ETH, 'limit', 'buy', 0.1, 2000);
    expect(await named(poor.createOrder(ETH, 'limit', 'buy', 0.1, 2000))).toBe('RateLimitExceeded');
    await small.stop();
  });

  it('a timer cancels every open order once enough was traded, unless it is set anew', async () => {
    const timed = await operatedVenue({ hyperliquid: { volumeForTimer: 5_000 } });
    const opened = await timed.let<HyperliquidAccount>('hyperliquid/accounts', { deposits: { USDC: '50000' } });
    const trader = await client(opened, { urls: { api: { public: timed.url, private: timed.url } } });
    await trader.loadMarkets();
    await expect(trader.cancelAllOrdersAfter(10_000)).rejects.toThrow('Cannot set scheduled cancel time until enough volume traded. Required: $5000.');
    await buy(2, 3010, {}, trader);
    await trader.createOrder(ETH, 'limit', 'buy', 0.1, 2000);
    await trader.cancelAllOrdersAfter(10_000);
    await timed.let('clock', { advanceMs: 6_000 });
    await trader.cancelAllOrdersAfter(10_000);
    await timed.let('clock', { advanceMs: 6_000 });
    expect(await trader.fetchOpenOrders(ETH)).toHaveLength(1);
    await timed.let('clock', { advanceMs: 6_000 });
    expect(await trader.fetchOpenOrders(ETH)).toEqual([]);
    await timed.stop();
  });

  it('a wrong key and a revoked one are unknown to the venue; another key of the account still trades', async () => {
    const stranger = await client({ ...account, privateKey: `0x${'11'.repeat(32)}` });
    stranger.setMarkets(exchange.markets as never);
    await expect(sell(1, 2999, {}, stranger)).rejects.toThrow('does not exist');
    const second = await venue.let<HyperliquidAccount>('hyperliquid/keys', { account: account.account });
    await venue.let('hyperliquid/keys/revoke', { key: account.agent });
    await expect(sell(1, 2999)).rejects.toThrow(`User or API Wallet ${account.agent} does not exist.`);
    const other = await client(second);
    other.setMarkets(exchange.markets as never);
    expect(await sell(1, 2999, {}, other)).toMatchObject({ filled: 1 });
    expect((await venue.refusals()).map(({ why }) => why)).toEqual(['a signer that is no key of this venue', 'a revoked key']);
  });

  it('an order for the real venue is refused, and so is one that is sent twice', async () => {
    const real = await client(account, { options: { sandboxMode: false } });
    real.setMarkets(exchange.markets as never);
    expect(await named(sell(1, 2999, {}, real))).toBe('InvalidOrder');
    expect((await venue.refusals())[0]?.why).toContain('source a');
    let sent = '';
    const recording = await client();
    recording.setMarkets(exchange.markets as never);
    const fetched = recording.fetch.bind(recording);
    recording.fetch = async (url, method, headers, body) => {
      sent = String(body);
      return fetched(url, method, headers, body);
    };
    await sell(1, 2999, {}, recording);
    const again = await fetch(`${venue.url}/exchange`, { method: 'POST', body: sent });
    expect(await again.json()).toMatchObject({ status: 'err', response: expect.stringContaining('Invalid nonce: duplicate nonce') });
    expect(await held()).toBe(-1);
  });

  it('the client as it comes asks for a builder\'s fee and a referrer: the venue refuses and records both, and no order names a builder', async () => {
    const { default: ccxt } = await import('ccxt');
    const plain = new ccxt.hyperliquid(settings(account));
    await plain.loadMarkets();
    expect((await venue.refusals()).map(({ asked }) => asked).sort()).toEqual(['approveBuilderFee', 'setReferrer']);
    plain.options['approvedBuilderFee'] = true;
    await expect(sell(1, 2999, {}, plain)).rejects.toThrow('Builder fee has not been approved.');
    expect((await venue.refusals()).at(-1)).toMatchObject({ asked: 'order', why: 'an action with a builder, who would take a fee' });
    expect(await held()).toBeUndefined();
  });
});
