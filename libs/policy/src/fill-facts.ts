import type { Address, Bps, RawAmount, UsdE8 } from '@ballast/units';
import type { CannotReason } from './decision.js';
import type { FlashLender } from './intent.js';

/** What a market gives for an amount of the collateral at the block, along one route. */
export interface FillQuote {
  readonly router: Address;
  /** Uniswap v3 path from collateral to debt. */
  readonly path: `0x${string}`;
  /** Collateral units sold. */
  readonly sold: RawAmount;
  /** Debt units that they bring. */
  readonly bought: RawAmount;
  /** Gas of a whole fill along this route, in dollars with 8 decimals. */
  readonly gasUsdE8: UsdE8;
}

/** One of the two that lend the debt token for the length of a fill. */
export interface LenderFacts {
  readonly lender: FlashLender;
  /** Debt units that it holds. */
  readonly available: RawAmount;
  readonly premiumBps: Bps;
}

/** What repaying with the collateral rests on beside the position, all of one block. */
export interface FillFacts {
  /** What the guard or the keepers contract would refuse a fill with now; null where neither does. */
  readonly obstacle: CannotReason | null;
  /** Debt units left of the day's budget. */
  readonly budgetLeft: RawAmount;
  /** Collateral units that the protocol can pay out at once. */
  readonly withdrawable: RawAmount;
  readonly filler: Address;
  readonly lenders: readonly LenderFacts[];
  /** For amounts as `fillSizes` names them, in any order; empty where nothing needed a price. */
  readonly quotes: readonly FillQuote[];
  /** For an amount too small to move the market: what the market's price is compared by; null where no route exists. */
  readonly spot: FillQuote | null;
}
