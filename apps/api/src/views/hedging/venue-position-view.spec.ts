import { describe, expect, it } from 'vitest';
import type { SignedWad } from '@ballast/units';
import { known, unknown, usdQuote, venueAccountId } from '@ballast/positions';
import { DERIBIT, WALL, aDerivativeAccount, aPerpPosition, aPerpetual, anInversePerpetual, anOption, anOptionPosition, coinQuote, contracts, e18, settlement, usd } from '../../../../../test/factories/derivatives.js';
import { venuePosition as shape } from '../../contract/hedging-schemas.js';
import { coinsOf, liquidationView, marginRatioText, venuePositionView } from './venue-position-view.js';

const account = aDerivativeAccount({ equity: settlement(12_345), maintenanceMargin: known(settlement(600), WALL) });
const view = (change: Parameters<typeof aPerpPosition>[0] = {}) => shape.parse(venuePositionView(aPerpPosition(change), account, aPerpetual()));

describe('a perpetual that is held', () => {
  it('is told by its size and side, with the margin that it shares', () => {
    expect(view({ unrealised: known(settlement(-12.345), WALL) })).toMatchObject({ kind: 'perpetual', instrument: 'ETH', underlying: 'ETH', side: 'short', contracts: '10', coins: '10', entryUsd: '3000', markUsd: '3000', unrealised: '-12.345', isolated: false, marginRatio: '20.5', ownGreeks: null });
    expect(view({ contracts: contracts(3) })).toMatchObject({ side: 'long', contracts: '3' });
    expect(view({ margin: { kind: 'isolated', margin: settlement(1_000), maintenance: known(settlement(600), WALL) } })).toMatchObject({ isolated: true, marginRatio: '1.6' });
    expect(view({ margin: { kind: 'isolated', margin: settlement(1_000), maintenance: unknown('not told') } })).toMatchObject({ marginRatio: null });
  });

  it('earns or pays by its side: above zero longs pay shorts, counted over a year by its own interval', () => {
    const funding = known({ perInterval: e18<SignedWad>(0.0000125), intervalSeconds: 3_600, basis: 'predicted' } as const, WALL);
    // 0.0000125 an hour, 8,760 of them
    expect(view({ funding }).fundingPercentAYear).toBe('10.9');
    expect(view({ funding, contracts: contracts(10) }).fundingPercentAYear).toBe('-11.0');
    expect(view({ funding: unknown('not told') }).fundingPercentAYear).toBeNull();
  });

  it.each([
    [{ kind: 'told', rank: 0, of: 5 }, /^Last in the queue/], [{ kind: 'told', rank: 2, of: 5 }, /^2 of 5 steps/], [{ kind: 'told', rank: 5, of: 5 }, /^At the front/], [{ kind: 'estimated', score: e18(1) }, /tells no place/],
  ] as const)('says how near automatic deleveraging is: %o', (adl, words) => expect(view({ adl: adl as never }).adl).toMatch(words));

  it('of an instrument that nobody knows has no size in coins', () => {
    expect(venuePositionView(aPerpPosition(), account, undefined)).toMatchObject({ underlying: '?', coins: null, contracts: '10' });
    expect(coinsOf(aPerpPosition({ contracts: contracts(0) }), aPerpetual())).toBe(0n);
    const inverse = aPerpPosition({ account: venueAccountId(DERIBIT, 'main'), instrument: anInversePerpetual().id, contracts: contracts(-30_000) });
    expect(coinsOf(inverse, anInversePerpetual())).toBe(contracts(-10));
    expect(coinsOf({ ...inverse, markUsdE8: unknown('not told') }, anInversePerpetual())).toBeNull();
  });
});

describe('an option that is held', () => {
  const option = (change: Parameters<typeof anOptionPosition>[0] = {}) => shape.parse(venuePositionView(anOptionPosition(change), account, anOption()));
  it('tells the greeks of its venue beside ours, and a price as far as it is one in dollars', () => {
    expect(option({ mark: known(usdQuote(usd(41.5)), WALL) })).toMatchObject({ kind: 'option', side: 'long', markUsd: '41.5', liquidation: { kind: 'none' }, venueGreeks: { delta: -0.1, vega: 1 }, ownGreeks: null });
    expect(option({ mark: known(coinQuote(0.01), WALL) }).markUsd).toBeNull();
  });
});

describe('how far a liquidation is', () => {
  it('rounds down, on either side of the mark', () => {
    expect(liquidationView({ kind: 'price', usdE8: usd(3_837.999) }, usd(3_000))).toEqual({ kind: 'price', usd: '3837.999', distancePercent: '27.9' });
    expect(liquidationView({ kind: 'price', usdE8: usd(2_500) }, usd(3_000)).distancePercent).toBe('16.6');
    expect(liquidationView({ kind: 'price', usdE8: usd(2_500) }, null).distancePercent).toBeNull();
    expect(liquidationView({ kind: 'unknown', why: 'not told' }, usd(3_000))).toEqual({ kind: 'unknown', usd: null, distancePercent: null });
  });
  it('is what the margin lasts for, and nothing where none is needed', () => {
    expect(marginRatioText(settlement(1_519), settlement(100))).toBe('15.1');
    expect(marginRatioText(settlement(-1), settlement(100))).toBe('-0.1');
    for (const needed of [null, settlement(0)]) expect(marginRatioText(settlement(1), needed)).toBeNull();
  });
});
