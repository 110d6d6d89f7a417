import { BPS, WAD, bps, mulDivUp, usdE8, wad, type Bps, type UsdE8, type Wad } from '@ballast/units';
import type { HealthFactor, Underlying } from '@ballast/positions';

/**
 * How much of the risk is hedged. `full`: `share` of it, always. `above-hf`: nothing while the health is at `below` or better, then in a straight line up to `share` at `fullAt`
 * or worse. `tail`: no perpetual; puts that pay where the loan is liquidated. `none`: nothing, and what is there is unwound.
 */
export type HedgeMode =
  | { readonly kind: 'none' }
  | { readonly kind: 'full'; readonly share: Bps }
  | { readonly kind: 'above-hf'; readonly share: Bps; readonly below: Wad; readonly fullAt: Wad }
  | { readonly kind: 'tail' };

/** Shares of the equity that maintenance margin takes (hedging.md section 4.3). */
export interface MarginLadder {
  readonly warn: Wad;
  readonly reduce: Wad;
  readonly cut: Wad;
  /** Where a reduction or a cut ends. */
  readonly cutTo: Wad;
  /** Between `reduce` and `cut`: make the hedge smaller, or ask the owner for margin and wait. */
  readonly atReduce: 'reduce' | 'ask';
}

/** What an owner decided about hedging one underlying. Every share and bound is his; `DEFAULT_HEDGE_RULES` is where he begins. */
export interface HedgePolicy extends HedgeRules {
  readonly underlying: Underlying;
  /** Counted up with every change; a part of each order's id. */
  readonly version: number;
  readonly mode: HedgeMode;
  /** Most that all legs together may be worth. */
  readonly maxNotionalUsdE8: UsdE8;
  /** Most that funding and trading may cost in 30 days. */
  readonly fundingBudgetUsdE8: UsdE8;
}

export interface HedgeRules {
  /** Notional over equity of a leg, never above this. */
  readonly maxLeverage: Wad;
  /** The move against it that a leg lives through without further margin. */
  readonly survive: Bps;
  /** What closing is taken to cost, as a share of the notional. */
  readonly closing: Wad;
  /** Moves within which neither a loan nor a leg may be liquidated, or the hedge does not grow. */
  readonly corridor: { readonly downBps: Bps; readonly upBps: Bps };
  readonly ladder: MarginLadder;
  /** Most that a price may be worse than the reference. */
  readonly slippage: Bps;
  /** The same of a reduction. */
  readonly unwindSlippage: Bps;
  /** Prices of a venue older than this, in milliseconds of our own clock, do not count; and of a chain's oracle. */
  readonly maxPriceAgeMs: number;
  readonly maxOracleAgeMs: number;
  /** Sources further apart than this do not agree. */
  readonly maxPriceApart: Bps;
  /** Share of the target that is noise of the prices it is worked out from. */
  readonly oracleNoise: Bps;
  /** Round trips of fees that a day's move must cost more than; scaled by 1e18. */
  readonly costMultiple: Wad;
  /** Absolute risk aversion, 1/USD, for the band where there is gamma. A statistic's parameter. */
  readonly riskAversion: number;
  /** A trade ends this share of the band inside its edge, so that the next tick does not ask for another. */
  readonly hysteresis: Bps;
  readonly minIntervalMs: number;
  /** A health below this, or a margin to be cut, does not wait for the interval. */
  readonly emergencyHealth: Wad;
  /** How long the danger must be gone before a hedge is unwound. */
  readonly safeForMs: number;
  /** Share of the funding budget at which its owner is told. */
  readonly budgetAlert: Bps;
  /** Once it is spent nothing grows; `unwind` closes what is there as well. */
  readonly whenBudgetIsSpent: 'hold' | 'unwind';
  /** For everything sent in 24 hours, and in a minute. Reductions are held to other reductions alone, and have twice as many orders in the day and what `mostReducedToday` says: growing must not use up what a margin is saved with. */
  readonly caps: { readonly ordersPerDay: number; readonly notionalPerDayUsdE8: UsdE8; readonly slicesPerMinute: number };
  /** Most of the best three levels that one order takes. */
  readonly depthShare: Bps;
  /** Most of a venue's open interest that a leg may be. */
  readonly openInterestShare: Bps;
  /** A key that ends sooner than this no longer opens anything and is unwound with. */
  readonly keyMarginMs: number;
  /** How far costs look ahead. */
  readonly horizonDays: number;
  /** What margin that lies at a venue is taken to cost a year. */
  readonly capitalRate: Wad;
  readonly put: { readonly rollDays: number; readonly maxSpreadVolPoints: number; readonly openInterestShare: Bps };
}

const percent = (whole: bigint): Wad => wad((whole * WAD) / 100n);

/** hedging.md sections 4.1 to 4.5; where it gives no figure, a cautious one. */
export const DEFAULT_HEDGE_RULES: HedgeRules = {
  maxLeverage: percent(180n), survive: bps(5_000n), closing: percent(1n), corridor: { downBps: bps(1_000n), upBps: bps(5_000n) },
  ladder: { warn: percent(30n), reduce: percent(50n), cut: percent(70n), cutTo: percent(40n), atReduce: 'reduce' },
  slippage: bps(30n), unwindSlippage: bps(100n), maxPriceAgeMs: 10_000, maxOracleAgeMs: 4_500_000, maxPriceApart: bps(100n), oracleNoise: bps(50n), costMultiple: WAD, riskAversion: 1e-5,
  hysteresis: bps(2_000n), minIntervalMs: 60_000, emergencyHealth: percent(105n), safeForMs: 3_600_000, budgetAlert: bps(7_000n), whenBudgetIsSpent: 'hold',
  caps: { ordersPerDay: 200, notionalPerDayUsdE8: usdE8(2_000_000n * 100_000_000n), slicesPerMinute: 6 }, depthShare: bps(3_000n), openInterestShare: bps(100n), keyMarginMs: 3 * 86_400_000,
  horizonDays: 30, capitalRate: percent(5n), put: { rollDays: 7, maxSpreadVolPoints: 5, openInterestShare: bps(500n) },
};

/** The share of the risk to hedge with perpetuals at this health, rounded up; `unknown` where the mode needs a health that nobody knows. */
export function targetShare(mode: HedgeMode, health: HealthFactor | { readonly kind: 'unknown' }): { readonly kind: 'share'; readonly bps: Bps } | { readonly kind: 'unknown' } {
  const share = (value: bigint) => ({ kind: 'share', bps: value as Bps }) as const;
  switch (mode.kind) {
    case 'none': case 'tail': return share(0n);
    case 'full': return share(mode.share < BPS ? mode.share : BPS);
    case 'above-hf': {
      if (health.kind === 'unknown') return { kind: 'unknown' };
      if (health.kind === 'no-debt' || health.wad >= mode.below) return share(0n);
      if (health.wad <= mode.fullAt || mode.below <= mode.fullAt) return share(mode.share);
      return share(mulDivUp(mode.share, mode.below - health.wad, mode.below - mode.fullAt));
    }
  }
}
