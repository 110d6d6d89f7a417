import type { Address, ChainId } from '@ballast/units';
import type { PositionId } from '@ballast/positions';
import type { Decision } from './decision.js';
import type { Intent, IntentPlan, IntentState, IntentTransaction, MinedReceipt } from './intent.js';

/** Something that happened and that somebody must be told of. Written with the state it tells of, delivered later. */
export interface Notice {
  /** Stable: the same happening always has the same id, so telling it twice writes one row. */
  readonly id: string;
  readonly chainId: ChainId;
  readonly account: Address;
  readonly positionId: PositionId | null;
  readonly kind: NoticeKind;
  readonly severity: 'info' | 'warning' | 'critical';
  /** Plain JSON for templates and webhooks; amounts as decimal strings. */
  readonly data: Readonly<Record<string, unknown>>;
}

export type NoticeKind =
  | 'action.started' | 'action.done' | 'action.failed' | 'not-protected' | 'protected-again'
  | 'price.disagrees' | 'mandate.active' | 'mandate.rejected' | 'position.liquidated' | 'blind' | 'sighted';

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
  readonly failure?: { readonly code: string; readonly message: string };
  /** Written in the same transaction as the new state. */
  readonly notices?: readonly Notice[];
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
  /** Oldest first; of every chain, or of one: workers of several chains share a database and leave each other's alone. */
  openIntents(chainId?: ChainId): Promise<readonly Intent[]>;
  intent(id: string): Promise<Intent | null>;
  /**
   * PLANNED -> NONCED: takes the lane's next nonce (never below `floor`, the chain's own count) and writes the transaction row,
   * all under the lane's row lock. @throws StateMoved when the intent is no longer in PLANNED
   */
  allocateNonce(intentId: string, lane: Address, floor: bigint): Promise<Intent>;
  /** Moves the intent if it is still in `from`. @throws StateMoved otherwise */
  advance(intentId: string, from: IntentState, change: IntentChange): Promise<Intent>;
  /** Adds a transaction at an already held nonce (a replacement or a cancellation), without changing the state. */
  addTransaction(intentId: string, transaction: IntentTransaction): Promise<Intent>;
}

/** What the outbox hands to a channel. */
export interface DueDelivery {
  readonly id: string;
  readonly attempts: number;
  readonly event: { readonly id: string; readonly kind: string; readonly severity: string; readonly account: Address; readonly chainId: ChainId; readonly positionId: string | null; readonly data: unknown; readonly createdAt: Date };
  readonly subscription: { readonly id: string; readonly channel: 'email' | 'webhook'; readonly target: string; readonly secret: string | null; readonly endToken: string };
}

export type DeliveryOutcome =
  | { readonly kind: 'delivered'; readonly status: number | null }
  | { readonly kind: 'failed'; readonly status: number | null; readonly error: string; readonly retryAt: Date }
  | { readonly kind: 'dead'; readonly status: number | null; readonly error: string };

/** The persisted queue of notices. Claims use SKIP LOCKED, so two notifiers never hold the same delivery. */
export interface Outbox {
  /** Ids of deliveries due now: critical before warning before info, and of one severity those that were due first. */
  due(now: Date, limit: number): Promise<readonly string[]>;
  /** Holds one delivery until `until`; null when it is not due, already held or finished. */
  claim(deliveryId: string, now: Date, until: Date): Promise<DueDelivery | null>;
  settle(deliveryId: string, outcome: DeliveryOutcome, now: Date): Promise<void>;
  /** Writes notices that belong to no decision or intent (blind, sighted). */
  tell(notices: readonly Notice[]): Promise<void>;
}

