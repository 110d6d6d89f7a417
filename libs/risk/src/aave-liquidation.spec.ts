import { describe, expect, it } from 'vitest';
import { bps, type Address } from '@ballast/units';
import type { CollateralLeg } from '@ballast/positions';
import { DAI, USDC, WETH, aCollateralLeg, aDebtLeg, aLendingPosition, aPrice, noPrice, withEthAt } from '../../../test/factories/lending-position.js';
import { liquidateAave, type AaveLiquidation } from './index.js';

/** 10 WETH against 20,000 USDC; health 1 is at 2,409.64 dollars. */
const at = (usd: number): ReturnType<typeof aLendingPosition> => withEthAt(BigInt(Math.round(usd * 1e8)));
const order = (cover: bigint, change: { collateral?: Address; debt?: Address } = {}) => ({ collateral: WETH.address, debt: USDC.address, cover, ...change });
const done = (found: ReturnType<typeof liquidateAave>): AaveLiquidation => {
  if (typeof found === 'string') throw new Error(`refused: ${found}`);
  return found;
};
const USDC_20000 = 20_000_000_000n;

describe('a liquidation at Aave', () => {
  it('repays half of all debt at most while health is above 0.95, then all of it', () => {
    expect(done(liquidateAave(at(2_400), order(USDC_20000))).repaid).toBe(10_000_000_000n);
    expect(done(liquidateAave(at(2_200), order(USDC_20000))).repaid).toBe(USDC_20000);
    expect(done(liquidateAave(at(2_400), order(3_000_000_000n))).repaid).toBe(3_000_000_000n);
  });

  it('gives the liquidator the bonus but for what the protocol keeps of it', () => {
    const position = at(2_400);
    const [leg] = position.collaterals;
    const taxed = { ...position, collaterals: [aCollateralLeg({ ...leg, liquidationProtocolFee: bps(1_000n) })] };
    const { seized, fee } = done(liquidateAave(taxed, order(10_000_000_000n)));
    // 10,000 / 2,400 = 4.1667 WETH and 5% on top; a tenth of those 5% is the protocol's.
    expect(Number(seized + fee) / 1e18).toBeCloseTo((10_000 / 2_400) * 1.05, 12);
    expect(Number(fee) / 1e18).toBeCloseTo((10_000 / 2_400) * 0.005, 10);
    expect(done(liquidateAave(position, order(10_000_000_000n))).fee).toBe(0n);
  });

  it('never takes more than there is: what is repaid is then what it pays for', () => {
    const found = done(liquidateAave(at(1_500), order(USDC_20000)));
    expect(found.seized).toBe(10n ** 19n);
    expect(Number(found.repaid) / 1e6).toBeCloseTo(15_000 / 1.05, 4);
    expect(found.leavesBadDebt).toBe(true);
    expect(done(liquidateAave(at(2_400), order(USDC_20000))).leavesBadDebt).toBe(false);
  });

  it('is refused where it would leave a rest under 1,000 dollars, and lets small loans go whole', () => {
    expect(liquidateAave(at(2_200), order(19_500_000_000n))).toBe('leaves-dust');
    const small = aLendingPosition({ collaterals: [aCollateralLeg({ amount: 10n ** 18n, price: aPrice(240_000_000_000n) })], debts: [aDebtLeg({ amount: 1_995_000_000n })] });
    expect(done(liquidateAave(small, order(10n ** 12n))).repaid).toBe(1_995_000_000n);
    expect(liquidateAave(at(2_400), order(0n))).toBe('seizes-nothing');
  });

  it('is refused of a healthy loan, of what is no collateral or not owed, where a reserve is paused or a price missing', () => {
    expect(liquidateAave(at(2_500), order(1n))).toBe('healthy');
    expect(liquidateAave(aLendingPosition({ debts: [] }), order(1n))).toBe('healthy');
    expect(liquidateAave(at(2_400), order(1n, { collateral: DAI.address }))).toBe('not-collateral');
    expect(liquidateAave(at(2_400), order(1n, { debt: DAI.address }))).toBe('not-owed');
    const position = at(2_400);
    const [collateral, debt] = [position.collaterals[0], position.debts[0]];
    const paused = { active: true, frozen: false, paused: true };
    expect(liquidateAave({ ...position, debts: [aDebtLeg({ ...debt, reserve: paused })] }, order(1n))).toBe('paused');
    expect(liquidateAave({ ...position, collaterals: [{ ...(collateral as CollateralLeg), price: noPrice }] }, order(10n ** 9n))).toBe('no-price');
  });
});
