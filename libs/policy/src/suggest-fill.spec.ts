import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bps, formatUsd, hash32, rawAmount, usdE8, wad, type Wad } from '@ballast/units';
import { BLOCK_TIME, DAI, USDC, WETH, aCollateralLeg, aDebtLeg, aLendingPosition, aPrice, anAddress, withEthAt } from '../../../test/factories/lending-position.js';
import { mandateTerms } from '../../../test/factories/mandate.js';
import { MANDATE_ACTIONS, authoritySentence, ceilingPrice, fillRaisesHealth, fillToReach, healthAfterFill, keyTheftLoss, mandateSentence, mostOut, suggestMandate, theftRate, twoDigitsUp, worstCaseSentence, type FillOffer, type SuggestionInput } from './index.js';

const hf = (value: number): Wad => wad(BigInt(Math.round(value * 1e6)) * 10n ** 12n);
const OFFER: FillOffer = { deviationBps: bps(50n), coinUsdE8: usdE8(300_000_000_000n), swappable: null };
const suggest = (change: Partial<SuggestionInput> = {}): ReturnType<typeof suggestMandate> => suggestMandate({
  position: aLendingPosition(), collateral: WETH.address, debt: USDC.address, keepers: anAddress(0x5e7), prev: hash32(`0x${'7'.repeat(64)}`), now: BLOCK_TIME, fill: OFFER, ...change,
});
const offered = (change: Partial<SuggestionInput> = {}) => {
  const found = suggest(change);
  if (found.kind === 'refused') throw new Error(found.reason);
  return found;
};
const refusal = (change: Partial<SuggestionInput>): string => {
  const found = suggest({ actions: ['repay', 'fill'], ...change });
  return found.kind === 'refused' ? found.reason : 'suggested';
};
/** A large loan of the same kind, so that gas hardly counts. */
const large = aLendingPosition({ collaterals: [aCollateralLeg({ amount: 1_000n * 10n ** 18n })], debts: [aDebtLeg({ amount: 2_000_000n * 10n ** 6n })], wallet: [] });
const eMode = { kind: 'category', id: 1, label: 'ETH correlated' } as const;

describe('suggested limits for selling collateral', () => {
  it('lets all three actions be signed where the pair is priced: 1% of a small loan, 16,000 USDC a day of 20,000', () => {
    // A rescue to 1.345 sells about 6,020 USD: 112.50 USD of gas are 1.87% of that, cut to 1%. (1.49 - 1) / (1.49 - 0.83 x 1.01) = 75.2% of the debt.
    expect(offered()).toMatchObject({ terms: { actions: 7, triggerHf: hf(1.19), minHf: hf(1.2), maxHf: hf(1.49), maxCostBps: 100n, fillPerDay: 16_000_000_000n }, notes: [expect.stringMatching(/^With gas at 50 gwei the sale that is expected here would cost about 2\.1%, more than the limit of 1\.0%/)] });
  });

  it('asks 0.2% and the gas at 50 gwei of the fill that is expected', () => {
    // (1.345 - 1.19) / (1.345 - 0.83) x 2,000,000 = 601,942 USD: 112.50 USD of gas are 0.0187%, so 2 hundredths, and 0.2%.
    expect(offered({ position: large })).toMatchObject({ terms: { maxCostBps: 22n }, notes: [] });
    // What such a sale costs is 0.2% + 1.87%: the owner's own limit covers it, or is told that it does not.
    expect(offered({ maxCostBps: bps(207n) }).notes).toEqual([]);
    expect(offered({ maxCostBps: bps(206n) }).notes).toEqual([expect.stringContaining('only while gas is cheaper')]);
  });

  it('stays under the liquidation bonus, and offers no sale where that is no more than the fees', () => {
    const withBonus = (bonus: bigint) => ({ position: aLendingPosition({ collaterals: [aCollateralLeg({ liquidationBonus: bps(bonus) })] }) });
    expect(offered(withBonus(100n)).terms.maxCostBps).toBe(99n);
    expect(offered(withBonus(101n)).terms.maxCostBps).toBe(100n);
    expect(refusal(withBonus(20n))).toBe('fill-dearer-than-liquidation');
    expect(refusal(withBonus(21n))).toBe('suggested');
  });

  it('checks the owner’s own cost on both sides of each bound', () => {
    expect([0n, 1n, 499n, 500n, 501n].map((cost) => refusal({ maxCostBps: bps(cost) }))).toEqual(['fill-cost-out-of-range', 'suggested', 'suggested', 'fill-dearer-than-liquidation', 'fill-cost-out-of-range']);
    expect(refusal({ maxCostBps: bps(500n), position: aLendingPosition({ collaterals: [aCollateralLeg({ liquidationBonus: bps(501n) })] }) })).toBe('suggested');
  });

  it('refuses a cost at which a sale near liquidation would not raise the health', () => {
    const position = withEthAt(300_000_000_000n, { collaterals: [aCollateralLeg({ liquidationThreshold: bps(9_550n), liquidationBonus: bps(600n) })], debts: [aDebtLeg({ amount: 27_000n * 10n ** 6n })], eMode });
    // 1 / 0.955 - 1 = 4.712%
    expect([471n, 472n].map((cost) => refusal({ position, maxCostBps: bps(cost) }))).toEqual(['suggested', 'fill-never-helps']);
    const found = suggest({ position, maxCostBps: bps(472n), actions: ['fill'] });
    expect(found).toMatchObject({ kind: 'refused', sentence: expect.stringContaining('would not raise the health') });
  });

  it('is for pairs whose feeds follow within 0.5%; others keep the actions from the wallet, and the reason', () => {
    expect(refusal({ fill: { ...OFFER, deviationBps: bps(51n) } })).toBe('fill-not-offered');
    expect(refusal({ fill: { ...OFFER, deviationBps: bps(50n) } })).toBe('suggested');
    expect(refusal({ fill: undefined })).toBe('fill-not-offered');
    expect(offered({ fill: { ...OFFER, deviationBps: null } })).toMatchObject({ terms: { actions: 3, maxCostBps: 0n, fillPerDay: 0n }, notes: [expect.stringContaining('is not offered')] });
    expect(offered({ fill: undefined })).toMatchObject({ terms: { actions: 3 }, notes: [] });
  });

  it('signs only what is asked for', () => {
    expect(offered({ actions: ['fill'] }).terms.actions).toBe(MANDATE_ACTIONS.FILL);
    expect(offered({ actions: ['repay', 'fill'] }).terms.actions).toBe(6);
    expect(offered({ actions: ['repay'] }).terms).toMatchObject({ actions: 2, maxCostBps: 0n, fillPerDay: 0n });
    expect(offered({ actions: ['top-up', 'fill'] }).terms.actions).toBe(5);
    expect(refusal({ actions: ['top-up'] })).toBe('top-up-alone');
  });

  it('caps a day by what one sale can bring, and says so', () => {
    const found = offered({ fill: { ...OFFER, coinUsdE8: null, swappable: rawAmount(9_000_000_000n) } });
    expect(found.terms.fillPerDay).toBe(9_000_000_000n);
    expect(found.notes).toEqual([expect.stringMatching(/^One sale brings at most 9,000\u00a0USDC now.* may need 15,03\d\.\d\d\u00a0USDC/)]);
    expect(offered({ fill: { ...OFFER, coinUsdE8: null, swappable: rawAmount(16_000_000_000n) } }).notes).toEqual([]);
    expect(refusal({ fill: { ...OFFER, swappable: rawAmount(0n) } })).toBe('fill-no-market');
  });

  it('takes the owner’s smaller budget, with its effect in words', () => {
    const found = offered({ fillPerDay: rawAmount(5_000_000_000n) });
    expect(found.terms.fillPerDay).toBe(5_000_000_000n);
    expect(found.notes).toEqual([expect.stringContaining('5,000\u00a0USDC may be repaid by selling')]);
    expect(refusal({ fillPerDay: rawAmount(0n) })).toBe('fill-budget-out-of-range');
    expect(refusal({ fillPerDay: rawAmount(1n << 128n) })).toBe('fill-budget-out-of-range');
    expect(refusal({ fillPerDay: rawAmount((1n << 128n) - 1n) })).toBe('suggested');
  });

  it('acts at 1.20 where a feed is slow, at 1.03 where both prices move together', () => {
    const healthy = withEthAt(400_000_000_000n);
    expect(offered({ position: withEthAt(305_000_000_000n), slowFeed: true, fill: undefined }).terms).toMatchObject({ triggerHf: hf(1.2), minHf: hf(1.21), maxHf: hf(1.5) });
    expect(offered({ position: withEthAt(289_000_000_000n), slowFeed: true, fill: undefined }).terms.triggerHf).toBe(hf(1.15));
    const loop = withEthAt(300_000_000_000n, { collaterals: [aCollateralLeg({ liquidationThreshold: bps(9_300n), liquidationBonus: bps(100n) })], debts: [aDebtLeg({ amount: 26_000n * 10n ** 6n })], eMode });
    expect(offered({ position: loop }).terms).toMatchObject({ triggerHf: hf(1.03), minHf: hf(1.04), maxHf: hf(1.1), maxCostBps: 99n });
    expect(offered({ position: { ...healthy, eMode } }).terms.triggerHf).toBe(hf(1.2));
  });

  it('property: suggested limits never cost more than a liquidation, always raise the health, and suffice for a full rescue from health 1', () => {
    fc.assert(fc.property(
      fc.record({ price: fc.bigInt({ min: 100n, max: 100_000n }), threshold: fc.bigInt({ min: 4_000n, max: 9_700n }), bonus: fc.bigInt({ min: 21n, max: 1_500n }), health: fc.integer({ min: 1_010_000, max: 3_000_000 }), coin: fc.bigInt({ min: 1n, max: 10_000n }) }),
      ({ price, threshold, bonus, health, coin }) => {
        const amount = 50n * 10n ** 18n;
        const weighted = price * 50n * threshold;
        const debt = (weighted * 10n ** 6n * 1_000_000n) / 10_000n / BigInt(health);
        const legs = (dollarsE8: bigint) => aLendingPosition({ collaterals: [aCollateralLeg({ amount, price: aPrice(dollarsE8), liquidationThreshold: bps(threshold), liquidationBonus: bps(bonus) })], debts: [aDebtLeg({ amount: debt })], wallet: [] });
        const position = legs(price * 100_000_000n);
        const found = suggestMandate({ position, collateral: WETH.address, debt: USDC.address, keepers: anAddress(1), prev: hash32(`0x${'7'.repeat(64)}`), now: BLOCK_TIME, fill: { ...OFFER, coinUsdE8: usdE8(coin * 100_000_000n) } });
        if (found.kind !== 'suggested' || (found.terms.actions & MANDATE_ACTIONS.FILL) === 0) return;
        const { terms } = found;
        expect(terms.maxCostBps > 0n && terms.maxCostBps < bonus && terms.maxCostBps <= 100n).toBe(true);
        // The loan where liquidation begins: every price fallen by the same share.
        const fallen = legs((price * 100_000_000n * 1_000_000n) / BigInt(health) + 1n);
        const [owed, sold] = [fallen.debts[0]!, fallen.collaterals[0]!];
        expect(fillRaisesHealth(fallen, sold, ceilingPrice(terms.maxCostBps))).toBe(true);
        const needed = fillToReach(fallen, owed, sold, terms.maxHf, ceilingPrice(terms.maxCostBps));
        expect(needed === null || needed <= terms.fillPerDay).toBe(true);
        // Never far more than needed either: it is what a thief could use in a day.
        expect(needed === null || terms.fillPerDay <= (needed * 111n) / 100n + 100n).toBe(true);
      },
    ), { numRuns: 2_000 });
  });
});

describe('twoDigitsUp', () => {
  it('rounds up, to two digits, and leaves what has no more', () => {
    expect([0n, 7n, 99n, 100n, 101n, 15_038n, 990_000n, 990_001n].map(twoDigitsUp)).toEqual([0n, 7n, 99n, 100n, 110n, 16_000n, 990_000n, 1_000_000n]);
  });
});

describe('what a stolen key could cost', () => {
  const loan = { debt: rawAmount(20_000_000_000n), debtDecimals: 6, debtPriceUsdE8: usdE8(100_000_000n), totalDebtUsdE8: usdE8(2_000_000_000_000n), liquidationThreshold: bps(8_250n) };
  const terms = mandateTerms({ actions: 7, triggerHf: hf(1.2), minHf: hf(1.21), maxHf: hf(1.5), maxCostBps: bps(100n), fillPerDay: rawAmount(16_000_000_000n) });

  it('is the published example: 9,000 USDC at once, 154 dollars on a normal day, 363 in a crash', () => {
    const { atOnce, atOnceUsdE8, inAllUsdE8 } = keyTheftLoss(terms, loan);
    expect(atOnce).toBe(8_998_875_141n);
    expect([atOnceUsdE8.calm, atOnceUsdE8.crash].map((sum) => formatUsd(sum, 'up'))).toEqual(['$154', '$363']);
    expect(inAllUsdE8).toEqual({ calm: 34_140_000_000n, crash: 80_600_000_000n });
    expect(theftRate(bps(100n), bps(70n))).toBe(17_070_000_000_000_000n);
  });

  it('is never more at once than a day’s amount or the debt', () => {
    expect(keyTheftLoss({ ...terms, fillPerDay: rawAmount(1_000n) }, loan).atOnce).toBe(1_000n);
    expect(keyTheftLoss(terms, { ...loan, debt: rawAmount(5n) }).atOnce).toBe(5n);
    expect(keyTheftLoss(terms, { ...loan, liquidationThreshold: bps(15_000n) }).atOnce).toBe(16_000_000_000n);
  });

  it('property: no fill at the price limit from under the trigger to inside the band repays more', () => {
    fc.assert(fc.property(fc.integer({ min: 1_000_001, max: 1_199_999 }), fc.bigInt({ min: 1n, max: 500n }), (health, cost) => {
      const debt = 20_000n * 10n ** 6n;
      const price = (debt * BigInt(health) * 10_000n * 100_000_000n) / (8_300n * 10n * 10n ** 6n * 1_000_000n) + 1n;
      const position = aLendingPosition({ collaterals: [aCollateralLeg({ price: aPrice(price) })], debts: [aDebtLeg({ amount: debt })] });
      const [owed, sold] = [position.debts[0]!, position.collaterals[0]!];
      const limits = { ...terms, triggerHf: wad(position.reported.health.kind === 'ratio' ? position.reported.health.wad : 0n), maxCostBps: bps(cost), fillPerDay: rawAmount(debt) };
      const { atOnce } = keyTheftLoss(limits, { debt: owed.amount, debtDecimals: 6, debtPriceUsdE8: usdE8(100_000_000n), totalDebtUsdE8: usdE8(position.reported.debtUsdE8), liquidationThreshold: sold.liquidationThreshold });
      const more = atOnce + 2n;
      if (more >= debt) return;
      const after = healthAfterFill(position, owed, sold, more, mostOut(owed, sold, more, limits.maxCostBps));
      expect(after === null || after > limits.maxHf - 1_000_000_000_000n).toBe(true);
    }));
  });
});

describe('a mandate with FILL in words', () => {
  const assets = { collateral: WETH, debt: USDC };
  const terms = mandateTerms({ actions: 7, maxCostBps: bps(187n), fillPerDay: rawAmount(16_000_123_456n) });

  it('says cost and amount exactly, and what a quiet day leaves', () => {
    const text = mandateSentence(terms, assets);
    expect(text).toContain("or sell its WETH to repay, at a cost of at most 1.87% of what is repaid, at Aave's price, up to 16,000.123456\u00a0USDC a day of it (after a quiet day up to 32,000.246912\u00a0USDC within 24 hours)");
    expect(text).toContain('of the WETH at most what you approved');
    expect(text).toContain('or all that may be repaid by selling in a day, is used');
    expect(mandateSentence({ ...terms, actions: 4 }, assets)).not.toContain('from your wallet at most');
  });

  it('property: reading cost and amount back gives the signed figures', () => {
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: 500n }), fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }), (cost, perDay) => {
      const text = mandateSentence({ ...terms, maxCostBps: bps(cost), fillPerDay: rawAmount(perDay) }, assets);
      const [, percent = '', amount = ''] = /at most ([\d.]+)% of .* up to ([\d,.]+)\u00a0USDC a day/.exec(text) ?? [];
      const [whole = '', fraction = ''] = amount.replaceAll(',', '').split('.');
      expect(BigInt(Math.round(Number(percent) * 100))).toBe(cost);
      expect(BigInt(whole + fraction.padEnd(6, '0'))).toBe(perDay);
    }));
  });

  it('tells the worst case as it is published, in this loan’s dollars', () => {
    const loan = { debt: rawAmount(20_000_000_000n), debtDecimals: 6, debtPriceUsdE8: usdE8(100_000_000n), totalDebtUsdE8: usdE8(2_000_000_000_000n), liquidationThreshold: bps(8_250n) };
    const signed = mandateTerms({ actions: 7, triggerHf: hf(1.2), minHf: hf(1.21), maxHf: hf(1.5), maxCostBps: bps(100n), fillPerDay: rawAmount(16_000_000_000n) });
    expect(worstCaseSentence(signed, assets, { loan })).toBe(
      'If our key is stolen: while the health is below 1.20, the thief can move what you approved from your wallet into this loan of yours, and nowhere else; and buy its WETH by repaying your debt. '
      + "That costs you at most 1.0%, plus however far Aave's price is from the market's at that moment, of what is repaid. We estimate that gap at about 0.7% on a normal day and 3% in a crash; the contract does not limit that part. "
      + "For example, with today's debt: 8,998.88\u00a0USDC at once, which costs at most $154 on a normal day and $363 in a crash; over the life of this mandate all of today's debt, $342 on a normal day and $806 in a crash. "
      + 'Never your collateral without repaying your debt; and the thief may withhold the rescue, so you may be liquidated as if you had no protection. It can never borrow in your name, raise these limits or add a keeper. '
      + 'If the contract has a fault: at worst all that you approved.',
    );
    expect(worstCaseSentence(signed, assets)).not.toContain('For example');
    expect(worstCaseSentence({ ...signed, actions: 4 }, assets)).not.toContain('wallet');
  });
});

describe('authoritySentence', () => {
  it('says how wide Morpho’s permission is, and nothing where a permission is an amount', () => {
    expect(authoritySentence('aave-v3', { collateral: WETH, debt: DAI })).toBeNull();
    const text = authoritySentence('morpho-blue', { collateral: WETH, debt: DAI });
    for (const part of ['all or nothing', 'withdraw and borrow in every market', 'no call that borrows', 'here WETH against DAI', 'does not end this permission']) expect(text).toContain(part);
  });
});
