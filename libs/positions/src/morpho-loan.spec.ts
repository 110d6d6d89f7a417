import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WAD, address, chainId, hash32, rawAmount, wad } from '@ballast/units';
import { accrueMorpho, liquidateMorpho, morphoDebt, morphoHealth, morphoIncentive, morphoMaxDebt, type MorphoLoan } from './index.js';

const asset = (last: string, symbol: string, decimals: number) => ({ chainId: chainId(1), address: address(`0x${last.padStart(40, '0')}`), symbol, decimals });
const ID = hash32(`0x${'1'.repeat(64)}`);
const SCALE = 10n ** 36n;

/** 10 WETH at 3,000 USDC against 20,000 USDC in a market of a million, lltv 86%. */
function aLoan(change: Partial<MorphoLoan> = {}): MorphoLoan {
  return {
    account: address(`0x${'a'.repeat(40)}`),
    morpho: address(`0x${'b'.repeat(40)}`),
    terms: { id: ID, loan: asset('1', 'USDC', 6), collateral: asset('2', 'WETH', 18), oracle: address(`0x${'3'.repeat(40)}`), irm: address(`0x${'4'.repeat(40)}`), lltv: wad(860_000_000_000_000_000n) },
    provenance: { chainId: chainId(1), blockNumber: 1n, blockHash: ID, blockTimestamp: 1_000n, observedAt: 0, source: 'test' },
    sums: { supplyAssets: 2_000_000_000_000n, supplyShares: 2_000_000_000_000_000_000n, borrowAssets: 1_000_000_000_000n, borrowShares: 1_000_000_000_000_000_000n, lastUpdate: 1_000n, fee: 0n },
    price: { kind: 'price', scaled: 3_000n * 10n ** 6n * SCALE / 10n ** 18n }, collateral: rawAmount(10n ** 19n), borrowShares: 20_000_000_000_000_000n, ...change,
  };
}
const priced = (usd: bigint, change: Partial<MorphoLoan> = {}): MorphoLoan => aLoan({ ...change, price: { kind: 'price', scaled: (usd * 10n ** 6n * SCALE) / 10n ** 18n } });

describe('a loan of Morpho Blue', () => {
  it('owes its shares of what is owed, rounded up, against its collateral at the market’s share', () => {
    expect(morphoDebt(aLoan())).toBe(20_000_000_000n);
    expect(morphoMaxDebt(aLoan())).toBe(25_800_000_000n);
    expect(morphoHealth(aLoan())).toEqual({ kind: 'ratio', wad: 1_290_000_000_000_000_000n });
    expect(morphoHealth(aLoan({ borrowShares: 0n }))).toEqual({ kind: 'no-debt' });
    expect(morphoHealth(aLoan({ price: { kind: 'no-price' } }))).toEqual({ kind: 'ratio', wad: 0n });
    expect(morphoDebt(aLoan({ borrowShares: 1n }))).toBe(1n);
  });

  it('has interest compounded by three terms, of which the fee’s part becomes shares of the owner of fees', () => {
    const { sums } = aLoan();
    const rate = 1_000_000_000n; // 3.2% a year
    const later = accrueMorpho(sums, rate, 1_000n + 31_536_000n);
    const x = Number(rate) * 31_536_000 / 1e18;
    expect(Number(later.borrowAssets) / Number(sums.borrowAssets)).toBeCloseTo(1 + x + x ** 2 / 2 + x ** 3 / 6, 12);
    expect(later.supplyAssets - sums.supplyAssets).toBe(later.borrowAssets - sums.borrowAssets);
    expect(later.supplyShares).toBe(sums.supplyShares);
    expect(accrueMorpho(sums, rate, 900n)).toBe(sums);
    const taxed = accrueMorpho({ ...sums, fee: WAD / 10n }, rate, 1_000n + 31_536_000n);
    const interest = taxed.borrowAssets - sums.borrowAssets;
    // The fee's shares are worth a tenth of the interest.
    const worth = Number(taxed.supplyShares - sums.supplyShares) * Number(taxed.supplyAssets) / Number(taxed.supplyShares);
    expect(worth / Number(interest)).toBeCloseTo(0.1, 6);
  });

  it('gives liquidators what the market’s share fixes', () => {
    expect(morphoIncentive(wad(860_000_000_000_000_000n))).toBe(1_043_841_336_116_910_229n);
    expect(morphoIncentive(wad(100_000_000_000_000_000n))).toBe(1_150_000_000_000_000_000n);
  });

  it('is refused a liquidation while healthy, without a price, or for more than there is', () => {
    expect(liquidateMorpho(aLoan(), { seize: 1n })).toBeNull();
    expect(liquidateMorpho(aLoan({ price: { kind: 'no-price' } }), { seize: 1n })).toBeNull();
    expect(liquidateMorpho(priced(2_000n), { seize: 10n ** 19n + 1n })).toBeNull();
    expect(liquidateMorpho(priced(2_000n), { repayShares: 20_000_000_000_000_001n })).toBeNull();
  });

  it('writes off what is owed once no collateral is left, and nothing before', () => {
    const all = liquidateMorpho(priced(1_500n), { seize: 10n ** 19n });
    expect(all?.after).toMatchObject({ collateral: 0n, borrowShares: 0n });
    expect(Number(all?.badDebt)).toBeCloseTo(20_000e6 - 15_000e6 / 1.04384, -7);
    expect(liquidateMorpho(priced(1_500n), { seize: 10n ** 19n - 1n })?.badDebt).toBe(0n);
  });

  it('never gives a liquidator more than the incentive on what is repaid, whichever way it is asked for', () => {
    const prices = fc.bigInt({ min: 1_000n, max: 2_300n });
    fc.assert(fc.property(prices, fc.bigInt({ min: 1n, max: 10n ** 19n }), (usd, amount) => {
      const loan = priced(usd);
      for (const order of [{ seize: amount }, { repayShares: amount / 1_000n }]) {
        const told = liquidateMorpho(loan, order);
        if (told === null) continue;
        const value = (told.seized * (loan.price.kind === 'price' ? loan.price.scaled : 0n)) / SCALE;
        expect(value * WAD).toBeLessThanOrEqual((told.repaid + 2n) * morphoIncentive(loan.terms.lltv) + WAD);
        expect(told.after.collateral + told.seized).toBe(loan.collateral);
        expect(told.after.sums.borrowAssets).toBeLessThanOrEqual(loan.sums.borrowAssets);
      }
    }));
  });
});
