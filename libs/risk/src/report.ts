import type { Bps, UsdE8 } from '@ballast/units';
import type { Asset, HealthFactor, PositionId, Provenance } from '@ballast/positions';
import type { MarketView } from './market/market-view.js';

/** How the volatility behind a report was found. */
export type Volatility =
  /** `annual` from `samples` hourly returns of chain time, the youngest `ageSeconds` old; `raisedToLeast` when the market was so still that the least figure stands in. */
  | { readonly kind: 'measured'; readonly model: 'ewma-24h'; readonly annual: number; readonly hourly: number; readonly samples: number; readonly ageSeconds: number; readonly raisedToLeast?: boolean }
  /** Too little history: a stated, deliberately high figure. */
  | { readonly kind: 'assumed'; readonly annual: number; readonly hourly: number; readonly reason: string };

/** A chance of liquidation within a horizon if nobody acts. `floor`: under what the model may be trusted to tell; shown as `<1%`, never as a figure. */
export type Chance =
  | { readonly horizonHours: number; readonly kind: 'probability'; readonly value: number }
  | { readonly horizonHours: number; readonly kind: 'floor'; readonly below: number };

export type RiskState = 'safe' | 'watch' | 'danger' | 'liquidatable' | 'no-debt' | 'unknown';

/** What the market says of one asset of a position beside the protocol's own price. */
export interface MarketFact {
  readonly asset: Asset;
  readonly kind: MarketView['kind'];
  /** Null where too few sources agree. */
  readonly marketUsdE8: UsdE8 | null;
  /** How far the protocol's price is from the market's, as a share of the latter, rounded up; null where one of them is missing. */
  readonly gapBps: Bps | null;
  readonly protocolIs: 'above' | 'below' | 'equal' | null;
}

/** What is known of one position's risk at one block. Figures round towards danger. */
export interface RiskReport {
  readonly positionId: PositionId;
  readonly provenance: Provenance;
  readonly health: HealthFactor;
  readonly collateralUsdE8: UsdE8;
  readonly debtUsdE8: UsdE8;
  /** How far the one risky collateral must fall, or the one risky debt rise, to make the position liquidatable; and how many typical daily moves away that is. */
  readonly distance:
    | { readonly kind: 'none' }
    | { readonly kind: 'fall'; readonly share: Bps; readonly dailyMoves: number }
    | { readonly kind: 'rise'; readonly share: Bps; readonly dailyMoves: number };
  /** The price of the one risky asset at which the protocol may liquidate; rounded up for collateral, down for a debt. */
  readonly liquidationPrice: { readonly kind: 'none'; readonly why: string } | { readonly kind: 'price'; readonly asset: Asset; readonly usdE8: UsdE8 };
  readonly volatility: Volatility;
  /** 24 h, 7 d, 30 d; empty where the model cannot tell (`liquidationPrice.why` says why). */
  readonly chances: readonly Chance[];
  /** Penalty on the first liquidation: close factor x bonus x debt. */
  readonly lossIfLiquidatedUsdE8: UsdE8;
  /** Seconds between the oldest price used and the block; null when a feed does not tell. */
  readonly oldestPriceAgeSeconds: number | null;
  readonly model: string;
  /** One an asset for which sources outside of the protocol are known; absent where nobody looked. Nothing is decided by it. */
  readonly market?: readonly MarketFact[];
  readonly state: RiskState;
}
