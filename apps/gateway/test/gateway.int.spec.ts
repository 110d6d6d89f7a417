import { statSync } from 'node:fs';
import { join } from 'node:path';
import { instrumentId, venueAccountId, type PlaceAnswer } from '@ballast/positions';
import { address, WAD, type ContractsE18, type SettlementE18, type Wad } from '@ballast/units';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { operatedVenue, type DeribitAccount, type HyperliquidAccount, type OperatedVenue } from '../../paper-venue/test/started-venue.js';
import { ACCOUNT, agentOf, BTC, e18, ETH, HYPERLIQUID, limitsOf, order, testGateway, THIN, TOKEN, usd, type TestGateway } from './started-gateway.js';

let venue: OperatedVenue;
let key: HyperliquidAccount;
let gateway: TestGateway;

beforeEach(async () => {
  venue = await operatedVenue();
  key = await venue.let('hyperliquid/accounts', { deposits: { USDC: '50000' } });
  await venue.let('hyperliquid/events', { kind: 'prices', instrument: 'ETH', mark: '3000', index: '3000', book: THIN });
  gateway = await testGateway(venue);
});
afterEach(async () => {
  await gateway.stop();
  await venue.stop();
});

const main = () => gateway.client.venueOf(ACCOUNT);
const open = async (limits = limitsOf([ETH]), from = key) => gateway.client.openKey(await gateway.seal(agentOf(from), limits));
/** How many orders ever reached the venue. */
const arrived = async (): Promise<number> => {
  const state = await venue.get<Record<'hyperliquid' | 'deribit', { orders: Record<string, unknown> }>>('/admin/state');
  return Object.keys(state.hyperliquid.orders).length + Object.keys(state.deribit.orders).length;
};
const held = async (): Promise<bigint> => (await main().reader.account(ACCOUNT)).positions.reduce((sum, { contracts }) => sum + contracts, 0n);
const codeOf = (answer: PlaceAnswer | { readonly kind: string }): string => ('rejection' in answer ? answer.rejection.code : answer.kind);

describe('a key in the gateway', () => {
  it('is opened by its sealed text, reads and trades, and is read back the same as from the venue itself', async () => {
    const opened = await open();
    expect(opened).toEqual({ rights: { told: `agent of ${key.account}`, expiresAt: expect.anything() }, limits: limitsOf([ETH]), accounts: [ACCOUNT] });
    expect(await open()).toMatchObject({ accounts: [ACCOUNT] });
    const { reader, trader } = main();
    expect((await reader.instruments(['ETH'])).map(({ id }) => id)).toEqual([ETH]);
    expect(await reader.market(ETH, 1)).toMatchObject({ markUsdE8: { usdE8: usd('3000') }, bids: [{ contracts: e18('8') }] });
    const asked = order('sell', '2', '2999');
    expect(await trader.place(asked)).toMatchObject({ kind: 'accepted', order: { filled: e18('2'), requested: e18('2'), state: 'done', clientId: { kind: 'ours', id: asked.clientId } } });
    expect(await reader.order(ACCOUNT, ETH, asked.clientId)).toMatchObject({ kind: 'found', order: { filled: e18('2') } });
    expect(await reader.account(ACCOUNT)).toMatchObject({ id: ACCOUNT, positions: [{ contracts: -e18('2'), markUsdE8: { kind: 'known', value: usd('3000') } }] });
    const fills = await reader.fills(ACCOUNT, { kind: 'since', at: 0 });
    expect(fills.items.map(({ clientId }) => clientId)).toEqual([{ kind: 'ours', id: asked.clientId }]);
    expect((await reader.fills(ACCOUNT, fills.next)).items).toHaveLength(1);
    expect(await reader.funding(ACCOUNT, { kind: 'since', at: 0 })).toMatchObject({ items: [], more: false });
    expect(await trader.setLeverage(ACCOUNT, ETH, (3n * WAD) as Wad)).toEqual({ kind: 'done', value: { asked: 3n * WAD, readBack: 3n * WAD } });
    expect(await trader.addIsolatedMargin(ACCOUNT, ETH, e18('10') as SettlementE18)).toMatchObject({ kind: 'rejected' });
    expect(await trader.cancel(ACCOUNT, ETH, asked.clientId)).toMatchObject({ kind: 'done', value: { state: 'done' } });
    expect(await gateway.client.checkKey({ ...HYPERLIQUID, name: 'main' })).toMatchObject({ told: `agent of ${key.account}` });
    expect(await gateway.client.health()).toEqual({ status: 'ok', environment: 'paper', keys: 1, keyId: gateway.running().keyId });
    expect(await gateway.client.publicKey()).toEqual({ publicKey: gateway.running().publicKey, keyId: gateway.running().keyId });
  });

  it('is forgotten on request, and is opened again only by its sealed text', async () => {
    await open();
    const name = { ...HYPERLIQUID, name: 'main' };
    expect(await gateway.client.forgetKey(name)).toBe(true);
    expect(await gateway.client.forgetKey(name)).toBe(false);
    expect((await gateway.client.health()).keys).toBe(0);
    const gone = gateway.client.venue({ ...HYPERLIQUID, name: 'never' });
    await expect(gone.reader.account(venueAccountId(HYPERLIQUID, 'never'))).rejects.toMatchObject({ code: 'venue-key-refused', message: expect.stringContaining('took it away') });
    expect(await gone.trader.place(order('sell', '1', '2999', { account: venueAccountId(HYPERLIQUID, 'never') }))).toMatchObject({ kind: 'rejected', rejection: { reason: 'key-refused' } });
    expect(await arrived()).toBe(0);
  });

  it('that can withdraw, that its venue does not know, or that is sealed for elsewhere is refused and not kept', async () => {
    const refusedFor = async (sealed: Parameters<typeof gateway.client.openKey>[0]): Promise<unknown> => gateway.client.openKey(sealed).catch((error: Error & { code: string }) => [error.code, error.message]);
    expect(await refusedFor(await gateway.seal({ ...agentOf(key), account: address(key.agent) } as never, limitsOf([ETH])))).toEqual(['venue-key-refused', expect.stringContaining('can withdraw')]);
    const rich = await venue.let<DeribitAccount>('deribit/accounts', { deposits: { ETH: '10' }, scope: 'account:read trade:read_write wallet:read_write' });
    const deribit = { venue: 'deribit', clientId: rich.clientId, clientSecret: rich.clientSecret } as const;
    expect(await refusedFor(await gateway.seal(deribit, limitsOf([instrumentId({ environment: 'paper', venue: 'deribit' }, 'ETH-PERPETUAL')])))).toEqual(['venue-key-refused', expect.stringContaining('wallet:read_write')]);
    const good = await gateway.seal(agentOf(key), limitsOf([ETH]));
    expect(await refusedFor({ ...good, owner: address(`0x${'0b'.repeat(20)}`) })).toEqual(['venue-key-refused', expect.stringContaining('another owner')]);
    expect(await refusedFor({ ...good, name: 'other' })).toEqual(['venue-key-refused', expect.stringContaining('another owner')]);
    expect(await refusedFor({ ...good, environment: 'live' })).toEqual(['venue-key-refused', expect.stringContaining('live environment')]);
    expect(await refusedFor(await gateway.seal({ venue: 'bybit', apiKey: 'a', secret: 'b' }, limitsOf([instrumentId({ environment: 'paper', venue: 'bybit' }, 'ETHUSDT')])))).toEqual(['venue-key-refused', expect.stringContaining('paper address')]);
    expect((await gateway.client.health()).keys).toBe(0);
    await gateway.client.openKey(good);
    const mine = { owner: address(`0x${'0b'.repeat(20)}`) };
    expect(await refusedFor(await gateway.seal(agentOf(key), limitsOf([ETH]), mine))).toEqual(['venue-key-refused', expect.stringContaining("another owner's")]);
  });

  it('that its venue revokes is dropped when it is checked, and orders with it are refused', async () => {
    await open();
    await venue.let('hyperliquid/keys/revoke', { key: key.agent });
    expect(await main().trader.place(order('sell', '1', '2999'))).toMatchObject({ kind: 'rejected', rejection: { reason: 'key-refused' } });
    await expect(gateway.client.checkKey({ ...HYPERLIQUID, name: 'main' })).rejects.toMatchObject({ code: 'venue-key-refused' });
    expect((await gateway.client.health()).keys).toBe(0);
  });
});

describe('the limits, whoever asks', () => {
  it.each([
    ['limit-instrument', () => order('sell', '0.01', '60000', { instrument: BTC })], ['limit-price', () => order('sell', '1', '2984')], ['limit-price', () => order('buy', '1', '3016')], ['limit-price', () => order('sell', '1', '2984', { reduceOnly: true })],
    ['limit-notional', () => order('sell', '10.1', '2999')], ['limit-time', () => order('sell', '1', '2999', { validUntil: Date.now() + 3_600_000 })],
  ])('%s: nothing is sent, and nothing counts', async (code, asked) => {
    await open();
    expect(codeOf(await main().trader.place(asked()))).toBe(code);
    expect(await arrived()).toBe(0);
    expect(gateway.log()).toBe('');
  });

  it('a cap that is better than the mark does no harm, and a position that is above its limit may be made smaller', async () => {
    await open(limitsOf([ETH], { maxNotionalUsdE8: usd('18000') }));
    expect(await main().trader.place(order('sell', '1', '3050'))).toMatchObject({ kind: 'rejected', rejection: { reason: 'no-match' } });
    expect(await main().trader.place(order('sell', '6', '2999'))).toMatchObject({ kind: 'accepted' });
    await venue.let('hyperliquid/events', { kind: 'prices', instrument: 'ETH', mark: '3500', index: '3500', book: { bids: [['3499', '8']], asks: [['3501', '8']] } });
    expect(codeOf(await main().trader.place(order('sell', '0.1', '3499')))).toBe('limit-notional');
    expect(await main().trader.place(order('buy', '1', '3501'))).toMatchObject({ kind: 'accepted' });
    // Turned around, it would be larger than it is.
    expect(codeOf(await main().trader.place(order('buy', '10.2', '3501')))).toBe('limit-notional');
    expect(await held()).toBe(-e18('5'));
  });

  it('the turnover of a day counts what was executed; reductions may use it twice; it survives a restart', async () => {
    await open(limitsOf([ETH], { turnoverPerDayUsdE8: usd('20000') }));
    const { trader } = main();
    // 10 asked for within the book's 8: 24,000 would be too much at once, 6 and no match are not.
    expect(codeOf(await trader.place(order('sell', '8', '2999')))).toBe('limit-turnover');
    expect(await trader.place(order('sell', '5', '3050'))).toMatchObject({ kind: 'rejected' });
    expect(await trader.place(order('sell', '6', '2999'))).toMatchObject({ kind: 'accepted' });
    expect(codeOf(await trader.place(order('sell', '1', '2999')))).toBe('limit-turnover');
    await gateway.restart();
    expect(codeOf(await trader.place(order('sell', '1', '2999')))).toBe('limit-turnover');
    expect(await trader.place(order('buy', '6', '3001', { reduceOnly: true }))).toMatchObject({ kind: 'accepted', order: { filled: e18('6') } });
    // 18,000 and 18,006 are used up: 4,000 are left to reduce, nothing to grow.
    expect(codeOf(await trader.place(order('buy', '2', '3001', { reduceOnly: true })))).toBe('limit-turnover');
    expect(await held()).toBe(0n);
    expect(statSync(join(gateway.folder, 'orders.jsonl')).mode & 0o777).toBe(0o600);
  });

  it('leverage is bounded, and margin and leverage are for its instruments and its account alone', async () => {
    await open();
    const { trader } = main();
    expect(codeOf(await trader.setLeverage(ACCOUNT, ETH, (6n * WAD) as Wad))).toBe('limit-leverage');
    expect(codeOf(await trader.setLeverage(ACCOUNT, BTC, (2n * WAD) as Wad))).toBe('limit-instrument');
    expect(codeOf(await trader.addIsolatedMargin(venueAccountId(HYPERLIQUID, 'other'), ETH, e18('1') as SettlementE18))).toBe('limit-account');
    expect(codeOf(await trader.cancel(ACCOUNT, BTC, order('buy', '1', '1').clientId))).toBe('limit-instrument');
  });

  it('orders that are asked for at once do not pass the limit of the position together', async () => {
    await open();
    const answers = await Promise.all([1, 2, 3, 4].map(() => main().trader.place(order('sell', '4', '2999'))));
    expect(answers.map(codeOf).sort()).toEqual(['accepted', 'accepted', 'limit-notional', 'limit-notional']);
    expect(await held()).toBe(-e18('8'));
  });

  it('an order of which nobody knows counts as filled until it can no longer arrive, also when the key is forgotten and handed in again', async () => {
    await open();
    await venue.let('hyperliquid/faults', { silence: 'reset', rules: [{ on: 'order', fault: { kind: 'request-lost' }, times: 1 }] });
    expect(await main().trader.place(order('sell', '8', '2999'))).toEqual({ kind: 'unknown', because: 'network' });
    await gateway.client.forgetKey({ ...HYPERLIQUID, name: 'main' });
    expect(codeOf(await main().trader.place(order('sell', '3', '2999')))).toBe('limit-notional');
    expect(await main().trader.place(order('sell', '2', '2999'))).toMatchObject({ kind: 'accepted' });
  });

  it.each([['the gateway itself looks, also after a restart', false], ['its asker looked', true]])('a day of orders that never arrived stops counting once they can no longer arrive: %s', async (_, asks) => {
    await open(limitsOf([ETH], { turnoverPerDayUsdE8: usd('10000') }));
    const { reader, trader } = main();
    const reduction = (now: number) => order('buy', '2', '3001', { reduceOnly: true, validUntil: now + 20_000 });
    expect(await trader.place(order('sell', '3', '2999'))).toMatchObject({ kind: 'accepted' });
    await venue.let('hyperliquid/faults', { silence: 'reset', rules: [{ on: 'order', fault: { kind: 'request-lost' }, times: 1 }] });
    const lost = reduction(gateway.later(0));
    expect(await trader.place(lost)).toEqual({ kind: 'unknown', because: 'network' });
    // 9,000 and 6,002 of 20,000.
    expect(codeOf(await trader.place(reduction(gateway.later(0))))).toBe('limit-turnover');
    expect(codeOf(await trader.place(reduction(gateway.later(55_000))))).toBe('limit-turnover');
    expect(await reader.order(ACCOUNT, ETH, lost.clientId)).toMatchObject({ kind: 'not-found' });
    expect(codeOf(await trader.place(reduction(gateway.later(0))))).toBe('limit-turnover');
    const now = gateway.later(20_000);
    if (asks) await reader.order(ACCOUNT, ETH, lost.clientId);
    await gateway.restart();
    expect(gateway.log().split('\n').filter((line) => line.includes('"ended"') && line.includes(lost.clientId))).toHaveLength(asks ? 1 : 0);
    expect(await trader.place(reduction(now))).toMatchObject({ kind: 'accepted', order: { filled: e18('2') } });
    expect(await held()).toBe(-e18('1'));
    expect(await trader.place(lost)).toEqual({ kind: 'unknown', because: 'duplicate-id' });
  });

  it('a venue that takes no orders for a while uses nothing up: each try makes room for a later one', async () => {
    await open(limitsOf([ETH], { turnoverPerDayUsdE8: usd('10000') }));
    const { trader } = main();
    const attempt = (ms: number) => trader.place(order('buy', '2', '3001', { reduceOnly: true, validUntil: gateway.later(ms) + 20_000 }));
    expect(await trader.place(order('sell', '3', '2999'))).toMatchObject({ kind: 'accepted' });
    await venue.let('hyperliquid/faults', { silence: 'reset', rules: [{ on: 'order', fault: { kind: 'request-lost' }, times: 12 }] });
    for (let tries = 0; tries < 12; tries += 1) expect(await attempt(64_000)).toEqual({ kind: 'unknown', because: 'network' });
    expect(await attempt(64_000)).toMatchObject({ kind: 'accepted', order: { filled: e18('2') } });
  });

  it('an order whose answer was lost counts with what was filled of it, however long ago it was sent', async () => {
    await open(limitsOf([ETH], { turnoverPerDayUsdE8: usd('30000') }));
    const { trader } = main();
    await venue.let('hyperliquid/faults', { rules: [{ on: 'order', fault: { kind: 'reply-lost' }, times: 1 }] });
    // 9 are asked for, the book has 8.
    expect(await trader.place(order('sell', '9', '2999'))).toEqual({ kind: 'unknown', because: 'timeout' });
    const again = (size: string) => order('buy', size, '3001', { validUntil: gateway.later(0) + 20_000 });
    expect(codeOf(await trader.place(again('2')))).toBe('limit-turnover');
    gateway.later(75_000);
    expect(codeOf(await trader.place(again('2.1')))).toBe('limit-turnover');
    expect(await trader.place(again('1.9'))).toMatchObject({ kind: 'accepted' });
  });

  it('at Deribit an order names the account in which its instrument settles, and options are never written', async () => {
    const place = { environment: 'paper', venue: 'deribit' } as const;
    const account = await venue.let<DeribitAccount>('deribit/accounts', { deposits: { ETH: '10' } });
    const [perpetual, put] = [instrumentId(place, 'ETH-PERPETUAL'), instrumentId(place, 'ETH-26MAR27-2500-P')];
    await venue.let('deribit/events', { kind: 'prices', instrument: 'ETH-PERPETUAL', mark: '3000', index: '3000', book: { bids: [['2999', '20000']], asks: [['3001', '20000']] } });
    await venue.let('deribit/options', { instrument: 'ETH-26MAR27-2500-P', markIv: 60, bidIv: 58, askIv: 62 });
    const sealed = await gateway.seal({ venue: 'deribit', clientId: account.clientId, clientSecret: account.clientSecret }, limitsOf([perpetual, put], { maxPriceApart: 1_000n as never }));
    expect((await gateway.client.openKey(sealed)).accounts).toEqual(['paper:deribit:account:main.ETH']);
    const [eth, btc] = [venueAccountId(place, 'main.ETH'), venueAccountId(place, 'main.BTC')];
    const { reader, trader } = gateway.client.venueOf(eth);
    const asked = (side: 'buy' | 'sell', size: string, price: string) => order(side, size, price, { account: eth, instrument: perpetual });
    expect(codeOf(await trader.place({ ...asked('sell', '6000', '2999'), account: btc }))).toBe('limit-account');
    expect(codeOf(await trader.place(asked('sell', '30001', '2999')))).toBe('limit-notional');
    expect(await arrived()).toBe(0);
    expect(await trader.place(asked('sell', '6000', '2999'))).toMatchObject({ kind: 'accepted', order: { filled: e18('6000') } });
    expect(await reader.account(eth)).toMatchObject({ positions: [{ contracts: -e18('6000') }] });
    const { asks, bids } = await reader.market(put, 1);
    const option = { account: eth, instrument: put, contracts: e18('2') as ContractsE18 };
    expect(codeOf(await trader.place({ ...order('sell', '2', '1', option), priceCap: bids[0]!.price }))).toBe('limit-option-written');
    expect(await trader.place({ ...order('buy', '2', '1', option), priceCap: asks[0]!.price })).toMatchObject({ kind: 'accepted', order: { filled: e18('2') } });
    // No more is sold than is held, and what is held may be.
    expect(codeOf(await trader.place({ ...order('sell', '3', '1', option), contracts: e18('3') as ContractsE18, priceCap: bids[0]!.price }))).toBe('limit-option-written');
    expect(await trader.place({ ...order('sell', '2', '1', option), reduceOnly: true, priceCap: bids[0]!.price })).toMatchObject({ kind: 'accepted', order: { filled: e18('2') } });
  });

  it('of options only those are bought that the owner named, no further from the mark and for no more premium than he allows', async () => {
    const place = { environment: 'paper', venue: 'deribit' } as const;
    const account = await venue.let<DeribitAccount>('deribit/accounts', { deposits: { ETH: '10' } });
    const [named, other] = [instrumentId(place, 'ETH-26MAR27-2500-P'), instrumentId(place, 'ETH-26MAR27-2600-P')];
    await venue.let('deribit/events', { kind: 'prices', instrument: 'ETH-PERPETUAL', mark: '3000', index: '2900', book: { bids: [['2999', '20000']], asks: [['3001', '20000']] } });
    for (const instrument of ['ETH-26MAR27-2500-P', 'ETH-26MAR27-2600-P']) await venue.let('deribit/options', { instrument, markIv: 60, bidIv: 58, askIv: 62 });
    const eth = venueAccountId(place, 'main.ETH');
    const handIn = async (apart: bigint): Promise<unknown> => gateway.client.openKey(await gateway.seal({ venue: 'deribit', clientId: account.clientId, clientSecret: account.clientSecret }, limitsOf([named], { maxPriceApart: apart as never })));
    await handIn(10n);
    const { reader, trader } = gateway.client.venueOf(eth);
    const { asks: [ask], markUsdE8 } = await reader.market(named, 1);
    const buy = (size: string, instrument = named) => trader.place({ ...order('buy', size, '1', { account: eth, instrument, contracts: e18(size) as ContractsE18 }), priceCap: ask!.price });
    expect(codeOf(await buy('1', other))).toBe('limit-instrument');
    // What is offered lies above the mark by more than a thousandth, also where the index is lower than the forward by more than that.
    expect(codeOf(await buy('1'))).toBe('limit-price');
    await handIn(1_000n);
    const premium = Number(markUsdE8.kind === 'price' ? markUsdE8.usdE8 : 0n) / 1e8;
    expect(codeOf(await buy(String(Math.ceil(30_000 / premium) + 5)))).toBe('limit-notional');
    expect(await arrived()).toBe(0);
    expect(await buy('1')).toMatchObject({ kind: 'accepted', order: { filled: e18('1') } });
  });
});

describe('what goes wrong', () => {
  it('a gateway that was started again is given the key anew: questions are repeated, an order is sent once, an id that was used stays used', async () => {
    await open();
    const first = order('sell', '1', '2999');
    await main().trader.place(first);
    await gateway.restart();
    expect(await held()).toBe(-e18('1'));
    await gateway.restart();
    expect(await main().trader.place(order('sell', '1', '2999'))).toMatchObject({ kind: 'accepted' });
    expect(gateway.reopened).toHaveLength(2);
    expect(await main().trader.place(first)).toEqual({ kind: 'unknown', because: 'duplicate-id' });
    expect(await held()).toBe(-e18('2'));
    expect(await arrived()).toBe(2);
  });

  it('the same id at the same time is sent once', async () => {
    await open();
    const asked = order('sell', '1', '2999');
    const answers = await Promise.all([1, 2, 3].map(() => main().trader.place(asked)));
    expect(answers.map(({ kind }) => kind).sort()).toEqual(['accepted', 'unknown', 'unknown']);
    expect(await arrived()).toBe(1);
  });

  it('an answer that is lost on either way is unknown, and the order is found by its id', async () => {
    await open();
    const [slow, lost] = [order('sell', '1', '2999'), order('sell', '1', '2999')];
    await venue.let('hyperliquid/faults', { rules: [{ on: 'order', fault: { kind: 'reply-lost' }, times: 2 }] });
    expect(await main().trader.place(lost)).toEqual({ kind: 'unknown', because: 'timeout' });
    expect(await gateway.clientWith({ timeoutMs: 300 }).venueOf(ACCOUNT).trader.place(slow)).toEqual({ kind: 'unknown', because: 'timeout' });
    for (const { clientId } of [lost, slow]) expect(await main().reader.order(ACCOUNT, ETH, clientId)).toMatchObject({ kind: 'found', order: { filled: e18('1') } });
  });

  it('a gateway that is gone, or takes no such token: nothing was sent, and questions fail with what is to be done', async () => {
    await open();
    const stranger = gateway.clientWith({ token: 'another token of it' }).venueOf(ACCOUNT);
    expect(await stranger.trader.place(order('sell', '1', '2999'))).toMatchObject({ kind: 'rejected', rejection: { code: 'unauthorised' } });
    await expect(stranger.reader.account(ACCOUNT)).rejects.toMatchObject({ code: 'gateway-unreachable', message: expect.stringContaining('unauthorised') });
    await gateway.running().stop();
    expect(await main().trader.place(order('sell', '1', '2999'))).toMatchObject({ kind: 'rejected', rejection: { code: 'gateway-unreachable' } });
    await expect(main().reader.account(ACCOUNT)).rejects.toMatchObject({ code: 'gateway-unreachable', disposition: 'retryable' });
    await expect(gateway.client.publicKey()).rejects.toMatchObject({ code: 'gateway-silent' });
    expect(await arrived()).toBe(0);
  });

  it('failures of the venue come through as what they are', async () => {
    await open();
    await venue.let('hyperliquid/faults', { rules: [{ on: 'read', fault: { kind: 'outage' }, times: 100 }] });
    await expect(main().reader.account(ACCOUNT)).rejects.toMatchObject({ code: 'venue-unavailable', venue: 'hyperliquid' });
    // What an order has to know first cannot be read: nothing was sent.
    expect(await main().trader.place(order('sell', '1', '2999'))).toMatchObject({ kind: 'rejected', rejection: { code: 'not-sent' } });
    await venue.let('hyperliquid/faults', { rules: [{ on: 'read', fault: { kind: 'rate-limited' }, times: 100 }] });
    await expect(main().reader.account(ACCOUNT)).rejects.toMatchObject({ code: 'venue-rate-limited' });
    await expect(main().reader.account(venueAccountId(HYPERLIQUID, 'main.x'))).rejects.toMatchObject({ code: 'venue-answer-invalid', call: 'gateway' });
    expect(await arrived()).toBe(0);
  });

  it('there is no way to withdraw or transfer, and nothing that was sent in error is repeated', async () => {
    await open();
    const ask = async (path: string, body: unknown, method = 'POST') => {
      const response = await fetch(`${gateway.running().server.at}${path}`, { method, headers: { authorization: `Bearer ${TOKEN}` }, body: JSON.stringify(body) });
      return { status: response.status, text: await response.text() };
    };
    for (const action of ['withdraw', 'transfer', 'usd-send', 'constructor', 'toString', '__proto__']) expect(await ask(`/keys/hyperliquid/main/${action}`, {})).toMatchObject({ status: 404 });
    const plain = await ask('/keys', { credentials: agentOf(key), sealed: key.privateKey });
    expect(plain.status).toBe(400);
    for (const text of [plain.text, ...gateway.told]) expect(text).not.toContain(key.privateKey.slice(2));
  });

  it('no secret is in the log, in what is told, in errors or in answers', async () => {
    const opened = await open();
    const sealed = await gateway.seal(agentOf(key), limitsOf([ETH]));
    const errors: unknown[] = [opened];
    await main().trader.place(order('sell', '1', '2999'));
    errors.push(await main().trader.place(order('sell', '1', '2000')));
    await venue.let('hyperliquid/faults', { rules: [{ on: 'any', fault: { kind: 'outage' }, times: 100 }] });
    errors.push(await main().reader.account(ACCOUNT).catch((error: unknown) => error), await main().trader.place(order('sell', '1', '2999')));
    await venue.let('hyperliquid/faults', { rules: [] });
    await venue.let('hyperliquid/keys/revoke', { key: key.agent });
    await gateway.restart();
    errors.push(await main().reader.account(ACCOUNT).catch((error: unknown) => error), await main().trader.place(order('sell', '1', '2999')), await gateway.client.openKey({ ...sealed, name: 'x' }).catch((error: unknown) => error));
    const seen = [...gateway.told, gateway.log(), ...errors.map((error) => `${String(error)} ${JSON.stringify(error, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))}`)];
    expect(gateway.told.length).toBeGreaterThan(2);
    for (const text of seen) for (const secret of [key.privateKey.slice(2), TOKEN, sealed.sealed]) expect(text).not.toContain(secret);
  });

  it('by a unix socket it is asked without a token', async () => {
    const other = await testGateway(venue, { GATEWAY_LISTEN: '', GATEWAY_TOKEN_FILE: '', GATEWAY_SOCKET: join(gateway.folder, 'socket') });
    await other.client.openKey(await other.seal(agentOf(key), limitsOf([ETH])));
    expect(await other.client.venueOf(ACCOUNT).reader.account(ACCOUNT)).toMatchObject({ id: ACCOUNT });
    expect(statSync(join(gateway.folder, 'socket')).mode & 0o777).toBe(0o600);
    await other.stop();
  });
});

