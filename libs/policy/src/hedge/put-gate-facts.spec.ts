import { describe, expect, it } from 'vitest';
import { clientOrderId, known, unknown, usdQuote, venueAccountId, type OrderRequest } from '@ballast/positions';
import type { UsdE8 } from '@ballast/units';
import { DERIBIT, WALL, aDerivativeAccount, aMarket, anOption, anOptionPosition, coinQuote, contracts, usd } from '../../../../test/factories/derivatives.js';
import { aHedgePolicy } from '../../../../test/factories/hedge.js';
import { putGateFactsOf, venueGate, type PutGateLook } from '../index.js';

const ACCOUNT = venueAccountId(DERIBIT, 'main.ETH');
const option = anOption({ tick: { kind: 'fixed', step: coinQuote(0.0001) } });
const order = (change: Partial<OrderRequest> = {}): OrderRequest => ({ account: ACCOUNT, instrument: option.id, clientId: clientOrderId('1'.repeat(32)), side: 'buy', contracts: contracts(10), priceCap: coinQuote(0.012), reduceOnly: false, validUntil: WALL + 5_000, ...change });
const market = aMarket({ bids: [{ price: coinQuote(0.011), contracts: contracts(50) }], asks: [{ price: coinQuote(0.012), contracts: contracts(50) }] });
const account = (held = 0) => known(aDerivativeAccount({ ...DERIBIT, id: ACCOUNT, positions: held === 0 ? [] : [anOptionPosition({ account: ACCOUNT, instrument: option.id, contracts: contracts(held), mark: known(coinQuote(0.0115), WALL) })] }), WALL);
const look = (change: Partial<PutGateLook> = {}): PutGateLook => ({
  policy: aHedgePolicy({ mode: { kind: 'tail' } }), now: WALL, option, market: known(market, WALL), account: account(), held: [], exposureIsFresh: true, isCovered: false, leftUsdE8: usd(5_000), environment: 'paper', scopes: known({ trade: true, withdraw: false }, WALL),
  allowed: [option.id], ...change,
});
const COUNTED = { stop: 'none', ordersToday: 0, ordersLastMinute: 0, notionalTodayUsdE8: 0n as UsdE8, grownTodayUsdE8: 0n as UsdE8, underWay: 'none' } as const;
const refused = (asked: OrderRequest, seen: PutGateLook, counted: object = {}): readonly string[] => {
  const verdict = venueGate(asked, { ...putGateFactsOf(asked, seen), ...COUNTED, ...counted });
  return verdict.kind === 'pass' ? [] : verdict.because;
};
const holding = { account: account(10), held: [{ option, contracts: contracts(10), own: contracts(6), market: unknown('') }] };

describe('the gate for a put', () => {
  it('lets a purchase out at what is offered, within the budget and the most that all may be worth', () => {
    expect(refused(order(), look())).toEqual([]);
    // 10 coins at 0.012 x 3,000 dollars, and a fee of 0.0003 x 3,000 a coin.
    expect(putGateFactsOf(order(), look())).toMatchObject({ notionalUsdE8: usd(360), totalAfterUsdE8: usd(360), premium: { costUsdE8: usd(369), leftUsdE8: usd(5_000) }, leverageAfter: { kind: 'none' } });
    expect(putGateFactsOf(order(), look({ account: account(10), held: holding.held })).totalAfterUsdE8).toBe(usd(360 + 345));
  });

  it.each<[string, OrderRequest, PutGateLook, readonly string[]]>([
    ['a price above the offer', order({ priceCap: coinQuote(0.0121) }), look(), ['price-cap']], ['a price in dollars where coins are quoted', order({ priceCap: usdQuote(usd(36)) }), look(), ['price-cap']],
    ['a premium above what is left', order(), look({ leftUsdE8: usd(368.99) }), ['premium-over-budget']], ['more than all may be worth', order(), look({ policy: aHedgePolicy({ maxNotionalUsdE8: usd(359) }) }), ['max-notional']],
    ['puts that cover by now', order(), look({ isCovered: true }), ['inside-band']], ['a put that the key does not name', order(), look({ allowed: [] }), ['not-allowed-instrument']], ['an exposure that is old', order(), look({ exposureIsFresh: false }), ['exposure-stale']],
    ['a put that is written', order({ side: 'sell', priceCap: coinQuote(0.011) }), look(), ['option-written', 'premium-over-budget']],
    ['a market that nobody could read', order(), look({ market: unknown('503') }), ['price-cap', 'price-refused', 'max-notional', 'premium-over-budget']], ['no offer', order(), look({ market: known({ ...market, asks: [] }, WALL) }), ['price-cap', 'price-refused', 'max-notional', 'premium-over-budget']],
    ['more than the plan bought', order({ side: 'sell', reduceOnly: true, contracts: contracts(7), priceCap: coinQuote(0.011) }), look(holding), ['reduces-too-much']], ['none of the plan', order({ side: 'sell', reduceOnly: true, priceCap: coinQuote(0.011) }), look({ account: account(10) }), ['reduces-nothing']],
    ['a sale below the bid', order({ side: 'sell', reduceOnly: true, contracts: contracts(6), priceCap: coinQuote(0.0108) }), look(holding), ['price-cap']], ['a sale from an account that nobody read', order({ side: 'sell', reduceOnly: true, contracts: contracts(6), priceCap: coinQuote(0.011) }), look({ ...holding, account: unknown('503') }), ['position-unknown']],
  ])('keeps back %s', (_, asked, seen, because) => expect(refused(asked, seen)).toEqual(because));

  it('lets what the plan bought be sold also while nothing may grow', () => {
    const sale = order({ side: 'sell', reduceOnly: true, contracts: contracts(6), priceCap: coinQuote(0.011) });
    expect(refused(sale, look({ ...holding, isCovered: true, leftUsdE8: 0n, exposureIsFresh: false }), { stop: 'no-grow' })).toEqual([]);
    expect(refused(sale, look(holding), { stop: 'cancel-all' })).toEqual(['stopped']);
    expect(refused(order(), look(), { stop: 'no-grow' })).toEqual(['no-growth-allowed']);
  });
});
