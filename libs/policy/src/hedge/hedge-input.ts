import type { ClientOrderId, DerivativeAccount, HealthFactor, ListedOption, Perpetual, Reading, VenueAccountId, VenueMarket } from '@ballast/positions';
import type { Bps, ContractsE18, SignedUsdE8, UsdE8, Wad } from '@ballast/units';
import type { Exposure, LoanBook } from '@ballast/risk';
import type { FundingView } from './funding-budget.js';
import type { HedgePolicy } from './hedge-policy.js';
import type { ListedPut } from './put-choice.js';
import type { PutNeed } from './put-need.js';
import type { SourcePrice } from './reference-price.js';
import type { SentOrder } from './sent-orders.js';

/** `no-grow`: reductions go on. `cancel-all`: nothing is sent. `flatten`: everything is closed; it needs a confirmation of its own before it gets here. */
export type HedgeStop = 'none' | 'no-grow' | 'cancel-all' | 'flatten';

/** A trading key. `refused`: the venue does not take it, or it may do more than trade. */
export type VenueKey = { readonly kind: 'valid'; readonly ends: { readonly kind: 'at'; readonly at: number } | { readonly kind: 'never' } } | { readonly kind: 'refused'; readonly why: string };

/** What of ours is under way for this venue and underlying. `unknown`: nobody knows whether the venue has it; then nothing else is sent there. */
export type OrderUnderWay = { readonly kind: 'none' } | { readonly kind: 'open'; readonly id: ClientOrderId } | { readonly kind: 'unknown'; readonly id: ClientOrderId };

/** Whether free balance can be added to an isolated position just now. `times`: refusals in a row, of which the last is not long ago. */
export type Adding =
  | { readonly kind: 'possible' }
  | { readonly kind: 'under-way'; readonly since: number }
  | { readonly kind: 'turned-down'; readonly times: number }
  /** Nobody could tell later whether it arrived: the venue does not tell the position's profit. */
  | { readonly kind: 'not-measurable' };

/** One perpetual of one account that may carry the hedge. The account belongs to the hedge alone: what it holds besides is counted and left as it is. */
export interface HedgeLeg {
  readonly id: VenueAccountId;
  readonly account: Reading<DerivativeAccount>;
  readonly instrument: Perpetual;
  readonly market: Reading<VenueMarket>;
  /** Coins of this instrument that hedge one coin of the exposure, as least variance has it; 1 for the same underlying. Above zero. */
  readonly hedgeRatio: Wad;
  readonly funding: FundingView;
  readonly maxNotionalUsdE8: UsdE8;
  readonly order: OrderUnderWay;
  /** At its own venue: other legs do not wait for it. */
  readonly stop: HedgeStop;
  readonly key: VenueKey;
  /** How far from the venue's mark the key's own limits let a price be: whoever holds the key refuses what is beyond. */
  readonly priceApart: Bps;
  /** Free balance of the account into the position, where its margin is its own. */
  readonly adding: Adding;
  /** `not-settable` where the venue has none (Deribit). */
  readonly leverage: { readonly kind: 'read-back'; readonly wad: Wad } | { readonly kind: 'not-settable' } | { readonly kind: 'unknown' };
}

/** What was done before, from our own journal. */
export interface HedgeLedger {
  /** Funding and trading costs of the last 30 days less what was received. */
  readonly paidUsdE8: SignedUsdE8;
  /** Orders of the last 24 hours, in wall clock, oldest first. */
  readonly orders: readonly SentOrder[];
  /** `wasWhole`: it was all that was wanted; otherwise a slice, and the next does not wait for the interval. */
  readonly lastTrade: { readonly kind: 'at'; readonly at: number; readonly wasWhole: boolean } | { readonly kind: 'never' };
  /** Since when the mode would hedge nothing. */
  readonly danger: { readonly kind: 'there' } | { readonly kind: 'gone-since'; readonly at: number };
}

/** Why nobody looked at what puts cost. */
export type PutsUnpriced = 'puts-not-looked-at' | 'puts-no-account' | 'puts-unread' | 'puts-not-needed' | 'exposure-unknown' | 'no-price';

/** Options that could be bought, and what they are for. `offers` are `unread` where nobody knows what is offered now, `none-allowed` where the key's limits name none that would do. `priced-only`: what they would cost is told, and nobody buys them. */
export type PutSide =
  | { readonly kind: 'looked-at'; readonly account: VenueAccountId; readonly need: PutNeed; readonly offers: 'read' | 'unread' | 'none-allowed'; readonly puts: readonly ListedPut[] }
  | { readonly kind: 'priced-only'; readonly account: VenueAccountId; readonly need: PutNeed; readonly puts: readonly ListedPut[] }
  | { readonly kind: 'not-looked-at'; readonly because: PutsUnpriced };

/** A put in the account that the plan names for them. */
export interface HeldPut {
  readonly option: ListedOption;
  /** All that the account holds of it, its owner's own among them. */
  readonly contracts: ContractsE18;
  /** Of those what orders of this plan bought and did not sell again: never more is sold. */
  readonly own: ContractsE18;
  readonly market: Reading<VenueMarket>;
}

/** The account in which the plan's puts are. `none`: it names none. `isFresh`: it was read just now. `stop`: as it reaches this account. */
export type PutAccount =
  | { readonly kind: 'none' }
  | { readonly kind: 'unread' }
  | { readonly kind: 'read'; readonly id: VenueAccountId; readonly isFresh: boolean; readonly held: readonly HeldPut[]; readonly order: OrderUnderWay; readonly key: VenueKey; readonly stop: HedgeStop };

/** Everything that a decision about one owner's hedge of one underlying rests on. */
export interface HedgeInput {
  readonly policy: HedgePolicy;
  /** Wall clock in milliseconds. */
  readonly now: number;
  /** Of everything but the legs' accounts. */
  readonly exposure: Exposure;
  /** Of the weakest loan in this underlying. */
  readonly health: HealthFactor | { readonly kind: 'unknown' };
  readonly loans: readonly LoanBook[];
  /** In the order in which they are filled. */
  readonly legs: readonly HedgeLeg[];
  /** What its owner took out of the hedge, while something is still held there: it counts in the hedge until it is closed. */
  readonly leaving: readonly HedgeLeg[];
  readonly oracle: SourcePrice;
  /** Standard deviation of an hour's return: a statistic. */
  readonly hourlyVolatility: number;
  readonly ledger: HedgeLedger;
  /** What is in force wherever the hedge trades; each leg has its own besides. */
  readonly stop: HedgeStop;
  /** Whether our own books and the venues' differ by something that nobody can explain. */
  readonly isReconciled: boolean;
  readonly puts: PutSide;
  readonly putAccount: PutAccount;
}
