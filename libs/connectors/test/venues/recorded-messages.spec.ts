import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { clientOrderId, instrumentId, known, usdQuote, venueAccountId } from '@ballast/positions';
import { address, parseDecimal, USD_E8, WAD, type ContractsE18, type UsdE8 } from '@ballast/units';
import { Wallet } from 'ethers';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { actionHash, MAINNET, PAPER, signerOf } from '../../../../apps/paper-venue/src/facade/hyperliquid/signature.js';
import { connectVenue } from '../../src/venues/index.js';
import { accountOf as deribitAccountOf } from '../../src/venues/deribit/deribit-account.js';
import { DERIBIT_CALLS, deribitMeaning, deribitProblem } from '../../src/venues/deribit/deribit-calls.js';
import * as deribit from '../../src/venues/deribit/deribit-schemas.js';
import { fillOf as deribitFillOf, fundingOf as deribitFundingOf, instrumentOf, orderOf as deribitOrderOf } from '../../src/venues/deribit/deribit-values.js';
import { accountOf as hyperliquidAccountOf } from '../../src/venues/hyperliquid/hyperliquid-account.js';
import { checkAction, HYPERLIQUID_CALLS, hyperliquidProblem } from '../../src/venues/hyperliquid/hyperliquid-calls.js';
import * as hyperliquid from '../../src/venues/hyperliquid/hyperliquid-schemas.js';
import { fillOf as hyperliquidFillOf, fundingOf, instrumentsOf } from '../../src/venues/hyperliquid/hyperliquid-values.js';
import { VenueSaid } from '../../src/venues/wire/failures.js';
import { guardedClient } from '../../src/venues/wire/guarded-client.js';
import { hmac } from './stand-in.js';

const DATA = resolve(process.env['BALLAST_DATA'] ?? '../shared', 'data');
const [FIXTURES, REQUESTS, SIGNING] = ['exchange_fixtures', 'cex_requests', 'hyperliquid_signing'].map((folder) => resolve(DATA, folder)) as [string, string, string];
const recorded = (folder: string, file: string): never => JSON.parse(readFileSync(resolve(folder, file), 'utf8')) as never;
const e18 = (text: string): bigint => parseDecimal(text, 18);
const usd = (text: string): UsdE8 => parseDecimal(text, 8) as UsdE8;
const NOW = 1_790_000_000_000;

describe.skipIf(!existsSync(FIXTURES))('the recorded answers of Deribit', () => {
  const place = { environment: 'paper', venue: 'deribit' } as const;
  const result = (file: string): unknown => (recorded(FIXTURES, `deribit/${file}`) as { result: unknown }).result;
  const account = venueAccountId(place, 'main.BTC');

  it('instruments: the perpetual, the option, and nothing made of what is neither', () => {
    const listed = z.array(deribit.INSTRUMENT).parse(result('http_get_instruments.json')).map((wire) => instrumentOf(place, wire));
    expect(listed[0]).toMatchObject({ kind: 'perpetual', contract: { kind: 'inverse', usdE8: USD_E8 }, lot: e18('10'), minContracts: e18('10'), tick: { step: usdQuote(usd('0.5')) }, maxLeverage: 50n * WAD, takerFee: e18('0.0005') });
    expect(listed.slice(1).map((one) => one?.kind ?? null)).toEqual([null, 'option', null]);
    expect(instrumentOf(place, deribit.INSTRUMENT.parse(result('http_get_instrument_option.json')))).toMatchObject({
      kind: 'option', type: 'call', strikeUsdE8: usd('100000'), expiresAt: 1_735_300_800_000, contract: { kind: 'linear', coinE18: WAD }, lot: e18('0.1'), tick: { kind: 'fixed', step: { unit: 'coin', coinE18: e18('0.0005') } },
    });
  });

  it('a book and a ticker', () => {
    const book = deribit.BOOK.parse(result('http_get_order_book.json'));
    expect([book.bids[0], book.asks[0], book.mark_price, book.funding_8h, book.open_interest]).toEqual([['87002.5', '199190'], ['87003', '125090'], '87006.21', '0.00000655', '1139551440']);
    expect(deribitFundingOf(book, NOW)).toEqual(known({ perInterval: e18('0.00000655'), intervalSeconds: 28_800, basis: 'realised' }, NOW));
    expect(deribit.TICKER.parse((recorded(FIXTURES, 'deribit/ws_ticker.json') as { params: { data: unknown } }).params.data).state).toBe('open');
  });

  it('the account of a currency, with margin apart and with currencies as margin for each other', () => {
    const read = (file: string, currency: string) => {
      const summary = z.object({ summaries: z.array(deribit.SUMMARY) }).parse(result(file)).summaries.find((one) => one.currency === currency);
      if (summary === undefined) throw new RangeError(currency);
      return deribitAccountOf(place, account, { summary, positions: [], tickers: new Map(), openOrders: [], venueTime: null }, NOW);
    };
    expect(read('http_get_account_summaries.json', 'BTC')).toMatchObject({ marginMode: 'cross', settlement: { kind: 'coin', underlying: 'BTC' }, equity: e18('302.61869214'), free: e18('301.38059622'), maintenanceMargin: { value: e18('0.8857841') }, initialMargin: { value: e18('1.24669592') } });
    const [first] = (result('http_get_account_summaries_cross_margin.json') as { summaries: { currency: string }[] }).summaries;
    expect(read('http_get_account_summaries_cross_margin.json', first?.currency ?? '').marginMode).toBe('portfolio');
  });

  it('orders, placed and cancelled', () => {
    const { order } = deribit.PLACED.parse(result('ws_order_buy_response.json'));
    expect(deribitOrderOf(place, account, order, NOW)).toMatchObject({ venueId: 'USDC-104819327443', instrument: instrumentId(place, 'ETH_USDC-PERPETUAL'), side: 'buy', requested: e18('0.001'), filled: 0n, state: 'open', clientId: { kind: 'foreign' } });
    expect(deribitOrderOf(place, account, deribit.PLACED.parse(result('ws_order_sell_response.json')).order, NOW).side).toBe('sell');
    expect(deribitOrderOf(place, account, deribit.ORDER.parse(result('ws_order_cancel_response.json')), NOW).state).toBe('done');
  });

  it('an error', () => {
    const problem = deribitProblem(recorded(FIXTURES, 'deribit/ws_error.json'));
    expect(problem).toMatchObject({ code: '10028', message: 'too_many_requests' });
    expect(deribitMeaning(new VenueSaid(400, problem?.code ?? '', ''))).toEqual({ kind: 'refused', reason: 'rate-limit' });
  });

  it('a liquidation counts as ours only on our side of the trade', () => {
    const trade = { trade_id: '1', order_id: '2', instrument_name: 'ETH-PERPETUAL', direction: 'sell', amount: 10, price: 1500.5, fee: -1e-8, fee_currency: 'ETH', timestamp: NOW, liquidity: 'T', liquidation: 'M' };
    expect(deribitFillOf(place, account, deribit.TRADE.parse(trade))).toMatchObject({ cause: 'order', fee: -10_000_000_000n, price: usdQuote(usd('1500.5')) });
    expect(deribitFillOf(place, account, deribit.TRADE.parse({ ...trade, liquidation: 'MT' })).cause).toBe('liquidation');
  });
});

describe.skipIf(!existsSync(FIXTURES))('the recorded answers of Hyperliquid', () => {
  const place = { environment: 'paper', venue: 'hyperliquid' } as const;
  const account = venueAccountId(place, 'main');
  const of = (file: string): unknown => recorded(FIXTURES, `hyperliquid/${file}`);

  it('instruments and contexts', () => {
    expect(instrumentsOf(place, hyperliquid.META.parse(of('http_meta_perp_sample.json')), '0.00045')).toMatchObject([
      { id: instrumentId(place, 'BTC'), lot: e18('0.00001'), maxLeverage: 40n * WAD, tick: { maxDecimals: 1 }, tiers: { rows: [{ maintenanceRate: e18('0.0125') }] } }, { id: instrumentId(place, 'ETH'), lot: e18('0.0001'), tick: { maxDecimals: 2 } },
    ]);
    const { data } = of('ws_all_dexs_asset_ctxs.json') as { data: { ctxs: [string, unknown[]][] } };
    const contexts = z.array(hyperliquid.CONTEXT).parse(data.ctxs[0]?.[1]);
    expect(contexts.length).toBeGreaterThan(100);
    for (const context of contexts) expect(fundingOf(context)).toEqual({ perInterval: e18(context.funding), intervalSeconds: 3_600, basis: 'predicted' });
  });

  it('an account whose raw dollars are below zero, and one without a maintenance margin told', () => {
    const state = hyperliquid.STATE.parse(of('http_clearinghouse_state_negative_total_raw_usd.json'));
    expect(hyperliquidAccountOf(place, account, { state, contexts: new Map(), perpetuals: new Map(), openOrders: [], abstraction: 'default' }, NOW)).toMatchObject({ equity: e18('1736.030875'), free: e18('772.232111'), initialMargin: { value: e18('963.798764') }, maintenanceMargin: { kind: 'unknown' } });
  });

  it('fills: that of somebody else\'s liquidation is an order of ours, our own is a liquidation', () => {
    const [fill] = z.object({ data: z.object({ fills: hyperliquid.FILLS }) }).parse(of('ws_user_fill_liquidation.json')).data.fills;
    if (fill === undefined) throw new RangeError('no fill');
    expect(hyperliquidFillOf(place, account, '0x0000000000000000000000000000000000000001', fill)).toMatchObject({ cause: 'order', side: 'sell', contracts: e18('0.001'), price: usdQuote(usd('66653')), fee: e18('0.009997'), clientId: { kind: 'ours', id: 'e8d5fd7ebbb4c3cff4d1803472a11463' } });
    expect(hyperliquidFillOf(place, account, '0x360878d351f05975e25f1807a27895e1e5e004fb', fill).cause).toBe('liquidation');
    expect(hyperliquid.FILLS.parse(of('http_user_fills_dust_conversion.json')).length).toBeGreaterThan(3);
  });

  it('books', () => {
    for (const file of ['http_l2_book_btc.json', 'http_l2_book_snapshot.json']) expect(hyperliquid.BOOK.safeParse(of(file)).success, file).toBe(true);
  });
});

describe('the requests', () => {
  const servers: ReturnType<typeof createServer>[] = [];
  afterAll(() => servers.forEach((server) => server.close()));

  /** A venue that answers by `answer` and keeps what it was sent. */
  async function recording(answer: (path: string, body: string) => unknown): Promise<{ readonly url: string; readonly sent: { readonly method: string; readonly target: string; readonly body: string; readonly authorization: string }[] }> {
    const sent: { method: string; target: string; body: string; authorization: string }[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => {
        sent.push({ method: request.method ?? '', target: request.url ?? '', body, authorization: request.headers.authorization ?? '' });
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer(request.url ?? '', body)));
      });
    });
    servers.push(server);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sent };
  }

  it.skipIf(!existsSync(REQUESTS))('of Deribit are those that were recorded, with a limit that ends at once, a label and a time, and are signed as the venue checks', async () => {
    const shapes = (recorded(REQUESTS, 'ccxt_request_shapes.json') as { deribit: { method: string; url: string }[] }).deribit;
    const [limit] = shapes.filter(({ url }) => url.includes('/private/buy?') && url.includes('type=limit'));
    const instrument = { instrument_name: 'ETH-PERPETUAL', kind: 'future', instrument_type: 'reversed', is_active: true, tick_size: 0.05, contract_size: 1, min_trade_amount: 1, taker_commission: 0.0005, max_leverage: 50, base_currency: 'ETH', settlement_currency: 'ETH', settlement_period: 'perpetual', expiration_timestamp: 1 };
    const venue = await recording((target) => ({ result: target.includes('/auth') ? { scope: 'account:read trade:read_write wallet:none' } : target.includes('get_instruments') ? [instrument] : { order: null } }));
    const { trader } = await connectVenue({ environment: 'paper', accountName: 'main', url: venue.url, paced: false, credentials: { venue: 'deribit', clientId: 'the-client-id', clientSecret: 'the-client-secret' } });
    const place = { environment: 'paper', venue: 'deribit' } as const;
    const answer = await trader.place({ account: venueAccountId(place, 'main.ETH'), instrument: instrumentId(place, 'ETH-PERPETUAL'), clientId: clientOrderId('1'.repeat(32)), side: 'buy', contracts: e18('1500') as ContractsE18, priceCap: usdQuote(usd('1500.05')), reduceOnly: true, validUntil: Date.now() + 1_000 });
    // The answer was no order: nobody knows.
    expect(answer).toEqual({ kind: 'unknown', because: 'unreadable-answer' });
    const sent = venue.sent.at(-1);
    const [ours, theirs] = [new URL(sent?.target ?? '', venue.url), new URL(limit?.url ?? '')];
    expect(ours.pathname).toBe(theirs.pathname);
    for (const name of theirs.searchParams.keys()) expect(ours.searchParams.has(name), name).toBe(true);
    const { valid_until: until, ...params } = Object.fromEntries(ours.searchParams);
    expect(params).toEqual({ instrument_name: 'ETH-PERPETUAL', amount: '1500', type: 'limit', price: '1500.05', label: '1'.repeat(32), time_in_force: 'immediate_or_cancel', reduce_only: 'true' });
    expect(Number(until)).toBeGreaterThan(Date.now() - 60_000);
    const [, id, ts, sig, nonce] = /^deri-hmac-sha256 id=(.+),ts=(\d+),sig=([0-9a-f]+),nonce=(.+)$/.exec(sent?.authorization ?? '') ?? [];
    expect([id, sig]).toEqual(['the-client-id', hmac('the-client-secret', `${ts}\n${nonce}\nGET\n${sent?.target}\n\n`)]);
    // Transfers and edits were recorded too: they are not among the calls that can leave.
    const calls: ReadonlySet<string> = new Set(Object.values(DERIBIT_CALLS));
    expect(shapes.filter(({ url }) => calls.has(`GET ${new URL(url).pathname}`)).map(({ method }) => method)).toEqual(['createOrder', 'createOrder', 'createOrder', 'fetchOpenOrders']);
  });

  it.skipIf(!existsSync(REQUESTS) || !existsSync(SIGNING))('of Hyperliquid have the keys and texts of those that were recorded, and their signature is the agent\'s, with the expiry in it', async () => {
    const { PRIVATE_KEY } = recorded(SIGNING, 'signing_vectors.json') as { PRIVATE_KEY: `0x${string}` };
    const shapes = (recorded(REQUESTS, 'ccxt_request_shapes.json') as { hyperliquid: { d: string; action: { orders: Record<string, unknown>[] } }[] }).hyperliquid;
    const withId = shapes.find(({ d }) => d === 'client order id')?.action.orders[0];
    const [account, agent] = [address(`0x${'12'.repeat(20)}`), new Wallet(PRIVATE_KEY).address.toLowerCase()];
    const universe = Array.from({ length: 6 }, (_, place) => ({ name: ['BTC', 'ETH', 'A', 'B', 'C', 'SOL'][place] ?? '', szDecimals: place === 1 ? 4 : 2, maxLeverage: 20 }));
    const context = { funding: '0', openInterest: '0', oraclePx: '1', markPx: '1' };
    const answers: Readonly<Record<string, unknown>> = { userRole: { role: 'agent', data: { user: account } }, extraAgents: [], metaAndAssetCtxs: [{ universe }, universe.map(() => context)], userFees: { userCrossRate: '0.00045' } };
    const venue = await recording((path, body) => (path === '/info' ? answers[(JSON.parse(body) as { type: string }).type] : { status: 'err', response: 'Insufficient margin to place order. asset=1' }));
    const { trader } = await connectVenue({ environment: 'paper', accountName: 'main', url: venue.url, paced: false, credentials: { venue: 'hyperliquid', account, agentKey: PRIVATE_KEY } });
    const place = { environment: 'paper', venue: 'hyperliquid' } as const;
    const validUntil = Date.now() + 5_000;
    expect(await trader.place({ account: venueAccountId(place, 'main'), instrument: instrumentId(place, 'ETH'), clientId: clientOrderId('1234567890abcdef'.repeat(2)), side: 'buy', contracts: e18('0.5') as ContractsE18, priceCap: usdQuote(usd('136.5')), reduceOnly: false, validUntil })).toMatchObject({ kind: 'rejected', rejection: { reason: 'margin' } });
    const sent = JSON.parse(venue.sent.at(-1)?.body ?? '') as { action: { type: string; orders: Record<string, unknown>[]; grouping: string }; nonce: number; expiresAfter: number; signature: { r: string; s: string; v: number } };
    expect(sent.action).toEqual({ type: 'order', orders: [{ ...withId, a: 1 }], grouping: 'na' });
    // The hash is over the keys in their order.
    expect(Object.keys(sent.action.orders[0] ?? {})).toEqual(Object.keys(withId ?? {}));
    expect(sent.expiresAfter).toBe(validUntil);
    const signed = { ...sent, action: sent.action as never, vaultAddress: null };
    // Of paper, and so of the test network: at the real venue it is nobody's.
    expect([signerOf(signed, PAPER) === agent, signerOf(signed, MAINNET) === agent]).toEqual([true, false]);
  });

  it.skipIf(!existsSync(SIGNING))('of Hyperliquid are signed over the hash that is published, for the network of the environment', async () => {
    const { PRIVATE_KEY, L1_ACTION } = recorded(SIGNING, 'signing_vectors.json') as { PRIVATE_KEY: string; L1_ACTION: { action: never; nonce: number; hash: { withExpires: string; base: string }; expiresAfter: number } };
    const { action, nonce, expiresAfter, hash } = L1_ACTION;
    expect([actionHash({ action, nonce, vaultAddress: null, expiresAfter: null }), actionHash({ action, nonce, vaultAddress: null, expiresAfter })]).toEqual([hash.base, hash.withExpires]);
    const agent = new Wallet(PRIVATE_KEY).address.toLowerCase();
    for (const [source, environment] of [[PAPER, 'paper'], [MAINNET, 'live']] as const) {
      const client = await guardedClient({
        place: { environment, venue: 'hyperliquid' }, exchange: 'hyperliquid', calls: HYPERLIQUID_CALLS, settings: { privateKey: PRIVATE_KEY, walletAddress: `0x${'12'.repeat(20)}`, options: { sandboxMode: environment === 'paper' } }, url: environment === 'paper' ? 'http://127.0.0.1:1' : undefined, timeoutMs: 1_000,
        paced: false, problemOf: hyperliquidProblem, checkBody: checkAction,
      });
      const signing = client as unknown as { signL1Action: (action: unknown, nonce: number, vault: undefined, expiresAfter: number) => { r: string; s: string; v: number } };
      // Of the times of today: the client writes a time in eleven hex digits, which the published nonce has not.
      const signature = signing.signL1Action(action, NOW, undefined, NOW + 5_000);
      expect(signerOf({ action, nonce: NOW, vaultAddress: null, expiresAfter: NOW + 5_000, signature }, source)).toBe(agent);
    }
  });

  it.skipIf(!existsSync(REQUESTS))('of Binance are signed like the published examples', () => {
    const { secret, vectors } = recorded(REQUESTS, 'binance_hmac_vectors.json') as { secret: string; vectors: { message: string; hmac_sha256_hex: string }[] };
    // The stand-in checks every request of the adapter by this function.
    for (const { message, hmac_sha256_hex: expected } of vectors) expect(hmac(secret, message)).toBe(expected);
  });
});
