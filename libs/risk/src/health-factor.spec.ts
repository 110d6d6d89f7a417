import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WAD, bps, wad, type Wad } from '@ballast/units';
import { DAI, USDC, WBTC, aCollateralLeg, aDebtLeg, aLendingPosition, aPrice, noPrice, withEthAt } from '../../../test/factories/lending-position.js';
import { aaveHealth, healthAgrees, healthFactor, priceAtHealth, riskDriver } from './index.js';

const ratio = (health: ReturnType<typeof healthFactor>): bigint => (health.kind === 'ratio' ? health.wad : -1n);

const loans = fc.record({
  amount: fc.bigInt({ min: 10n ** 14n, max: 10n ** 24n }),
  price: fc.bigInt({ min: 10n ** 6n, max: 10n ** 13n }),
  threshold: fc.bigInt({ min: 5_000n, max: 9_700n }),
  debt: fc.bigInt({ min: 10n ** 6n, max: 10n ** 14n }),
});
const loanOf = (given: { amount: bigint; price: bigint; threshold: bigint; debt: bigint }): ReturnType<typeof aLendingPosition> => aLendingPosition({
  collaterals: [aCollateralLeg({ amount: given.amount, price: aPrice(given.price), liquidationThreshold: bps(given.threshold) })],
  debts: [aDebtLeg({ amount: given.debt })],
});

describe('health factor', () => {
  it('is collateral after haircut over debt: 10 WETH at 3,000 x 83% over 20,000', () => {
    expect(healthFactor(aLendingPosition())).toEqual({ kind: 'ratio', wad: 1_245_000_000_000_000_000n });
  });

  it("is the exact quotient rounded down, or one unit above it where Aave's own rounding puts it there", () => {
    fc.assert(fc.property(loans, (given) => {
      const position = loanOf(given);
      const weighted = (given.amount * given.price / 10n ** 18n) * given.threshold;
      const debt = given.debt * 100n;
      const exact = (weighted * WAD) / (debt * 10_000n);
      const found = ratio(healthFactor(position));
      expect(found === exact || found === exact + 1n).toBe(true);
      expect(found * 10_000n * debt <= weighted * WAD + debt).toBe(true);
    }));
  });

  it('counts only collateral that is switched on', () => {
    const off = aCollateralLeg({ asset: WBTC, amount: 10n ** 8n, price: aPrice(6_000_000_000_000n), enabled: false });
    expect(healthFactor(aLendingPosition({ collaterals: [aCollateralLeg(), off] }))).toEqual(healthFactor(aLendingPosition()));
  });

  it('adds collaterals by their own thresholds and debts by their worth', () => {
    const position = aLendingPosition({
      collaterals: [aCollateralLeg(), aCollateralLeg({ asset: WBTC, amount: 10n ** 8n, price: aPrice(6_000_000_000_000n), liquidationThreshold: bps(7_800n) })],
      debts: [aDebtLeg(), aDebtLeg({ asset: DAI, amount: 5_000n * 10n ** 18n })],
    });
    expect(ratio(healthFactor(position))).toBe(((30_000n * 8_300n + 60_000n * 7_800n) * WAD) / (25_000n * 10_000n));
  });

  it('is no ratio without debt and zero without collateral', () => {
    expect(healthFactor(aLendingPosition({ debts: [] }))).toEqual({ kind: 'no-debt' });
    expect(healthFactor(aLendingPosition({ collaterals: [] }))).toEqual({ kind: 'ratio', wad: 0n });
    expect(aaveHealth(0n, 0n)).toEqual({ kind: 'no-debt' });
  });

  it('agrees with the protocol up to one part in a thousand', () => {
    const position = aLendingPosition();
    const reporting = (health: Wad): ReturnType<typeof aLendingPosition> => ({ ...position, reported: { ...position.reported, health: { kind: 'ratio', wad: health } } });
    expect(healthAgrees(position)).toBe(true);
    expect(healthAgrees(reporting(wad(1_246_000_000_000_000_000n)))).toBe(true);
    expect(healthAgrees(reporting(wad(1_246_250_000_000_000_000n)))).toBe(false);
    // What has no price cannot be added up, and under a cent rounding decides.
    expect(healthAgrees({ ...reporting(wad(1n)), collaterals: [aCollateralLeg({ price: noPrice })] })).toBe(true);
    expect(healthAgrees({ ...reporting(wad(1n)), debts: [aDebtLeg({ amount: 9_999n })] })).toBe(true);
    expect(healthAgrees({ ...reporting(wad(1n)), debts: [aDebtLeg({ amount: 10_000n })] })).toBe(false);
    expect(healthAgrees({ ...position, reported: { ...position.reported, health: { kind: 'no-debt' } } })).toBe(false);
  });
});

describe('liquidation price', () => {
  const priceOf = (position: ReturnType<typeof aLendingPosition>): bigint | null => {
    const driver = riskDriver(position);
    return driver.kind === 'none' ? -1n : priceAtHealth(position, driver, WAD);
  };

  it('of collateral rounds up: just above it the loan stands, a step below it falls', () => {
    fc.assert(fc.property(loans, (given) => {
      const price = priceOf(loanOf(given)) ?? 0n;
      fc.pre(price > 1n);
      const at = (candidate: bigint): bigint => ratio(healthFactor(loanOf({ ...given, price: candidate })));
      // Worth is counted in whole units of 1e-8 dollars: so much price can hide under one of them.
      const hidden = 10n ** 18n / given.amount + 1n;
      expect(at(price + hidden)).toBeGreaterThanOrEqual(WAD);
      expect(at(price - 1n)).toBeLessThan(WAD);
    }));
  });

  it('of a debt rounds down', () => {
    const short = aLendingPosition({
      collaterals: [aCollateralLeg({ asset: USDC, amount: 30_000n * 10n ** 6n, price: aPrice(100_000_000n), liquidationThreshold: bps(7_800n) })],
      debts: [aDebtLeg({ asset: WBTC, amount: 37_000_000n, price: aPrice(6_000_000_000_000n) })],
    });
    const driver = riskDriver(short);
    expect(driver.kind).toBe('debt');
    // 30,000 x 78% / 0.37 = 63,243.243243243243...
    expect(priceOf(short)).toBe(6_324_324_324_324n);
  });

  it('leaves stable collateral out of the fall', () => {
    const position = aLendingPosition({ collaterals: [aCollateralLeg(), aCollateralLeg({ asset: DAI, amount: 5_000n * 10n ** 18n, price: aPrice(100_000_000n), liquidationThreshold: bps(8_000n) })] });
    // (20,000 - 4,000) / (10 x 0.83) = 1,927.7108433734939...
    expect(priceOf(position)).toBe(192_771_084_338n);
  });

  it('does not exist where other collateral carries the whole debt', () => {
    const position = aLendingPosition({ collaterals: [aCollateralLeg(), aCollateralLeg({ asset: DAI, amount: 30_000n * 10n ** 18n, price: aPrice(100_000_000n), liquidationThreshold: bps(8_000n) })] });
    expect(priceOf(position)).toBeNull();
  });

  it('is not told where several prices or none drive the loan', () => {
    const why = (position: ReturnType<typeof aLendingPosition>): string => {
      const driver = riskDriver(position);
      return driver.kind === 'none' ? driver.why : 'a driver';
    };
    const btc = aCollateralLeg({ asset: WBTC, amount: 10n ** 8n, price: aPrice(6_000_000_000_000n) });
    expect(why(aLendingPosition({ collaterals: [aCollateralLeg(), btc] }))).toContain('WETH, WBTC');
    expect(why(aLendingPosition({ debts: [aDebtLeg({ asset: WBTC, price: aPrice(6_000_000_000_000n) })] }))).toContain('WETH, WBTC');
    expect(why(aLendingPosition({ collaterals: [aCollateralLeg({ asset: DAI, price: aPrice(100_000_000n) })] }))).toContain('fixed in dollars');
    expect(why(withEthAt(0n, { collaterals: [aCollateralLeg({ price: { kind: 'no-price', source: WBTC.address } })] }))).toContain('no price for WETH');
    expect(why(aLendingPosition())).toBe('a driver');
  });
});
