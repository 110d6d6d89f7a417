import { BS_USD, clientOrderId, instrumentId, usdQuote, venueAccountId, type OrderRequest, type PerpetualPosition } from '@ballast/positions';
import { parseDecimal, USD_E8, WAD, type ContractsE18, type SettlementE18, type UsdE8, type Wad } from '@ballast/units';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { operatedVenue, type DeribitAccount, type OperatedVenue } from '../../../../apps/paper-venue/test/started-venue.js';
import { connectVenue, type VenueConnection } from '../../src/venues/index.js';
import { quickest } from './quickest.js';

const PLACE = { environment: 'paper', venue: 'deribit' } as const;
const ACCOUNT = venueAccountId(PLACE, 'main.ETH');
const ETH = instrumentId(PLACE, 'ETH-PERPETUAL');
const THIN = { bids: [['1500', '8000'], ['1499', '50000']], asks: [['1500.5', '8000'], ['1502', '50000']] };
const e18 = (text: string): bigint => parseDecimal(text, 18);
const id = (digit: string) => clientOrderId(digit.repeat(32));

let venue: OperatedVenue;
let key: DeribitAccount;
let connection: VenueConnection;

const connected = ({ clientId, clientSecret } = key, more = {}): Promise<VenueConnection> =>
  connectVenue({ environment: 'paper', accountName: 'main', url: venue.url, paced: false, credentials: { venue: 'deribit', clientId, clientSecret }, ...more });
const order = (side: 'buy' | 'sell', size: string, price: string, more: Partial<OrderRequest> = {}): OrderRequest => ({
  account: ACCOUNT, instrument: ETH, clientId: id('a'), side, contracts: e18(size) as ContractsE18, priceCap: usdQuote(parseDecimal(price, 8) as UsdE8), reduceOnly: false, validUntil: Date.now() + 5_000, ...more,
});
const script = (kind: string, on = 'order', silence = 'hang', more = {}) => venue.let('deribit/faults', { silence, rules: [{ on, fault: { kind, ...more }, times: on === 'read' ? 100 : 1 }] });
const held = async (): Promise<PerpetualPosition | undefined> => (await connection.reader.account(ACCOUNT)).positions[0] as PerpetualPosition | undefined;

beforeEach(async () => {
  venue = await operatedVenue();
  key = await venue.let('deribit/accounts', { deposits: { ETH: '10' } });
  await venue.let('deribit/events', { kind: 'prices', instrument: 'ETH-PERPETUAL', mark: '1500', index: '1501', book: THIN });
  connection = await connected();
});
afterEach(() => venue.stop());

describe('reading Deribit', () => {
  it('the inverse perpetual in dollars, and an option in coins', async () => {
    await venue.let('deribit/options', { instrument: 'ETH-27DEC99-1400-P', markIv: 62, bidIv: 60, askIv: 64, amount: 50 });
    const listed = await connection.reader.instruments(['ETH']);
    expect(listed[0]).toMatchObject({
      id: ETH, kind: 'perpetual', settlement: { kind: 'coin', underlying: 'ETH' }, contract: { kind: 'inverse', usdE8: USD_E8 }, lot: WAD, tick: { kind: 'fixed', step: usdQuote(5_000_000n as UsdE8) }, takerFee: e18('0.0005'), fundingIntervalSeconds: 28_800,
      tiers: { kind: 'tiers', unit: 'coin' }, state: 'open',
    });
    expect(listed[1]).toMatchObject({ kind: 'option', type: 'put', strikeUsdE8: 140_000_000_000n, contract: { kind: 'linear', coinE18: WAD }, tick: { kind: 'stepped' }, settlementWindowSeconds: 1_800, feeCapOfPremium: e18('0.125') });
    const market = await connection.reader.market(instrumentId(PLACE, 'ETH-27DEC99-1400-P'), 1);
    expect(market).toMatchObject({
      asks: [{ price: { unit: 'coin' }, contracts: e18('50') }], markUsdE8: { kind: 'price' }, funding: { kind: 'unknown' }, openInterest: { kind: 'contracts', contracts: e18('10000') },
      option: { forwardUsdE8: { value: 150_000_000_000n }, markVolatility: { value: 0.62 }, bidVolatility: { value: 0.6 }, askVolatility: { value: 0.64 }, venueGreeks: { kind: 'known', value: { convention: BS_USD } } },
    });
    expect((await connection.reader.market(ETH, 1)).option).toBeUndefined();
  });

  it('a market, with its funding of eight hours and nothing held', async () => {
    await venue.let('deribit/events', { kind: 'funding-rate', instrument: 'ETH-PERPETUAL', rate: '0.0001' });
    expect(await connection.reader.market(ETH, 1)).toMatchObject({
      markUsdE8: { usdE8: 150_000_000_000n }, indexUsdE8: { usdE8: 150_100_000_000n }, bids: [{ price: usdQuote(150_000_000_000n as UsdE8), contracts: e18('8000') }], asks: [{ contracts: e18('8000') }],
      funding: { kind: 'known', value: { perInterval: e18('0.0001'), intervalSeconds: 28_800, basis: 'realised' } },
    });
  });

  it('an account in coins with a short of dollars, in their own signs and units', async () => {
    await connection.trader.place(order('sell', '6000', '1500'));
    const account = await connection.reader.account(ACCOUNT);
    expect(account).toMatchObject({ settlement: { kind: 'coin', underlying: 'ETH' }, marginMode: 'cross', positionMode: { value: 'one-way' }, equity: e18('9.998'), maintenanceMargin: { value: e18('0.04') } });
    expect(account.positions).toMatchObject([{
      kind: 'perpetual', contracts: -e18('6000'), entryUsdE8: { value: 150_000_000_000n }, markUsdE8: { value: 150_000_000_000n }, unrealised: { value: 0n }, leverage: { kind: 'unknown' }, margin: { kind: 'cross' },
      funding: { value: { basis: 'realised', intervalSeconds: 28_800 } }, adl: { kind: 'estimated', score: 0n },
    }]);
    expect(await connection.reader.account(venueAccountId(PLACE, 'main.BTC'))).toMatchObject({ settlement: { kind: 'coin', underlying: 'BTC' }, positions: [], equity: 0n });
    await expect(connection.reader.account(venueAccountId(PLACE, 'other.ETH'))).rejects.toThrow('paper:deribit:account:main.<currency>');
  });

  it('fills since a cursor', async () => {
    await connection.trader.place(order('sell', '6000', '1500'));
    const first = await connection.reader.fills(ACCOUNT, { kind: 'since', at: 0 });
    expect(first.items).toMatchObject([{ side: 'sell', contracts: e18('6000'), price: usdQuote(150_000_000_000n as UsdE8), fee: e18('0.002'), clientId: { kind: 'ours', id: id('a') }, cause: 'order' }]);
    await connection.trader.place(order('buy', '1000', '1500.5', { clientId: id('b'), reduceOnly: true }));
    expect((await connection.reader.fills(ACCOUNT, first.next)).items.map(({ side }) => side)).toEqual(['sell', 'buy']);
  });
});

describe('what Deribit booked', () => {
  it('funding of settlements since a cursor, received by a short while the rate is above zero', async () => {
    await connection.trader.place(order('sell', '6000', '1500'));
    await venue.let('deribit/events', { kind: 'funding-rate', instrument: 'ETH-PERPETUAL', rate: '0.001' });
    await venue.let('deribit/events', { kind: 'pay-funding', instrument: 'ETH-PERPETUAL' });
    const first = await connection.reader.funding(ACCOUNT, { kind: 'since', at: 0 });
    // 6000 dollars at an index of 1501, a thousandth of it.
    expect(first.items).toMatchObject([{ instrument: ETH, amount: e18('0.00399733') }]);
    await venue.let('clock', { advanceMs: 5 });
    await venue.let('deribit/events', { kind: 'pay-funding', instrument: 'ETH-PERPETUAL' });
    const next = await connection.reader.funding(ACCOUNT, first.next);
    expect(new Set([...first.items, ...next.items].map(({ paymentId }) => paymentId)).size).toBe(2);
  });
});

describe('trading on Deribit', () => {
  it('an immediate order takes what is within its cap, and is found by its label', async () => {
    expect(await connection.trader.place(order('sell', '15000', '1500'))).toMatchObject({ kind: 'accepted', order: { requested: e18('15000'), filled: e18('8000'), state: 'done', clientId: { kind: 'ours', id: id('a') } } });
    expect(await connection.reader.order(ACCOUNT, ETH, id('a'))).toMatchObject({ kind: 'found', order: { requested: e18('15000'), filled: e18('8000'), state: 'done' } });
    expect(await connection.reader.order(ACCOUNT, ETH, id('f'))).toMatchObject({ kind: 'not-found' });
    expect(await connection.trader.cancel(ACCOUNT, ETH, id('a'))).toMatchObject({ kind: 'done', value: { state: 'done' } });
    expect(await connection.trader.cancel(ACCOUNT, ETH, id('f'))).toMatchObject({ kind: 'rejected' });
  });

  it('reduces only; too large an order has no margin; nothing is rounded', async () => {
    expect(await connection.trader.place(order('buy', '100', '1502', { reduceOnly: true }))).toMatchObject({ kind: 'rejected', rejection: { reason: 'reduce-only', code: '11030' } });
    expect(await connection.trader.place(order('buy', '1000000', '1502'))).toMatchObject({ kind: 'rejected', rejection: { reason: 'margin', code: '10009' } });
    expect(await connection.trader.place(order('buy', '1.5', '1502'))).toMatchObject({ kind: 'rejected', rejection: { reason: 'tick-or-lot', code: 'not-sent' } });
    expect(await connection.trader.place(order('buy', '1', '1502.01'))).toMatchObject({ kind: 'rejected', rejection: { reason: 'tick-or-lot', code: 'not-sent' } });
  });

  it('has no isolated margin and no leverage to set', async () => {
    expect(await connection.trader.addIsolatedMargin(ACCOUNT, ETH, WAD as bigint as SettlementE18)).toMatchObject({ kind: 'rejected' });
    expect(await connection.trader.setLeverage(ACCOUNT, ETH, WAD as bigint as Wad)).toMatchObject({ kind: 'rejected', rejection: { reason: 'other' } });
  });
});

describe('what goes wrong on the way to Deribit', () => {
  it('acceptance 11: a label counts twice at Deribit: a lost reply is found by it, nothing is sent a second time, and what somebody sends again is told with both sizes', async () => {
    const impatient = await connected(key, { timeoutMs: 400 });
    await impatient.reader.instruments(['ETH']);
    await script('reply-lost');
    expect(await impatient.trader.place(order('sell', '1000', '1500'))).toEqual({ kind: 'unknown', because: 'timeout' });
    expect((await held())?.contracts).toBe(-e18('1000'));
    expect(await connection.reader.order(ACCOUNT, ETH, id('a'))).toMatchObject({ kind: 'found', order: { filled: e18('1000'), requested: e18('1000') } });
    await connection.trader.place(order('sell', '1000', '1500'));
    expect(await connection.reader.order(ACCOUNT, ETH, id('a'))).toMatchObject({ kind: 'found', order: { filled: e18('2000'), requested: e18('2000') } });
  });

  it('an order that arrives after its time is not executed', async () => {
    await script('executed-late', 'order', 'reset', { byMs: 60_000 });
    expect(await connection.trader.place(order('sell', '1000', '1500'))).toEqual({ kind: 'unknown', because: 'network' });
    await venue.let('clock', { advanceMs: 120_000 });
    expect(await held()).toBeUndefined();
  });

  it('acceptance 10: behind forty questions that wait their turn, and while each is answered with 10028, an order is answered within a second', async () => {
    const paced = await connected(key, { paced: true });
    await paced.reader.instruments(['ETH']);
    for (const becomes of ['answered', 'venue-rate-limited']) {
      if (becomes !== 'answered') await script('rate-limited', 'read');
      const answers: string[] = [];
      const questions = Array.from({ length: 40 }, () => paced.reader.market(ETH, 1).then(() => answers.push('answered'), ({ code }: { code: string }) => answers.push(code)));
      const answered = quickest(async (turn) => expect(await paced.trader.place(order('sell', '10', '1500', { clientId: id(turn) }))).toMatchObject({ kind: 'accepted', order: { filled: e18('10') } }));
      expect(await answered).toBeLessThan(1_000);
      expect(answers.length).toBeLessThan(40);
      await Promise.all(questions);
      expect(new Set(answers)).toEqual(new Set([becomes]));
    }
  });

  it('429, a busy venue, a halt and an outage', async () => {
    const answer = async () => {
      const placed = await connection.trader.place(order('sell', '10', '1500'));
      return placed.kind === 'rejected' ? placed.rejection.reason : placed.kind === 'unknown' ? placed.because : placed.kind;
    };
    await connection.reader.instruments(['ETH']);
    const answers: string[] = [];
    for (const kind of ['rate-limited', 'busy', 'outage']) {
      await script(kind);
      answers.push(await answer());
    }
    await venue.let('deribit/events', { kind: 'halt', instrument: 'ETH-PERPETUAL' });
    answers.push(await answer());
    expect(answers).toEqual(['rate-limit', 'closed', 'server-error', 'closed']);
    await script('rate-limited', 'read');
    await expect(connection.reader.account(ACCOUNT)).rejects.toMatchObject({ code: 'venue-rate-limited' });
    await script('outage', 'read');
    await expect(connection.reader.account(ACCOUNT)).rejects.toMatchObject({ code: 'venue-unavailable' });
  });

  it('a revoked key, a wrong one, one that may only read and one that can withdraw are refused, and no secret is in what is said', async () => {
    const refusal = (from: Parameters<typeof connected>[0]) => connected(from).then(() => 'connected', (error: { code: string; message: string }) => `${error.code}: ${error.message}`);
    const reader = await venue.let<DeribitAccount>('deribit/keys', { account: key.account, scope: 'account:read trade:read wallet:none' });
    const rich = await venue.let<DeribitAccount>('deribit/keys', { account: key.account, scope: 'account:read trade:read_write wallet:read_write' });
    const said = [await refusal({ ...key, clientSecret: 'f'.repeat(48) }), await refusal(reader), await refusal(rich)];
    expect(said.map((text) => text.split(':')[0])).toEqual(['venue-key-refused', 'venue-key-refused', 'venue-key-refused']);
    expect(said[1]).toContain('lacks trade:read_write');
    expect(said[2]).toContain('wallet:read_write');
    expect(connection.rights.told).toBe('account:read trade:read_write wallet:none');
    await connection.reader.instruments(['ETH']);
    await venue.let('deribit/keys/revoke', { key: key.clientId });
    expect(await connection.trader.place(order('sell', '10', '1500'))).toMatchObject({ kind: 'rejected', rejection: { reason: 'key-refused' } });
    await expect(connection.reader.account(ACCOUNT)).rejects.toMatchObject({ code: 'venue-key-refused' });
    const all = `${said.join(' ')} ${await refusal(key)}`;
    for (const secret of [key.clientSecret, key.clientId, reader.clientSecret, rich.clientSecret, 'f'.repeat(48)]) expect(all).not.toContain(secret);
  });
});

