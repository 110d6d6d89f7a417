import { clientOrderId, instrumentId, usdQuote, venueAccountId, type OrderRequest, type VenuePlace } from '@ballast/positions';
import { parseDecimal, WAD, type ContractsE18, type SettlementE18, type UsdE8, type Wad } from '@ballast/units';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectVenue, type VenueConnection } from '../../src/venues/index.js';
import { BINANCE } from './binance-dialect.js';
import { BYBIT } from './bybit-dialect.js';
import { OKX } from './okx-dialect.js';
import { NOW, standIn, type StandIn } from './stand-in.js';

const e18 = (text: string): bigint => parseDecimal(text, 18);
const usd = (text: string): UsdE8 => parseDecimal(text, 8) as UsdE8;
const id = (digit: string) => clientOrderId(digit.repeat(32));

/** What differs between them in what the same account reads as. */
const VENUES = [
  {
    name: 'Binance', dialect: BINANCE, adl: { kind: 'told', rank: 3, of: 4 }, lot: e18('0.001'), takerFee: e18('0.0005'), settlement: 'USDT', rights: { enableReading: true, enableFutures: true, enableWithdrawals: true },
    contract: { kind: 'linear', coinE18: WAD },
    tiers: { kind: 'tiers', unit: 'usd', rows: [{ from: 0n, maintenanceRate: e18('0.005'), initialRate: e18('0.01'), deduction: 0n }, { from: usd('50000'), maintenanceRate: e18('0.01'), initialRate: e18('0.02'), deduction: usd('250') }] },
    sent: { symbol: 'ETHUSDT', side: 'SELL', type: 'LIMIT', timeInForce: 'IOC', quantity: '10', price: '2999', reduceOnly: 'false', newClientOrderId: 'a'.repeat(32), newOrderRespType: 'RESULT' },
  },
  {
    name: 'OKX', dialect: OKX, adl: { kind: 'told', rank: 3, of: 5 }, lot: WAD, takerFee: e18('0.0005'), settlement: 'USDT', rights: 'read_only,trade,withdraw', contract: { kind: 'linear', coinE18: e18('0.1') },
    tiers: { kind: 'tiers', unit: 'coin', rows: [{ from: 0n, maintenanceRate: e18('0.004'), initialRate: e18('0.01'), deduction: 0n }, { from: e18('100'), maintenanceRate: e18('0.01'), initialRate: e18('0.02'), deduction: 0n }] },
    sent: { instId: 'ETH-USDT-SWAP', tdMode: 'cross', clOrdId: 'a'.repeat(32), side: 'sell', ordType: 'ioc', px: '2999', sz: '10', reduceOnly: 'false' },
  },
  {
    name: 'Bybit', dialect: BYBIT, adl: { kind: 'told', rank: 3, of: 5 }, lot: e18('0.01'), takerFee: e18('0.00055'), settlement: 'USD', contract: { kind: 'linear', coinE18: WAD },
    rights: { readOnly: 0, permissions: { ContractTrade: ['Order', 'Position'], Wallet: ['Withdraw'] } },
    tiers: { kind: 'tiers', unit: 'usd', rows: [{ from: 0n, maintenanceRate: e18('0.005'), initialRate: e18('0.01'), deduction: 0n }, { from: usd('900000'), maintenanceRate: e18('0.01'), initialRate: e18('0.02'), deduction: usd('4500') }] },
    sent: { category: 'linear', symbol: 'ETHUSDT', side: 'Sell', orderType: 'Limit', qty: '10', price: '2999', timeInForce: 'IOC', reduceOnly: 'false', positionIdx: '0', orderLinkId: 'a'.repeat(32) },
  },
] as const;

describe.each(VENUES)('$name by a stand-in', ({ dialect, adl, lot, takerFee, settlement, rights, contract, tiers, sent }) => {
  const place: VenuePlace = { environment: 'paper', venue: dialect.credentials.venue };
  const account = venueAccountId(place, dialect.account);
  const instrument = instrumentId(place, dialect.symbol);
  let venue: StandIn;
  let connection: VenueConnection;

  const connected = (more = {}): Promise<VenueConnection> => connectVenue({ environment: 'paper', accountName: dialect.accountName, credentials: dialect.credentials, url: venue.url, paced: false, ...more });
  const order = (more: Partial<OrderRequest> = {}): OrderRequest => ({ account, instrument, clientId: id('a'), side: 'sell', contracts: e18('10') as ContractsE18, priceCap: usdQuote(usd('2999')), reduceOnly: false, validUntil: Date.now() + 5_000, ...more });
  const orderSent = () => venue.asked.filter((asked) => dialect.isOrder(asked)).at(-1);

  beforeEach(async () => {
    venue = await standIn(dialect);
    connection = await connected();
  });
  afterEach(async () => {
    const unsigned = venue.asked.filter((asked) => dialect.signature(asked) === 'bad');
    await venue.stop();
    expect(unsigned).toEqual([]);
  });

  it('reads the instrument with its own contract, steps of margin and times of funding', async () => {
    const listed = await connection.reader.instruments(['ETH']);
    expect(listed.find((one) => one.id === instrument)).toMatchObject({ kind: 'perpetual', underlying: 'ETH', contract, lot, takerFee, tiers, fundingIntervalSeconds: 14_400, maxLeverage: 100n * WAD, state: 'open', tick: { kind: 'fixed', step: usdQuote(usd('0.01')) } });
    expect(listed.some((one) => one.kind === 'option' || one.id.includes('_270326'))).toBe(false);
  });

  it('reads a market', async () => {
    expect(await connection.reader.market(instrument, 5)).toMatchObject({
      markUsdE8: { usdE8: usd('3000') }, indexUsdE8: { usdE8: usd('3001') }, bids: [{ price: usdQuote(usd('2999')) }], asks: [{ price: usdQuote(usd('3001')) }], openInterest: { kind: 'contracts' },
      funding: { kind: 'known', value: { perInterval: e18('0.0001'), intervalSeconds: 14_400, basis: 'predicted' } },
    });
  });

  it('reads an account with a leveraged short', async () => {
    expect(await connection.reader.account(account)).toMatchObject({
      id: account, settlement: { kind: 'usd', token: settlement }, marginMode: 'cross', positionMode: { value: 'one-way' }, equity: e18('9900'), free: e18('8700'), maintenanceMargin: { value: e18('30') }, initialMargin: { value: e18('1200') },
      positions: [{
        kind: 'perpetual', instrument, contracts: -e18('2'), entryUsdE8: { value: usd('2950') }, markUsdE8: { value: usd('3000') }, indexUsdE8: { value: usd('3001') }, liquidation: { kind: 'price', usdE8: usd('7500.5') }, margin: { kind: 'cross' },
        leverage: { value: 5n * WAD }, unrealised: { value: -e18('100') }, funding: { value: { perInterval: e18('0.0001'), intervalSeconds: 14_400, basis: 'predicted' } }, adl,
      }],
      openOrders: [],
    });
  });

  it('an immediate order that fills in part: what leaves is exactly what was asked, without a broker', async () => {
    expect(await connection.trader.place(order())).toMatchObject({ kind: 'accepted', order: { requested: e18('10'), filled: e18('8'), state: 'done', clientId: { kind: 'ours', id: id('a') } } });
    expect(orderSent()?.params).toMatchObject(sent);
    expect(Object.keys(orderSent()?.params ?? {}).filter((name) => !(name in sent)).sort()).toEqual(dialect === BINANCE ? ['recvWindow', 'signature', 'timestamp'] : []);
    expect(orderSent()?.headers['referer']).toBeUndefined();
    expect(dialect === OKX ? Number(orderSent()?.headers['exptime']) > Date.now() : true).toBe(true);
    expect(dialect === BYBIT ? Number(orderSent()?.headers['x-bapi-recv-window']) <= 5_000 : true).toBe(true);
    expect(await connection.trader.cancel(account, instrument, id('a'))).toMatchObject({ kind: 'done', value: { filled: e18('8') } });
  });

  it('an order that only reduces says so', async () => {
    expect(await connection.trader.place(order({ side: 'buy', contracts: WAD as bigint as ContractsE18, reduceOnly: true }))).toMatchObject({ kind: 'accepted', order: { side: 'buy', reduceOnly: true, filled: WAD } });
    expect(orderSent()?.params['reduceOnly']).toBe('true');
  });

  it('acceptance 2: a lost reply is unknown, found by its client id, and leaves one order; a second time it is told as known already', async () => {
    const impatient = await connected({ timeoutMs: 500 });
    await impatient.reader.instruments(['ETH']);
    venue.state.fault = 'reply-lost';
    expect(await impatient.trader.place(order())).toEqual({ kind: 'unknown', because: 'timeout' });
    expect(venue.asked.filter((asked) => dialect.isOrder(asked))).toHaveLength(1);
    expect(await connection.reader.order(account, instrument, id('a'))).toMatchObject({ kind: 'found', order: { filled: e18('8'), requested: e18('10') } });
    expect(await connection.trader.place(order())).toEqual({ kind: 'unknown', because: 'duplicate-id' });
    venue.state.fault = 'request-lost';
    expect(await impatient.trader.place(order({ clientId: id('b') }))).toEqual({ kind: 'unknown', because: 'timeout' });
    expect(await connection.reader.order(account, instrument, id('b'))).toMatchObject({ kind: 'not-found', searched: 'history' });
  });

  it('429, an outage and a revoked key', async () => {
    await connection.reader.instruments(['ETH']);
    venue.state.fault = 'limited';
    expect(await connection.trader.place(order())).toMatchObject({ kind: 'rejected', rejection: { reason: 'rate-limit' } });
    venue.state.fault = 'outage';
    expect(await connection.trader.place(order())).toEqual({ kind: 'unknown', because: 'server-error' });
    venue.state.revoked = true;
    expect(await connection.trader.place(order())).toMatchObject({ kind: 'rejected', rejection: { reason: 'key-refused' } });
    await expect(connection.reader.account(account)).rejects.toMatchObject({ code: 'venue-key-refused' });
    await expect(connected()).rejects.toMatchObject({ code: 'venue-key-refused' });
  });

  it('what is said of a failure holds no key, no signature and no question', async () => {
    const impatient = await connected({ timeoutMs: 400 });
    venue.state.silent = true;
    const said = await impatient.reader.order(account, instrument, id('c')).then(() => 'answered', (error: { code: string; message: string }) => `${error.code}: ${error.message}`);
    expect(said).toMatch(/^venue-unavailable: .*timed out/);
    for (const hidden of [...Object.values(dialect.credentials).filter((value) => value !== dialect.credentials.venue), 'signature=', 'c'.repeat(32), '?']) expect(said).not.toContain(hidden);
  });

  it('a key that can withdraw is refused', async () => {
    venue.state.rights = rights;
    await expect(connection.checkKey()).rejects.toMatchObject({ code: 'venue-key-refused' });
    await expect(connected()).rejects.toMatchObject({ code: 'venue-key-refused', message: expect.stringMatching(/withdraw/i) });
  });

  it('leverage is set and read back, also where it was so before; margin is added', async () => {
    for (const leverage of [3n, 3n]) expect(await connection.trader.setLeverage(account, instrument, (leverage * WAD) as Wad)).toEqual({ kind: 'done', value: { asked: 3n * WAD, readBack: 3n * WAD } });
    expect(await connection.trader.addIsolatedMargin(account, instrument, e18('12.5') as SettlementE18)).toEqual({ kind: 'done', value: e18('12.5') });
    expect(venue.state.margin).toBe(112.5);
  });

  it('fills and funding since a cursor', async () => {
    await connection.trader.place(order());
    const fills = await connection.reader.fills(account, { kind: 'since', at: NOW - 1_000 });
    expect(fills.items).toMatchObject([{ instrument, side: 'sell', contracts: e18('8'), price: usdQuote(usd('2999')), fee: e18('11.996'), clientId: { kind: 'ours', id: id('a') }, cause: 'order', at: NOW + 100 }]);
    expect((await connection.reader.fills(account, fills.next)).items.map(({ fillId }) => fillId)).toEqual(fills.items.map(({ fillId }) => fillId));
    expect((await connection.reader.funding(account, { kind: 'since', at: NOW - 1_000 })).items).toMatchObject([{ instrument, amount: e18('0.6'), at: NOW }]);
  });

  it('an answer of another shape is told by its field, and an order behind one is unknown', async () => {
    const broken = await standIn({ ...dialect, placed: () => ({ code: '0', retCode: 0, data: [], result: {} }), answer: (asked, state) => {
      const answer = dialect.answer(asked, state);
      return asked.path.includes('position') && asked.method === 'GET' ? JSON.parse(JSON.stringify(answer).replace(/"(-?)2"/, '"$1two"')) : answer;
    } });
    const other = await connectVenue({ environment: 'paper', accountName: dialect.accountName, credentials: dialect.credentials, url: broken.url, paced: false });
    await expect(other.reader.account(account)).rejects.toMatchObject({ code: 'venue-answer-invalid', message: expect.stringContaining('two') });
    expect(await other.trader.place(order())).toEqual({ kind: 'unknown', because: 'unreadable-answer' });
    await broken.stop();
  });
});
