import type { Address, Bps, ChainId, ContractsE18, SettlementE18, UsdE8 } from '@ballast/units';
import { partsOfVenueAccount, type ClientOrderId, type DerivativesVenue, type InstrumentId, type Underlying, type VenueAccountId, type VenueCursor, type VenueEnvironment, type VenueFill, type FundingPayment } from '@ballast/positions';
import type { Notice } from '../ports.js';
import type { AccountBounds } from './account-bounds.js';
import type { AccountDecision } from './protect-account.js';
import type { HedgeDecision } from './hedge-decision.js';
import type { HedgeStop } from './hedge-input.js';
import type { HedgePolicy } from './hedge-policy.js';
import type { Differences, VenueLedger } from './reconcile.js';
import type { SentCounts } from './sent-orders.js';
import type { FilledLately } from './settling.js';
import type { OrderDropCode, VenueIntent } from './venue-intent.js';

/** Who looks after something: the owner, and the chain whose worker does it. */
export interface VenueOwner {
  readonly chainId: ChainId;
  readonly owner: Address;
}

/** One hedge of one owner in one underlying: what he wants, and the accounts that carry it, in his order. */
export interface HedgePlan extends VenueOwner {
  /** Letters, digits and dashes; a part of each order's id. */
  readonly id: string;
  readonly environment: VenueEnvironment;
  readonly policy: HedgePolicy;
  readonly legs: readonly { readonly account: VenueAccountId; readonly instrument: InstrumentId; readonly maxNotionalUsdE8: UsdE8 }[];
  /** What the owner took out of it, as it was before: what the plan still holds there is closed, and then it is forgotten. */
  readonly leaving: HedgePlan['legs'];
  /** The account in which puts may be bought. */
  readonly puts: { readonly kind: 'account'; readonly account: VenueAccountId } | { readonly kind: 'none' };
}

/** A derivative account that is protected as a position of its own. */
export interface GuardedAccount extends VenueOwner {
  readonly id: VenueAccountId;
  readonly bounds: AccountBounds;
}

/** What a key may be used for. The owner seals it together with the key, and the process that holds the key enforces it whoever asks. */
export interface KeyLimits {
  readonly instruments: readonly InstrumentId[];
  /** Most that a position may be worth after an order that makes it larger. */
  readonly maxNotionalUsdE8: UsdE8;
  /** Most that all orders of 24 hours may be worth together, reductions as well. */
  readonly turnoverPerDayUsdE8: UsdE8;
  /** Most that an order's cap may be from the venue's own mark. */
  readonly maxPriceApart: Bps;
}

/** One key at one venue, as far as it may be shown. `sealed` is opened by nobody but the process that holds keys. */
export interface VenueKeyRecord extends VenueOwner {
  /** Ballast's own name of the key's account; a part of each account's id. */
  readonly name: string;
  readonly environment: VenueEnvironment;
  readonly venue: DerivativesVenue;
  /** The owner's own word for it. */
  readonly label: string;
  readonly sealed: string;
  readonly limits: KeyLimits;
  /** `new` until the venue was asked; `refused` with why; `ended` once its owner took it away, and the sealed text with it. */
  readonly state: { readonly kind: 'new' } | { readonly kind: 'connected'; readonly ends: { readonly kind: 'at'; readonly at: number } | { readonly kind: 'never' } | { readonly kind: 'unknown' } } | { readonly kind: 'refused'; readonly why: string } | { readonly kind: 'ended' };
}

/** Whether the key is the one that an account is traded with. */
export function isKeyOf({ environment, venue, name }: Pick<VenueKeyRecord, 'environment' | 'venue' | 'name'>, { id, keyName }: { readonly id: VenueAccountId; readonly keyName: string }): boolean {
  const place = partsOfVenueAccount(id);
  return name === keyName && venue === place.venue && environment === place.environment;
}

/** What a decision is about. `boundsVersion`: of the bounds that a decision about an account is made under; left out, of those in force where it is stored. A decision about a hedge says its policy's itself. */
export type VenueSubject =
  | (VenueOwner & { readonly kind: 'hedge'; readonly planId: string; readonly underlying: Underlying; readonly environment: VenueEnvironment })
  | (VenueOwner & { readonly kind: 'account'; readonly account: VenueAccountId; readonly boundsVersion?: number });

/**
 * Free balance on its way into an isolated position. It has no id at the venue, and so is never sent twice: what became of one whose answer was lost is told by the margin of the position. States as an order's: PLANNED
 * before, SENT written before the bytes leave.
 */
export interface MarginMove {
  readonly id: string;
  readonly account: VenueAccountId;
  readonly instrument: InstrumentId;
  readonly amount: SettlementE18;
  /** The position's own margin when it was planned. */
  readonly marginBefore: SettlementE18;
  readonly state: 'PLANNED' | 'SENT' | 'UNKNOWN' | 'DONE' | 'REJECTED' | 'DROPPED';
  readonly sentAt: number | null;
  readonly why: string | null;
}

/** What the gate is told in the transaction that writes `SENT`. Counts are as `sentCounts` has them for the order, of its plan or of the guarded account that it protects: what the decision counted. This order is not among them. */
export interface SendingFacts extends SentCounts {
  readonly stop: HedgeStop;
  /** Another order of ours for the account and underlying. */
  readonly underWay: 'none' | 'open' | 'unknown';
}

export type SendingOutcome =
  | { readonly kind: 'sent'; readonly intent: VenueIntent }
  /** What `may` answered; nothing was written. */
  | { readonly kind: 'refused'; readonly because: readonly OrderDropCode[] }
  /** The stored state is no longer the one that was given. */
  | { readonly kind: 'moved-on' };

/** Who holds an account's lease: the name and fence that every transaction which sends checks. */
export interface VenueLease {
  readonly account: VenueAccountId;
  readonly fence: bigint;
}

/**
 * The durable record of what Ballast decides and does at derivatives venues. Every method is one database transaction, and is written before any side effect it tells of.
 * Nothing of `paper` can be stored as `live` or the other way round: the ids carry the environment, and the database checks it.
 */
export interface VenueJournal {
  /** Stores a decision; equal consecutive ones that do not act extend one row. Returns its id. */
  record(subject: VenueSubject, decision: HedgeDecision | AccountDecision, notices: readonly Notice[]): Promise<string>;
  /** Stores the PLANNED intents of a decision, each with what it is worth; those for whose account and underlying something is open are left out. Returns what was stored. Every id is new or already there with the same order. `slice` is the one in the order's name; left out, the next. */
  plan(decisionId: string, subject: VenueSubject, intents: readonly { readonly intent: VenueIntent; readonly notionalUsdE8: UsdE8; readonly slice?: number }[], notices: readonly Notice[]): Promise<readonly VenueIntent[]>;
  /** Not yet terminal, oldest first. */
  openOrders(account: VenueAccountId): Promise<readonly VenueIntent[]>;
  /** Those of which something was filled and that are over since at most so many milliseconds, by the journal's own clock. */
  filledLately(account: VenueAccountId, withinMs: number): Promise<readonly FilledLately[]>;
  order(id: ClientOrderId): Promise<VenueIntent | null>;
  /**
   * Writes SENT before the bytes leave: under the account's lock, with the lease checked and stops and counts read in the same transaction. `may` answers what speaks against it.
   * @throws LeaseLost
   */
  sending(from: VenueIntent, next: VenueIntent, lease: VenueLease, may: (facts: SendingFacts) => readonly OrderDropCode[]): Promise<SendingOutcome>;
  /** Writes `next` where the stored intent still is `from` (state, times sent, filled); false where it moved on. */
  advance(from: VenueIntent, next: VenueIntent, event: string, notices: readonly Notice[]): Promise<boolean>;

  planMove(decisionId: string, subject: VenueSubject, move: MarginMove, notices: readonly Notice[]): Promise<boolean>;
  openMoves(account: VenueAccountId): Promise<readonly MarginMove[]>;
  /** As `sending` and `advance`. @throws LeaseLost */
  sendingMove(move: MarginMove, at: number, lease: VenueLease): Promise<{ readonly kind: 'sent' } | { readonly kind: 'refused'; readonly because: readonly OrderDropCode[] } | { readonly kind: 'moved-on' }>;
  advanceMove(from: MarginMove, next: MarginMove, notices: readonly Notice[]): Promise<boolean>;
}

/** What is kept of an account between two looks at it. */
export interface VenueBooks {
  readonly ledger: Pick<VenueLedger, 'held' | 'countedFills' | 'countedPayments'>;
  /** Null before the account was looked at for the first time: then the venue's state is taken over as it is. */
  readonly cursors: { readonly fills: VenueCursor; readonly funding: VenueCursor } | null;
  readonly differences: Differences;
}

/** What one look at an account found, to be written at once. */
export interface BooksChange {
  readonly held: ReadonlyMap<InstrumentId, ContractsE18>;
  /** New ones only; each counts once by its id. */
  readonly fills: readonly VenueFill[];
  readonly payments: readonly FundingPayment[];
  readonly cursors: NonNullable<VenueBooks['cursors']>;
  /** Those that are there now. */
  readonly differences: Differences;
}
