import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInput } from '@ballast/units';
import {
  FITTED_HISTORIES, HISTORY_SHARES, ScaledHistory, SeededRandom, bootstrapHitChance, chanceFromHistory, daysThatMoved, historyOf, hitProbability, scaledExtremes,
  type AssetHistory, type HourlyBars,
} from '../index.js';

const bars = (close: number[], low: number[], high: number[]): HourlyBars => ({ hours: Float64Array.from(close.keys()), close: Float64Array.from(close), low: Float64Array.from(low), high: Float64Array.from(high) });

describe('what happened, scaled', () => {
  it('takes the lowest low and the highest high of the hours after, not of the hour itself', () => {
    const found = scaledExtremes(bars([100, 101, 99, 100], [50, 95, 98, 99], [200, 104, 101, 110]), Float64Array.from([0.01, 0.02, 0.01, 0.01]), 2);
    expect(found.falls[0]).toBeCloseTo(Math.log(100 / 95) / (0.01 * Math.SQRT2), 12);
    expect(found.rises[0]).toBeCloseTo(Math.log(104 / 100) / (0.01 * Math.SQRT2), 12);
    expect(found.rises[1]).toBeCloseTo(Math.log(110 / 101) / (0.02 * Math.SQRT2), 12);
    expect(found.falls[2]).toBeNaN();
    expect(scaledExtremes(bars([1, 1], [1, 1], [1, 1]), Float64Array.from([NaN, 0]), 1).falls[0]).toBeNaN();
    expect(scaledExtremes(bars([1, 2], [1, 1], [1, 2]), Float64Array.from([0.1, 0.1]), 1).falls[0]).toBe(0);
  });

  it('counts the share that went at least as far', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 1, maxLength: 50 }), fc.double({ min: -1, max: 11, noNaN: true }), (list, at) => {
      const history = new ScaledHistory(Float64Array.from([...list, NaN]));
      expect(history.size).toBe(list.length);
      expect(history.chanceBeyond(at)).toBeCloseTo((list.filter((one) => one >= at).length + 0.5) / (list.length + 1), 12);
      expect(list.filter((one) => one >= history.quantileBeyond(0.3)).length).toBeGreaterThanOrEqual(0.3 * list.length - 1);
    }));
    expect(() => new ScaledHistory(Float64Array.from([NaN]))).toThrow(InvalidInput);
    expect(() => new ScaledHistory(Float64Array.from([1])).chanceBeyond(NaN)).toThrow(InvalidInput);
  });

  it('refuses hours and volatilities that do not fit', () => {
    expect(() => scaledExtremes(bars([1], [1], [1]), new Float64Array(1), 0)).toThrow(InvalidInput);
    expect(() => scaledExtremes(bars([1], [1], [1]), new Float64Array(2), 1)).toThrow(InvalidInput);
  });
});

describe('paths drawn from the past', () => {
  const random = new SeededRandom(3);
  const normal = Float64Array.from({ length: 20_000 }, () => random.normal());

  it('of independent normal hours have the chance of a motion that is looked at hourly', () => {
    const volatility = 0.6;
    const hourly = volatility / Math.sqrt(8_760);
    const { chance, standardError } = bootstrapHitChance({ columns: [normal], volatilities: [hourly] }, (moves) => 0.1 + (moves[0] as number), { hours: 48, paths: 20_000, meanBlock: 12 }, new SeededRandom(5));
    const years = 48 / 8_760;
    const seen = hitProbability({ logDistance: 0.1 + 0.5826 * hourly, drift: 0, volatility, years }).probability;
    // Twice the drawing's own error: the past that is drawn from is itself one draw.
    expect(Math.abs(chance - seen)).toBeLessThan(6 * standardError);
  });

  it('keep assets together: a ratio of two that move alike never falls', () => {
    const { chance } = bootstrapHitChance({ columns: [normal, normal], volatilities: [0.02, 0.02] }, (moves) => 0.001 + (moves[0] as number) - (moves[1] as number), { hours: 24, paths: 500, meanBlock: 12 }, new SeededRandom(6));
    expect(chance).toBe(0);
  });

  it('are the same for the same seed, and refused for columns that do not fit', () => {
    const run = (seed: number) => bootstrapHitChance({ columns: [normal], volatilities: [0.01] }, (moves) => 0.05 + (moves[0] as number), { hours: 24, paths: 300, meanBlock: 6 }, new SeededRandom(seed));
    expect(run(1)).toEqual(run(1));
    const settings = { hours: 24, paths: 10, meanBlock: 6 };
    expect(() => bootstrapHitChance({ columns: [], volatilities: [] }, () => 1, settings, random)).toThrow(InvalidInput);
    expect(() => bootstrapHitChance({ columns: [normal, normal.subarray(1)], volatilities: [1, 1] }, () => 1, settings, random)).toThrow(InvalidInput);
    expect(() => bootstrapHitChance({ columns: [normal], volatilities: [1] }, () => 1, { ...settings, paths: 0 }, random)).toThrow(InvalidInput);
  });
});

describe('the histories that are carried', () => {
  const eth = historyOf('WETH') as AssetHistory;

  it('are of ether and bitcoin, under all of their plain names, and of no staked form', () => {
    expect(FITTED_HISTORIES.map(({ asset }) => asset)).toEqual(['ETH', 'BTC']);
    expect(historyOf('cbBTC')?.asset).toBe('BTC');
    for (const symbol of ['wstETH', 'SOL', 'USDC', 'constructor', '__proto__']) expect(historyOf(symbol)).toBeNull();
  });

  it.each(FITTED_HISTORIES.flatMap((history) => (['har', 'ewma-24h'] as const).flatMap((kind) => (['fall', 'rise'] as const).map((direction) => [history.asset, kind, direction, history] as const))))('of %s by %s: a %s is rarer the further it is', (_, kind, direction, history) => {
    const sizes = history.scaled[kind][direction];
    expect(sizes).toHaveLength(HISTORY_SHARES.length);
    sizes.slice(1).forEach((size, index) => expect(size).toBeGreaterThan(sizes[index] as number));
    fc.assert(fc.property(fc.double({ min: 0.001, max: 1, noNaN: true }), fc.double({ min: 1.001, max: 2, noNaN: true }), fc.double({ min: 0.001, max: 0.05, noNaN: true }), (distance, factor, volatility) => {
      const told = (at: number, by: number): number => { const found = chanceFromHistory(history, kind, direction, at, by); return found.kind === 'below' ? 0 : found.probability; };
      expect(told(distance * factor, volatility)).toBeLessThanOrEqual(told(distance, volatility));
      expect(told(distance, volatility * factor)).toBeGreaterThanOrEqual(told(distance, volatility));
      expect(told(distance, volatility)).toBeLessThan(1);
    }));
    const counts = history.recent[direction];
    counts.slice(1).forEach((count, index) => expect(count).toBeLessThanOrEqual(counts[index] as number));
  });

  it('give back their own shares, errors by days, and say when no day went so far', () => {
    const hourly = 0.01;
    const at = (deviations: number) => chanceFromHistory(eth, 'har', 'fall', deviations * hourly * Math.sqrt(24), hourly);
    HISTORY_SHARES.forEach((share, index) => {
      const found = at(eth.scaled.har.fall[index] as number);
      if (found.kind === 'probability') expect(found.probability).toBeCloseTo(share, 9);
    });
    const tenth = at(eth.scaled.har.fall[HISTORY_SHARES.indexOf(0.1)] as number);
    expect(tenth).toMatchObject({ kind: 'probability', error: expect.closeTo(Math.sqrt((0.1 * 0.9) / eth.days), 6) });
    expect(at(50)).toEqual({ kind: 'below', below: 1 / eth.days });
  });

  it('count days by whole percents', () => {
    expect(daysThatMoved(eth, 'fall', 0.1).moved).toBe(eth.recent.fall[9]);
    expect(daysThatMoved(eth, 'fall', 0.1099)).toMatchObject({ moved: eth.recent.fall[9], atLeast: 0.1 });
    expect(daysThatMoved(eth, 'fall', 0.99)).toMatchObject({ moved: 0, of: 2_000 });
    expect(daysThatMoved(eth, 'rise', 0.005)).toMatchObject({ moved: 2_000, atLeast: 0 });
    expect(() => daysThatMoved(eth, 'fall', 0)).toThrow(InvalidInput);
    expect(() => chanceFromHistory(eth, 'har', 'fall', 0, 0.01)).toThrow(InvalidInput);
    expect(() => chanceFromHistory(eth, 'har', 'fall', 0.1, NaN)).toThrow(InvalidInput);
  });
});
