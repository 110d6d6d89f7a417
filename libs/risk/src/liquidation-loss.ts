import { mulDivUp, type UsdE8, type Wad } from '@ballast/units';
import type { LendingPosition } from '@ballast/positions';
import { countedCollaterals, totalDebt } from './health-factor.js';

/** Aave v3.6 LiquidationLogic: DEFAULT_LIQUIDATION_CLOSE_FACTOR, CLOSE_FACTOR_HF_THRESHOLD, MIN_BASE_MAX_CLOSE_FACTOR_THRESHOLD. */
const DEFAULT_CLOSE_FACTOR_BPS = 5_000n;
const WHOLE_BPS = 10_000n;
const CLOSE_FACTOR_HEALTH = 950_000_000_000_000_000n as Wad;
const SMALL_POSITION_USD_E8 = 200_000_000_000n;

/**
 * What the first liquidation would cost the owner: bonus x debt repaid by the liquidator, in dollars with 8 decimals rounded up; of
 * the pairs of collateral and debt, the dearest. A liquidator may repay the whole debt of the pair when its debt or its collateral is
 * under 2,000 USD or the health factor is 0.95 or less, else at most half of all debt; and never more than the collateral pays for. Where the
 * protocol has one close factor for all, that share of the debt; where it takes all collateral at once, each leg's bonus on its own value.
 * Values are today's: at the moment of liquidation they differ by the price's move until then.
 */
export function lossIfLiquidated(position: LendingPosition, health: Wad | null): UsdE8 {
  if (position.takesAll === true) return countedCollaterals(position).reduce((sum, leg) => sum + mulDivUp(leg.valueUsdE8, leg.liquidationBonus, WHOLE_BPS), 0n) as UsdE8;
  const half = mulDivUp(totalDebt(position), DEFAULT_CLOSE_FACTOR_BPS, WHOLE_BPS);
  let worst = 0n;
  for (const debt of position.debts) {
    for (const collateral of countedCollaterals(position)) {
      const aavesHalf =
        collateral.valueUsdE8 >= SMALL_POSITION_USD_E8 && debt.valueUsdE8 >= SMALL_POSITION_USD_E8 && (health === null || health > CLOSE_FACTOR_HEALTH);
      const most = position.closeFactor === undefined ? (aavesHalf ? half : debt.valueUsdE8) : mulDivUp(debt.valueUsdE8, position.closeFactor, WHOLE_BPS);
      const repayable = debt.valueUsdE8 > most ? most : debt.valueUsdE8;
      const covered = mulDivUp(collateral.valueUsdE8, WHOLE_BPS, WHOLE_BPS + collateral.liquidationBonus);
      const repaid = repayable < covered ? repayable : covered;
      const loss = mulDivUp(repaid, collateral.liquidationBonus, WHOLE_BPS);
      if (loss > worst) worst = loss;
    }
  }
  return worst as UsdE8;
}
