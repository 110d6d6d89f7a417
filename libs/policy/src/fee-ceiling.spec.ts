import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInput, usdE8, wad } from '@ballast/units';
import { feeCeiling, type FeeCeilingInput } from './index.js';

const GWEI = 10n ** 9n;
const USD = 10n ** 8n;
const hf = (value: number) => wad(BigInt(Math.round(value * 1e6)) * 10n ** 12n);
/** A liquidation would take 500 dollars; 400,000 gas at 2,500 dollars a coin: one gwei costs one dollar. */
const asked = (given: Partial<FeeCeilingInput> = {}): FeeCeilingInput => ({ health: hf(1.3), gasUnits: 400_000n, coinUsdE8: usdE8(2_500n * USD), lossAvoidedUsdE8: usdE8(500n * USD), ...given });
const gwei = (given: Partial<FeeCeilingInput>): number => Number((feeCeiling(asked(given)).weiPerGas ?? -1n) / 1_000n) / 1e6;

describe('the most that a rescue may pay for gas', () => {
  it('is half of the loss while the health is calm, all of it under 1.05, and a straight line between', () => {
    expect(gwei({ health: hf(2) })).toBe(250);
    expect(gwei({ health: hf(1.25) })).toBe(250);
    expect(gwei({ health: hf(1.15) })).toBe(375);
    expect(gwei({ health: hf(1.05) })).toBe(500);
    expect(gwei({ health: wad(hf(1.05) - 1n) })).toBe(500);
    expect(gwei({ health: hf(0.9) })).toBe(500);
  });

  it('is all of the loss wherever a liquidation is as likely as not', () => {
    expect(gwei({ chance: 0.499_999 })).toBe(250);
    expect(gwei({ chance: 0.5 })).toBe(500);
    expect(gwei({ chance: null })).toBe(250);
  });

  it('is the owner’s own limit where that is less, but not near liquidation', () => {
    const userMaxGasUsdE8 = usdE8(40n * USD);
    expect(feeCeiling(asked({ userMaxGasUsdE8 }))).toMatchObject({ weiPerGas: 40n * GWEI, bound: 'owner', budgetUsdE8: userMaxGasUsdE8 });
    expect(feeCeiling(asked({ userMaxGasUsdE8, health: hf(1.05) }))).toMatchObject({ weiPerGas: 40n * GWEI, bound: 'owner' });
    expect(feeCeiling(asked({ userMaxGasUsdE8, health: wad(hf(1.05) - 1n) }))).toMatchObject({ weiPerGas: 500n * GWEI, bound: 'loss' });
    expect(feeCeiling(asked({ userMaxGasUsdE8, chance: 0.6 }))).toMatchObject({ weiPerGas: 500n * GWEI, bound: 'loss' });
    expect(feeCeiling(asked({ userMaxGasUsdE8: usdE8(900n * USD) }))).toMatchObject({ weiPerGas: 250n * GWEI, bound: 'loss' });
  });

  // Lesson 1: two loans were lost because an owner-paid cap stood at 40 gwei while 45 were needed and the price fell by 18% within two hours.
  it('24 September 2019: a cap of 40 gwei never keeps a rescue from the 45 that it takes once the loan is near liquidation', () => {
    const loan = { gasUnits: 1_000_000n, coinUsdE8: usdE8(170n * USD), lossAvoidedUsdE8: usdE8(2_600n * USD), userMaxGasUsdE8: usdE8(680_000_000n) };
    expect(feeCeiling({ ...loan, health: hf(1.2) })).toMatchObject({ weiPerGas: 40n * GWEI, bound: 'owner' });
    for (const near of [{ health: hf(1.04) }, { health: hf(1.2), chance: 0.55 }]) expect(feeCeiling({ ...loan, ...near }).weiPerGas).toBeGreaterThan(45n * GWEI);
  });

  // Lesson 4: 1,500 to 1,700 gwei for an hour, above 2,000 at the peak.
  it('19 May 2021: at 1,700 gwei a loan whose liquidation takes less than its rescue is not rescued at any price, and a large one is', () => {
    const at = (lossUsd: bigint) => feeCeiling({ health: hf(1.01), gasUnits: 400_000n, coinUsdE8: usdE8(2_600n * USD), lossAvoidedUsdE8: usdE8(lossUsd * USD) }).weiPerGas ?? 0n;
    expect(at(500n)).toBeLessThan(1_700n * GWEI);
    expect(at(1_800n)).toBeGreaterThan(1_700n * GWEI);
  });

  it('is not limited by economics where the coin’s price is not known: an unknown never stops a rescue', () => {
    expect(feeCeiling(asked({ coinUsdE8: null }))).toMatchObject({ weiPerGas: null, bound: 'unknown-price' });
    expect(feeCeiling(asked({ coinUsdE8: usdE8(0n) }))).toMatchObject({ weiPerGas: null });
  });

  it('refuses what makes no sense', () => {
    expect(() => feeCeiling(asked({ gasUnits: 0n }))).toThrow(InvalidInput);
    for (const chance of [NaN, -0.1, 1.1]) expect(() => feeCeiling(asked({ chance }))).toThrow(InvalidInput);
  });

  const health = fc.bigInt({ min: 0n, max: 3n * 10n ** 18n }).map(wad);
  const chance = fc.double({ min: 0, max: 1, noNaN: true });
  const loss = fc.bigInt({ min: 0n, max: 10n ** 15n }).map(usdE8);
  const user = fc.option(fc.bigInt({ min: 0n, max: 10n ** 12n }).map(usdE8), { nil: undefined });
  const input = fc.record({ health, chance, lossAvoidedUsdE8: loss, gasUnits: fc.bigInt({ min: 21_000n, max: 3_000_000n }), coinUsdE8: fc.bigInt({ min: 1n, max: 10n ** 13n }).map(usdE8), userMaxGasUsdE8: user });
  const withoutLimit = ({ userMaxGasUsdE8, ...rest }: FeeCeilingInput): FeeCeilingInput => (userMaxGasUsdE8 === undefined ? rest : { ...rest, userMaxGasUsdE8 });

  it('property: never falls as the health falls or the chance or the loss rises', () => {
    fc.assert(fc.property(input, health, chance, loss, (drawn, otherHealth, otherChance, otherLoss) => {
      const given = withoutLimit(drawn as FeeCeilingInput);
      const budget = (change: Partial<FeeCeilingInput>): bigint => feeCeiling({ ...given, ...change }).budgetUsdE8;
      const [low, high] = given.health < otherHealth ? [given.health, otherHealth] : [otherHealth, given.health];
      expect(budget({ health: low }) >= budget({ health: high })).toBe(true);
      const [less, more] = drawn.chance < otherChance ? [drawn.chance, otherChance] : [otherChance, drawn.chance];
      expect(budget({ chance: more }) >= budget({ chance: less })).toBe(true);
      const [small, large] = drawn.lossAvoidedUsdE8 < otherLoss ? [drawn.lossAvoidedUsdE8, otherLoss] : [otherLoss, drawn.lossAvoidedUsdE8];
      expect(budget({ lossAvoidedUsdE8: large }) >= budget({ lossAvoidedUsdE8: small })).toBe(true);
    }), { seed: 7 });
  });

  it('property: the whole call at the ceiling never costs more than the loss, and without an owner’s limit never less than the chance of it', () => {
    fc.assert(fc.property(input, (drawn) => {
      const given = withoutLimit(drawn as FeeCeilingInput);
      const { weiPerGas, budgetUsdE8 } = feeCeiling(given);
      const cost = ((weiPerGas ?? 0n) * given.gasUnits * drawn.coinUsdE8) / 10n ** 18n;
      expect(cost <= budgetUsdE8 && budgetUsdE8 <= given.lossAvoidedUsdE8).toBe(true);
      const { userMaxGasUsdE8: _, ...free } = given;
      expect(feeCeiling(free).budgetUsdE8 >= BigInt(Math.floor(Number(given.lossAvoidedUsdE8) * drawn.chance * (1 - 1e-9)))).toBe(true);
    }), { seed: 7 });
  });
});
