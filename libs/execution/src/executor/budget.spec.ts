import type { Economics, Intent, IntentPlan } from '@ballast/policy';
import { usdE8, wad } from '@ballast/units';
import { describe, expect, it } from 'vitest';
import { budgetBefore, budgetOf } from './budget.js';
import { freshFees, outbidding } from './fees.js';

const GWEI = 1_000_000_000n;
const settings = { tip: GWEI, maxFeePerGas: 2_000n * GWEI };
const GAS = 400_000n;
const health = (hundredths: bigint) => wad(hundredths * 10n ** 16n);
/** 500 dollars at stake, a coin at 2,500. */
const economics: Economics = { healthFactor: health(120n), lossAvoidedUsdE8: usdE8(500n * 10n ** 8n), coinUsdE8: usdE8(2_500n * 10n ** 8n), chance: null };
const plan = (changed: Partial<Economics> | null = {}): IntentPlan => ({ kind: 'REPAY', ...(changed === null ? {} : { economics: { ...economics, ...changed } }) }) as IntentPlan;

describe('what a call may offer', () => {
  it('lesson 1: more the nearer the loan is to liquidation, so that a cap below the market’s price never loses the loan', () => {
    const ceilings = [125n, 120n, 110n, 106n, 104n].map((hundredths) => budgetOf(plan(), health(hundredths), GAS, settings).maxFeePerGas);
    expect(ceilings).toEqual([...ceilings].sort((a, b) => (a < b ? -1 : 1)));
    // 45 gwei were needed where 40 was the cap: 250 dollars of 500 pay for 250 gwei even on a calm day.
    expect(ceilings[0]).toBe(250n * GWEI);
    expect(ceilings.at(-1)).toBe(500n * GWEI);
  });

  it('lesson 1: climbs by an eighth at a time until a block takes it or its worth is reached, and then no more', () => {
    const budget = budgetOf(plan(), health(104n), GAS, settings);
    const offers = [freshFees(20n * GWEI, budget)];
    for (let fees = offers[0] ?? null; fees !== null; ) {
      fees = outbidding([{ ...fees } as never], 20n * GWEI, budget);
      if (fees !== null) offers.push(fees);
    }
    expect(offers.length).toBe(22);
    offers.reduce((before, after) => {
      expect(after!.maxFeePerGas * 8n).toBeGreaterThanOrEqual(before!.maxFeePerGas * 9n);
      expect(after!.maxPriorityFeePerGas * 8n).toBeGreaterThanOrEqual(before!.maxPriorityFeePerGas * 9n);
      return after;
    });
    expect(offers.at(-1)!.maxFeePerGas).toBeLessThanOrEqual(500n * GWEI);
  });

  it('lesson 4: at 2,000 gwei a rescue that costs more than the liquidation would take is not sent, and one that saves more is', () => {
    const baseFee = 1_600n * GWEI;
    expect(freshFees(baseFee, budgetOf(plan(), health(104n), GAS, settings))).toBeNull();
    expect(freshFees(baseFee, budgetOf(plan({ lossAvoidedUsdE8: usdE8(50_000n * 10n ** 8n) }), health(104n), GAS, settings))).toMatchObject({ maxFeePerGas: 2_000n * GWEI });
  });

  it('is what the settings allow where nothing tells what the action is worth', () => {
    expect(budgetOf(plan(null), health(104n), GAS, settings)).toBe(settings);
    expect(budgetOf(plan({ healthFactor: null }), null, GAS, settings)).toBe(settings);
    expect(budgetOf(plan({ coinUsdE8: null }), health(104n), GAS, settings)).toBe(settings);
  });

  it('is the health of now, else that of the plan', () => {
    expect(budgetOf(plan(), null, GAS, settings)).toEqual(budgetOf(plan(), health(120n), GAS, settings));
  });

  it('rises for a nonce that holds up a more urgent call', () => {
    const own = budgetOf(plan(), health(125n), GAS, settings);
    const urgent = { plan: plan({ healthFactor: health(103n) }) } as Intent;
    expect(budgetBefore(own, [urgent], settings).maxFeePerGas).toBe(500n * GWEI);
    expect(budgetBefore(own, [{ plan: plan({ lossAvoidedUsdE8: usdE8(1n) }) } as Intent], settings)).toBe(own);
  });
});
