import type { CollateralLeg, DebtLeg, LendingPosition } from '@ballast/positions';
import { bps, mulDivDown, mulDivUp, oneToken, rawAmount, usdE8, type RawAmount } from '@ballast/units';
import { bonusOf, inBitmap } from './configuration.js';
import type { EMode } from './e-modes.js';
import type { Reserve } from './reserves.js';

/** Collateral in one reserve: what counts of it is the account's e-mode's where that names the reserve. `enabled`: the owner lets it count. */
export function collateralLeg({ id, asset, configuration, price }: Reserve, supplied: bigint, enabled: boolean, eMode: EMode | null, releasable: RawAmount | undefined): CollateralLeg {
  const category = eMode !== null && inBitmap(eMode.collaterals, id) ? eMode : null;
  return {
    asset,
    amount: rawAmount(supplied),
    valueUsdE8: usdE8(price.kind === 'price' ? mulDivDown(supplied, price.usdE8, oneToken(asset.decimals)) : 0n),
    price,
    liquidationThreshold: category === null ? configuration.liquidationThreshold : bps(category.liquidationThreshold),
    liquidationBonus: category === null ? configuration.liquidationBonus : bonusOf(category.poolBonus),
    liquidationProtocolFee: configuration.liquidationProtocolFee,
    enabled,
    zeroLtv: (category === null ? configuration.ltv : inBitmap(category.zeroLtv, id) ? 0n : category.ltv) === 0n,
    ...(releasable === undefined ? {} : { releasable }),
    reserve: configuration.state,
  };
}

export function debtLeg({ asset, configuration, price }: Reserve, owed: bigint): DebtLeg {
  return {
    asset,
    amount: rawAmount(owed),
    valueUsdE8: usdE8(price.kind === 'price' ? mulDivUp(owed, price.usdE8, oneToken(asset.decimals)) : 0n),
    price,
    reserve: configuration.state,
  };
}

export const eModeOf = (eMode: EMode | null): LendingPosition['eMode'] => (eMode === null ? { kind: 'none' } : { kind: 'category', id: eMode.id, label: eMode.label });
