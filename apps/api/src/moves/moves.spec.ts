import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wad } from '@ballast/units';
import { checkMove } from './prepare-move.js';
import { morphoHealth } from './venues.js';

const WAD = 10n ** 18n;
const hf = (value: number) => wad(BigInt(Math.round(value * 1e6)) * 10n ** 12n);

describe('the health of a Morpho position', () => {
  const figures = { borrowShares: 20_000n * 10n ** 12n, collateral: 10n * WAD, totalBorrowAssets: 20_000n * 10n ** 6n, totalBorrowShares: 20_000n * 10n ** 12n, price: 3_000n * 10n ** 24n, lltv: 860_000_000_000_000_000n };

  it('is what may be borrowed over what is: 10 WETH at 3,000 USD and 86% against 20,000 USDC is 1.29', () => {
    expect(morphoHealth(figures)).toBe(hf(1.29));
    expect(morphoHealth({ ...figures, borrowShares: 0n })).toBeNull();
    expect(morphoHealth({ ...figures, collateral: 0n })).toBe(0n);
  });

  it('property: it is at least 1 exactly where Morpho calls the position healthy', () => {
    const amount = fc.bigInt({ min: 1n, max: 10n ** 24n });
    fc.assert(fc.property(amount, amount, amount, amount, amount, (borrowShares, collateral, totalBorrowAssets, totalBorrowShares, price) => {
      const given = { ...figures, borrowShares, collateral, totalBorrowAssets, totalBorrowShares, price: price * 10n ** 12n };
      // Morpho Blue's own arithmetic: borrowed up, the most that may be borrowed down in two steps.
      const product = borrowShares * (totalBorrowAssets + 1n);
      const borrowed = (product + totalBorrowShares + 10n ** 6n - 1n) / (totalBorrowShares + 10n ** 6n);
      const most = (((collateral * given.price) / 10n ** 36n) * given.lltv) / WAD;
      expect((morphoHealth(given) ?? WAD) >= WAD).toBe(most >= borrowed);
    }));
  });
});

describe('a move of collateral', () => {
  const healths = { donor: { before: hf(2), after: hf(1.5) }, recipient: { before: hf(1.05), after: hf(1.3) } };
  const codeOf = (given: Parameters<typeof checkMove>[0]): string => {
    try {
      checkMove(given, hf(1.5));
      return 'fine';
    } catch (error) {
      return (error as { code: string }).code;
    }
  };

  it('leaves the giving side at its floor or above, and helps the receiving one', () => {
    expect(codeOf(healths)).toBe('fine');
    expect(codeOf({ ...healths, donor: { before: hf(2), after: wad(hf(1.5) - 1n) } })).toBe('move-endangers-donor');
    expect(codeOf({ ...healths, donor: { before: null, after: null } })).toBe('fine');
    expect(codeOf({ ...healths, recipient: { before: hf(1.05), after: hf(1.05) } })).toBe('move-does-not-help');
    expect(codeOf({ ...healths, recipient: { before: null, after: null } })).toBe('move-not-needed');
  });
});
