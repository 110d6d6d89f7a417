import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInput, hash32, parseDecimal, rawAmount, usdE8, wad, type Wad } from '@ballast/units';
import { BLOCK_TIME, DAI, OWNER, USDC, WETH, aCollateralLeg, aDebtLeg, aLendingPosition, anAddress, noPrice, withEthAt } from '../../../test/factories/lending-position.js';
import { mandateTerms } from '../../../test/factories/mandate.js';
import { mandateSentence, suggestMandate, suggestedTrigger, worstCaseSentence, type SuggestionInput } from './index.js';

const hf = (value: number): Wad => wad(BigInt(Math.round(value * 1e6)) * 10n ** 12n);
const suggest = (change: Partial<SuggestionInput> = {}): ReturnType<typeof suggestMandate> => suggestMandate({
  position: aLendingPosition(), collateral: WETH.address, debt: USDC.address, keepers: anAddress(0x5e7), prev: hash32(`0x${'7'.repeat(64)}`), now: BLOCK_TIME, ...change,
});
const refusal = (change: Partial<SuggestionInput>): string => {
  const found = suggest(change);
  return found.kind === 'refused' ? found.reason : 'suggested';
};

describe('suggested limits', () => {
  it('for health 1.245: acts below 1.19, band 1.20 to 1.49, 180 days', () => {
    expect(suggest()).toEqual({
      kind: 'suggested',
      terms: {
        owner: OWNER, collateral: WETH.address, debt: USDC.address, actions: 3, triggerHf: hf(1.19), minHf: hf(1.2), maxHf: hf(1.49),
        maxCostBps: 0n, fillPerDay: 0n, keepers: anAddress(0x5e7), expiry: BLOCK_TIME + 180n * 86_400n, prev: hash32(`0x${'7'.repeat(64)}`),
      },
      notes: [],
    });
  });

  it('never above 1.20, never above H^0.8, always above 1', () => {
    fc.assert(fc.property(fc.double({ min: 1.000001, max: 50, noNaN: true }), (health) => {
      const trigger = Number(suggestedTrigger(hf(health))) / 1e18;
      fc.pre(hf(health) > hf(1));
      expect(trigger).toBeLessThanOrEqual(1.2);
      expect(trigger).toBeLessThanOrEqual(health ** 0.8 + 1e-6);
      expect(trigger).toBeGreaterThan(1);
    }));
    expect(suggestedTrigger(hf(2))).toBe(hf(1.2));
    expect(suggestedTrigger(hf(1.01))).toBe(hf(1.0079));
  });

  it("takes the owner's own limits", () => {
    const found = suggest({ triggerHf: hf(1.1), minHf: hf(1.15), maxHf: hf(1.3), days: 30, actions: ['repay'] });
    expect(found).toMatchObject({ kind: 'suggested', terms: { triggerHf: hf(1.1), minHf: hf(1.15), maxHf: hf(1.3), actions: 2, expiry: BLOCK_TIME + 30n * 86_400n } });
  });

  it('refuses, with the reason, what would not protect', () => {
    expect(refusal({ position: aLendingPosition({ debts: [] }) })).toBe('no-debt');
    expect(refusal({ position: withEthAt(240_000_000_000n) })).toBe('already-liquidatable');
    expect(refusal({ debt: DAI.address })).toBe('debt-not-found');
    expect(refusal({ collateral: DAI.address })).toBe('collateral-not-enabled');
    expect(refusal({ position: aLendingPosition({ collaterals: [aCollateralLeg(), aCollateralLeg({ asset: DAI, enabled: false })] }), collateral: DAI.address })).toBe('collateral-not-enabled');
    expect(refusal({ collateral: USDC.address })).toBe('same-asset');
    expect(refusal({ position: aLendingPosition({ collaterals: [aCollateralLeg(), aCollateralLeg({ asset: DAI, price: noPrice })] }), collateral: DAI.address })).toBe('price-missing');
    expect(refusal({ actions: [] })).toBe('no-action');
    expect(refusal({ actions: ['top-up'] })).toBe('top-up-alone');
  });

  it('refuses a loan whose rescue costs more than half of the penalty on all of it', () => {
    const small = aLendingPosition({ debts: [aDebtLeg({ amount: 400n * 10n ** 6n })] });
    expect(refusal({ position: small, rescueCostUsdE8: usdE8(1_000_000_000n) })).toBe('suggested');
    expect(refusal({ position: small, rescueCostUsdE8: usdE8(1_000_000_001n) })).toBe('too-small');
  });

  it('checks limits on both sides', () => {
    expect(refusal({ triggerHf: hf(1) })).toBe('trigger-not-above-one');
    expect(refusal({ triggerHf: hf(1.000001) })).toBe('suggested');
    expect(refusal({ triggerHf: hf(1.245) })).toBe('trigger-above-health');
    expect(refusal({ triggerHf: hf(1.244999) })).toBe('suggested');
    expect(refusal({ triggerHf: hf(1.1), minHf: hf(1.1), maxHf: hf(1.3) })).toBe('band-out-of-order');
    expect(refusal({ triggerHf: hf(1.1), minHf: hf(1.100001), maxHf: hf(1.100001) })).toBe('band-out-of-order');
    expect(refusal({ triggerHf: hf(1.1), minHf: hf(1.100001), maxHf: hf(1.100002) })).toBe('suggested');
    expect(refusal({ triggerHf: hf(1.1), minHf: hf(1.2), maxHf: hf(1.5) })).toBe('suggested');
    expect(refusal({ triggerHf: hf(1.1), minHf: hf(1.2), maxHf: hf(1.500001) })).toBe('band-too-wide');
    expect(refusal({ maxHf: wad(1n << 64n) })).toBe('band-out-of-order');
    expect([0, 1, 365, 366, 1.5].map((days) => refusal({ days }))).toEqual(['days-out-of-range', 'suggested', 'suggested', 'days-out-of-range', 'days-out-of-range']);
  });

  it('leaves the health it was made for above its trigger', () => {
    const found = suggest();
    const health = aLendingPosition().reported.health;
    expect(found.kind === 'suggested' && health.kind === 'ratio' && found.terms.triggerHf < health.wad).toBe(true);
  });
});

describe('the mandate in words', () => {
  const assets = { collateral: WETH, debt: USDC };
  /** 21 May 2027, 12:00 UTC */
  const expiry = 1_810_900_800n;

  it('is one sentence made of the signed terms', () => {
    expect(mandateSentence(mandateTerms({ expiry, triggerHf: hf(1.18), minHf: hf(1.19), maxHf: hf(1.48) }), assets)).toBe(
      'Until 21 May 2027, if the health of this loan is below 1.18, Ballast may repay it with USDC from your wallet, or add WETH from your wallet as collateral; '
      + 'from your wallet at most what you approved; each time it must bring health to between 1.19 and 1.48. '
      + 'It may end lower only when all that you approved is used, and higher only when the debt is repaid in full.',
    );
  });

  it('names only the actions that are signed', () => {
    expect(mandateSentence(mandateTerms({ actions: 2 }), assets)).not.toContain('WETH');
    expect(mandateSentence(mandateTerms({ actions: 1 }), assets)).not.toContain('repay it');
    expect(mandateSentence(mandateTerms({ actions: 6, maxCostBps: 100n as never, fillPerDay: rawAmount(85_000_000_000n) }), assets))
      .toContain("or sell its WETH to repay, at a cost of at most 1.0% of what is repaid, at Aave's price, up to 85,000\u00a0USDC a day");
    expect(() => mandateSentence(mandateTerms({ actions: 0 }), assets)).toThrow(InvalidInput);
  });

  it('says the healths exactly: reading them back gives the signed figures', () => {
    const healths = fc.bigInt({ min: 10n ** 18n + 1n, max: (1n << 64n) - 1n });
    fc.assert(fc.property(healths, healths, healths, (trigger, low, high) => {
      const text = mandateSentence(mandateTerms({ triggerHf: wad(trigger), minHf: wad(low), maxHf: wad(high) }), assets);
      const found = /below ([\d.]+),.* between ([\d.]+) and ([\d.]+)\. It may/.exec(text)?.slice(1).map((part) => parseDecimal(part, 18));
      expect(found).toEqual([trigger, low, high]);
    }));
  });

  it('refuses to speak of assets that the terms do not name', () => {
    expect(() => mandateSentence(mandateTerms(), { collateral: DAI, debt: USDC })).toThrow(InvalidInput);
    expect(() => mandateSentence(mandateTerms(), { collateral: WETH, debt: DAI })).toThrow(InvalidInput);
  });

  it('tells the worst case, with the sums where they are known', () => {
    const approved = [{ asset: USDC, amount: rawAmount(15_000_000_000n), usdE8: usdE8(1_500_000_000_001n) }, { asset: WETH, amount: rawAmount(2n * 10n ** 18n), usdE8: usdE8(600_000_000_000n) }];
    const text = worstCaseSentence(mandateTerms(), assets, { approved });
    expect(text).toContain('at worst all that you approved (15,000\u00a0USDC and 2\u00a0WETH, $21,001 in all)');
    expect(text).toContain('while the health is below 1.19');
    expect(worstCaseSentence(mandateTerms(), assets)).toContain('at worst all that you approved.');
    expect(worstCaseSentence(mandateTerms(), assets, { approved: approved.map((entry) => ({ ...entry, usdE8: null })) })).not.toContain('in all');
  });
});
