import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { usdE8, wad, wadToNumber, type Wad } from '@ballast/units';
import { BAND_MARGIN, planTrigger, rearmLevel, ruleFor, type TriggerInput } from './index.js';

const hf = (value: number): Wad => wad(BigInt(Math.round(value * 1e6)) * 10n ** 12n);
const WIDE = { triggerHf: hf(1.5), minHf: hf(1.01), maxHf: hf(3) };
const plan = (change: Partial<TriggerInput> = {}): ReturnType<typeof planTrigger> => planTrigger({
  terms: WIDE, hourlyVolatility: 0.0068, rescueCostUsdE8: usdE8(0n), debtUsdE8: usdE8(2_000_000_000_000n), latencySeconds: 12, ...change,
});

describe('where Ballast acts', () => {
  it('calm ETH: 1.034 with a fast keeper; 3% an hour: 1.083; 6%: 1.15', () => {
    expect(wadToNumber(plan().trigger)).toBeCloseTo(1.034, 3);
    expect(wadToNumber(plan({ hourlyVolatility: 0.03 }).trigger)).toBeCloseTo(1.083, 3);
    expect(wadToNumber(plan({ hourlyVolatility: 0.06 }).trigger)).toBeCloseTo(1.15, 2);
  });

  it('up to 300 chain seconds of measured reaction the fast rule, beyond or unmeasured the slow one', () => {
    expect(ruleFor(300)).toBe('R1');
    expect(ruleFor(300.5)).toBe('R2');
    expect(ruleFor(null)).toBe('R2');
    const slow = plan({ latencySeconds: null });
    expect(wadToNumber(slow.trigger)).toBeCloseTo(Math.exp(0.01 + 8 * 0.0068), 10);
    expect(wadToNumber(slow.target) / wadToNumber(slow.trigger)).toBeCloseTo(Math.exp(0.2), 10);
  });

  it('aims higher the dearer a rescue is: 45 dollars on 60,000 add 0.19', () => {
    const dear = plan({ rescueCostUsdE8: usdE8(4_500_000_000n), debtUsdE8: usdE8(6_000_000_000_000n) });
    expect(Math.log(wadToNumber(dear.target) / wadToNumber(dear.trigger))).toBeCloseTo(0.03 + 6 * Math.sqrt(45 / 60_000), 9);
    expect(Math.log(wadToNumber(plan().target) / wadToNumber(plan().trigger))).toBeCloseTo(0.03, 9);
  });

  it('never above the signed trigger, and says so', () => {
    const wished = wadToNumber(plan().trigger);
    const bound = plan({ terms: { ...WIDE, triggerHf: hf(1.02) } });
    expect(bound.trigger).toBe(hf(1.02));
    expect(bound.clamp).toBe('The rule would act below 1.03; the mandate allows it only below 1.02.');
    expect(plan({ terms: { ...WIDE, triggerHf: hf(wished + 0.000001) } }).clamp).toBeNull();
  });

  it('never above 80% of the log health at signing', () => {
    const opened = plan({ healthAtSigning: hf(1.03) });
    expect(wadToNumber(opened.trigger)).toBeCloseTo(1.03 ** 0.8, 10);
    expect(opened.clamp).toContain('a loan as it was opened is left alone');
    expect(plan({ healthAtSigning: hf(1.05) }).clamp).toBeNull();
  });

  it('brings it to at least 0.01 inside both ends of the signed band', () => {
    const high = plan({ terms: { ...WIDE, minHf: hf(1.2), maxHf: hf(1.5) } });
    expect(high.target).toBe(hf(1.21));
    expect(high.clamp).toBe("The rule would bring it to 1.06; the target is 1.21, inside the mandate's band of 1.20 to 1.50.");
    expect(plan({ terms: { ...WIDE, minHf: hf(1.02), maxHf: hf(1.05) } }).target).toBe(hf(1.04));
    const free = plan({ terms: { ...WIDE, minHf: hf(1.05), maxHf: hf(1.08) } });
    expect(free.clamp).toBeNull();
  });

  it('aims as far inside the band as the price typically moves on the way, from both ends, and at its middle where that does not fit', () => {
    const band = { triggerHf: hf(1.18), minHf: hf(1.2), maxHf: hf(1.5) };
    // 2% an hour and five minutes on the way: twice 0.58% of the band's middle, 1.35.
    const margin = 1.35 * (Math.exp(2 * 0.02 * Math.sqrt(300 / 3_600)) - 1);
    const onTheWay = { terms: band, hourlyVolatility: 0.02, latencySeconds: 300 };
    expect(wadToNumber(plan(onTheWay).target)).toBeCloseTo(1.2 + margin, 6);
    expect(wadToNumber(plan({ ...onTheWay, rescueCostUsdE8: usdE8(9_000_000_000n), debtUsdE8: usdE8(500_000_000_000n) }).target)).toBeCloseTo(1.5 - margin, 6);
    expect(plan({ terms: band, hourlyVolatility: 0.1, latencySeconds: 3_600 }).target).toBe(hf(1.35));
  });

  it('takes the middle of a band too narrow for that', () => {
    const narrow = plan({ terms: { ...WIDE, minHf: hf(1.2), maxHf: hf(1.21) } });
    expect(narrow.target).toBe(hf(1.205));
    expect(narrow.clamp).toContain('too narrow');
  });

  it('for any market and mandate: trigger within the mandate, target within the band', () => {
    const inputs = fc.record({
      sigma: fc.double({ min: 0.0005, max: 0.2, noNaN: true }), cost: fc.bigInt({ min: 0n, max: 10n ** 11n }), debt: fc.bigInt({ min: 0n, max: 10n ** 16n }),
      trigger: fc.double({ min: 1.001, max: 1.5, noNaN: true }), gap: fc.double({ min: 0.001, max: 0.1, noNaN: true }), width: fc.double({ min: 0.001, max: 0.3, noNaN: true }),
      latency: fc.option(fc.integer({ min: 0, max: 100_000 })),
    });
    fc.assert(fc.property(inputs, (given) => {
      const triggerHf = hf(given.trigger);
      const terms = { triggerHf, minHf: hf(given.trigger + given.gap), maxHf: hf(given.trigger + given.gap + given.width) };
      const found = planTrigger({ terms, hourlyVolatility: given.sigma, rescueCostUsdE8: usdE8(given.cost), debtUsdE8: usdE8(given.debt), latencySeconds: given.latency });
      expect(found.trigger <= triggerHf).toBe(true);
      expect(found.target >= terms.minHf && found.target <= terms.maxHf).toBe(true);
      const wide = terms.maxHf - terms.minHf >= 2n * BAND_MARGIN;
      expect(!wide || (found.target - terms.minHf >= BAND_MARGIN && terms.maxHf - found.target >= BAND_MARGIN)).toBe(true);
    }));
  });
});

describe('arming again', () => {
  it('is one typical move between blocks above the trigger', () => {
    expect(wadToNumber(rearmLevel(hf(1.1), 0.01, 3600))).toBeCloseTo(1.1 * Math.exp(0.01), 10);
    expect(wadToNumber(rearmLevel(hf(1.1), 0.01, 900))).toBeCloseTo(1.1 * Math.exp(0.005), 10);
    expect(rearmLevel(hf(1.1), 0.01, 0) >= hf(1.1)).toBe(true);
  });
});
