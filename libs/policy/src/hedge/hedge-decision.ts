import type { CoinE18, ContractsE18, SettlementE18, SignedUsdE8, UsdE8, Wad } from '@ballast/units';
import type { InstrumentId, OrderSide, Quote, Underlying, VenueAccountId } from '@ballast/positions';
import type { DeltaInterval, NearestLiquidation } from '@ballast/risk';
import type { Band } from './band.js';
import type { HedgeCosts } from './hedge-costs.js';

/** Stable reasons, one sentence each in `hedgeSentence`. */
export type HedgeActReason = 'outside-band' | 'margin-reduce' | 'margin-cut' | 'unwind' | 'leg-dropped' | 'buy-put' | 'put-rolled';
export type UnwindReason = 'owner-flattened' | 'no-policy' | 'position-gone' | 'danger-gone' | 'key-ending' | 'budget-spent';
export type HedgeHoldReason = 'nothing-to-hedge' | 'inside-band' | 'too-soon' | 'order-under-way' | 'waiting-to-unwind' | 'put-covers' | 'asked-for-margin' | 'adding-margin' | 'dust-left';
export type HedgeCannotReason =
  | 'stopped' | 'no-venue' | 'other-underlying' | 'exposure-unknown' | 'exposure-stale' | 'health-unknown' | 'hedge-unread' | 'account-stale' | 'order-unknown' | 'order-rejected' | 'not-reconciled'
  | 'price-refused' | 'no-price' | 'key-refused' | 'key-ending' | 'budget-spent' | 'no-growth-allowed' | 'margin-too-thin' | 'margin-unknown' | 'portfolio-margin' | 'not-one-way' | 'leverage-too-high' | 'leverage-unknown'
  | 'market-closed' | 'book-thin' | 'below-minimum' | 'max-notional' | 'max-leverage' | 'open-interest' | 'day-cap' | 'corridor' | 'corridor-loan' | 'no-put-fits' | 'premium-over-budget'
  | 'puts-not-looked-at' | 'puts-no-account' | 'puts-unread' | 'puts-not-needed' | 'puts-not-allowed';

/** What one order would do. It becomes an intent, an id and a gate before it is sent. */
export interface PlannedOrder {
  readonly account: VenueAccountId;
  readonly instrument: InstrumentId;
  readonly side: OrderSide;
  readonly contracts: ContractsE18;
  readonly priceCap: Quote;
  readonly reduceOnly: boolean;
  /** At the reference price, rounded up. */
  readonly notionalUsdE8: UsdE8;
  readonly isEmergency: boolean;
  /** Coins that are still to be traded after it; planned anew from the venue's position, never from what was ordered. */
  readonly restCoins: CoinE18;
}

/** Something that the owner is told, whatever is decided. Amounts are exact. */
export type HedgeTell =
  | { readonly kind: 'margin-warning'; readonly account: VenueAccountId; readonly use: Wad }
  | { readonly kind: 'deposit-needed'; readonly account: VenueAccountId; readonly amount: SettlementE18; readonly currency: string }
  | { readonly kind: 'budget-alert'; readonly paidUsdE8: SignedUsdE8; readonly budgetUsdE8: UsdE8 }
  | { readonly kind: 'budget-spent'; readonly paidUsdE8: SignedUsdE8; readonly budgetUsdE8: UsdE8 }
  | { readonly kind: 'key-refused'; readonly account: VenueAccountId; readonly why: string }
  | { readonly kind: 'key-ending'; readonly account: VenueAccountId; readonly at: number }
  | { readonly kind: 'margin-shared'; readonly account: VenueAccountId }
  /** What lies free at the venue could pay back a part of a loan that is about to be liquidated; only its owner can withdraw it. */
  | { readonly kind: 'withdrawal-helps'; readonly account: VenueAccountId; readonly amount: SettlementE18; readonly currency: string }
  | { readonly kind: 'prices-refused'; readonly account: VenueAccountId; readonly because: 'missing' | 'old' | 'disagree' };

/** One thing that could be done about the risk, with what it would cost and why it is or is not done. */
export interface HedgeCandidate {
  readonly action: 'perpetual' | 'shrink' | 'put' | 'deleverage' | 'wait';
  /** The account, or where nothing is traded what it is about. */
  readonly where: string;
  /** Above zero bought. */
  readonly coins: CoinE18;
  readonly costs: HedgeCosts | { readonly kind: 'not-priced' };
  readonly verdict: 'chosen' | 'possible' | 'impossible';
  readonly because: HedgeActReason | HedgeHoldReason | HedgeCannotReason | UnwindReason | 'dearer' | 'owner-acts' | 'not-asked-for';
  /** For people. */
  readonly why: string;
}

interface Considered {
  readonly underlying: Underlying;
  readonly policyVersion: number;
  /** Wall clock in milliseconds. */
  readonly at: number;
  readonly exposure: DeltaInterval;
  readonly target: DeltaInterval;
  /** What the legs hold, in coins of the exposure; unbounded where one could not be read. */
  readonly held: DeltaInterval;
  readonly band: Band | { readonly kind: 'none' };
  readonly price: { readonly kind: 'price'; readonly usdE8: UsdE8 } | { readonly kind: 'refused' };
  /** What is liquidated first on each side as things stand, for the report. */
  readonly nearest: { readonly down: NearestLiquidation; readonly up: NearestLiquidation };
  readonly candidates: readonly HedgeCandidate[];
  readonly tells: readonly HedgeTell[];
}

/** What to do about one owner's hedge of one underlying at one moment, and why; made for acting and for not acting. */
export type HedgeDecision =
  | (Considered & { readonly kind: 'act'; readonly reason: HedgeActReason; readonly unwinding: UnwindReason | 'no'; readonly orders: readonly PlannedOrder[] })
  | (Considered & { readonly kind: 'hold'; readonly reason: HedgeHoldReason })
  | (Considered & { readonly kind: 'cannot'; readonly reason: HedgeCannotReason });
