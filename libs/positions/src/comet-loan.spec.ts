import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WAD, address, chainId, hash32, rawAmount } from '@ballast/units';
import { absorbComet, accrueCometIndex, cometHealth, cometSums, type CometHolding, type CometLoan } from './index.js';

const at = (digit: string) => address(`0x${digit.repeat(40)}`);
const share = (percent: number): bigint => (WAD * BigInt(percent)) / 100n;
const price = (e8: bigint) => ({ kind: 'price', e8 }) as const;
const NO_PRICE = { kind: 'no-price' } as const;

const weth = (change: Partial<CometHolding> = {}): CometHolding => ({
  asset: { chainId: chainId(1), address: at('2'), symbol: 'WETH', decimals: 18 }, amount: rawAmount(10n * WAD), price: price(2_700n * 10n ** 8n), scale: WAD,
  borrowCollateralFactor: share(75), liquidateCollateralFactor: share(80), liquidationFactor: share(95), supplyCap: rawAmount(1_000n * WAD), totalSupplied: rawAmount(10n * WAD), supplyPaused: false, ...change,
});
const wbtc = (change: Partial<CometHolding> = {}): CometHolding => weth({ asset: { chainId: chainId(1), address: at('3'), symbol: 'WBTC', decimals: 8 }, amount: rawAmount(10n ** 7n), price: price(60_000n * 10n ** 8n), scale: 10n ** 8n, ...change });

/** 10 WETH at 2,700 against 18,000 USDC. */
const loan = (change: Partial<CometLoan> = {}): CometLoan => ({
  account: at('a'), comet: at('c'), provenance: { chainId: chainId(1), blockNumber: 1n, blockHash: hash32(`0x${'1'.repeat(64)}`), blockTimestamp: 1n, observedAt: 0, source: 'test' },
  base: { chainId: chainId(1), address: at('1'), symbol: 'USDC', decimals: 6 }, baseScale: 10n ** 6n, basePrice: price(10n ** 8n), baseDebt: rawAmount(18_000_000_000n), supplyIndex: 10n ** 15n,
  holdings: [weth()], paused: { supply: false, baseSupply: false, collateralSupply: false, withdraw: false, absorb: false }, ...change,
});

describe('an account of Compound III', () => {
  it('may owe a share of each collateral before it is liquidated', () => {
    // 10 x 2,700 x 80% = 21,600 against 18,000.
    expect(cometSums(loan())).toEqual({ kind: 'sums', counted: 21_600n * 10n ** 8n, owed: 18_000n * 10n ** 8n });
    expect(cometHealth(loan())).toEqual({ kind: 'ratio', wad: 1_200_000_000_000_000_000n });
    // 0.1 WBTC at 60,000 counts for 4,800 more.
    expect(cometSums(loan({ holdings: [weth(), wbtc()] }))).toMatchObject({ counted: 26_400n * 10n ** 8n });
    expect(cometHealth(loan({ baseDebt: rawAmount(0n) }))).toEqual({ kind: 'no-debt' });
    expect(cometHealth(loan({ holdings: [] }))).toEqual({ kind: 'ratio', wad: 0n });
  });

  it('is on the safe side at exactly what it may owe, and one digit of value beyond it not', () => {
    expect(cometHealth(loan({ baseDebt: rawAmount(21_600_000_000n) }))).toEqual({ kind: 'ratio', wad: WAD });
    expect(absorbComet(loan({ baseDebt: rawAmount(21_600_000_000n) }))).toBeNull();
    expect(cometHealth(loan({ baseDebt: rawAmount(21_600_000_001n) }))).toEqual({ kind: 'ratio', wad: (21_600_000_000n * WAD) / 21_600_000_001n });
    expect(absorbComet(loan({ baseDebt: rawAmount(21_600_000_001n) }))).not.toBeNull();
  });

  it('is not liquidated for a debt that is worth less than the last digit of the feeds', () => {
    const dust = loan({ base: { ...loan().base, symbol: 'WETH', decimals: 18 }, baseScale: WAD, baseDebt: rawAmount(9_999_999_999n), holdings: [] });
    expect(cometHealth(dust)).toEqual({ kind: 'no-debt' });
    expect(absorbComet(dust)).toBeNull();
    expect(cometHealth({ ...dust, baseDebt: rawAmount(10_000_000_000n) })).toEqual({ kind: 'ratio', wad: 0n });
  });

  it('cannot be valued where a price is missing that Comet needs, and only then', () => {
    expect(cometSums(loan({ basePrice: NO_PRICE }))).toEqual({ kind: 'no-price', token: at('1') });
    expect(cometSums(loan({ holdings: [weth({ price: NO_PRICE }), wbtc()] }))).toEqual({ kind: 'no-price', token: at('2') });
    expect(cometHealth(loan({ holdings: [weth({ price: NO_PRICE })] }))).toEqual({ kind: 'ratio', wad: 0n });
    expect(absorbComet(loan({ holdings: [wbtc(), weth({ price: NO_PRICE })] }))).toBeNull();
    // Enough is counted before the WBTC: Comet does not ask for its price.
    expect(cometHealth(loan({ holdings: [weth(), wbtc({ price: NO_PRICE })] }))).toEqual({ kind: 'ratio', wad: 1_200_000_000_000_000_000n });
    expect(cometHealth(loan({ basePrice: NO_PRICE, baseDebt: rawAmount(0n) }))).toEqual({ kind: 'no-debt' });
  });

  it('loses all its collateral to Comet, owes nothing and lends what the collateral was worth less the penalty', () => {
    // 10 WETH at 2,200 are 22,000 and count for 17,600; credited with 95%: 20,900, of which 18,000 are owed.
    const told = absorbComet(loan({ holdings: [weth({ price: price(2_200n * 10n ** 8n) })] }));
    expect(told).toEqual({
      seized: [{ asset: weth().asset, amount: 10n * WAD, value: 22_000n * 10n ** 8n }], credited: 20_900_000_000n, paidOut: 20_900_000_000n, badDebt: 0n,
      after: { debt: 0n, principal: 2_900_000_000n, lent: 2_900_000_000n },
    });
    // Principal is rounded down by the index, and so is what it is worth: 2,900,000,000 / 1.07 = 2,710,280,373.8.
    expect(absorbComet(loan({ holdings: [weth({ price: price(2_200n * 10n ** 8n) })], supplyIndex: 1_070_000_000_000_000n }))?.after).toEqual({ debt: 0n, principal: 2_710_280_373n, lent: 2_899_999_999n });
  });

  it('leaves to the reserves what the collateral does not cover', () => {
    // 10 WETH at 1,500 are credited with 14,250.
    expect(absorbComet(loan({ holdings: [weth({ price: price(1_500n * 10n ** 8n) })] }))).toMatchObject({ credited: 14_250_000_000n, paidOut: 18_000_000_000n, badDebt: 3_750_000_000n, after: { principal: 0n, lent: 0n } });
    expect(absorbComet(loan({ holdings: [] }))).toMatchObject({ seized: [], credited: 0n, badDebt: 18_000_000_000n });
  });

  it('is absorbed by nobody while that is paused', () => {
    const fallen = loan({ holdings: [weth({ price: price(1_500n * 10n ** 8n) })] });
    expect(absorbComet({ ...fallen, paused: { ...fallen.paused, absorb: true } })).toBeNull();
  });

  it('has interest by the second, not compounded within one accrual', () => {
    expect(accrueCometIndex(10n ** 15n, 1_585_489_599n, 31_536_000n)).toBe(1_049_999_999_994_064n);
    expect(accrueCometIndex(10n ** 15n, 1_585_489_599n, 0n)).toBe(10n ** 15n);
  });

  const holdings = fc.array(
    fc.record({ amount: fc.bigInt({ min: 0n, max: 10n ** 24n }), e8: fc.bigInt({ min: 1n, max: 10n ** 13n }), decimals: fc.integer({ min: 6, max: 18 }), borrow: fc.integer({ min: 0, max: 90 }), more: fc.integer({ min: 1, max: 5 }), kept: fc.integer({ min: 0, max: 4 }) })
      .map(({ amount, e8, decimals, borrow, more, kept }) => weth({ amount: rawAmount(amount), price: price(e8), scale: 10n ** BigInt(decimals), borrowCollateralFactor: share(borrow), liquidateCollateralFactor: share(borrow + more), liquidationFactor: share(borrow + more + kept) })),
    { maxLength: 6 },
  );
  const loans = fc.record({ holdings, baseDebt: fc.bigInt({ min: 0n, max: 10n ** 17n }).map(rawAmount), e8: fc.bigInt({ min: 1n, max: 10n ** 12n }), supplyIndex: fc.bigInt({ min: 10n ** 15n, max: 3n * 10n ** 15n }) })
    .map(({ e8, ...change }) => loan({ ...change, basePrice: price(e8) }));

  it('is absorbed exactly when its health is below one, whatever it holds', () => {
    fc.assert(fc.property(loans, (one) => {
      const health = cometHealth(one);
      expect(absorbComet(one) !== null).toBe(health.kind === 'ratio' && health.wad < WAD);
    }), { numRuns: 1_000 });
  });

  it('gets no more than its collateral is worth, and the reserves give exactly the debt and the rest', () => {
    fc.assert(fc.property(loans, (one) => {
      const told = absorbComet(one);
      if (told === null || one.basePrice.kind === 'no-price') return;
      const worth = told.seized.reduce((sum, { value }) => sum + value, 0n);
      expect(told.credited * one.basePrice.e8).toBeLessThanOrEqual(worth * one.baseScale);
      expect(told.paidOut).toBe(told.credited > one.baseDebt ? told.credited : one.baseDebt);
      expect(told.badDebt === 0n || told.after.principal === 0n).toBe(true);
      expect(told.after.lent).toBeLessThanOrEqual(told.paidOut - one.baseDebt);
      expect(told.paidOut - one.baseDebt - told.after.lent).toBeLessThanOrEqual(one.supplyIndex / 10n ** 15n + 1n);
    }), { numRuns: 1_000 });
  });

  it('is never the worse for more collateral or less debt', () => {
    fc.assert(fc.property(loans, fc.bigInt({ min: 0n, max: 10n ** 20n }), (one, more) => {
      const ratio = (of: CometLoan): bigint => {
        const health = cometHealth(of);
        return health.kind === 'no-debt' ? 10n ** 60n : health.wad;
      };
      const [first, ...rest] = one.holdings;
      if (first !== undefined) expect(ratio({ ...one, holdings: [{ ...first, amount: rawAmount(first.amount + more) }, ...rest] })).toBeGreaterThanOrEqual(ratio(one));
      expect(ratio({ ...one, baseDebt: rawAmount(one.baseDebt / 2n) })).toBeGreaterThanOrEqual(ratio(one));
    }));
  });
});
