import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInput } from '@ballast/units';
import { black76, blackScholes, spotDelta, type SpotOption } from '../index.js';

const options = fc.record({
  spot: fc.double({ min: 500, max: 5_000, noNaN: true }), strike: fc.double({ min: 500, max: 5_000, noNaN: true }), years: fc.double({ min: 0.02, max: 2, noNaN: true }),
  volatility: fc.double({ min: 0.1, max: 2, noNaN: true }), rate: fc.double({ min: -0.05, max: 0.2, noNaN: true }), carryYield: fc.double({ min: -0.05, max: 0.1, noNaN: true }),
});
const both = (option: Omit<SpotOption, 'type'>) => [blackScholes({ ...option, type: 'call' }), blackScholes({ ...option, type: 'put' })] as const;

describe('options on a spot price', () => {
  it('obey the parity of calls and puts, and its derivatives', () => {
    fc.assert(fc.property(options, (option) => {
      const [call, put] = both(option);
      const { spot, strike, years, rate, carryYield } = option;
      const [growth, discount] = [Math.exp(-carryYield * years), Math.exp(-rate * years)];
      const near = (one: number, other: number, slack = 1e-9): void => expect(Math.abs(one - other)).toBeLessThanOrEqual(slack * Math.max(1, spot, strike));
      near(call.value - put.value, spot * growth - strike * discount);
      near(call.delta - put.delta, growth, 1e-14);
      near(call.gamma, put.gamma, 1e-15);
      near(call.vega, put.vega, 1e-12);
      near(call.rho - put.rho, strike * years * discount);
      near(call.thetaPerYear - put.thetaPerYear, carryYield * spot * growth - rate * strike * discount);
    }));
  });

  it('solve the equation of Black and Scholes, and lie within the bounds that need no model', () => {
    fc.assert(fc.property(options, (option) => {
      const { spot, strike, years, volatility, rate, carryYield } = option;
      const [growth, discount] = [Math.exp(-carryYield * years), Math.exp(-rate * years)];
      both(option).forEach(({ value, delta, gamma, thetaPerYear }, index) => {
        const terms = [thetaPerYear, 0.5 * volatility ** 2 * spot ** 2 * gamma, (rate - carryYield) * spot * delta, -rate * value];
        expect(Math.abs(terms.reduce((sum, term) => sum + term, 0))).toBeLessThanOrEqual(1e-9 * Math.max(1, ...terms.map(Math.abs)));
        const forward = (index === 0 ? 1 : -1) * (spot * growth - strike * discount);
        expect(value).toBeGreaterThanOrEqual(Math.max(0, forward) - 1e-9 * spot);
        expect(value).toBeLessThanOrEqual((index === 0 ? spot * growth : strike * discount) + 1e-9 * spot);
      });
    }));
  });

  it('have the Greeks that small bumps show', () => {
    fc.assert(fc.property(options, (option) => {
      fc.pre(Math.abs(Math.log(option.spot / option.strike)) < 2 * option.volatility * Math.sqrt(option.years));
      for (const type of ['call', 'put'] as const) {
        const at = (change: Partial<SpotOption> = {}) => blackScholes({ ...option, type, ...change });
        const slope = (pick: (found: ReturnType<typeof at>) => number, key: 'spot' | 'volatility' | 'years' | 'rate', step: number): number => (pick(at({ [key]: option[key] + step })) - pick(at({ [key]: option[key] - step }))) / (2 * step);
        const found = at();
        const near = (bumped: number, exact: number, size: number): void => expect(Math.abs(bumped - exact)).toBeLessThanOrEqual(2e-5 * Math.abs(exact) + 1e-5 * size);
        near(slope(({ value }) => value, 'spot', option.spot * 1e-5), found.delta, 1);
        near(slope(({ delta }) => delta, 'spot', option.spot * 1e-5), found.gamma, 1 / option.spot);
        near(slope(({ value }) => value, 'volatility', 1e-5), found.vega, option.spot);
        near(slope(({ delta }) => delta, 'volatility', 1e-5), found.vanna, 1);
        near(slope(({ vega }) => vega, 'volatility', 1e-5), found.volga, option.spot);
        near(slope(({ value }) => value, 'rate', 1e-6), found.rho, option.spot);
        near(-slope(({ value }) => value, 'years', 1e-6), found.thetaPerYear, option.spot);
      }
    }));
  });

  it('are worth their exercise at expiry and without volatility', () => {
    const expired = both({ spot: 110, strike: 100, years: 0, volatility: 0.5, rate: 0.05, carryYield: 0 });
    expect(expired.map(({ value, delta, gamma, vega }) => [value, delta, gamma, vega])).toEqual([[10, 1, 0, 0], [0, 0, 0, 0]]);
    const still = both({ spot: 100, strike: 100, years: 1, volatility: 0, rate: 0.05, carryYield: 0 });
    expect(still[0].value).toBeCloseTo(100 - 100 * Math.exp(-0.05), 12);
    expect(still[1].value).toBe(0);
  });

  const good: SpotOption = { type: 'call', spot: 100, strike: 100, years: 1, volatility: 0.5, rate: 0.05, carryYield: 0 };
  it.each([{ spot: 0 }, { spot: NaN }, { spot: -1 }, { strike: 0 }, { strike: Infinity }, { years: -1 }, { years: NaN }, { volatility: -0.1 }, { volatility: NaN }, { rate: NaN }, { carryYield: Infinity }])('are refused with %o', (change) => expect(() => blackScholes({ ...good, ...change })).toThrow(InvalidInput));
});

describe('options on a forward', () => {
  it('are those on a spot whose forward it is, and settle in coin with the premium taken from the delta', () => {
    fc.assert(fc.property(options, ({ spot, strike, years, volatility, rate, carryYield }) => {
      const forward = spot * Math.exp((rate - carryYield) * years);
      for (const type of ['call', 'put'] as const) {
        const onForward = black76({ type, forward, strike, years, volatility, rate });
        const onSpot = blackScholes({ type, spot, strike, years, volatility, rate, carryYield });
        expect(Math.abs(onForward.value - onSpot.value)).toBeLessThanOrEqual(1e-9 * spot);
        expect(spotDelta(onForward.delta, forward, spot)).toBeCloseTo(onSpot.delta, 9);
        expect(onForward.premiumAdjustedDelta).toBeCloseTo(onForward.delta - onForward.value / forward, 12);
        expect(onForward.rho).toBeCloseTo(-years * onForward.value, 9);
      }
    }));
  });
  it('are refused without one', () => expect(() => black76({ type: 'put', forward: NaN, strike: 1, years: 1, volatility: 1, rate: 0 })).toThrow(InvalidInput));
});
