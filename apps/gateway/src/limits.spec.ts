import fc from 'fast-check';
import { instrumentId, known, unknown, usdQuote, type Instrument, type VenueMarket } from '@ballast/positions';
import { BPS, magnitude, WAD, type Bps, type CoinE18, type ContractsE18, type UsdE8 } from '@ballast/units';
import { describe, expect, it } from 'vitest';
import { LimitReached, pricesOf, requirePosition, requirePrice, requireTurnover, worstLossPerDayUp, worthUp } from './limits.js';

const ETH = instrumentId({ environment: 'paper', venue: 'hyperliquid' }, 'ETH');
const usd = (dollars: number): UsdE8 => (BigInt(Math.round(dollars * 100)) * 1_000_000n) as UsdE8;
const size = (contracts: number): ContractsE18 => (BigInt(Math.round(contracts * 1_000)) * 10n ** 15n) as ContractsE18;
const linear = { kind: 'perpetual', contract: { kind: 'linear', coinE18: WAD as bigint as CoinE18 } } as Instrument;
const inverse = { kind: 'perpetual', contract: { kind: 'inverse', usdE8: usd(1) } } as Instrument;
const option = { kind: 'option', contract: { kind: 'linear', coinE18: WAD as bigint as CoinE18 } } as Instrument;
const limits = (changed: object = {}) => ({ instruments: [ETH], maxNotionalUsdE8: usd(30_000), turnoverPerDayUsdE8: usd(100_000), maxPriceApart: 50n as Bps, ...changed });
const NOT_TOLD = unknown('not told');
const market = (mark: number | null, forward: number | null = null, index = 3_000): VenueMarket => ({
  instrument: ETH, observedAt: 0, bids: [], asks: [], openInterest: NOT_TOLD, funding: NOT_TOLD, markUsdE8: mark === null ? { kind: 'no-price' } : { kind: 'price', usdE8: usd(mark), at: 0 }, indexUsdE8: { kind: 'price', usdE8: usd(index), at: 0 },
  option: { forwardUsdE8: forward === null ? NOT_TOLD : known(usd(forward), 0), markVolatility: NOT_TOLD, bidVolatility: NOT_TOLD, askVolatility: NOT_TOLD, venueGreeks: NOT_TOLD },
});
const passes = (check: () => void): boolean => {
  try {
    check();
    return true;
  } catch (error) {
    if (error instanceof LimitReached) return false;
    throw error;
  }
};
const price = fc.bigInt({ min: 1n, max: 10n ** 14n }) as unknown as fc.Arbitrary<UsdE8>;
const contracts = fc.bigInt({ min: 1n, max: 10n ** 24n }) as unknown as fc.Arbitrary<ContractsE18>;
const side = fc.constantFrom('buy', 'sell');

describe('the limits of a key', () => {
  it('what an order that passes can lose to its price is at most its share of what it is worth', () => {
    fc.assert(fc.property(side, price, price, contracts, fc.bigInt({ min: 0n, max: 2_000n }), (direction, markUsdE8, capUsdE8, many, apart) => {
      const prices = { markUsdE8, capUsdE8 };
      if (!passes(() => requirePrice({ side: direction }, prices, limits({ maxPriceApart: apart })))) return;
      const worse = direction === 'buy' ? capUsdE8 - markUsdE8 : markUsdE8 - capUsdE8;
      // Both sides times WAD x BPS, so that nothing is rounded but the worth, which is rounded up.
      expect(worse * many * BPS <= worthUp(many, linear, prices) * WAD * apart).toBe(true);
    }), { seed: 4_602, numRuns: 2_000 });
  });

  it('no position grows above its limit, whichever of the sizes that it may have it has; smaller it may always be', () => {
    const signed = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n });
    fc.assert(fc.property(side, fc.array(signed, { minLength: 1, maxLength: 2 }), contracts.map((many) => (many % 10n ** 20n) + 1n), price, (direction, possible, many, mark) => {
      const prices = { markUsdE8: mark, capUsdE8: mark };
      const passed = passes(() => requirePosition({ side: direction, contracts: many as ContractsE18 } as never, possible, linear, prices, limits()));
      const after = possible.map((before) => ({ before, now: before + (direction === 'buy' ? many : -many) }));
      expect(passed).toBe(after.every(({ before, now }) => magnitude(now) <= magnitude(before) || worthUp(now, linear, prices) <= limits().maxNotionalUsdE8));
    }), { seed: 4_603, numRuns: 2_000 });
  });

  it('inverse contracts are worth the same at every price', () => expect(worthUp(size(6_000), inverse, { markUsdE8: usd(1), capUsdE8: usd(9_000) })).toBe(usd(6_000)));

  it('an option is bought and reduced, never written, and counts with its premium', () => {
    const prices = { markUsdE8: usd(100), capUsdE8: usd(110) };
    const order = (direction: 'buy' | 'sell', many: number) => ({ side: direction, contracts: size(many) }) as never;
    expect(() => requirePosition(order('sell', 1), [0n], option, prices, limits())).toThrow(expect.objectContaining({ code: 'limit-option-written' }));
    expect(() => requirePosition(order('sell', 3), [size(2)], option, prices, limits())).toThrow(expect.objectContaining({ code: 'limit-option-written' }));
    requirePosition(order('sell', 2), [size(2)], option, prices, limits());
    requirePosition(order('buy', 272), [0n], option, prices, limits());
    expect(() => requirePosition(order('buy', 273), [0n], option, prices, limits())).toThrow(expect.objectContaining({ code: 'limit-notional' }));
  });

  it('a cap in coins is held against the mark by the forward that the mark was made with, and without a price nothing passes', () => {
    const coin = (thousandths: bigint) => ({ unit: 'coin' as const, coinE18: (thousandths * WAD / 1_000n) as bigint as CoinE18 });
    expect(pricesOf({ side: 'buy', priceCap: coin(50n) }, market(150, 3_000))).toEqual({ markUsdE8: usd(150), capUsdE8: usd(150) });
    for (const told of [market(null, 3_000), market(150, null)]) expect(() => pricesOf({ side: 'buy', priceCap: coin(50n) }, told)).toThrow(expect.objectContaining({ code: 'limit-no-mark' }));
    expect(pricesOf({ side: 'sell', priceCap: usdQuote(usd(99)) }, market(100, null))).toEqual({ markUsdE8: usd(100), capUsdE8: usd(99) });
    // A forward 2% above the index: a mark of 0.05 coins is 153 dollars, and 0.051 is 2% above it, whatever the index is.
    expect(() => requirePrice({ side: 'buy' }, pricesOf({ side: 'buy', priceCap: coin(51n) }, market(153, 3_060)), limits())).toThrow(expect.objectContaining({ code: 'limit-price' }));
    // One 2% below it: the mark itself is no bad price.
    requirePrice({ side: 'buy' }, pricesOf({ side: 'buy', priceCap: coin(50n) }, market(147, 2_940)), limits());
  });

  it('reductions may use the turnover twice', () => {
    requireTurnover({ reduceOnly: false }, usd(60_000), usd(40_000), limits());
    expect(() => requireTurnover({ reduceOnly: false }, usd(60_000), usd(40_000.01), limits())).toThrow(expect.objectContaining({ code: 'limit-turnover' }));
    requireTurnover({ reduceOnly: true }, usd(160_000), usd(40_000), limits());
    expect(() => requireTurnover({ reduceOnly: true }, usd(160_000), usd(40_000.01), limits())).toThrow(expect.objectContaining({ code: 'limit-turnover' }));
    // 200,000 x (0.5% + 0.045%).
    expect(worstLossPerDayUp(limits(), WAD * 45n / 100_000n)).toBe(usd(1_090));
  });
});
