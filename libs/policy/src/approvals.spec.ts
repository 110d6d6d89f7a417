import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bps, rawAmount } from '@ballast/units';
import { DAI, USDC, WBTC, WETH, aCollateralLeg, aDebtLeg, aLendingPosition, withEthAt } from '../../../test/factories/lending-position.js';
import { mandateTerms } from '../../../test/factories/mandate.js';
import { approvalNeeds, mostOut } from './index.js';

const terms = mandateTerms({ actions: 7, maxCostBps: bps(100n), fillPerDay: rawAmount(16_000_000_000n) });
const amounts = (...given: Parameters<typeof approvalNeeds>): Record<string, bigint> => Object.fromEntries(approvalNeeds(...given).map(({ action, most }) => [action, most]));

describe('what a mandate needs approved', () => {
  it('is the debt, the collateral there is, and what repaying all of the debt takes where liquidation begins', () => {
    // 20,000 x 1.01 at 3,000 / 1.245 = 2,409.64 USD: 8.383 WETH, the 83% x 1.01 of 10 WETH that the threshold says.
    expect(amounts(terms, aLendingPosition())).toEqual({ repay: 20_000_000_000n, 'top-up': 10n * 10n ** 18n, fill: 8_383_000_000_000_000_000n });
    expect(Object.keys(amounts({ ...terms, actions: 4 }, aLendingPosition()))).toEqual(['fill']);
    expect(Object.keys(amounts({ ...terms, actions: 3 }, aLendingPosition()))).toEqual(['repay', 'top-up']);
  });

  it('adds up what the owner’s other mandates sell of the same collateral, each pair once', () => {
    const position = aLendingPosition({ debts: [aDebtLeg({ amount: 10_000_000_000n }), aDebtLeg({ asset: DAI, amount: 10_000n * 10n ** 18n })] });
    const other = { ...terms, debt: DAI.address };
    const alone = amounts(terms, position)['fill'] ?? 0n;
    expect(amounts(terms, position, [other])['fill']).toBe(2n * alone);
    expect(amounts(terms, position, [{ ...other, actions: 3 }, terms, { ...other, collateral: WBTC.address }])['fill']).toBe(alone);
    expect(amounts(terms, position, [other])['repay']).toBe(10_000_000_000n);
  });

  it('property: it suffices for the dearest fill of the whole debt at every price down to liquidation', () => {
    fc.assert(fc.property(fc.bigInt({ min: 245_000_000_000n, max: 9_000_000_000_000n }), fc.bigInt({ min: 241_000_000_000n, max: 9_000_000_000_000n }), (signed, later) => {
      fc.pre(later <= signed);
      const needed = approvalNeeds(terms, withEthAt(signed)).find(({ action }) => action === 'fill')?.most ?? 0n;
      const then = withEthAt(later, { debts: [aDebtLeg({ asset: USDC })] });
      expect(mostOut(then.debts[0]!, aCollateralLeg({ asset: WETH, price: then.collaterals[0]!.price }), then.debts[0]!.amount, terms.maxCostBps) <= needed).toBe(true);
    }));
  });
});
