import { describe, expect, it } from 'vitest';
import { aHedge, anExposure } from '../testing/hedging.js';
import { intervalInWords, nextRehedge, portfolioHeadline, publicPortfolioHeadline } from './exposure.js';
import { signed, signedCents, size, times } from './numbers.js';

const headline = (without: string | null, withIt: string | null): string =>
  portfolioHeadline({ kind: 'known', exposure: anExposure({ onePercentFallUsd: withIt }), hedge: without === null || withIt === null ? null : aHedge({ onePercentFallUsd: { without, with: withIt } }) });

describe('the finding of the Portfolio page', () => {
  it('says what a fall costs with the hedge and without, losses rounded up', () => {
    expect(headline('1943.45', '1506.65')).toBe('If ETH falls 1%, you lose $1,507 instead of $1,944');
    expect(headline(null, '1943.45')).toBe('If ETH falls 1%, you lose $1,944');
    expect(headline('0.01', '0.01')).toBe('If ETH falls 1%, you lose $1');
  });
  it('says once what is the same with and without', () => expect(headline('1506.9', '1506.65')).toBe('If ETH falls 1%, you lose $1,507'));
  it('tells a gain as one, rounded down', () => {
    expect(headline('1943.45', '-12.90')).toBe('If ETH falls 1%, you gain $12 instead of losing $1,944');
    expect(headline('-12.90', '20')).toBe('If ETH falls 1%, you lose $20 instead of gaining $12');
    expect(headline('-90', '-12.90')).toBe('If ETH falls 1%, you gain $12 instead of $90');
    expect(headline('1943.45', '0')).toBe('If ETH falls 1%, you lose nothing instead of $1,944');
    expect(headline('-0.40', '5')).toBe('If ETH falls 1%, you lose $5 instead of nothing');
  });
  it('invents nothing where nothing is known', () => {
    expect(headline(null, null)).toBe('What a fall in ETH costs you cannot be told now');
    expect(portfolioHeadline({ kind: 'nothing' })).toBe('Nothing here moves with a price');
  });
  it('of who is not the owner tells the loans alone', () => {
    const portfolio = { account: '0x', collateralUsd: '0', debtUsd: '0', weakest: null, withoutRate: [], rescueFunds: [] };
    const of = (of: string, net: string) => ({ of, kind: 'underlying' as const, owned: '0', owed: '0', net });
    expect(publicPortfolioHeadline({ ...portfolio, exposures: [of('ETH', '62.29'), of('BTC', '-1.85'), of('USD', '-400')] })).toBe('These loans move with 62.29 ETH and a short of 1.85 BTC');
    expect(publicPortfolioHeadline({ ...portfolio, exposures: [] })).toBe('Nothing borrowed at this address');
  });
});

describe('an exposure', () => {
  it('carries its sign and two decimals, and never reads as zero when it is none', () => {
    expect(['42', '-14', '0', '-0.001203', '1234.5'].map((value) => signed(value))).toEqual(['+42.00', '−14.00', '0.00', '−0.001203', '+1,234.50']);
    expect(size('-14')).toBe('14.00');
    expect(signed(null)).toBe('—');
  });
  it('that is not exact is told by its ends, rounded outwards', () => {
    expect(intervalInWords({ low: '47.109', high: '49.391' })).toBe('+47.10 to +49.40');
    expect(intervalInWords({ low: '48.29', high: '48.290' })).toBe('+48.29');
    expect(intervalInWords(null)).toBe('not known');
  });
  it('is traded again where its band ends, the nearer end told first', () => {
    expect(nextRehedge(aHedge())).toEqual({ near: 'above 49.83 ETH', far: 'below 43.60 ETH' });
    expect(nextRehedge(aHedge({ after: { low: '44', high: '44.2' } }))?.near).toBe('below 43.60 ETH');
    expect(nextRehedge(aHedge({ band: null }))).toBeNull();
  });
});

it('results round towards the loss, margins down', () => {
  expect(signedCents('1282.409')).toBe('+$1,282.40');
  expect(signedCents('-61.751')).toBe('−$61.76');
  expect(times('15.29')).toBe('15.2×');
});
