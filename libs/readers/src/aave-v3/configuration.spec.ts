import { describe, expect, it } from 'vitest';
import { bonusOf, decodeReserveConfiguration, inBitmap, reserveUse } from './configuration.js';

/** Put together bit by bit from the layout in Aave's DataTypes. */
const word = (fields: readonly [value: bigint, bit: bigint][]): bigint => fields.reduce((all, [value, bit]) => all | (value << bit), 0n);

describe('a reserve\'s configuration', () => {
  it('takes the threshold, the bonus, the decimals and the switches from their bits', () => {
    const data = word([[8_050n, 0n], [8_300n, 16n], [10_500n, 32n], [18n, 48n], [1n, 56n], [1n, 58n], [1n, 63n], [1_000n, 64n], [7n, 116n], [1_500n, 152n], [3n, 168n]]);
    expect(decodeReserveConfiguration(data)).toEqual({ ltv: 8_050n, liquidationThreshold: 8_300n, liquidationBonus: 500n, liquidationProtocolFee: 1_500n, decimals: 18, state: { active: true, frozen: false, paused: false } });
  });

  it('tells frozen from paused', () => {
    expect(decodeReserveConfiguration(word([[1n, 57n]])).state).toEqual({ active: false, frozen: true, paused: false });
    expect(decodeReserveConfiguration(word([[1n, 60n]])).state).toEqual({ active: false, frozen: false, paused: true });
  });

  it('gives no bonus to a reserve that is no collateral', () => {
    expect(bonusOf(0n)).toBe(0n);
    expect(bonusOf(10_450n)).toBe(450n);
  });
});

describe('what an account does with a reserve', () => {
  it('reads two bits for each reserve, borrowing first', () => {
    const data = 0b10_00_01_11n;
    expect([0, 1, 2, 3].map((id) => reserveUse(data, id))).toEqual([
      { borrowing: true, collateral: true },
      { borrowing: true, collateral: false },
      { borrowing: false, collateral: false },
      { borrowing: false, collateral: true },
    ]);
    expect(inBitmap(1n << 127n, 127)).toBe(true);
  });
});
