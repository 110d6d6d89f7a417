import { describe, expect, it } from 'vitest';
import { parseOptionName, priced, type OptionQuote } from './option-quotes.js';

const quote = (instrument: string, markIv: number, overrides: Partial<OptionQuote> = {}): OptionQuote => ({ instrument, ...parseOptionName(instrument), markIv, bidIv: markIv - 1, askIv: markIv + 1, amount: 10, openInterest: 1_000, ...overrides });

describe('quotes of options', () => {
  it('a name says coin, expiry, strike and type', () => {
    expect(parseOptionName('ETH-5JUN26-2500-P')).toEqual({ coin: 'ETH', type: 'put', strike: 2_500, expiresMs: Date.UTC(2026, 5, 5, 8) });
    for (const name of ['ETH-PERPETUAL', 'ETH-5FOO26-2500-P', 'ETH-5JUN26-0-P', 'eth-5JUN26-2500-P']) expect(() => parseOptionName(name)).toThrow('like ETH-');
  });

  it('Greeks and premium are those that Deribit recorded for BTC-27SEP24-40000-C', () => {
    const call = quote('BTC-27SEP24-40000-C', 61.27);
    const found = priced(call, 38_992.71, call.expiresMs - 0.88297 * 365 * 86_400_000);
    expect(found?.mark).toBe(0.2168);
    const { delta, gamma, vega, theta, rho } = found?.greeks ?? { delta: 0, gamma: 0, vega: 0, theta: 0, rho: 0 };
    expect(Math.abs(delta - 0.59621)).toBeLessThan(0.00005);
    expect(gamma).toBe(0.00002);
    expect(Math.abs(vega - 141.90146)).toBeLessThan(0.001);
    expect(Math.abs(theta + 13.48784)).toBeLessThan(0.001);
    expect(Math.abs(rho - 130.63998)).toBeLessThan(0.005);
  });

  it('a bid is rounded down and an ask up, to finer steps where the premium is small; without a bid there is none', () => {
    const put = quote('ETH-27MAR26-2500-P', 62, { bidIv: 60, askIv: 64 });
    const month = put.expiresMs - 30 * 86_400_000;
    const found = priced(put, 3_000, month);
    expect([found?.bid, found?.mark, found?.ask].every((value) => typeof value === 'number')).toBe(true);
    expect(found?.bid ?? 1).toBeLessThan(found?.mark ?? 0);
    expect((found?.bid ?? 0) * 10_000 % 5).toBeCloseTo(0, 6);
    expect((found?.ask ?? 0)).toBeGreaterThan(found?.mark ?? 1);
    expect(priced(quote('ETH-27MAR26-500-P', 62), 3_000, month)).toMatchObject({ bid: null, mark: 0, ask: 0.0001 });
    expect(priced(put, 3_000, put.expiresMs)).toBeNull();
  });
});
