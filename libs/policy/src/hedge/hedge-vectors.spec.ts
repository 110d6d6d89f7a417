import { describe, expect, it } from 'vitest';
import { WAD, type Bps, type SettlementE18, type SignedUsdE8, type SignedWad, type UsdE8, type Wad } from '@ballast/units';
import { blackScholes } from '@ballast/risk';
import { WALL, aMarket, aPerpetual, anOption, coins, contracts, e18, ratio, settlement, usd, coinQuote } from '../../../../test/factories/derivatives.js';
import { aHedgePolicy, anExposure } from '../../../../test/factories/hedge.js';
import { bandOf, budgetState, choosePut, coveredBy, fundingCost, fundingPerYear, judgePut, marginToAdd, perpCost, putCost, referencePrice, roundTripCost, rungOf, shareToClose, targetShare, toBand, totalHedgeCost, type ListedPut } from '../index.js';

const dollars = (value: bigint): number => Number(value) / 1e8;
const rate = (value: number): SignedWad => e18(value);

describe('figures of hedging.md', () => {
  // Section 4.4: 120 ETH at 3,000 for 30 days.
  const notional = usd(360_000);
  const facts = { side: 'short' as const, notionalUsdE8: notional, oneWay: ratio(0.0005) as Wad, days: 30, marginUsdE8: usd(0), capitalRate: 0n as Wad, chanceOfLiquidation: 0n as Wad, liquidationLossUsdE8: usd(0) };

  it('a short perpetual receives 3,240 at 0.01% for 8 hours, and pays 5,918 at -20% a year; 360 of fees', () => {
    const received = fundingPerYear(rate(0.0001), 28_800);
    const one = perpCost({ ...facts, funding: { predicted: received, ewma: received, stress: rate(0) } });
    expect([dollars(one.carryUsdE8), dollars(one.tradeUsdE8)]).toEqual([-3_240, 360]);
    const paid = perpCost({ ...facts, funding: { predicted: rate(-0.2), ewma: rate(-0.2), stress: rate(-0.2) } });
    expect(dollars(paid.carryUsdE8)).toBeCloseTo(5_917.81, 1);
    expect(dollars(roundTripCost(notional, ratio(0.0005)))).toBe(360);
  });

  it('a funding rate is made a year’s by its own interval: an hour at Hyperliquid, eight at Deribit', () => {
    expect(Number(fundingPerYear(rate(0.0000125), 3_600)) / 1e18).toBeCloseTo(0.1095, 9);
    expect(Number(fundingPerYear(rate(0.0001), 28_800)) / 1e18).toBeCloseTo(0.1095, 9);
    expect(dollars(fundingCost('long', notional, { predicted: rate(0.1), ewma: rate(0.2), stress: rate(0.5) }, 365).expectedUsdE8)).toBeCloseTo(72_000, 0);
  });

  it.each([[2_500, 0.62, 4_465], [2_900, 0.58, 17_481]])('a put struck at %s with volatility %s costs %s, and 108 of fees', (strike, volatility, expected) => {
    // hedging.md names no rate; both of its figures fit 3.65% to a tenth of a percent.
    const { value } = blackScholes({ type: 'put', spot: 3_000, strike, years: 30 / 365, volatility, rate: 0.0365, carryYield: 0 });
    const costs = putCost({ coins: coins(120), indexUsdE8: usd(3_000), askUsdE8: usd(value), takerFee: ratio(0.0003), feeCapOfPremium: ratio(0.125) });
    expect(Math.abs(dollars(costs.carryUsdE8) / expected - 1)).toBeLessThan(0.001);
    expect(dollars(costs.tradeUsdE8)).toBeCloseTo(108, 6);
    expect(totalHedgeCost(costs)).toBe(costs.carryUsdE8 + costs.tradeUsdE8);
  });

  it.each([[1e-6, 19.1], [1e-5, 8.9], [1e-4, 4.1]])('the band of 100 written puts at risk aversion %s is %s ETH', (riskAversion, expected) => {
    const { gamma } = blackScholes({ type: 'put', spot: 3_000, strike: 2_500, years: 33 / 365, volatility: 0.62, rate: 0, carryYield: 0 });
    const band = bandOf({ policy: aHedgePolicy({ riskAversion, horizonDays: 33, oracleNoise: 0n as Bps }), target: coins(0), priceUsdE8: usd(3_000), hourlyVolatility: 0.007, instrument: aPerpetual(), tradeCost: ratio(0.001), higher: { ...anExposure(0).higher, gammaPerUsd: -100 * gamma } });
    expect(Math.abs(Number(band.half) / 1e18 / expected - 1)).toBeLessThan(0.05);
    expect(band.half).toBe(band.gamma);
  });

  it('a loan has no gamma and still a band: lot, minimum, costs, noise', () => {
    const band = bandOf({ policy: aHedgePolicy(), target: coins(-120), priceUsdE8: usd(3_000), hourlyVolatility: 0.007, instrument: aPerpetual({ minNotionalUsdE8: usd(3_000) }), tradeCost: ratio(0.0005), higher: anExposure(0).higher });
    expect(band.gamma).toBe(0n);
    expect([Number(band.lot) / 1e18, Number(band.minNotional) / 1e18, Number(band.noise) / 1e18]).toEqual([0.01, 1, 0.6]);
    // A round trip of 0.1% against a day's move of 2.326 x 0.7% x sqrt 24 = 7.98%.
    expect(Number(band.cost) / 1e18).toBeCloseTo(120 * 0.001 / (2.326 * 0.007 * Math.sqrt(24)), 6);
    expect(band.half).toBe(band.cost);
  });
});

describe('the band', () => {
  const at = (lo: number, hi = lo) => ({ kind: 'interval', lo: coins(lo), hi: coins(hi) }) as const;
  it('is traded to just inside its edge, and only where all that the target may be is outside', () => {
    expect(toBand(coins(0), at(-10), { half: coins(1) }, 2_000n)).toBe(coins(-9.2));
    expect(toBand(coins(-20), at(-10), { half: coins(1) }, 0n)).toBe(coins(9));
    expect(toBand(coins(-9.5), at(-10), { half: coins(1) }, 0n)).toBe(0n);
    expect(toBand(coins(-5), at(-10, -5), { half: coins(1) }, 0n)).toBe(0n);
    expect(toBand(coins(0), at(-10, -5), { half: coins(1) }, 0n)).toBe(coins(-4));
  });
});

describe('the share that is hedged', () => {
  const ramp = { kind: 'above-hf', share: 8_000n as Bps, below: ratio(1.5), fullAt: ratio(1.1) } as const;
  it.each([[1.6, 0], [1.5, 0], [1.3, 4_000], [1.1, 8_000], [1.0, 8_000]])('at health %s is %s bps', (health, share) => expect(targetShare(ramp, { kind: 'ratio', wad: ratio(health) })).toEqual({ kind: 'share', bps: BigInt(share) }));
  it('is none without a debt, and unknown without a health', () => {
    expect(targetShare(ramp, { kind: 'no-debt' })).toEqual({ kind: 'share', bps: 0n });
    expect(targetShare(ramp, { kind: 'unknown' })).toEqual({ kind: 'unknown' });
    expect(targetShare({ kind: 'full', share: 20_000n as Bps }, { kind: 'unknown' })).toEqual({ kind: 'share', bps: 10_000n });
  });
});

describe('the ladder of margins', () => {
  const { ladder } = aHedgePolicy();
  it.each([[0.2, 'calm'], [0.3, 'calm'], [0.31, 'warn'], [0.5, 'warn'], [0.51, 'reduce'], [0.7, 'reduce'], [0.71, 'cut'], [1.2, 'cut']])('at %s of the equity is %s', (use, rung) => expect(rungOf({ kind: 'share', wad: ratio(use) }, ladder)).toBe(rung));
  it('cuts an exhausted account, and calls unknown what nobody can tell', () => {
    expect(rungOf({ kind: 'exhausted' }, ladder)).toBe('cut');
    expect(rungOf({ kind: 'unknown', why: '' }, ladder)).toBe('unknown');
    expect(rungOf({ kind: 'none' }, ladder)).toBe('calm');
  });

  it('closes the share, or asks for the margin, that brings it to 0.4', () => {
    const facts = { maintenance: settlement(8_000), own: settlement(8_000), equity: settlement(10_000), notional: settlement(400_000), closing: ratio(0.01) };
    const share = Number(shareToClose(facts, ratio(0.4))) / 1e18;
    expect((8_000 * (1 - share)) / (10_000 - share * 400_000 * 0.01)).toBeCloseTo(0.4, 9);
    expect(shareToClose({ ...facts, equity: settlement(20_001) }, ratio(0.4))).toBe(0n);
    expect(shareToClose({ ...facts, equity: settlement(-1) }, ratio(0.4))).toBe(WAD);
    expect(marginToAdd(settlement(8_000), settlement(10_000), ratio(0.4))).toBe(settlement(10_000));
    expect(marginToAdd(settlement(8_000), settlement(90_000), ratio(0.4))).toBe(0n as SettlementE18);
  });
});

describe('the budget', () => {
  const policy = aHedgePolicy();
  it.each([[-9_000, 'within'], [0, 'within'], [3_499, 'within'], [3_500, 'alert'], [4_999, 'alert'], [5_000, 'spent']])('after %s dollars is %s', (paid, state) => expect(budgetState((BigInt(paid) * 100_000_000n) as SignedUsdE8, policy)).toBe(state));
});

describe('the reference price', () => {
  const rules = { maxPriceAgeMs: 10_000, maxOracleAgeMs: 3_600_000, maxPriceApart: 100n as Bps };
  const price = (value: number, age = 0) => ({ kind: 'price', usdE8: usd(value), at: WALL - age }) as const;
  it('is the median of three that agree', () => expect(referencePrice({ mark: price(3_010), index: price(3_000), oracle: price(2_995, 1_000_000) }, WALL, rules)).toEqual({ kind: 'agreed', usdE8: usd(3_000) }));
  it('is refused where one is missing or old, or they disagree, with what is left for reductions', () => {
    expect(referencePrice({ mark: price(3_010), index: { kind: 'no-price' }, oracle: price(2_995) }, WALL, rules)).toEqual({ kind: 'refused', because: 'missing', fallback: { kind: 'price', usdE8: usd(2_995) } });
    expect(referencePrice({ mark: price(3_010, 11_000), index: price(3_000), oracle: price(2_995) }, WALL, rules)).toMatchObject({ kind: 'refused', because: 'old' });
    expect(referencePrice({ mark: price(3_010, -2_001), index: price(3_000), oracle: price(2_995) }, WALL, rules)).toMatchObject({ kind: 'refused', because: 'old' });
    // Our clock is behind the venue's.
    expect(referencePrice({ mark: price(3_010, -2_000), index: price(3_000), oracle: price(2_995) }, WALL, rules)).toEqual({ kind: 'agreed', usdE8: usd(3_000) });
    expect(referencePrice({ mark: price(3_100), index: price(3_000), oracle: price(2_995) }, WALL, rules)).toEqual({ kind: 'refused', because: 'disagree', fallback: { kind: 'price', usdE8: usd(3_000) } });
    const nothing = { kind: 'no-price' } as const;
    expect(referencePrice({ mark: nothing, index: nothing, oracle: nothing }, WALL, rules)).toEqual({ kind: 'refused', because: 'missing', fallback: { kind: 'none' } });
  });
});

describe('a put', () => {
  const policy = aHedgePolicy();
  const need = { coins: coins(120), liquidationPriceUsdE8: usd(2_083), repayUsdE8: usd(40_000), indexUsdE8: usd(3_000) };
  const listed = (change: Partial<ListedPut> & { readonly option?: ListedPut['option']; readonly ask?: number } = {}): ListedPut => ({
    option: anOption(), volatilities: { kind: 'told', bid: 0.6, ask: 0.63 }, market: aMarket({ asks: [{ price: { unit: 'usd', usdE8: usd(change.ask ?? 40) as UsdE8 }, contracts: contracts(200) }] }), ...change,
  });

  it('is sized to the coins at risk, at what it is offered for', () => {
    const { priced } = choosePut([listed(), listed({ ask: 37 })], need, policy, WALL) as Extract<ReturnType<typeof choosePut>, { kind: 'put' }>;
    expect([priced.contracts, dollars(priced.costs.carryUsdE8)]).toEqual([contracts(120), 120 * 37]);
    const inCoin = judgePut(listed({ market: aMarket({ asks: [{ price: coinQuote(0.0124), contracts: contracts(200) }] }) }), need, policy, WALL);
    expect(inCoin.kind === 'fits' && dollars(inCoin.priced.askUsdE8)).toBeCloseTo(37.2, 6);
  });

  it.each<[string, ListedPut, string]>([
    ['a call', listed({ option: anOption({ type: 'call' }) }), 'not-a-put'], ['one that is closed', listed({ option: anOption({ state: 'closed' }) }), 'closed'], ['one that ends before the horizon', listed({ option: anOption({ expiresAt: WALL + 29 * 86_400_000 }) }), 'expires-too-soon'],
    ['one that nobody offers', listed({ market: aMarket({ asks: [] }) }), 'no-offer'], ['a wide spread', listed({ volatilities: { kind: 'told', bid: 0.57, ask: 0.63 } }), 'spread-too-wide'], ['no volatilities', listed({ volatilities: { kind: 'unknown' } }), 'volatility-not-told'],
    ['a strike at the liquidation', listed({ option: anOption({ strikeUsdE8: usd(2_083) }) }), 'pays-too-little'], ['a strike just above it', listed({ option: anOption({ strikeUsdE8: usd(2_100) }) }), 'pays-too-little'],
    ['little open interest', listed({ market: aMarket({ asks: [{ price: { unit: 'usd', usdE8: usd(40) }, contracts: contracts(200) }], openInterest: { kind: 'contracts', contracts: contracts(2_399) } }) }), 'open-interest-too-small'],
  ])('is not %s', (_, put, because) => expect(judgePut(put, need, policy, WALL)).toEqual({ kind: 'unfit', because }));

  it('covers what it pays where the loan goes, until it must be rolled', () => {
    expect(dollars(coveredBy([{ option: anOption(), contracts: contracts(100) }], need, policy, WALL))).toBe(41_700);
    expect(coveredBy([{ option: anOption({ expiresAt: WALL + 6 * 86_400_000 }), contracts: contracts(100) }], need, policy, WALL)).toBe(0n);
  });
});
