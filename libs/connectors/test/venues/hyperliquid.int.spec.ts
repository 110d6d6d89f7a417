import { clientOrderId, instrumentId, usdQuote, venueAccountId, type OrderRequest, type PerpetualPosition } from '@ballast/positions';
import { address, parseDecimal, WAD, type ContractsE18, type SettlementE18, type UsdE8, type Wad } from '@ballast/units';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { operatedVenue, type HyperliquidAccount, type OperatedVenue } from '../../../../apps/paper-venue/test/started-venue.js';
import { connectVenue, type VenueConnection } from '../../src/venues/index.js';
import { checkAction, HYPERLIQUID_CALLS, hyperliquidProblem } from '../../src/venues/hyperliquid/hyperliquid-calls.js';
import { guardedClient } from '../../src/venues/wire/guarded-client.js';
import { quickest } from './quickest.js';

const PLACE = { environment: 'paper', venue: 'hyperliquid' } as const;
const ACCOUNT = venueAccountId(PLACE, 'main');
const ETH = instrumentId(PLACE, 'ETH');
const THIN = { bids: [['2999', '8'], ['2990', '50']], asks: [['3001', '8'], ['3010', '50']] };
const e18 = (text: string): bigint => parseDecimal(text, 18);

let venue: OperatedVenue;
let key: HyperliquidAccount;
let connection: VenueConnection;

const connected = (from = key, more = {}): Promise<VenueConnection> =>
  connectVenue({ environment: 'paper', accountName: 'main', url: venue.url, paced: false, credentials: { venue: 'hyperliquid', account: address(from.account), agentKey: from.privateKey as `0x${string}` }, ...more });
const order = (side: 'buy' | 'sell', size: string, price: string, more: Partial<OrderRequest> = {}): OrderRequest => ({
  account: ACCOUNT, instrument: ETH, clientId: clientOrderId('a'.repeat(32)), side, contracts: e18(size) as ContractsE18, priceCap: usdQuote(parseDecimal(price, 8) as UsdE8), reduceOnly: false, validUntil: Date.now() + 5_000, ...more,
});
const id = (digit: string) => clientOrderId(digit.repeat(32));
const script = (kind: string, on = 'order', silence = 'hang') => venue.let('hyperliquid/faults', { silence, rules: [{ on, fault: { kind }, times: on === 'read' ? 100 : 1 }] });
const held = async (): Promise<PerpetualPosition | undefined> => (await connection.reader.account(ACCOUNT)).positions[0] as PerpetualPosition | undefined;
/** The client as ccxt has it, to set up what no adapter does. */
const plain = async (Class?: new (settings: object) => import('ccxt').Exchange) => {
  const { default: ccxt } = await import('ccxt');
  return new (Class ?? ccxt.hyperliquid)({ walletAddress: key.account, privateKey: key.privateKey, enableRateLimit: false, urls: { api: { public: venue.url, private: venue.url } }, options: { sandboxMode: true } });
};

beforeEach(async () => {
  venue = await operatedVenue();
  key = await venue.let('hyperliquid/accounts', { deposits: { USDC: '50000' } });
  await venue.let('hyperliquid/events', { kind: 'prices', instrument: 'ETH', mark: '3000', index: '3001', book: THIN });
  connection = await connected();
});
afterEach(() => venue.stop());

describe('reading Hyperliquid', () => {
  it('the instrument, with tick, lot, steps of margin and an hour of funding', async () => {
    const [eth] = await connection.reader.instruments(['ETH']);
    expect(eth).toMatchObject({
      id: ETH, kind: 'perpetual', lot: e18('0.0001'), minNotionalUsdE8: 1_000_000_000n, minNotionalExemptsReduceOnly: true, tick: { kind: 'significant', figures: 5, maxDecimals: 2 }, takerFee: e18('0.00045'),
      fundingIntervalSeconds: 3_600, maxLeverage: 25n * WAD, tiers: {
        kind: 'tiers', unit: 'usd', rows: [
          { from: 0n, maintenanceRate: e18('0.02'), initialRate: e18('0.04'), deduction: 0n },
          // 100 million dollars x (1/30 - 2%): margin does not jump there.
          { from: 10_000_000_000_000_000n, maintenanceRate: 33_333_333_333_333_334n, initialRate: 66_666_666_666_666_667n, deduction: 133_333_333_333_333n },
        ],
      },
    });
    expect((await connection.reader.instruments(['ETH', 'BTC'])).length).toBe(2);
  });

  it('a market: book, mark, oracle and funding of an hour, with nothing held', async () => {
    await venue.let('hyperliquid/events', { kind: 'funding-rate', instrument: 'ETH', rate: '-0.0000125' });
    expect(await connection.reader.market(ETH, 1)).toMatchObject({
      markUsdE8: { kind: 'price', usdE8: 300_000_000_000n }, indexUsdE8: { usdE8: 300_100_000_000n },
      bids: [{ price: usdQuote(299_900_000_000n as UsdE8), contracts: e18('8') }], asks: [{ price: usdQuote(300_100_000_000n as UsdE8), contracts: e18('8') }],
      funding: { kind: 'known', value: { perInterval: -e18('0.0000125'), intervalSeconds: 3_600, basis: 'predicted' } },
    });
  });

  it('an account with a leveraged short: what the client library leaves out is there, and the loss keeps its sign', async () => {
    await connection.trader.setLeverage(ACCOUNT, ETH, (5n * WAD) as Wad);
    await connection.trader.place(order('sell', '8', '2999'));
    await venue.let('hyperliquid/events', { kind: 'prices', instrument: 'ETH', mark: '3100', book: THIN });
    const account = await connection.reader.account(ACCOUNT);
    expect(account).toMatchObject({ id: ACCOUNT, marginMode: 'cross', positionMode: { value: 'one-way' }, settlement: { kind: 'usd', token: 'USDC' }, maintenanceMargin: { kind: 'known', value: e18('496') }, initialMargin: { value: e18('4960') } });
    expect(account.equity).toBe(e18('49181.2036'));
    expect(account.positions[0]).toMatchObject({
      contracts: -e18('8'), entryUsdE8: { value: 299_900_000_000n }, markUsdE8: { value: 310_000_000_000n }, leverage: { value: 5n * WAD }, unrealised: { value: -e18('808') }, margin: { kind: 'cross' }, liquidation: { kind: 'price' },
      funding: { value: { intervalSeconds: 3_600, basis: 'predicted' } }, adl: { kind: 'estimated' },
    });
    const { adl } = account.positions[0] as PerpetualPosition;
    expect(adl.kind === 'estimated' && adl.score < 0n).toBe(true);
  });

  it('fills since a cursor, and funding since one', async () => {
    await venue.let('clock', { advanceMs: 3_660_000 - (Date.now() % 3_600_000) });
    await connection.trader.place(order('sell', '2', '2999', { clientId: id('1') }));
    await venue.let('hyperliquid/events', { kind: 'funding-rate', instrument: 'ETH', rate: '0.0001' });
    const first = await connection.reader.fills(ACCOUNT, { kind: 'since', at: 0 });
    expect(first).toMatchObject({ more: false, items: [{ clientId: { kind: 'ours', id: id('1') }, cause: 'order', side: 'sell', contracts: e18('2'), fee: e18('2.6991'), instrument: ETH }] });
    await venue.let('clock', { advanceMs: 3_600_000 });
    await connection.trader.place(order('buy', '1', '3001', { clientId: id('2'), reduceOnly: true }));
    const next = await connection.reader.fills(ACCOUNT, first.next);
    expect(next.items.map(({ clientId }) => clientId)).toEqual([{ kind: 'ours', id: id('1') }, { kind: 'ours', id: id('2') }]);
    expect(next.items[0]?.fillId).toBe(first.items[0]?.fillId);
    const paid = await connection.reader.funding(ACCOUNT, { kind: 'since', at: 0 });
    expect(paid.items.map(({ amount, instrument }) => [amount, instrument])).toEqual([[e18('0.6002'), ETH]]);
    expect((await connection.reader.funding(ACCOUNT, paid.next)).items.map(({ paymentId }) => paymentId)).toEqual(paid.items.map(({ paymentId }) => paymentId));
  });

  it('a liquidation and an auto-deleveraging are told from fills of orders', async () => {
    await connection.trader.place(order('sell', '8', '2999'));
    await venue.let('hyperliquid/events', { kind: 'adl', account: key.account, instrument: 'ETH', shareBps: 5_000, price: '2900' });
    expect((await connection.reader.fills(ACCOUNT, { kind: 'since', at: 0 })).items.map(({ cause }) => cause)).toEqual(['order', 'adl']);
    expect((await held())?.contracts).toBe(-e18('4'));
  });
});

describe('trading on Hyperliquid', () => {
  it('an immediate order takes what is within its cap: what is asked for is told, not what was filled; the venue says the same', async () => {
    expect(await connection.trader.place(order('sell', '10', '2997.9'))).toMatchObject({ kind: 'accepted', order: { requested: e18('10'), filled: e18('8'), state: 'done', clientId: { kind: 'ours' } } });
    expect(await connection.reader.order(ACCOUNT, ETH, id('a'))).toMatchObject({ kind: 'found', order: { requested: e18('10'), filled: e18('8'), state: 'done' } });
    expect(await connection.trader.cancel(ACCOUNT, ETH, id('a'))).toMatchObject({ kind: 'done', value: { state: 'done', filled: e18('8') } });
    expect(await connection.trader.place(order('sell', '2', '2997.9', { clientId: id('b') }))).toMatchObject({ kind: 'rejected', rejection: { reason: 'no-match' } });
  });

  it('sends nothing that would have to be rounded, and nothing that is too late', async () => {
    const reasons = await Promise.all([order('sell', '1.00005', '2999'), order('sell', '1', '2999.05'), order('sell', '0', '2999'), order('sell', '1', '2999', { validUntil: Date.now() - 1 })].map(async (asked) => {
      const answer = await connection.trader.place(asked);
      return answer.kind === 'rejected' ? [answer.rejection.reason, answer.rejection.code] : answer.kind;
    }));
    expect(reasons).toEqual([['tick-or-lot', 'not-sent'], ['tick-or-lot', 'not-sent'], ['tick-or-lot', 'not-sent'], ['expired', 'not-sent']]);
    expect(await held()).toBeUndefined();
  });

  it('an order that only reduces', async () => {
    expect(await connection.trader.place(order('buy', '1', '3001', { reduceOnly: true }))).toMatchObject({ kind: 'rejected', rejection: { reason: 'reduce-only' } });
    await connection.trader.place(order('sell', '2', '2999', { clientId: id('b') }));
    expect(await connection.trader.place(order('buy', '5', '3001', { reduceOnly: true, clientId: id('c') }))).toMatchObject({ kind: 'accepted', order: { filled: e18('2'), reduceOnly: true } });
    expect(await held()).toBeUndefined();
  });

  it('leverage is set and read back; more than the venue has is refused', async () => {
    expect(await connection.trader.setLeverage(ACCOUNT, ETH, (3n * WAD) as Wad)).toEqual({ kind: 'done', value: { asked: 3n * WAD, readBack: 3n * WAD } });
    expect(await connection.trader.setLeverage(ACCOUNT, ETH, (26n * WAD) as Wad)).toMatchObject({ kind: 'rejected' });
    expect(await connection.trader.setLeverage(ACCOUNT, ETH, e18('1.5') as Wad)).toMatchObject({ kind: 'rejected', rejection: { code: 'not-sent' } });
  });

  it('margin is added to an isolated position, which keeps its own maintenance margin', async () => {
    await (await plain(class extends (await import('ccxt')).default.hyperliquid { override async initializeClient() { return true; } })).setMarginMode('isolated', 'ETH/USDC:USDC', { leverage: 10 });
    await connection.trader.place(order('buy', '2', '3001'));
    expect(await connection.trader.addIsolatedMargin(ACCOUNT, ETH, e18('100.0000005') as SettlementE18)).toEqual({ kind: 'done', value: e18('100') });
    expect(await held()).toMatchObject({ margin: { kind: 'isolated', margin: e18('698.2'), maintenance: { value: e18('120') } }, leverage: { value: 10n * WAD } });
    expect(await connection.trader.addIsolatedMargin(ACCOUNT, ETH, 1n as SettlementE18)).toMatchObject({ kind: 'rejected' });
  });
});

describe('what goes wrong on the way to Hyperliquid', () => {
  it('a lost reply is unknown, found by its client id, and a second time counts once', async () => {
    const impatient = await connected(key, { timeoutMs: 400 });
    await impatient.reader.instruments(['ETH']);
    await script('reply-lost');
    expect(await impatient.trader.place(order('sell', '2', '2999'))).toEqual({ kind: 'unknown', because: 'timeout' });
    expect(await connection.reader.order(ACCOUNT, ETH, id('a'))).toMatchObject({ kind: 'found', order: { filled: e18('2'), state: 'done' } });
    expect(await connection.trader.place(order('sell', '2', '2999'))).toEqual({ kind: 'unknown', because: 'duplicate-id' });
    expect((await held())?.contracts).toBe(-e18('2'));
  });

  it('acceptance 10: while forty questions are answered with 429 an order is answered within a second, and one that is limited itself is told so and not repeated', async () => {
    const paced = await connected(key, { paced: true });
    await paced.reader.instruments(['ETH']);
    await venue.let('hyperliquid/faults', { rules: [{ on: 'read', fault: { kind: 'rate-limited' }, times: 40 }] });
    const codes: string[] = [];
    const questions = Array.from({ length: 40 }, () => paced.reader.order(ACCOUNT, ETH, id('f')).catch(({ code }: { code: string }) => void codes.push(code)));
    const answered = quickest(async (turn) => expect(await paced.trader.place(order('sell', '2', '2999', { clientId: id(turn) }))).toMatchObject({ kind: 'accepted', order: { filled: e18('2') } }));
    expect(await answered).toBeLessThan(1_000);
    expect(codes.length).toBeLessThan(40);
    await Promise.all(questions);
    expect(codes).toEqual(Array.from({ length: 40 }, () => 'venue-rate-limited'));
    await script('rate-limited');
    expect(await paced.trader.place(order('sell', '1', '2999', { clientId: id('d') }))).toMatchObject({ kind: 'rejected', rejection: { reason: 'rate-limit' } });
    expect((await held())?.contracts).toBe(-e18('6'));
  });

  it("acceptance 10: market and account are read and an order is answered within a second, in the venue's own pace", async () => {
    const paced = await connected(key, { paced: true, inBursts: true });
    await paced.reader.instruments(['ETH']);
    const answered = quickest(async (turn) => {
      await Promise.all([paced.reader.market(ETH, 1), paced.reader.account(ACCOUNT)]);
      expect(await paced.trader.place(order('sell', '2', '2999', { clientId: id(turn) }))).toMatchObject({ kind: 'accepted', order: { filled: e18('2') } });
    });
    expect(await answered).toBeLessThan(1_000);
  });

  it('where the venue takes an id twice, what was filled is told as more than was asked for', async () => {
    const lax = await operatedVenue({ clientIds: 'repeatable' });
    const opened = await lax.let<HyperliquidAccount>('hyperliquid/accounts', { deposits: { USDC: '50000' } });
    const { trader, reader } = await connected(opened, { url: lax.url });
    for (const _ of [1, 2]) expect(await trader.place(order('sell', '2', '2990'))).toMatchObject({ kind: 'accepted' });
    expect(await reader.order(ACCOUNT, ETH, id('a'))).toMatchObject({ kind: 'found', order: { requested: e18('2'), filled: e18('4') } });
    await lax.stop();
  });

  it('a lost request is unknown, and its id is found nowhere', async () => {
    await script('request-lost', 'order', 'reset');
    expect(await connection.trader.place(order('sell', '2', '2999'))).toEqual({ kind: 'unknown', because: 'network' });
    expect(await connection.reader.order(ACCOUNT, ETH, id('a'))).toMatchObject({ kind: 'not-found', searched: 'history' });
  });

  it('429 and an outage, of orders and of questions', async () => {
    await script('rate-limited');
    expect(await connection.trader.place(order('sell', '1', '2999'))).toMatchObject({ kind: 'rejected', rejection: { reason: 'rate-limit' } });
    await script('outage');
    expect(await connection.trader.place(order('sell', '1', '2999'))).toEqual({ kind: 'unknown', because: 'server-error' });
    await script('rate-limited', 'read');
    await expect(connection.reader.account(ACCOUNT)).rejects.toMatchObject({ code: 'venue-rate-limited' });
    await script('outage', 'read');
    await expect(connection.reader.account(ACCOUNT)).rejects.toMatchObject({ code: 'venue-unavailable' });
    await venue.let('hyperliquid/faults', { rules: [] });
    expect(await held()).toBeUndefined();
  });

  it('an order that arrives after its time is refused by the venue', async () => {
    await venue.let('hyperliquid/faults', { silence: 'reset', rules: [{ on: 'order', fault: { kind: 'executed-late', byMs: 60_000 } }] });
    expect((await connection.trader.place(order('sell', '1', '2999'))).kind).toBe('unknown');
    await venue.let('clock', { advanceMs: 120_000 });
    expect(await held()).toBeUndefined();
  });

  it('a revoked key is a key that is refused, and a connection with it is not made', async () => {
    await connection.reader.instruments(['ETH']);
    await venue.let('hyperliquid/keys/revoke', { key: key.agent });
    expect(await connection.trader.place(order('sell', '1', '2999'))).toMatchObject({ kind: 'rejected', rejection: { reason: 'key-refused' } });
    await expect(connected()).rejects.toMatchObject({ code: 'venue-key-refused' });
  });

  it("an account's own key and another account's agent are refused", async () => {
    const stranger = await venue.let<HyperliquidAccount>('hyperliquid/accounts', { deposits: { USDC: '10' } });
    await expect(connected({ ...key, account: stranger.account })).rejects.toThrow('not by');
    await expect(connected({ ...key, account: key.agent })).rejects.toThrow("the account's own key");
  });

  it('no builder and no referrer: the client as ccxt has it asks for both at every start, the held one never', async () => {
    await (await plain()).loadMarkets();
    expect((await venue.refusals()).map(({ asked }) => asked).sort()).toEqual(['approveBuilderFee', 'setReferrer']);
    const before = (await venue.refusals()).length;
    const guarded = await guardedClient({
      place: PLACE, exchange: 'hyperliquid', calls: HYPERLIQUID_CALLS, settings: { walletAddress: key.account, privateKey: key.privateKey, options: { sandboxMode: true } }, url: venue.url, timeoutMs: 5_000, paced: false, problemOf: hyperliquidProblem, checkBody: checkAction,
    });
    await guarded.loadMarkets();
    expect(await guarded.createOrder('ETH/USDC:USDC', 'limit', 'sell', 1, 2999, { timeInForce: 'IOC' })).toMatchObject({ filled: 1 });
    await connection.trader.place(order('sell', '1', '2999'));
    expect(await venue.refusals()).toHaveLength(before);
    await expect(guarded.withdraw('USDC', 1, key.account)).rejects.toThrow('refused to send the action withdraw3');
    await expect(guarded.transfer('USDC', 1, 'spot', 'swap')).rejects.toThrow('refused to send');
    guarded.options['approvedBuilderFee'] = true;
    await expect(guarded.createOrder('ETH/USDC:USDC', 'limit', 'sell', 1, 2999, { timeInForce: 'IOC' })).rejects.toThrow('an order with a builder');
    expect(await venue.refusals()).toHaveLength(before);
  });
});
