import { describe, expect, it } from 'vitest';
import { instrumentId, type ListedOption } from '@ballast/positions';
import { loanBook, unbounded } from '@ballast/risk';
import { DERIBIT, WALL, aPerpetual, anOption, coins, usd } from '../../../../test/factories/derivatives.js';
import { aHedgePolicy, anExposure } from '../../../../test/factories/hedge.js';
import { aDebtLeg, aLendingPosition } from '../../../../test/factories/lending-position.js';
import { judgePut, listedPut, putNeedOf, putsToPrice } from '../index.js';
import { aMarket, contracts } from '../../../../test/factories/derivatives.js';

const DAY = 86_400_000;
const policy = aHedgePolicy();
const oracle = { kind: 'price', usdE8: usd(3_000), at: WALL } as const;
const loan = loanBook(aLendingPosition({ debts: [aDebtLeg({ rate: { kind: 'rate', underlying: 'USD', rateE18: 10n ** 18n as never } })] }));
const needOf = (change: Partial<Parameters<typeof putNeedOf>[0]> = {}) => putNeedOf({ exposure: anExposure(10), loans: [loan], oracle, policy, ...change });
const dollars = (value: bigint): number => Number(value) / 1e8;

describe('what puts must pay', () => {
  it('is what brings the loans back to a health of 1.05 at the price at which the first is liquidated', () => {
    const found = needOf();
    if (found.kind !== 'need') throw new Error(found.kind);
    expect(found.need).toMatchObject({ coins: coins(10), indexUsdE8: usd(3_000) });
    expect(dollars(found.need.liquidationPriceUsdE8)).toBeCloseTo((3_000 * 20_000) / 24_900, 6);
    expect(dollars(found.need.repayUsdE8)).toBeCloseTo(20_000 - 20_000 / 1.05, 2);
    // Of two loans the weaker one's price, and what both need there.
    const two = needOf({ loans: [loan, { ...loan, movingCollateral: loan.movingCollateral * 2n }] });
    expect(two.kind === 'need' && two.need).toEqual(found.need);
  });

  it('is nothing where no coin is at risk or no fall liquidates a loan, and not known where the exposure or the price is not', () => {
    for (const change of [{ exposure: anExposure(0) }, { exposure: anExposure(-3) }, { loans: [] }, { loans: [{ ...loan, fixedDebt: 0n }] }]) expect(needOf(change)).toEqual({ kind: 'not-needed' });
    expect(needOf({ exposure: anExposure(10, { delta: unbounded('no node') }) })).toEqual({ kind: 'not-known', because: 'exposure-unknown' });
    expect(needOf({ oracle: { kind: 'no-price' } })).toEqual({ kind: 'not-known', because: 'no-price' });
  });
});

describe('puts that the venue is asked about', () => {
  const need = { coins: coins(10), liquidationPriceUsdE8: usd(2_400), repayUsdE8: usd(2_000), indexUsdE8: usd(3_000) };
  const put = (strike: number, days: number, change: Partial<ListedOption> = {}): ListedOption => anOption({ id: instrumentId(DERIBIT, `ETH-${days}-${strike}-P`), strikeUsdE8: usd(strike), expiresAt: WALL + days * DAY, ...change });
  const names = (listed: Parameters<typeof putsToPrice>[0]): readonly string[] => putsToPrice(listed, need, policy, WALL).map(({ id }) => id.replace(/.*ETH-/, ''));

  it('are at most eight: of two expiries after the horizon, the lowest strikes that pay enough', () => {
    const every = [29, 30, 45, 80].flatMap((days) => Array.from({ length: 60 }, (_, index) => put(2_000 + index * 25, days)));
    // With 20 coins a strike of 2,500 pays 2,000 dollars at 2,400, with 10 coins one of 2,600.
    expect(names(every)).toEqual(['30-2500-P', '30-2525-P', '30-2600-P', '30-2625-P', '45-2500-P', '45-2525-P', '45-2600-P', '45-2625-P']);
  });

  it('are none of another kind, coin or state, and none above the price', () => {
    expect(names([aPerpetual(), put(2_600, 30, { type: 'call' }), put(2_600, 30, { state: 'closed' }), put(2_600, 30, { underlying: 'BTC' }), put(3_100, 30)])).toEqual([]);
  });

  it('are not chosen where the venue’s Greeks are of something else than we think', () => {
    const greeks = { convention: { delta: 'BS', unit: 'usd', vegaPer: 'vol-point', thetaPer: 'day' }, delta: -0.5, gamma: 0, vega: 1, theta: -1 } as const;
    const known = <T>(value: T) => ({ kind: 'known', value, at: WALL }) as const;
    const market = aMarket({ asks: [{ price: { unit: 'usd', usdE8: usd(40) }, contracts: contracts(20) }], option: { forwardUsdE8: known(usd(3_000)), markVolatility: known(0.62), bidVolatility: known(0.6), askVolatility: known(0.64), venueGreeks: known(greeks) } });
    expect(judgePut(listedPut(put(2_600, 30), market), need, policy, WALL)).toEqual({ kind: 'unfit', because: 'greeks-differ' });
    expect(judgePut(listedPut(put(2_600, 30), { ...market, option: { ...market.option as NonNullable<typeof market.option>, venueGreeks: { kind: 'unknown', why: 'not told' } } }), need, policy, WALL)).toMatchObject({ kind: 'fits', priced: { coins: coins(10) } });
    expect(judgePut(listedPut(put(2_600, 30), aMarket()), need, policy, WALL)).toEqual({ kind: 'unfit', because: 'volatility-not-told' });
  });
});
