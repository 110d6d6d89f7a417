import { describe, expect, it } from 'vitest';
import { aLinear, aMarket, after, anInverse, anOrder, aVenue, e8, e12, order, prices } from '../../test/venues.js';
import {
  accountOf, accountValueFloor, adlRanks, apply, deltaNearest, entryPriceNearest, imbalanceE8, liquidationPrice, marginOf, tiersOfLeverage, valuationOf, type Book, type VenueEvent, type VenueState,
} from './index.js';

const eth = aLinear();
const thin: Book = { bids: [{ priceE8: e8('2999'), sizeE8: e8('8') }, { priceE8: e8('2990'), sizeE8: e8('50') }], asks: [{ priceE8: e8('3001'), sizeE8: e8('8') }, { priceE8: e8('3010'), sizeE8: e8('50') }] };
const venue = (amount = '100000', overrides = {}): VenueState => aVenue([aMarket(eth, '3000', { book: thin })], { a: ['USDC', amount], b: ['USDC', amount] }, overrides);
const sizeOf = (state: VenueState, account = 'a', name = 'ETH'): bigint => state.accounts[account]?.positions[name]?.sizeE8 ?? 0n;
const refusal = (state: VenueState, event: VenueEvent): string => {
  try {
    apply(state, event, 1);
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'taken';
};

describe('orders', () => {
  it('an immediate order takes what is within its limit and gives up the rest; what it took is gone', () => {
    const first = apply(venue(), order('sell', '10', '2997.9'), 5);
    expect(first.order).toMatchObject({ status: 'cancelled', sizeE8: e8('10'), filledE8: e8('8'), filledPriceSizeE16: e8('2999') * e8('8') });
    expect(sizeOf(first.state)).toBe(e8('-8'));
    expect(refusal(first.state, order('sell', '2', '2997.9'))).toBe('nothing-to-match');
    const again = after(first.state, prices(first.state, 'ETH', '3000', thin), order('sell', '2', '2997.9'));
    expect(sizeOf(again)).toBe(e8('-10'));
  });

  it('walks the levels', () => {
    const { order: placed, state } = apply(venue(), order('buy', '10', '3010'), 1);
    expect(placed).toMatchObject({ status: 'filled', filledPriceSizeE16: e8('3001') * e8('8') + e8('3010') * e8('2') });
    expect(state.fills.map(({ priceE8, sizeE8, liquidity }) => [priceE8, sizeE8, liquidity])).toEqual([[e8('3001'), e8('8'), 'taker'], [e8('3010'), e8('2'), 'taker']]);
  });

  it('a limit rests, and fills at its limit as a maker once the feed trades through it, not when it only touches', () => {
    const rested = apply(venue(), order('buy', '3', '2980', { timeInForce: 'good-til-cancelled', clientId: 'x' }), 1);
    expect(rested.order?.status).toBe('open');
    const book = (ask: string): Book => ({ bids: [], asks: [{ priceE8: e8(ask), sizeE8: e8('2') }] });
    const touched = after(rested.state, prices(rested.state, 'ETH', '2980', book('2980')));
    expect(sizeOf(touched)).toBe(0n);
    const through = after(touched, prices(touched, 'ETH', '2979', book('2979.9')));
    expect(through.orders[rested.order?.id ?? 0]).toMatchObject({ status: 'open', filledE8: e8('2') });
    expect(through.fills[0]).toMatchObject({ priceE8: e8('2980'), liquidity: 'maker', feeE8: e8('0.894'), clientId: 'x' });
    expect(refusal(after(through, { kind: 'cancel', account: 'a', orderId: rested.order?.id ?? 0 }), { kind: 'cancel', account: 'a', orderId: rested.order?.id ?? 0 })).toBe('unknown-order');
    expect(refusal(through, { kind: 'cancel', account: 'b', orderId: rested.order?.id ?? 0 })).toBe('unknown-order');
  });

  const REFUSED: readonly [string, Parameters<typeof anOrder>][] = [
    ['bad-tick', ['buy', '1', '3000.05']], ['bad-lot', ['buy', '1.00001', '3000']], ['bad-size', ['buy', '0', '3000']], ['below-min-notional', ['buy', '0.0033', '3000']],
    ['outside-price-band', ['buy', '1', '5400.1']], ['not-enough-margin', ['buy', '2000', '3001']], ['reduce-only-would-grow', ['buy', '1', '3001', { reduceOnly: true }]],
    ['post-only-would-cross', ['buy', '1', '3001', { postOnly: true }]], ['nothing-to-match', ['buy', '1', '3000.9']], ['nothing-to-match', ['buy', '20', '3001', { timeInForce: 'fill-or-kill' }]],
    ['unknown-instrument', ['buy', '1', '3000', { instrument: 'DOGE' }]], ['unknown-account', ['buy', '1', '3000', { account: 'z' }]],
  ];
  it.each(REFUSED)('refuses with %s: %j', (code, asked) => expect(refusal(venue(), order(...asked))).toBe(code));

  it('a client id is used once, by each account, also after its order has ended; or again where the venue lets it', () => {
    const used = after(venue(), order('buy', '1', '3001', { clientId: 'x' }));
    expect(refusal(used, order('buy', '1', '3001', { clientId: 'x' }))).toBe('duplicate-client-id');
    expect(refusal(used, order('buy', '1', '3001', { clientId: 'x', account: 'b' }))).toBe('taken');
    expect(sizeOf(after(venue('100000', { clientIds: 'repeatable' }), order('buy', '1', '3001', { clientId: 'x' }), order('buy', '1', '3001', { clientId: 'x' })))).toBe(e8('2'));
  });

  it('an immediate order without a match is taken and cancelled where the venue does so, and nothing of an all-or-nothing one is filled', () => {
    const here = venue('100000', { unmatched: 'cancel' });
    expect(apply(here, order('buy', '1', '3000.9'), 1).order).toMatchObject({ status: 'cancelled', filledE8: 0n });
    const all = apply(here, order('buy', '20', '3001', { timeInForce: 'fill-or-kill' }), 1);
    expect([all.order?.status, all.order?.filledE8, all.state.fills.length]).toEqual(['cancelled', 0n, 0]);
  });

  it('reduce-only is cut down to the position, or refused where the venue refuses', () => {
    const long = after(venue(), order('buy', '2', '3001'));
    expect(sizeOf(after(long, order('sell', '5', '2990', { reduceOnly: true })))).toBe(0n);
    expect(refusal({ ...long, rules: { ...long.rules, reduceOnly: 'refuse' } }, order('sell', '5', '2990', { reduceOnly: true }))).toBe('reduce-only-would-grow');
    const small = after(venue(), order('buy', '0.0034', '3001'));
    expect(sizeOf(after(small, order('sell', '0.0001', '2990', { reduceOnly: true })))).toBe(e8('0.0033'));
  });

  it('nothing trades while halted; what rests is looked at when trading resumes, at the prices then', () => {
    const halted = after(venue(), order('buy', '1', '2980', { timeInForce: 'good-til-cancelled' }), { kind: 'halt', instrument: 'ETH' });
    expect(refusal(halted, order('buy', '1', '3001'))).toBe('halted');
    const moved = after(halted, prices(halted, 'ETH', '2000'));
    expect(sizeOf(moved)).toBe(0n);
    expect(sizeOf(after(moved, { kind: 'resume', instrument: 'ETH' }))).toBe(e8('1'));
  });
});

describe('money', () => {
  it('funding: a positive rate is paid by longs to shorts, on the index', () => {
    const state = after(venue(), order('buy', '1', '3001'), order('sell', '2', '2999', { account: 'b' }), { kind: 'funding-rate', instrument: 'ETH', rateE12: e12('0.0001') });
    const [a, b] = ['a', 'b'].map((id) => state.accounts[id]?.cashE8 ?? 0n);
    const paid = after(state, { kind: 'pay-funding', instrument: 'ETH' });
    expect((paid.accounts['a']?.cashE8 ?? 0n) - (a ?? 0n)).toBe(e8('-0.3'));
    expect((paid.accounts['b']?.cashE8 ?? 0n) - (b ?? 0n)).toBe(e8('0.6'));
    expect(paid.funding.map(({ account, amountE8 }) => [account, amountE8])).toEqual([['a', e8('-0.3')], ['b', e8('0.6')]]);
  });

  it('isolated: the margin is set aside and comes back with the profit', () => {
    const state = after(venue(), { kind: 'mode', account: 'a', instrument: 'ETH', mode: { kind: 'isolated', leverage: 10n } }, order('buy', '2', '3001'));
    expect(state.accounts['a']?.positions['ETH']?.isolatedE8).toBe(e8('600.2'));
    const closed = after(state, prices(state, 'ETH', '3000', thin), order('sell', '2', '2999', { reduceOnly: true }));
    // 2 * -2 lost, and 0.045% of both notionals, each cut to 1e-6.
    expect(closed.accounts['a']?.cashE8).toBe(e8('100000') - e8('4') - e8('2.7009') - e8('2.6991'));
  });

  it('isolated: margin is added from free cash and taken back down to the initial margin, and only where there is such a position', () => {
    const state = after(venue('1000'), { kind: 'mode', account: 'a', instrument: 'ETH', mode: { kind: 'isolated', leverage: 10n } }, order('buy', '2', '3001'));
    const moved = (amount: string): VenueEvent => ({ kind: 'isolated-margin', account: 'a', instrument: 'ETH', amountE8: e8(amount) });
    const added = after(state, moved('100'));
    expect([added.accounts['a']?.positions['ETH']?.isolatedE8, (state.accounts['a']?.cashE8 ?? 0n) - (added.accounts['a']?.cashE8 ?? 0n)]).toEqual([e8('700.2'), e8('100')]);
    expect(imbalanceE8(added, 'USDC')).toBe(0n);
    // At the mark of 3000 it is worth 2 less than what is set aside, and needs 600.
    expect(after(added, moved('-98.2')).accounts['a']?.positions['ETH']?.isolatedE8).toBe(e8('602'));
    expect([refusal(added, moved('-98.21')), refusal(added, moved('300')), refusal(venue(), moved('1'))]).toEqual(['not-enough-margin', 'not-enough-margin', 'not-isolated']);
  });

  it('the highest leverage is that of the table, also where its rate is no round number', () => {
    const fifteen = aVenue([aMarket(aLinear({ tiers: tiersOfLeverage([{ aboveE8: 0n, maxLeverage: 15n }]) }), '3000')], { a: ['USDC', '1'] });
    const asked = (leverage: bigint): VenueEvent => ({ kind: 'mode', account: 'a', instrument: 'ETH', mode: { kind: 'cross', leverage } });
    expect([refusal(fifteen, asked(15n)), refusal(fifteen, asked(16n))]).toEqual(['taken', 'bad-leverage']);
  });

  it('leverage beyond the instrument\'s, and a mode change under a position, are refused', () => {
    expect(refusal(venue(), { kind: 'mode', account: 'a', instrument: 'ETH', mode: { kind: 'cross', leverage: 26n } })).toBe('bad-leverage');
    expect(refusal(after(venue(), order('buy', '1', '3001')), { kind: 'mode', account: 'a', instrument: 'ETH', mode: { kind: 'isolated', leverage: 5n } })).toBe('bad-leverage');
    expect(refusal(venue(), { kind: 'withdraw', account: 'a', amountE8: e8('100000.01') })).toBe('not-enough-margin');
  });
});

describe('liquidation', () => {
  const short = (deposit: string) => after(aVenue([aMarket(eth, '3000', { book: thin })], { a: ['USDC', deposit], b: ['USDC', '100000'] }), order('sell', '8', '2999'));

  it('orders are cancelled first, then the position is closed in the book, with a fee; at the venue\'s own price', () => {
    const state = after(short('3000'), order('sell', '0.1', '3500', { timeInForce: 'good-til-cancelled' }));
    const found = liquidationPrice(accountOf(state, 'a'), valuationOf(state), accountOf(state, 'a').positions['ETH'] as never);
    if (found.kind !== 'price') throw new Error('no price');
    const book: Book = { bids: [], asks: [{ priceE8: e8('3310'), sizeE8: e8('50') }] };
    const mark = (priceE8: bigint): VenueEvent => ({ kind: 'prices', instrument: 'ETH', markE8: priceE8, indexE8: priceE8, book });
    expect(sizeOf(after(state, mark(found.priceE8 - 1n)))).toBe(e8('-8'));
    const dead = after(state, mark(found.priceE8));
    expect(sizeOf(dead)).toBe(0n);
    expect(dead.openOrders).toEqual([]);
    expect(dead.fills.at(-1)).toMatchObject({ reason: 'liquidation', orderId: null, side: 'buy', priceE8: e8('3310') });
  });

  it('a large position goes in parts, a fifth at a time, with a pause of 30 seconds', () => {
    const deep: Book = { bids: [{ priceE8: e8('2999'), sizeE8: e8('500') }], asks: [{ priceE8: e8('3001'), sizeE8: e8('500') }] };
    const state = after(aVenue([aMarket(eth, '3000', { book: deep })], { a: ['USDC', '50000'] }), order('sell', '100', '2999'));
    const up = (from: VenueState, nowMs: number) => apply(from, prices(from, 'ETH', '3440', { bids: [], asks: [{ priceE8: e8('3441'), sizeE8: e8('500') }] }), nowMs).state;
    const first = up(state, 1_000);
    expect(sizeOf(first)).toBe(e8('-80'));
    expect(sizeOf(up(first, 20_000))).toBe(e8('-80'));
  });

  it('a jump past the book leaves it to the insurance fund; nothing is left and nothing is owed', () => {
    const state = short('3000');
    // At 3320 its equity is still above two thirds of the maintenance margin, and it waits for a book.
    expect(sizeOf(after(state, prices(state, 'ETH', '3320', { bids: [], asks: [] })))).toBe(e8('-8'));
    const dead = after(state, prices(state, 'ETH', '3340', { bids: [], asks: [] }));
    expect(dead.accounts['a']?.cashE8).toBe(0n);
    expect(dead.accounts['a']?.positions).toEqual({});
    expect(dead.insurance['USDC']?.positions['ETH']?.sizeE8).toBe(e8('-8'));
    expect(dead.fills.at(-1)?.reason).toBe('takeover');
    const sold = after(dead, prices(dead, 'ETH', '3300'), prices(dead, 'ETH', '3300'));
    expect(sold.insurance['USDC']?.positions).toEqual({});
    expect(imbalanceE8(sold, 'USDC')).toBe(0n);
  });

  it('what the fund cannot bear is closed against the most profitable other side, at the price that leaves nothing', () => {
    const state = after(short('3000'), order('buy', '3', '3001', { account: 'b' }));
    expect(adlRanks(after(state, prices(state, 'ETH', '3300', thin)), 'ETH', 'long').map(({ account }) => account)).toEqual(['b']);
    const dead = after(state, prices(state, 'ETH', '5000', { bids: [], asks: [] }));
    const closed = dead.fills.filter(({ reason }) => reason === 'adl');
    expect(closed.map(({ account, side, sizeE8, orderId }) => [account, side, sizeE8, orderId])).toEqual([['a', 'buy', e8('3'), null], ['b', 'sell', e8('3'), null]]);
    // 8 sold at 2999 less the fee, and 3000 of cash: nothing is left at about 3372.
    expect(closed[0]?.priceE8 ?? 0n).toBeGreaterThan(e8('3372'));
    expect(closed[0]?.priceE8 ?? 0n).toBeLessThan(e8('3374'));
    expect(sizeOf(dead, 'b')).toBe(0n);
    expect(dead.accounts['a']?.cashE8).toBe(0n);
    expect(dead.accounts['a']?.positions).toEqual({});
    expect(imbalanceE8(dead, 'USDC')).toBe(0n);
  });

  it('a scripted auto-deleveraging halves a hedge without an order of the account\'s', () => {
    const halved = after(short('30000'), { kind: 'adl', account: 'a', instrument: 'ETH', shareBps: 5_000n, priceE8: e8('2900') });
    expect(sizeOf(halved)).toBe(e8('-4'));
    expect(halved.fills.at(-1)).toMatchObject({ reason: 'adl', orderId: null, realisedE8: e8('396'), feeE8: 0n });
  });
});

describe('inverse perpetuals', () => {
  const perp = anInverse();
  const open = (coins: string, dollars: string): VenueState =>
    after(aVenue([aMarket(perp, '1500', { book: { bids: [{ priceE8: e8('1500'), sizeE8: e8('1000000') }], asks: [{ priceE8: e8('1500.05'), sizeE8: e8('1000000') }] } })], { a: ['ETH', coins] }), order('sell', dollars, '1500', { instrument: 'ETH-PERPETUAL' }));
  const exposure = (state: VenueState): bigint => accountValueFloor(accountOf(state, 'a'), valuationOf(state)) + deltaNearest(accountOf(state, 'a'), valuationOf(state));

  it('a short of all the coins at their price is never liquidated upwards, and equity plus delta is the same at every price', () => {
    const state = open('10.01', '15000');
    expect(liquidationPrice(accountOf(state, 'a'), valuationOf(state), accountOf(state, 'a').positions['ETH-PERPETUAL'] as never)).toEqual({ kind: 'none' });
    // 0.01 coins more than are hedged, less the fee of 0.05%.
    expect(exposure(state)).toBe(e8('0.005'));
    const noBook = { bids: [], asks: [] };
    for (const price of ['700', '3000', '9000']) {
      const at = exposure(after(state, prices(state, 'ETH-PERPETUAL', price, noBook)));
      expect(at - e8('0.005') <= 2n && at - e8('0.005') >= -2n).toBe(true);
    }
  });

  it('a short for as many coins elsewhere is liquidated just below twice the price', () => {
    const state = open('10', '30000');
    const found = liquidationPrice(accountOf(state, 'a'), valuationOf(state), accountOf(state, 'a').positions['ETH-PERPETUAL'] as never);
    // (C - fee + N/S - N/S0) = N/S * 1% solved for S: 30000 * 0.99 / (20 - 10 + 0.01) = 2967.03.
    expect(found.kind === 'price' && found.priceE8 > e8('2967.0') && found.priceE8 < e8('2967.1')).toBe(true);
  });

  it('the entry price is the harmonic mean, and fees and profit are coins', () => {
    const state = open('10', '15000');
    const more = after(state, { ...prices(state, 'ETH-PERPETUAL', '2000', { bids: [{ priceE8: e8('2000'), sizeE8: e8('1000000') }], asks: [] }) } as VenueEvent, order('sell', '15000', '2000', { instrument: 'ETH-PERPETUAL' }));
    const position = accountOf(more, 'a').positions['ETH-PERPETUAL'];
    // 30000 / (10 + 7.5) = 1714.2857...
    expect(position && entryPriceNearest(perp, position)).toBe(e8('1714.28571429'));
    expect(marginOf(accountOf(more, 'a'), valuationOf(more), 'cross').equityE8).toBe(e8('10') - e8('0.005') - e8('0.00375') - e8('2.5'));
  });
});
