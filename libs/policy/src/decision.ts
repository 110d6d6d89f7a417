import type { Hash32, RawAmount, UsdE8, Wad } from '@ballast/units';
import type { Asset, PositionId } from '@ballast/positions';
import type { FillCall } from './intent.js';

/** Stable reasons, one sentence each in the product. */
export type HoldReason = 'above-trigger' | 'no-debt' | 'action-in-flight' | 'not-rearmed';
export type CannotReason =
  | 'no-mandate' | 'mandate-not-active' | 'mandate-expired' | 'wallet-empty' | 'allowance-missing' | 'debt-reserve-paused'
  | 'collateral-reserve-frozen' | 'price-missing' | 'price-stale' | 'already-liquidatable-too-deep' | 'below-minimum' | 'action-not-signed'
  | 'keeper-out-of-gas' | 'keeper-not-listed'
  | 'debt-not-covered' | 'collateral-not-enabled' | 'reading-disagrees'
  | 'collateral-missing' | 'collateral-illiquid' | 'collateral-reserve-paused' | 'collateral-approval-missing' | 'ltv-zero-collateral'
  | 'fill-price-stale' | 'fill-paused' | 'fill-not-offered' | 'fill-budget-used' | 'fill-not-priced' | 'fill-market-disagrees' | 'fill-no-loan' | 'fill-too-costly' | 'fill-cannot-help';

/** Paying back from the wallet, adding collateral from the wallet, paying back with the collateral. */
export type ActionName = 'repay' | 'top-up' | 'fill';

/** One thing that could be done, with what it would cost and bring. */
export interface Candidate {
  readonly action: ActionName | 'wait';
  readonly asset: Asset | null;
  readonly amount: RawAmount;
  readonly costUsdE8: UsdE8;
  readonly healthAfter: Wad | null;
  readonly verdict: 'chosen' | 'possible' | 'impossible';
  readonly why: string;
}

interface Considered {
  readonly positionId: PositionId;
  readonly mandateHash: Hash32 | null;
  readonly healthFactor: Wad | null;
  /** Ballast acts when the health is below this; null where no rule is in force. */
  readonly trigger: Wad | null;
  /** Health that an action aims for. */
  readonly target: Wad | null;
  /** A clamp into the mandate that bound, in words; null where none did. */
  readonly clamp: string | null;
  readonly candidates: readonly Candidate[];
}

/** `asset`, `min` and `max` are what moves from the wallet; of a fill, the debt that is repaid. */
interface Act extends Considered {
  readonly kind: 'act';
  readonly reason: 'below-trigger';
  readonly asset: Asset;
  readonly min: RawAmount;
  readonly max: RawAmount;
}

/** What to do about one position at one block, and why; made for acting and for not acting. */
export type Decision =
  | (Act & { readonly action: 'repay' | 'top-up' })
  | (Act & { readonly action: 'fill'; /** The collateral that is sold. */ readonly sold: Asset; readonly fill: FillCall })
  | (Considered & { readonly kind: 'hold'; readonly reason: HoldReason })
  | (Considered & { readonly kind: 'cannot'; readonly reason: CannotReason });
