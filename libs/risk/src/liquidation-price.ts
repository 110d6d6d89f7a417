import { WAD, mulDivDown, mulDivUp, oneToken, type Address, type UsdE8, type Wad } from '@ballast/units';
import type { Asset, CollateralLeg, DebtLeg, LendingPosition } from '@ballast/positions';
import { countedCollaterals, totalDebt, weightedCollateral } from './health-factor.js';

/** Symbols whose price is taken as fixed in dollars when no other list is given. */
export const STABLE_SYMBOLS: readonly string[] = ['USDC', 'USDT', 'DAI', 'GHO', 'USDS', 'LUSD', 'PYUSD', 'USDbC', 'USDC.e', 'RLUSD', 'crvUSD', 'FRAX'];

/** What drives the position: the one asset whose price can liquidate it, or why there is not exactly one. */
export type RiskDriver =
  | { readonly kind: 'collateral'; readonly leg: CollateralLeg; readonly price: UsdE8 }
  | { readonly kind: 'debt'; readonly leg: DebtLeg; readonly price: UsdE8 }
  | { readonly kind: 'none'; readonly why: string };

/** The one risky asset of the position. Assets in `stableSymbols` count as dollars. */
export function riskDriver(position: LendingPosition, stableSymbols: readonly string[] = STABLE_SYMBOLS): RiskDriver {
  const risky = (leg: { readonly asset: Asset }): boolean => !stableSymbols.includes(leg.asset.symbol);
  const collaterals = countedCollaterals(position).filter(risky);
  const debts = position.debts.filter((leg) => leg.amount > 0n).filter(risky);
  const unpriced = [...countedCollaterals(position), ...position.debts.filter((leg) => leg.amount > 0n)].find((leg) => leg.price.kind === 'no-price');
  if (unpriced !== undefined) return { kind: 'none', why: `The protocol has no price for ${unpriced.asset.symbol}.` };
  if (collaterals.length + debts.length === 0) return { kind: 'none', why: 'Collateral and debt are both taken as fixed in dollars.' };
  if (collaterals.length + debts.length > 1) {
    return { kind: 'none', why: `Its health depends on several prices at once: ${[...collaterals, ...debts].map((leg) => leg.asset.symbol).join(', ')}.` };
  }
  const [collateral] = collaterals;
  if (collateral?.price.kind === 'price') return { kind: 'collateral', leg: collateral, price: collateral.price.usdE8 };
  const [debt] = debts;
  if (debt?.price.kind === 'price') return { kind: 'debt', leg: debt, price: debt.price.usdE8 };
  return { kind: 'none', why: 'There is no risky asset.' };
}

/** A price as an exact fraction of dollars with 8 decimals. */
interface ExactPrice {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/**
 * The exact price of the driving asset, all else fixed, at which the health factor equals `health`;
 * null where no positive price does. For collateral (D health - other weighted) / (units x threshold).
 */
export function exactPriceAtHealth(position: LendingPosition, driver: Exclude<RiskDriver, { kind: 'none' }>, health: Wad): ExactPrice | null {
  const unit = oneToken(driver.leg.asset.decimals);
  const weighted = weightedCollateral(position);
  const debt = totalDebt(position);
  if (driver.kind === 'collateral') {
    const others = weighted - driver.leg.valueUsdE8 * driver.leg.liquidationThreshold;
    const needed = debt * 10_000n * health - others * WAD;
    const perPrice = driver.leg.amount * driver.leg.liquidationThreshold * WAD;
    return needed <= 0n || perPrice === 0n ? null : { numerator: needed * unit, denominator: perPrice };
  }
  const others = debt - driver.leg.valueUsdE8;
  const room = weighted * WAD - others * 10_000n * health;
  return room <= 0n ? null : { numerator: room * unit, denominator: driver.leg.amount * 10_000n * health };
}

/**
 * The price at which the health factor equals `health`, in dollars with 8 decimals, rounded towards today's price's side of danger: up
 * for collateral, down for a debt. null where no positive price does.
 */
export function priceAtHealth(position: LendingPosition, driver: Exclude<RiskDriver, { kind: 'none' }>, health: Wad): UsdE8 | null {
  const exact = exactPriceAtHealth(position, driver, health);
  if (exact === null) return null;
  const round = driver.kind === 'collateral' ? mulDivUp : mulDivDown;
  return round(exact.numerator, 1n, exact.denominator) as UsdE8;
}

/** The asset that the price is of. */
export const drivenBy = (driver: Exclude<RiskDriver, { kind: 'none' }>): Asset => driver.leg.asset;

/** Addresses of everything that the position holds or owes, whose price history its report can use. */
export const pricedAssets = (position: LendingPosition): readonly Address[] => [
  ...new Set([...position.collaterals, ...position.debts].map((leg) => leg.asset.address)),
];
