import { createHmac } from 'node:crypto';
import type { Exchange, Order } from 'ccxt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { oneLevel, operatedVenue, type DeribitAccount, type OperatedVenue } from './started-venue.js';

const ETH = 'ETH/USD:ETH';
const THIN = { bids: [['1500', '8000'], ['1499', '50000']], asks: [['1500.5', '8000'], ['1502', '50000']] };

let venue: OperatedVenue;
let account: DeribitAccount;
let exchange: Exchange;

async function client({ clientId, clientSecret }: DeribitAccount = account, more = {}): Promise<Exchange> {
  const { default: ccxt } = await import('ccxt');
  return new ccxt.deribit({ apiKey: clientId, secret: clientSecret, timeout: 5_000, enableRateLimit: false, options: { code: 'ETH' }, urls: { api: { rest: venue.url } }, ...more });
}

const sell = (amount: number, price: number, params = {}, by = exchange): Promise<Order> => by.createOrder(ETH, 'limit', 'sell', amount, price, { timeInForce: 'IOC', ...params });
const buy = (amount: number, price: number, params = {}, by = exchange): Promise<Order> => by.createOrder(ETH, 'limit', 'buy', amount, price, { timeInForce: 'IOC', ...params });
const held = async (): Promise<number | undefined> => (await exchange.fetchPositions([ETH]))[0]?.contracts;
const named = (promise: Promise<unknown>): Promise<string> => promise.then(() => 'done', (error: Error) => error.constructor.name);
const price = (mark: string, book: unknown = THIN) => venue.let('deribit/events', { kind: 'prices', instrument: 'ETH-PERPETUAL', mark, book });
const byLabel = async (label: string, by = exchange): Promise<readonly Record<string, unknown>[]> => (await by['privateGetGetOrderStateByLabel']({ currency: 'ETH', label })).result;

beforeEach(async () => {
  venue = await operatedVenue();
  account = await venue.let('deribit/accounts', { deposits: { ETH: '10' } });
  await price('1500');
  exchange = await client();
  await exchange.loadMarkets();
});
afterEach(() => venue.stop());

describe('the real client against the paper Deribit', () => {
  it('loads the markets, sees the deposit in coins, and what a book and a ticker say', async () => {
    expect(Object.keys(exchange.markets ?? {})).toEqual(['BTC/USD:BTC', ETH]);
    expect(exchange.market(ETH)).toMatchObject({ id: 'ETH-PERPETUAL', inverse: true, precision: { amount: 1, price: 0.05 }, taker: 0.0005, maker: 0 });
    expect(await exchange.fetchBalance()).toMatchObject({ ETH: { total: 10, free: 10 }, BTC: { total: 0 } });
    expect(await exchange.fetchBalance({ code: 'ETH' })).toMatchObject({ ETH: { total: 10 } });
    expect(await exchange.fetchTicker(ETH)).toMatchObject({ bid: 1500, ask: 1500.5, markPrice: 1500, indexPrice: 1500 });
    expect((await exchange.fetchOrderBook(ETH)).asks).toEqual([[1500.5, 8_000], [1502, 50_000]]);
    expect((await exchange.fetchTickers([ETH]))[ETH]).toMatchObject({ bid: 1500, ask: 1500.5 });
    expect((await exchange.fetchTradingFees())[ETH]).toMatchObject({ taker: 0.0005 });
  });

  it('a short of dollars: filled within its cap, margin and profit in coins, and the rest is cancelled', async () => {
    const order = await sell(15_000, 1500, { label: 'slice-1' });
    expect(order).toMatchObject({ filled: 8_000, remaining: 7_000, status: 'canceled', average: 1500 });
    expect(order.trades.map(({ amount, fee }) => [amount, fee?.cost])).toEqual([[8_000, 0.00266667]]);
    const [position] = await exchange.fetchPositions([ETH]);
    expect(position).toMatchObject({ side: 'short', contracts: -8_000, entryPrice: 1500, markPrice: 1500 });
    // Coins are rounded up to 1e-8.
    expect(position?.notional).toBe(5.33333334);
    expect(position?.info).toMatchObject({ size: -8_000, direction: 'sell', delta: -5.33333334, kind: 'future' });
    expect((await exchange.fetchPosition(ETH)).contracts).toBe(-8_000);
    expect((await exchange.fetchMyTrades(ETH)).map(({ price: at, side }) => [at, side])).toEqual([[1500, 'sell']]);
    expect((await byLabel('slice-1')).map(({ filled_amount: filled, order_state: state }) => [filled, state])).toEqual([[8_000, 'cancelled']]);
  });

  it('an immediate order without a match is taken and cancelled, and a limit beyond the venue\'s is moved to it', async () => {
    expect(await sell(100, 1505, { label: 'none' })).toMatchObject({ filled: 0, status: 'canceled' });
    expect(await byLabel('none')).toHaveLength(1);
    expect((await buy(100, 1900)).price).toBe(1522.5);
  });

  it('reduces only, rests, is cancelled by its id or with all others', async () => {
    expect(await named(buy(100, 1502, { reduceOnly: true }))).toBe('ExchangeError');
    await sell(5_000, 1500);
    expect(await buy(9_000, 1502, { reduceOnly: true })).toMatchObject({ filled: 5_000 });
    expect(await held()).toBeUndefined();
    const resting = await exchange.createOrder(ETH, 'limit', 'buy', 100, 1490, { postOnly: true });
    expect((await exchange.fetchOpenOrders(ETH)).map(({ id }) => id)).toEqual([resting.id]);
    await exchange.cancelOrder(String(resting.id), ETH);
    expect(await exchange.fetchOrder(String(resting.id), ETH)).toMatchObject({ status: 'canceled' });
    expect(await named(exchange.cancelOrder(String(resting.id), ETH))).toBe('InvalidOrder');
    expect(await named(exchange.cancelOrder('ETH-999', ETH))).toBe('OrderNotFound');
    await exchange.createOrder(ETH, 'limit', 'buy', 100, 1490);
    await exchange.cancelAllOrders(ETH);
    expect(await exchange.fetchOpenOrders(ETH)).toEqual([]);
    expect(await named(exchange.createOrder(ETH, 'limit', 'buy', 100, 1502, { postOnly: true }))).toBe('InvalidOrder');
  });

  it('funding: the rate, the payment in coins after eight hours, and the history', async () => {
    // A minute behind a payment, so that eight hours on there is one more.
    await venue.let('clock', { advanceMs: 8 * 3_600_000 + 60_000 - (Date.now() % (8 * 3_600_000)) });
    await sell(6_000, 1500);
    await venue.let('deribit/events', { kind: 'funding-rate', instrument: 'ETH-PERPETUAL', rate: '0.001' });
    // What was realised in the last eight hours is still nothing; the ticker has the present rate.
    expect(await exchange.fetchFundingRate(ETH)).toMatchObject({ fundingRate: 0, interval: '8h' });
    expect((await exchange.fetchTicker(ETH)).info).toMatchObject({ funding_8h: 0.001, current_funding: 0.001 });
    const before = (await exchange.fetchBalance()).ETH?.total ?? 0;
    await venue.let('clock', { advanceMs: 8 * 3_600_000 });
    expect(((await exchange.fetchBalance()).ETH?.total ?? 0) - before).toBeCloseTo(0.004, 8);
    expect((await exchange.fetchFundingRateHistory(ETH)).map(({ fundingRate }) => fundingRate)).toEqual([0, 0.001]);
    expect(await exchange.fetchFundingRate(ETH)).toMatchObject({ fundingRate: 0.001 });
  });

  it('a liquidation is seen as a position that is gone', async () => {
    await price('1500', oneLevel('1500', '1500.5', '500000'));
    await sell(30_000, 1500);
    const liquidation = (await exchange.fetchPositions([ETH]))[0]?.liquidationPrice ?? 0;
    expect(liquidation).toBeGreaterThan(2_967);
    expect(liquidation).toBeLessThan(2_968);
    await price('2970', oneLevel('2969', '2970.5', '500000'));
    expect(await held()).toBeUndefined();
    expect((await exchange.fetchMyTrades(ETH)).at(-1)?.info).toMatchObject({ order_type: 'liquidation', liquidation: 'T', direction: 'buy', amount: 30_000 });
  });
});

describe('options', () => {
  it('are quoted by volatility: listed, with their Greeks, in the chain', async () => {
    const expiry = new Date(Date.now() + 30 * 86_400_000);
    const day = `${expiry.getUTCDate()}${expiry.toLocaleString('en', { month: 'short', timeZone: 'UTC' }).toUpperCase()}${expiry.getUTCFullYear() % 100}`;
    const quote = { instrument: `ETH-${day}-1400-P`, markIv: 62, bidIv: 60, askIv: 64, amount: 50 };
    await venue.let('deribit/options', quote);
    await expect(venue.let('deribit/options', { ...quote, instrument: 'ETH-PUT' })).rejects.toThrow('like ETH-27MAR26-2500-P');
    await exchange.loadMarkets(true);
    const put = Object.values(exchange.markets ?? {}).find((market) => market?.id === quote.instrument);
    expect(put).toMatchObject({ option: true, strike: 1_400, optionType: 'put', settle: 'ETH', expiry: expiry.setUTCHours(8, 0, 0, 0) });
    const symbol = put?.symbol ?? '';
    const greeks = await exchange.fetchGreeks(symbol);
    expect(greeks).toMatchObject({ bidImpliedVolatility: 60, askImpliedVolatility: 64, markImpliedVolatility: 62, underlyingPrice: 1500 });
    expect(greeks.delta).toBeLessThan(-0.3);
    expect(greeks.delta).toBeGreaterThan(-0.4);
    expect((await exchange.fetchOptionChain('ETH'))[symbol]).toMatchObject({ markPrice: greeks.markPrice, underlyingPrice: 1500 });
    expect((await exchange.fetchOption(symbol)).askPrice).toBe(greeks.askPrice);
    expect((await exchange.fetchOrderBook(symbol)).asks).toEqual([[greeks.askPrice, 50]]);
  });

  /** A put of 1,400 that expires in 30 days at eight. */
  async function quoted(): Promise<{ readonly name: string; readonly symbol: string; readonly expiresMs: number; readonly ask: number; readonly bid: number }> {
    const expiry = new Date(Date.now() + 30 * 86_400_000);
    const name = `ETH-${expiry.getUTCDate()}${expiry.toLocaleString('en', { month: 'short', timeZone: 'UTC' }).toUpperCase()}${expiry.getUTCFullYear() % 100}-1400-P`;
    await venue.let('deribit/options', { instrument: name, markIv: 62, bidIv: 60, askIv: 64, amount: 5 });
    await exchange.loadMarkets(true);
    const { symbol = '' } = Object.values(exchange.markets ?? {}).find((market) => market?.id === name) ?? {};
    const { asks, bids } = await exchange.fetchOrderBook(symbol);
    return { name, symbol, expiresMs: expiry.setUTCHours(8, 0, 0, 0), ask: asks[0]?.[0] as number, bid: bids[0]?.[0] as number };
  }
  const put = (symbol: string, side: 'buy' | 'sell', amount: number, premium: number, more = {}) => exchange.createOrder(symbol, 'limit', side, amount, premium, { timeInForce: 'IOC', ...more });
  const account_ = async () => (await exchange.privateGetGetAccountSummary({ currency: 'ETH' })).result as Record<string, string>;
  const positions = async () => (await exchange.privateGetGetPositions({ currency: 'ETH' })).result as Record<string, unknown>[];

  it('are bought at what is offered, held with their Greeks, and sold again; never written', async () => {
    const { name, symbol, ask, bid } = await quoted();
    expect((await put(symbol, 'buy', 3, ask, { label: 'a-put' })).filled).toBe(3);
    const [held] = await positions();
    expect(held).toMatchObject({ instrument_name: name, kind: 'option', size: 3, direction: 'buy', average_price: ask });
    expect(Number(held?.['delta'])).toBeLessThan(-0.9);
    // What it is worth is in the equity and backs nothing else; the fee is 0.0003 coins of each.
    const summary = await account_();
    expect(Number(summary['available_funds'])).toBeCloseTo(10 - 3 * ask - 3 * 0.0003, 8);
    expect(Number(summary['maintenance_margin'])).toBe(0);
    expect(await byLabel('a-put')).toMatchObject([{ instrument_name: name, filled_amount: 3 }]);
    await expect(put(symbol, 'sell', 4, bid)).rejects.toThrow('not_enough_funds');
    expect((await put(symbol, 'sell', 4, bid, { reduceOnly: true })).filled).toBe(3);
    expect(await positions()).toEqual([]);
    await expect(put(symbol, 'sell', 1, bid)).rejects.toThrow('not_enough_funds');
    await expect(put(symbol, 'buy', 1, ask + 0.0001)).rejects.toThrow();
    // No more than is offered, and nothing below it.
    expect((await put(symbol, 'buy', 9, ask)).filled).toBe(5);
    expect((await put(symbol, 'buy', 1, bid)).filled).toBe(0);
  });

  it('follow the price, and are paid out when they expire', async () => {
    const { symbol, expiresMs, ask } = await quoted();
    await put(symbol, 'buy', 2, ask);
    const before = Number((await account_())['equity']);
    await price('1050', oneLevel('1049', '1051', '500000'));
    // A fall of 30%: two puts of 1,400 are worth 700 dollars and more.
    expect(Number((await account_())['equity']) - before).toBeGreaterThan(0.5);
    const cash = Number((await account_())['balance']);
    await venue.let('clock', { advanceMs: expiresMs - Date.now() + 1_000 });
    expect(await positions()).toEqual([]);
    const after = await account_();
    expect(Number(after['equity'])).toBeCloseTo(cash - 2 * ask + (2 * 350) / 1_050, 6);
    expect(after['available_funds']).toBe(after['equity']);
  });
});

describe('what goes wrong on the way', () => {
  const script = (kind: string, more = {}, silence = 'hang') => venue.let('deribit/faults', { silence, rules: [{ on: 'order', fault: { kind, ...more } }] });

  it('a lost reply: the order is found by its label; sent again it is executed again, for labels are not unique', async () => {
    await script('reply-lost');
    const impatient = await client(account, { timeout: 300 });
    impatient.setMarkets(exchange.markets as never);
    expect(await named(sell(1_000, 1500, { label: 'once' }, impatient))).toBe('RequestTimeout');
    expect((await byLabel('once')).map(({ filled_amount: filled }) => filled)).toEqual([1_000]);
    await sell(1_000, 1500, { label: 'once' });
    expect([await held(), (await byLabel('once')).length]).toEqual([-2_000, 2]);
  });

  it('an order that comes after its time is not executed, also where the venue was late', async () => {
    expect(await named(sell(1_000, 1500, { valid_until: Date.now() - 1 }))).toBe('BadRequest');
    await script('executed-late', { byMs: 60_000 }, 'reset');
    expect(await named(sell(1_000, 1500, { valid_until: Date.now() + 5_000 }))).toBe('NetworkError');
    await venue.let('clock', { advanceMs: 120_000 });
    expect(await held()).toBeUndefined();
    expect(await sell(1_000, 1500, { valid_until: Date.now() + 5_000 })).toMatchObject({ filled: 1_000 });
  });

  it('each refusal by the class that the client has for its code', async () => {
    expect(await named(buy(1_000_000, 1502))).toBe('InsufficientFunds');
    await script('rate-limited');
    expect(await named(sell(1, 1500))).toBe('DDoSProtection');
    await script('busy');
    expect(await named(sell(1, 1500))).toBe('ExchangeNotAvailable');
    await script('outage');
    expect(await named(sell(1, 1500))).toBe('ExchangeNotAvailable');
    await venue.let('deribit/events', { kind: 'halt', instrument: 'ETH-PERPETUAL' });
    expect(await named(sell(1, 1500))).toBe('OnMaintenance');
    await venue.let('deribit/events', { kind: 'resume', instrument: 'ETH-PERPETUAL' });
    expect(await named(exchange.createOrder(ETH, 'market', 'sell', 1))).toBe('BadRequest');
    expect((await venue.refusals()).at(-1)).toMatchObject({ asked: 'private/sell', why: expect.stringContaining('-32602') });
  });

  it('a wrong secret, a revoked key and a key that may only read', async () => {
    const using = async (key: DeribitAccount): Promise<Exchange> => {
      const other = await client(key);
      other.setMarkets(exchange.markets as never);
      return other;
    };
    expect(await named(sell(1, 1500, {}, await using({ ...account, clientSecret: 'wrong' })))).toBe('AuthenticationError');
    const reader = await venue.let<DeribitAccount>('deribit/keys', { account: account.account, scope: 'account:read trade:read wallet:none' });
    expect(await named(sell(1, 1500, {}, await using(reader)))).toBe('PermissionDenied');
    expect(await (await using(reader)).fetchPositions([ETH])).toEqual([]);
    await venue.let('deribit/keys/revoke', { key: account.clientId });
    expect(await named(exchange.fetchPositions([ETH]))).toBe('AuthenticationError');
    expect(await named(sell(1, 1500))).toBe('AuthenticationError');
  });

  it('a key that could withdraw shows itself; what it could do is not there', async () => {
    const rich = await venue.let<DeribitAccount>('deribit/keys', { account: account.account, scope: 'account:read trade:read_write wallet:read_write' });
    const told = await exchange['publicGetAuth']({ grant_type: 'client_credentials', client_id: rich.clientId, client_secret: rich.clientSecret });
    expect(told.result.scope).toBe('account:read trade:read_write wallet:read_write');
    expect(await named((await client(rich)).withdraw('ETH', 1, '0x1234567890123456789012345678901234567890'))).not.toBe('done');
    expect((await venue.refusals()).map(({ asked }) => asked)).toContain('private/withdraw');
    expect(JSON.stringify(await venue.refusals())).not.toContain(rich.clientSecret);
  });

  it('a call that is sent twice counts once', async () => {
    const target = '/api/v2/private/get_positions?currency=ETH';
    const ts = Date.now();
    const sig = createHmac('sha256', account.clientSecret).update(`${ts}\n7\nGET\n${target}\n\n`).digest('hex');
    const sent = () => fetch(venue.url + target, { headers: { authorization: `deri-hmac-sha256 id=${account.clientId},ts=${ts},sig=${sig},nonce=7` } });
    expect([(await sent()).status, (await sent()).status]).toEqual([200, 401]);
    expect((await venue.refusals()).map(({ why }) => why)).toContain('a nonce that has been used');
  });
});
