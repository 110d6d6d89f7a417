import type { UsdE8, Wad } from '@ballast/units';
import type { LendingPosition } from '@ballast/positions';
import type { RiskReport } from '@ballast/risk';

/** One point of a position's chart. */
export interface PositionSample {
  readonly blockNumber: bigint;
  /** The block's own time, in seconds. */
  readonly at: bigint;
  /** null without debt. */
  readonly health: Wad | null;
  /** The protocol's price of the asset whose fall liquidates, or else of the largest collateral; null where neither has one. */
  readonly priceUsdE8: UsdE8 | null;
  readonly liquidationUsdE8: UsdE8 | null;
  /** null under the model's floor. */
  readonly chance24h: number | null;
  readonly debtUsdE8: UsdE8;
  readonly collateralUsdE8: UsdE8;
}

/** The chart point of a position at the block it was read at. */
export function sampleOf(position: LendingPosition, report: RiskReport): PositionSample {
  const chance = report.chances.find(({ horizonHours }) => horizonHours === 24);
  return {
    blockNumber: position.provenance.blockNumber,
    at: position.provenance.blockTimestamp,
    health: report.health.kind === 'ratio' ? report.health.wad : null,
    priceUsdE8: chartedPrice(position, report),
    liquidationUsdE8: report.liquidationPrice.kind === 'price' ? report.liquidationPrice.usdE8 : null,
    chance24h: chance?.kind === 'probability' ? chance.value : null,
    debtUsdE8: report.debtUsdE8,
    collateralUsdE8: report.collateralUsdE8,
  };
}

function chartedPrice(position: LendingPosition, report: RiskReport): UsdE8 | null {
  const liquidation = report.liquidationPrice;
  const legs = [...position.collaterals, ...position.debts];
  const leg =
    liquidation.kind === 'price'
      ? legs.find(({ asset }) => asset.address === liquidation.asset.address)
      : [...position.collaterals].sort((a, b) => (a.valueUsdE8 < b.valueUsdE8 ? 1 : -1))[0];
  return leg?.price.kind === 'price' ? leg.price.usdE8 : null;
}
