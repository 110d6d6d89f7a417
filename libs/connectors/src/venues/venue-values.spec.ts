import { clientIdFrom, venueClientId, BS_USD, clientOrderId, DERIVATIVES_VENUES, instrumentId, PA_COIN, usdQuote, venueAccountId, type Instrument, type OrderRequest } from '@ballast/positions';
import { parseDecimal, WAD, type SettlementE18, type UsdE8, type Wad } from '@ballast/units';
import { describe, expect, it } from 'vitest';
import { estimatedAdl, OwnAccounts, withDeductions } from './accounts.js';
import { fillOf as binanceFillOf } from './binance-usdm/binance-values.js';
import { accountOf as deribitAccountOf } from './deribit/deribit-account.js';
import { POSITION as DERIBIT_POSITION, SUMMARY, TICKER } from './deribit/deribit-schemas.js';
import { accountOf as okxAccountOf, contractOf, greeksOf } from './okx/okx-values.js';
import { BALANCE, CONFIG, POSITION as OKX_POSITION } from './okx/okx-schemas.js';
import { obstacle, stray, travelMs, wholeLeverage } from './order-checks.js';
import { pageByTime, timeOf } from './pages.js';

const e18 = (text: string): bigint => parseDecimal(text, 18);
const usd = (text: string): UsdE8 => parseDecimal(text, 8) as UsdE8;
const NOW = 1_790_000_000_000;
const PLACE = { environment: 'paper', venue: 'deribit' } as const;

describe('client ids', () => {
  it('fit each venue, and come back as ours; what is of another form is not', () => {
    const id = clientOrderId('0123456789abcdef'.repeat(2));
    for (const venue of DERIVATIVES_VENUES) {
      expect(venueClientId(venue, id)).toMatch(venue === 'hyperliquid' ? /^0x[0-9a-f]{32}$/ : /^[0-9a-z]{32}$/);
      expect(clientIdFrom(venue, venueClientId(venue, id))).toEqual({ kind: 'ours', id });
      for (const other of [undefined, '', 'web_abc', `x-${id}`, `${id}0`, venue === 'hyperliquid' ? id : `0x${id}`]) expect(clientIdFrom(venue, other)).toEqual({ kind: 'foreign' });
    }
  });
});

describe('an order before it is sent', () => {
  const instrument = { lot: e18('0.1'), minContracts: e18('0.2'), tick: { kind: 'fixed', step: usdQuote(usd('0.5')) } } as Instrument;
  const order = (more: object) => ({ contracts: e18('0.3'), priceCap: usdQuote(usd('1500.5')), validUntil: NOW + 1, ...more }) as OrderRequest;
  it('is sent as it is or not at all', () => {
    expect(obstacle(order({}), instrument, NOW)).toBeNull();
    for (const more of [{ contracts: e18('0.35') }, { contracts: 0n }, { contracts: -e18('0.3') }, { contracts: e18('0.1') }, { priceCap: usdQuote(usd('1500.25')) }, { priceCap: { unit: 'coin', coinE18: WAD } }, { priceCap: usdQuote(0n as UsdE8) }, { validUntil: NOW }]) {
      expect(obstacle(order(more), instrument, NOW)?.kind, JSON.stringify(Object.keys(more))).toBe('rejected');
    }
    expect([travelMs(NOW + 700.9, NOW, 60_000), travelMs(NOW - 1, NOW, 60_000), travelMs(NOW + 1e9, NOW, 60_000)]).toEqual([700, 1, 60_000]);
    expect([3n * WAD, WAD / 2n, 0n, 2_000n * WAD].map((leverage) => wholeLeverage(leverage as Wad))).toEqual([3, null, null, null]);
  });

  it('of another environment, venue or key is turned down', () => {
    const own = new OwnAccounts(PLACE, 'main', true);
    const eth = instrumentId(PLACE, 'ETH-PERPETUAL');
    expect(stray(own, venueAccountId(PLACE, 'main.ETH'), eth)).toBeNull();
    for (const [account, instrumentOf] of [[venueAccountId({ ...PLACE, environment: 'live' }, 'main.ETH'), eth], [venueAccountId(PLACE, 'main'), eth], [venueAccountId(PLACE, 'mainXETH'), eth], [venueAccountId(PLACE, 'main.ETH'), instrumentId({ ...PLACE, environment: 'live' }, 'ETH-PERPETUAL')]] as const) {
      expect(stray(own, account, instrumentOf)).toMatchObject({ kind: 'rejected', rejection: { code: 'not-sent' } });
    }
  });
});

describe('pages of a list', () => {
  it('begin at the last item again, go on where a window ended, and never stand still', () => {
    const page = (items: { at: number }[], more: object) => pageByTime('okx', items, { from: 10, full: false, upTo: null, now: 1_000, ...more });
    expect(page([{ at: 30 }, { at: 20 }], {})).toEqual({ items: [{ at: 20 }, { at: 30 }], next: { kind: 'after', cursor: 't30' }, more: false });
    expect(page([], { upTo: 500 })).toMatchObject({ next: { cursor: 't500' }, more: true });
    expect(page([{ at: 20 }], { upTo: 2_000 })).toMatchObject({ next: { cursor: 't20' }, more: false });
    expect(page([{ at: 20 }], { full: true, upTo: 500 })).toMatchObject({ next: { cursor: 't20' }, more: true });
    expect(() => page([{ at: 10 }], { full: true })).toThrow('one millisecond');
    // What came was nothing of ours, and there is more behind it.
    expect(page([], { full: true, reached: 40 })).toEqual({ items: [], next: { kind: 'after', cursor: 't40' }, more: true });
    expect([timeOf('okx', { kind: 'since', at: 5 }), timeOf('okx', { kind: 'after', cursor: 't77' })]).toEqual([5, 77]);
    expect(() => timeOf('okx', { kind: 'after', cursor: '77' })).toThrow('cursor');
  });
});

describe('margin and ranks', () => {
  it('join where one row ends, and a loss ranks below zero', () => {
    const rate = (text: string) => e18(text) as Wad;
    expect(withDeductions([{ from: usd('1000'), maintenanceRate: rate('0.05'), initialRate: rate('0.1') }, { from: 0n, maintenanceRate: rate('0.02'), initialRate: rate('0.04') }]).map(({ deduction }) => deduction)).toEqual([0n, usd('30')]);
    expect(estimatedAdl(-e18('100') as SettlementE18, e18('1000'), e18('500') as SettlementE18)).toEqual({ kind: 'estimated', score: -e18('0.2') });
    expect(estimatedAdl(0n as SettlementE18, e18('1000'), 0n as SettlementE18).kind).toBe('unknown');
  });
});

describe("an option on Deribit", () => {
  it('is sized in coins with its sign, priced in coins, and its Greeks are of one coin: those of the ticker, not those of the position', () => {
    const name = 'ETH-27MAR26-2500-P';
    const position = DERIBIT_POSITION.parse({ instrument_name: name, kind: 'option', size: -10, average_price: 0.05, mark_price: 0.06, index_price: 2_400, total_profit_loss: -0.1, delta: 5.5, gamma: -0.01, vega: -30, theta: 20 });
    const ticker = TICKER.parse({ timestamp: NOW, state: 'open', mark_price: 0.06, index_price: 2_400, open_interest: 5, mark_iv: 61.27, underlying_price: 2_410.5, greeks: { delta: -0.55, gamma: 0.001, vega: 3, theta: -2, rho: 1 } });
    const summary = SUMMARY.parse({ currency: 'ETH', equity: 10, available_funds: 9, maintenance_margin: 0.4, initial_margin: 0.5, portfolio_margining_enabled: false });
    const account = deribitAccountOf(PLACE, venueAccountId(PLACE, 'main.ETH'), { summary, positions: [position], tickers: new Map([[name, ticker]]), openOrders: [], venueTime: NOW }, NOW);
    expect(account.positions).toEqual([expect.objectContaining({
      kind: 'option', contracts: -e18('10'), entry: { kind: 'known', value: { unit: 'coin', coinE18: e18('0.05') }, at: NOW }, mark: { kind: 'known', value: { unit: 'coin', coinE18: e18('0.06') }, at: NOW },
      forwardUsdE8: { kind: 'known', value: usd('2410.5'), at: NOW }, markVolatility: { kind: 'known', value: 0.6127, at: NOW }, venueGreeks: { kind: 'known', value: { convention: BS_USD, delta: -0.55, gamma: 0.001, vega: 3, theta: -2 }, at: NOW },
    })]);
    expect(account.positions[0]).toMatchObject({ ownGreeks: { kind: 'unknown' } });
  });
});

describe('OKX', () => {
  it('tells Greeks twice: premium-adjusted in coins and as Black and Scholes have them', () => {
    const wire = { deltaBS: '0.5962', gammaBS: '0.00001', vegaBS: '141.9', thetaBS: '-13.5', deltaPA: '0.3794', gammaPA: '0.2', vegaPA: '0.0036', thetaPA: '-0.0003' };
    expect(greeksOf(wire)).toEqual({ bs: { convention: BS_USD, delta: 0.5962, gamma: 0.00001, vega: 141.9, theta: -13.5 }, pa: { convention: PA_COIN, delta: 0.3794, gamma: 0.2, vega: 0.0036, theta: -0.0003 } });
    expect(greeksOf({ ...wire, deltaBS: null }).bs).toBeNull();
  });

  it('counts in contracts: coins of a linear one, dollars of an inverse one', () => {
    expect(contractOf({ ctType: 'linear', ctVal: '0.1', ctMult: '1' })).toEqual({ kind: 'linear', coinE18: e18('0.1') });
    expect(contractOf({ ctType: 'linear', ctVal: '1', ctMult: '0.01' })).toEqual({ kind: 'linear', coinE18: e18('0.01') });
    expect(contractOf({ ctType: 'inverse', ctVal: '10', ctMult: '1' })).toEqual({ kind: 'inverse', usdE8: usd('10') });
  });

  it('holds currencies apart or together, isolated positions aside, and tells shorts above zero where both sides are held', () => {
    const place = { environment: 'paper', venue: 'okx' } as const;
    const balance = BALANCE.parse({ adjEq: '20000', imr: '500', mmr: '50', availEq: '19000', details: [{ ccy: 'USDT', eq: '10000', availEq: '8000', imr: '400', mmr: '40', isoEq: '1000' }] });
    const wire = { instId: 'ETH-USDT-SWAP', instType: 'SWAP', mgnMode: 'isolated', posSide: 'short', pos: '7', ccy: 'USDT', avgPx: '3000', markPx: '3000', idxPx: '3000', liqPx: '', lever: '3', upl: '-20.5', mmr: '8', margin: '700', adl: '1' };
    const read = (acctLv: string) => okxAccountOf(place, venueAccountId(place, 'main.USDT'), { currency: 'USDT', config: CONFIG.parse({ acctLv, posMode: 'long_short_mode', perm: 'read_only' }), balance, positions: [OKX_POSITION.parse(wire)], rates: new Map(), openOrders: [] }, NOW);
    expect(read('2')).toMatchObject({ marginMode: 'isolated', positionMode: { value: 'hedge' }, equity: e18('9000'), maintenanceMargin: { value: e18('40') }, positions: [{ contracts: -e18('7'), liquidation: { kind: 'unknown' }, margin: { kind: 'isolated', margin: e18('679.5'), maintenance: { value: e18('8') } } }] });
    expect(read('3')).toMatchObject({ marginMode: 'portfolio', settlement: { kind: 'usd', token: 'USD' }, equity: e18('20000'), free: e18('19000'), maintenanceMargin: { value: e18('50') } });
  });
});

describe('fills on Binance', () => {
  it("are told apart by the venue's own names for its orders, and a fee in another asset is not taken for dollars", () => {
    const place = { environment: 'paper', venue: 'binance-usdm' } as const;
    const trade = { id: '1', orderId: '2', symbol: 'ETHUSDT', side: 'BUY' as const, qty: '1', price: '3000', commission: '1.5', commissionAsset: 'USDT', time: NOW };
    const cause = (clientId: string | undefined) => binanceFillOf(place, venueAccountId(place, 'main'), trade, clientId).cause;
    expect([cause('autoclose-1'), cause('adl_autoclose'), cause('settlement_autoclose-1'), cause('a'.repeat(32)), cause(undefined)]).toEqual(['liquidation', 'adl', 'settlement', 'order', 'order']);
    expect(() => binanceFillOf(place, venueAccountId(place, 'main'), { ...trade, commissionAsset: 'BNB' }, undefined)).toThrow('got a fee in BNB, expected USDT');
  });
});

