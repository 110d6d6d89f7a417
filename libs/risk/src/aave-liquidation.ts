import { mulDivDown, mulDivUp, oneToken, rawAmount, type Address, type RawAmount, type Wad } from '@ballast/units';
import type { CollateralLeg, DebtLeg, LendingPosition } from '@ballast/positions';
import { countedCollaterals, healthFactor, totalDebt } from './health-factor.js';

const WHOLE_BPS = 10_000n;
const HALF_BPS = 5_000n;
const WAD = 1_000_000_000_000_000_000n;
/** Aave v3.6 LiquidationLogic: CLOSE_FACTOR_HF_THRESHOLD, MIN_BASE_MAX_CLOSE_FACTOR_THRESHOLD, MIN_LEFTOVER_BASE. */
const CLOSE_FACTOR_HEALTH = 950_000_000_000_000_000n as Wad;
const SMALL_USD_E8 = 200_000_000_000n;
const LEFTOVER_USD_E8 = SMALL_USD_E8 / 2n;

/** PercentageMath: halves up, as the protocol rounds in the middle of its sums. */
const percentMul = (value: bigint, share: bigint): bigint => (value * share + HALF_BPS) / WHOLE_BPS;
const percentDiv = (value: bigint, share: bigint): bigint => (value * WHOLE_BPS + share / 2n) / share;

/** What a liquidation takes and gives, in the tokens' own units. */
export interface AaveLiquidation {
  readonly repaid: RawAmount;
  /** What the liquidator gets. */
  readonly seized: RawAmount;
  /** What the protocol keeps of the bonus, on top of what the liquidator gets. */
  readonly fee: RawAmount;
  /** True where no collateral of any kind is left: what is still owed then is written off. */
  readonly leavesBadDebt: boolean;
}

/** Why Aave refuses a liquidation. */
export type AaveRefusal = 'healthy' | 'not-collateral' | 'not-owed' | 'paused' | 'no-price' | 'leaves-dust' | 'seizes-nothing';

/**
 * What `liquidationCall` of Aave v3.6 does with the position at its block when it is called for `cover` units of the debt, step by step as it rounds (LiquidationLogic.executeLiquidationCall): half of all
 * debt at most while health is above 0.95 and both sides of the pair are worth 2,000 USD or more, never more than the collateral pays for, and no rest under 1,000 USD of either. Isolation ceilings,
 * the sequencer's sentinel and grace periods are not looked at.
 */
export function liquidateAave(position: LendingPosition, order: { readonly collateral: Address; readonly debt: Address; readonly cover: bigint }): AaveLiquidation | AaveRefusal {
  const health = healthFactor(position);
  const collateral = countedCollaterals(position).find(({ asset }) => asset.address === order.collateral);
  const debt = position.debts.find(({ asset, amount }) => asset.address === order.debt && amount > 0n);
  if (health.kind === 'no-debt' || health.wad >= WAD) return 'healthy';
  if (collateral === undefined || collateral.liquidationThreshold === 0n) return 'not-collateral';
  if (debt === undefined) return 'not-owed';
  if (collateral.reserve.paused || debt.reserve.paused || !collateral.reserve.active || !debt.reserve.active) return 'paused';
  if (collateral.price.kind === 'no-price' || debt.price.kind === 'no-price') return 'no-price';
  const most = mostRepayable(position, collateral, debt, health.wad, debt.price.usdE8);
  const covered = order.cover < most ? order.cover : most;
  return seize(position, { leg: collateral, price: collateral.price.usdE8 }, { leg: debt, price: debt.price.usdE8 }, covered);
}

function mostRepayable(position: LendingPosition, collateral: CollateralLeg, debt: DebtLeg, health: Wad, debtPrice: bigint): bigint {
  if (collateral.valueUsdE8 < SMALL_USD_E8 || debt.valueUsdE8 < SMALL_USD_E8 || health <= CLOSE_FACTOR_HEALTH) return debt.amount;
  const half = percentMul(totalDebt(position), HALF_BPS);
  return debt.valueUsdE8 > half ? mulDivDown(half, oneToken(debt.asset.decimals), debtPrice) : debt.amount;
}

function seize(position: LendingPosition, collateral: { readonly leg: CollateralLeg; readonly price: bigint }, debt: { readonly leg: DebtLeg; readonly price: bigint }, covered: bigint): AaveLiquidation | AaveRefusal {
  const [ofCollateral, ofDebt] = [oneToken(collateral.leg.asset.decimals), oneToken(debt.leg.asset.decimals)];
  const bonus = WHOLE_BPS + collateral.leg.liquidationBonus;
  const wanted = percentMul((debt.price * covered * ofCollateral) / (collateral.price * ofDebt), bonus);
  const isAll = wanted > collateral.leg.amount;
  const taken = isAll ? collateral.leg.amount : wanted;
  const repaid = isAll ? mulDivUp((collateral.price * taken * ofDebt) / (debt.price * ofCollateral), WHOLE_BPS, bonus) : covered;
  const fee = percentMul(taken - percentDiv(taken, bonus), collateral.leg.liquidationProtocolFee ?? 0n);
  // The pool cannot burn nothing.
  if (taken === fee) return 'seizes-nothing';
  if (repaid < debt.leg.amount && taken < collateral.leg.amount) {
    const debtLeft = mulDivUp(debt.leg.amount - repaid, debt.price, ofDebt);
    const collateralLeft = mulDivDown(collateral.leg.amount - taken, collateral.price, ofCollateral);
    if (debtLeft < LEFTOVER_USD_E8 || collateralLeft < LEFTOVER_USD_E8) return 'leaves-dust';
  }
  const counted = countedCollaterals(position).reduce((sum, leg) => sum + leg.valueUsdE8, 0n);
  return { repaid: rawAmount(repaid), seized: rawAmount(taken - fee), fee: rawAmount(fee), leavesBadDebt: counted === mulDivDown(taken, collateral.price, ofCollateral) };
}
