import type { Bps, UsdE8 } from '@ballast/units';
import type { Asset, HealthFactor, PositionId, Provenance } from '@ballast/positions';

/** How the volatility behind a report was found. */
export type Volatility =
  /** `annual` from `samples` returns over `windowSeconds` of chain time, the youngest `ageSeconds` old. */
  | { readonly kind: 'measured'; readonly model: 'ewma-24h'; readonly annual: number; readonly hourly: number; readonly samples: number; readonly ageSeconds: number }
  /** Too little history: a stated, deliberately high figure. */
  | { readonly kind: 'assumed'; readonly annual: number; readonly hourly: number; readonly reason: string };

/** A chance of liquidation within a horizon if nobody acts. `floor`: under what the model may be trusted to tell; shown as `<1%`, never as a figure. */
export type Chance =
  | { readonly horizonHours: number; readonly kind: 'probability'; readonly value: number }
  | { readonly horizonHours: number; readonly kind: 'floor'; readonly below: number };

export type RiskState = 'safe' | 'watch' | 'danger' | 'liquidatable' | 'no-debt' | 'unknown';

/** What is known of one position's risk at one block. Figures round towards danger. */
export interface RiskReport {
  readonly positionId: PositionId;
  readonly provenance: Provenance;
  readonly health: HealthFactor;
  readonly collateralUsdE8: UsdE8;
  readonly debtUsdE8: UsdE8;
  /** The common fall of all risky collateral that makes the position liquidatable; and how many typical daily moves away that is. */
  readonly distance:
    | { readonly kind: 'none' }
    | { readonly kind: 'fall'; readonly share: Bps; readonly dailyMoves: number };
  /** The price of the one risky asset at which the protocol may liquidate; rounded up for collateral. */
  readonly liquidationPrice: { readonly kind: 'none'; readonly why: string } | { readonly kind: 'price'; readonly asset: Asset; readonly usdE8: UsdE8 };
  readonly volatility: Volatility;
  /** 24 h, 7 d, 30 d. */
  readonly chances: readonly Chance[];
  /** Penalty on the first liquidation: close factor x bonus x debt. */
  readonly lossIfLiquidatedUsdE8: UsdE8;
  /** Seconds between the oldest price used and the block; null when a feed does not tell. */
  readonly oldestPriceAgeSeconds: number | null;
  readonly model: string;
  readonly state: RiskState;
}
