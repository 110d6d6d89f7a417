import type { Address, ChainId } from '@ballast/units';
import type { PositionId } from '@ballast/positions';
import type { Decision } from './decision.js';
import type { LaneClass } from './lanes.js';
import type { CostlyFailure } from './retry-budget.js';
import type { Intent, IntentPlan, IntentState, IntentTransaction, MinedReceipt } from './intent.js';

/** From the least on: a subscription takes those from one of them up. */
export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Something that happened and that somebody must be told of. Written with the state it tells of, delivered later. */
export interface Notice {
  /** Stable: the same happening always has the same id, so telling it twice writes one row. */
  readonly id: string;
  readonly chainId: ChainId;
  readonly account: Address;
  readonly positionId: PositionId | null;
  readonly kind: NoticeKind;
  readonly severity: Severity;
  /** Plain JSON for templates and webhooks; amounts as decimal strings. */
  readonly data: Readonly<Record<string, unknown>>;
}

export type NoticeKind =
  | 'action.started' | 'action.done' | 'action.failed' | 'action.stuck' | 'not-protected' | 'protected-again'
  | 'price.disagrees' | 'mandate.active' | 'mandate.rejected' | 'mandate.expiring' | 'position.liquidated' | 'blind' | 'sighted' | 'alive'
  | 'stop.set' | 'stop.released' | 'rescue.by-backup' | 'operator.page' | 'alarm.still' | 'alarm.over'
  | 'hedge.traded' | 'hedge.cannot' | 'hedge.can-again' | 'hedge.margin' | 'hedge.deposit-needed' | 'hedge.budget' | 'hedge.key' | 'hedge.unwound' | 'hedge.withdrawal-helps' | 'hedge.prices' | 'hedge.margin-shared'
  | 'venue.unreachable' | 'venue.back' | 'venue.liquidated' | 'venue.deleveraged' | 'venue.unexplained' | 'venue.order-unknown' | 'venue.orders-fail' | 'venue.orders-work' | 'venue.key-ended' | 'account.protected' | 'account.cannot';

/**
 * Whom an `operator.page` is for: no account of the chain, so that nobody can sign in as it or look up what it was told. The people who run Ballast are its
 * subscribers.
 */
export const OPERATORS = 'operators' as Address;

/** The decision's place in time: the block it was made at. */
export interface DecidedAt {
  readonly blockNumber: bigint;
  readonly blockTimestamp: bigint;
}

export interface IntentChange {
  /** What happened, for the journal: `signed`, `broadcast-accepted`, `receipt`, … */
  readonly event: string;
  readonly to: IntentState;
  readonly detail?: Readonly<Record<string, unknown>>;
  readonly transaction?: IntentTransaction;
  readonly receipt?: MinedReceipt | null;
  /** Left out: stays as it is. null: it did not fail after all. */
  readonly failure?: { readonly code: string; readonly message: string } | null;
  /** Written in the same transaction as the new state. */
  readonly notices?: readonly Notice[];
}

/** A lane as it stands on chain, for the call that is to be sent. */
export interface LaneStanding {
  readonly lane: Address;
  /** So many calls like this one its coins pay for; 0 where it cannot send this one at all (no coins, or not listed as a keeper). */
  readonly pays: number;
  /** Nonces that it has used, in the newest block. */
  readonly newest: bigint;
  /** The same in the newest block that is final. Asked for only where `newest` is ahead of what the journal gave out (something else sent from the lane), and never under a lock. */
  readonly final: () => Promise<bigint>;
}

export interface LaneWish {
  readonly class: LaneClass;
  /** All our lanes, in the order of their configuration. */
  readonly lanes: readonly LaneStanding[];
  /** Nonces that one lane may have under way. */
  readonly cap: number;
}

/** On what terms a signature is asked for. */
export interface Signing {
  /** A `cancel` gives a nonce back and is never stopped. */
  readonly purpose: 'call' | 'cancel';
  /** The fence of the lease under which this process acts; null where nobody else could act. */
  readonly fence: bigint | null;
}

/**
 * The durable record of what Ballast decided and does. Every method is one database transaction.
 * The journal is written before any side effect it tells of.
 */
export interface ActionJournal {
  /** Stores the decision. Equal consecutive hold and cannot decisions of a position extend one row. Returns the decision's id. */
  record(decision: Decision, at: DecidedAt, notices: readonly Notice[]): Promise<string>;
  /**
   * Stores an `act` decision and its PLANNED intent together, or `busy` and nothing when the position has an open action. An
   * ACTIVATE is busy only while another ACTIVATE is open: neither kind waits for the other.
   * `decision` null: an intent without a decision (ACTIVATE).
   */
  plan(plan: IntentPlan, decision: Decision | null, at: DecidedAt | null, notices: readonly Notice[]): Promise<{ kind: 'planned'; intent: Intent } | { kind: 'busy' }>;
  /**
   * `plan`, `allocateNonce` and `sign` as one transaction, for an action that was tried out while it was decided: it is SIGNED, or nothing of it is stored. `make` is called with the
   * intent at its nonce, once it is known that this process leads and that no stop is in force; again, maybe with another nonce, where the database undid the transaction for another's sake.
   * @throws Stopped, LeaseLost, NoLane; what `make` throws
   */
  planSigned(plan: IntentPlan, decision: Decision, at: DecidedAt, notices: readonly Notice[], terms: { readonly wish: LaneWish; readonly fence: bigint | null }, make: (nonced: Intent) => Promise<IntentChange>): Promise<{ kind: 'planned'; intent: Intent } | { kind: 'busy' }>;
  /** Oldest first; of every chain, or of one: workers of several chains share a database and leave each other's alone. */
  openIntents(chainId?: ChainId): Promise<readonly Intent[]>;
  intent(id: string): Promise<Intent | null>;
  /** The position's actions that ended since then, and since the last one that was done, having sent something and not done what they were for; newest first. */
  costlyFailures(positionId: PositionId, since: Date): Promise<readonly CostlyFailure[]>;
  /**
   * PLANNED -> NONCED: chooses a lane for the call, takes the lane's next nonce (never below what is used for good) and writes the transaction row, all in
   * one transaction under the lane's row lock. A lane from which something else sent is not used until that is final: a block that vanished would
   * leave a nonce that nobody fills. @throws StateMoved when the intent is no longer in PLANNED; Stopped; NoLane (`lanes-full`, `lanes-unusable`)
   */
  allocateNonce(intentId: string, wish: LaneWish): Promise<Intent>;
  /** Intents that hold a nonce of the lane which is not mined yet, the lowest nonce first. */
  inFlight(chainId: ChainId, lane: Address): Promise<readonly Intent[]>;
  /** Moves the intent if it is still in `from`. @throws StateMoved otherwise */
  advance(intentId: string, from: IntentState, change: IntentChange): Promise<Intent>;
  /**
   * The transaction in which a signature is made and stored. Under the intent's lock, and before `make` is called, it asks whether this process
   * still leads and whether a stop is in force for a call; both stay as they are until the signature is stored. `make` signs and says what to write.
   * @throws StateMoved when the intent is no longer in `from`, LeaseLost, Stopped; what `make` throws, with nothing stored
   */
  sign(intentId: string, from: IntentState, signing: Signing, make: () => Promise<IntentChange>): Promise<Intent>;
}

/** Ways to a subscriber. */
export type Channel = 'email' | 'webhook';

/** What the outbox hands to a channel. */
export interface DueDelivery {
  readonly id: string;
  /** Of this claim alone. */
  readonly claimId: string;
  /** This one included. */
  readonly attempts: number;
  /** When it was claimed by the outbox's own clock: what is signed with a time carries this one. */
  readonly claimedAt: Date;
  readonly event: { readonly id: string; readonly kind: string; readonly severity: string; readonly account: Address; readonly chainId: ChainId; readonly positionId: string | null; readonly data: unknown; readonly createdAt: Date };
  readonly subscription: { readonly id: string; readonly channel: Channel; readonly target: string; readonly secret: string | null; /** Replaced less than a day ago: signed with too. */ readonly previousSecrets?: readonly string[]; readonly endToken: string };
  /** Where the event tells of an alarm: with it this subscriber, and no other, says that he has seen it. */
  readonly acknowledgeToken?: string | null;
}

/** Which claim of a delivery. */
export type Claim = Pick<DueDelivery, 'id' | 'claimId'>;

/** `isOfEndpoint`: the failure would have met any other delivery to the same endpoint as well. */
export type DeliveryOutcome =
  /** `proven`: the receiver echoed the challenge, with which its subscription becomes active. */
  | { readonly kind: 'delivered'; readonly status: number | null; readonly proven?: boolean }
  | { readonly kind: 'failed'; readonly status: number | null; readonly error: string; readonly isOfEndpoint?: boolean; readonly retryAfterMs: number }
  | { readonly kind: 'dead'; readonly status: number | null; readonly error: string; readonly isOfEndpoint?: boolean };

/** What is kept of one attempt. */
export interface Receipt {
  /** From the claim's first byte on the way to the answer, or to the end of the patience with it. */
  readonly latencyMs: number;
  /** How the answer began, as text; null where there was none, or where the channel keeps none. */
  readonly answer: string | null;
}

/** What came of a claim. Without a receipt nothing was sent. */
export interface Settlement {
  readonly claim: Claim;
  readonly outcome: DeliveryOutcome;
  readonly receipt?: Receipt;
}

/**
 * The persisted queue of notices. Claims use SKIP LOCKED, so two notifiers never hold the same delivery. What is due, and how long a claim or a wait lasts, goes by the outbox's own
 * clock: a worker whose clock is hours off neither keeps notices back nor holds them for hours.
 */
export interface Outbox {
  /**
   * Holds deliveries of the channel that are due, at most so many and for so long: critical before warning before info, and of one severity those that were due first. Of one webhook host only so many are held at once, and none of an
   * endpoint that rests, but one to try it once its rest is over.
   */
  claimDue(channel: Channel, limit: number, holdMs: number): Promise<readonly DueDelivery[]>;
  /** The same of one delivery; null when it is not due, must wait, is already held or finished. */
  claim(deliveryId: string, holdMs: number): Promise<DueDelivery | null>;
  /** Stores what came of claims. What an earlier claim says of its failure is passed over, for the delivery is another's by now; that it was delivered counts whoever says it. Receipts are kept in any case. */
  settleAll(settlements: readonly Settlement[]): Promise<void>;
  /** Writes notices that belong to no decision or intent (blind, sighted). */
  tell(notices: readonly Notice[]): Promise<void>;
}

