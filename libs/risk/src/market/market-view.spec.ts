import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MarketPrice } from '@ballast/positions';
import { InvalidInput, bps, usdE8, type UsdE8 } from '@ballast/units';
import { marketView, type MarketLimits } from '../index.js';

const NOW = 1_700_000_000n;
const usd = (dollars: number): UsdE8 => usdE8(BigInt(Math.round(dollars * 1e8)));
const LIMITS: MarketLimits = { leastSources: 2, leastDepthUsdE8: usd(100_000), outlierBps: bps(300n), disagreesBeyondBps: bps(200n) };
const source = (name: string, dollars: number, change: Partial<MarketPrice> = {}): MarketPrice => ({ name, origin: name, usdE8: usd(dollars), at: NOW - 60n, windowSeconds: 0n, goodForSeconds: 3_600n, depthUsdE8: null, ...change });
const view = (protocol: number | null, ...sources: MarketPrice[]) => marketView(protocol === null ? null : usd(protocol), sources, LIMITS, NOW);

describe('the market’s view of a price', () => {
  it('is the median of what independent sources say, and the protocol’s distance from it', () => {
    expect(view(3_000, source('pool', 2_990), source('feed', 3_010), source('other pool', 2_995))).toMatchObject({ kind: 'agrees', marketUsdE8: usd(2_995), protocolIs: 'above', gapBps: 17n, leftOut: [] });
    // Of two the mean: 3,000 against 3,000.
    expect(view(3_000, source('pool', 2_990), source('feed', 3_010))).toMatchObject({ kind: 'agrees', marketUsdE8: usd(3_000), protocolIs: 'equal', gapBps: 0n });
  });

  it('rounds the distance up, so that a hair beyond the bound disagrees', () => {
    const two = [source('a', 1_000), source('b', 1_000)];
    expect(view(1_020, ...two)).toMatchObject({ kind: 'agrees', gapBps: 200n });
    expect(view(1_020.00000001, ...two)).toMatchObject({ kind: 'disagrees', gapBps: 201n, protocolIs: 'above' });
    expect(view(980, ...two)).toMatchObject({ kind: 'agrees', gapBps: 200n, protocolIs: 'below' });
    expect(view(979.99999999, ...two)).toMatchObject({ kind: 'disagrees', gapBps: 201n });
  });

  it('finds a protocol that prices cbETH at a dollar far from the market', () => {
    expect(view(1.12, source('pool', 2_205), source('feed', 2_199), source('other pool', 2_201))).toMatchObject({ kind: 'disagrees', marketUsdE8: usd(2_201), gapBps: 9_995n, protocolIs: 'below' });
  });

  it('leaves out one absurd source, and is none where two contradict each other', () => {
    expect(view(2_200, source('pool', 1), source('feed', 2_199), source('other pool', 2_201))).toMatchObject({ kind: 'agrees', marketUsdE8: usd(2_200), leftOut: [{ name: 'pool', because: 'outlier' }] });
    expect(view(2_200, source('pool', 1), source('feed', 2_199))).toMatchObject({ kind: 'too-few-sources', needed: 2, used: [], leftOut: [{ name: 'pool', because: 'outlier' }, { name: 'feed', because: 'outlier' }] });
    expect(view(2_200, source('a', 1), source('b', 1.01), source('c', 2_199), source('d', 2_201)).kind).toBe('too-few-sources');
  });

  it('hears nobody who is old, of a time to come, easily moved or of the same origin', () => {
    const told = view(3_000, source('old', 3_000, { at: NOW - 3_601n }), source('future', 3_000, { at: NOW + 1n }), source('thin', 3_000, { depthUsdE8: usd(99_999) }), source('deep', 3_000, { depthUsdE8: usd(100_000) }), source('deep, again', 3_300, { origin: 'deep', depthUsdE8: usd(99_999_999) }));
    expect(told).toMatchObject({
      kind: 'too-few-sources', used: [{ name: 'deep, again' }],
      leftOut: [{ name: 'old', because: 'stale' }, { name: 'future', because: 'of-the-future' }, { name: 'thin', because: 'thin' }, { name: 'deep', because: 'same-origin' }],
    });
    expect(view(3_000, source('a', 3_000, { at: NOW - 3_600n }), source('b', 3_000, { at: NOW })).kind).toBe('agrees');
    // Of one origin and one depth the latest.
    expect(view(3_000, source('a', 3_000, { origin: 'x', at: NOW - 9n }), source('b', 2_990, { origin: 'x', at: NOW - 8n }), source('c', 2_990))).toMatchObject({ used: [{ name: 'b' }, { name: 'c' }] });
  });

  it('still tells the market’s price where the protocol has none', () => {
    expect(view(null, source('a', 3_000), source('b', 3_001))).toMatchObject({ kind: 'no-protocol-price', marketUsdE8: usd(3_000.5) });
    expect(view(null)).toMatchObject({ kind: 'too-few-sources', used: [] });
  });

  it('refuses to make do with one source, and a price of zero', () => {
    expect(() => marketView(usd(1), [], { ...LIMITS, leastSources: 1 }, NOW)).toThrow(InvalidInput);
    expect(() => view(1, source('a', 0))).toThrow(/price of a/);
  });

  it('is moved by no single source of three or more beyond what the others say, whatever it says', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: 2_900, max: 2_950, noNaN: true }), { minLength: 2, maxLength: 6 }), fc.double({ min: 0.00000001, max: 1e9, noNaN: true }), (honest, absurd) => {
      const told = view(2_925, ...honest.map((price, index) => source(String(index), price)), source('absurd', absurd));
      if (told.kind === 'too-few-sources') {
        expect(honest.length).toBe(2); // it stood so that no two were near the middle
        return;
      }
      expect(told.kind).not.toBe('no-protocol-price');
      const market = 'marketUsdE8' in told ? told.marketUsdE8 : 0n;
      const [least, most] = [usd(Math.min(...honest)), usd(Math.max(...honest))];
      // Of an even number the mean of the middle two may lie beyond the honest ones, by half of what is no outlier.
      expect(market >= (least * 9_700n) / 10_000n && market <= (most * 10_300n) / 10_000n).toBe(true);
    }), { numRuns: 2_000 });
  });

  it('is the same whatever the order of the sources', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: 2_000, max: 4_000, noNaN: true }), { maxLength: 7 }), (prices) => {
      const sources = prices.map((price, index) => source(String(index), price));
      const [one, other] = [view(3_000, ...sources), view(3_000, ...[...sources].reverse())];
      expect({ ...other, used: null, leftOut: null }).toEqual({ ...one, used: null, leftOut: null });
    }));
  });
});
