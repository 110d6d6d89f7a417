import type { Hash32, RawAmount, UsdE8, Wad } from '@ballast/units';
import type { Asset, PositionId } from '@ballast/positions';
import type { FillCall } from './intent.js';

/** Stable reasons, one sentence each in the product. */
export type HoldReason = 'above-trigger' | 'no-debt' | 'action-in-flight' | 'not-rearmed' | 'backup-waits';
export type CannotReason =
  | 'no-mandate' | 'mandate-not-active' | 'mandate-expired' | 'wallet-empty' | 'allowance-missing' | 'debt-reserve-paused'
  | 'collateral-reserve-frozen' | 'price-missing' | 'price-stale' | 'already-liquidatable-too-deep' | 'below-minimum' | 'action-not-signed'
  | 'keeper-out-of-gas' | 'keeper-not-listed' | 'signer-silent' | 'funds-reserved' | 'rescue-too-dear' | 'gas-above-ceiling' | 'reaction-too-slow' | 'check-too-old'
  | 'stopped-by-operator' | 'stopped-by-breaker' | 'stopped-by-owner' | 'fill-stopped' | 'shadow'
  | 'debt-not-covered' | 'collateral-not-enabled' | 'reading-disagrees'
  | 'collateral-missing' | 'collateral-illiquid' | 'collateral-reserve-paused' | 'collateral-approval-missing' | 'ltv-zero-collateral'
  | 'fill-price-stale' | 'fill-paused' | 'fill-not-offered' | 'fill-budget-used' | 'fill-not-priced' | 'fill-market-disagrees' | 'fill-no-loan' | 'fill-too-costly' | 'fill-cannot-help';

/** Paying back from the wallet, adding collateral from the wallet, paying back with the collateral. */
export type ActionName = 'repay' | 'top-up' | 'fill';

/** What not acting puts at risk, at one block. Dollars with 8 decimals. */
export interface Stakes {
  readonly horizonHours: number;
  /** Chance of a liquidation within the horizon if nobody acts, rounded up; all of it where nothing tells it. */
  readonly chance: Wad;
  readonly chanceKnown: boolean;
  /** What a liquidation takes: penalty on what is repaid at first, and what buying back the collateral that it sells would cost where that is known. */
  readonly lossUsdE8: UsdE8;
  /** All that the owner has in the loan, which is what he loses where nobody bids. Never under `lossUsdE8`. */
  readonly worstUsdE8: UsdE8;
  /** `lossUsdE8` x `chance`, rounded up. */
  readonly expectedUsdE8: UsdE8;
  /**
   * usual: the first liquidation repays what the protocol lets it at this health. jump: the price may have moved so far by then that the whole debt is
   * repaid at once. thin-market: a sale of the collateral loses more than a liquidator's bonus, so nobody liquidates in time and all may be lost.
   */
  readonly because: 'usual' | 'jump' | 'thin-market';
}

/** Where the cost of a candidate comes from, in dollars with 8 decimals, each rounded up. */
export interface Costs {
  readonly gasUsdE8: UsdE8;
  /** What a sale loses against the protocol's price: the market's fee, the slippage, the impact of the size. */
  readonly tradeUsdE8: UsdE8;
  /** What a lender or a venue takes for itself: the premium of a flash loan, trading fees. */
  readonly premiumUsdE8: UsdE8;
  /** What goes on costing afterwards: buying sold collateral back, funding of a hedge. Funds in a wallet earn nothing there, so using them costs nothing here. */
  readonly carryUsdE8: UsdE8;
}

/**
 * One thing that could be done, with what it would cost and bring. Of a move only the owner can make it, and a hedge is weighed without being
 * possible until a venue is connected.
 */
export interface Candidate {
  readonly action: ActionName | 'move' | 'hedge' | 'wait';
  readonly asset: Asset | null;
  readonly amount: RawAmount;
  /** The sum of `costs`; of waiting, what it may be expected to lose. */
  readonly costUsdE8: UsdE8;
  /** Absent in records of before costs were taken apart; null where nothing is priced. */
  readonly costs?: Costs | null;
  /** The liquidation loss that it may be expected to avert within the horizon of the stakes; null where that is not told. Less the cost it is what is gained. */
  readonly avertedUsdE8?: UsdE8 | null;
  readonly healthAfter: Wad | null;
  readonly verdict: 'chosen' | 'possible' | 'impossible';
  readonly why: string;
}

/** What the best rescue would cost, and what it can be expected to save; or, `atMost`, the most that any could: all that a liquidation takes. */
export interface Dearness {
  readonly costUsdE8: UsdE8;
  readonly savesUsdE8: UsdE8;
  readonly atMost: boolean;
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
  /** What not acting puts at risk; absent where no rule was weighed. */
  readonly stakes?: Stakes;
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
  | (Considered & { readonly kind: 'cannot'; readonly reason: CannotReason; /** Of `rescue-too-dear`: why. */ readonly dearness?: Dearness });
