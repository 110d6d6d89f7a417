import type { Address, UsdE8 } from '@ballast/units';

/**
 * What a protocol's oracle says of one asset at one block.
 * `no-price`: the oracle answered zero or less, or reverted: the protocol itself cannot value the asset.
 * `updatedAt` is the feed's own time in seconds, null where the source does not tell (then its age is unknown, not zero).
 */
export type OraclePrice =
  | { readonly kind: 'price'; readonly usdE8: UsdE8; readonly updatedAt: bigint | null; readonly source: Address }
  | { readonly kind: 'no-price'; readonly source: Address };

/** One observed price of one asset, the unit of the history that volatility is measured on. */
export interface PriceTick {
  readonly asset: Address;
  readonly usdE8: UsdE8;
  /** Chain time in seconds at which the feed was updated. */
  readonly at: bigint;
}
