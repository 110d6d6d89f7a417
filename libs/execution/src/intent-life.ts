import { TERMINAL_INTENT_STATES, isActionKind, type Intent, type IntentChange, type IntentState, type IntentTransaction, type MinedReceipt, type Notice } from '@ballast/policy';
import type { Hash32 } from '@ballast/units';

/**
 * The life of an intent as pure functions: what to do next in each state, and what each event makes of it.
 * Whoever carries out the effects may die between any two of them and be followed by another, or run twice at once: the
 * next effect depends on what is stored and on nothing else, and doing an effect again does no harm.
 */

export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** What nodes say to bytes that are out, or were. */
export type SentAnswer = 'accepted' | 'already-known' | 'nonce-too-low';

/** What happened. An event that does not fit the intent's state is ignored: somebody else was faster. */
export type IntentEvent =
  /** It will not be sent: not wanted any more, or known to fail. */
  | { readonly type: 'dropped'; readonly failure: Failure; readonly notices: readonly Notice[] }
  /** The journal gave it a nonce. */
  | { readonly type: 'nonce-allocated'; readonly transaction: IntentTransaction }
  /** Known to fail after it had a nonce, before its call was signed: the nonce must be freed. */
  | { readonly type: 'refused'; readonly failure: Failure }
  /** The call is signed, for the first time. */
  | { readonly type: 'signed'; readonly transaction: IntentTransaction }
  /** Another transaction is signed at the same nonce: the same with higher fees, or a cancellation and why. */
  | { readonly type: 'signed-again'; readonly transaction: IntentTransaction; readonly failure?: Failure }
  /** Signed bytes that were stored beside the state are now the ones to send. */
  | { readonly type: 'cancel-chosen' }
  /** `broadcastAt` of the transaction is when it was first sent. A node has the bytes, or says that the nonce is already used, which only a look at the receipts can explain. */
  | { readonly type: 'broadcast'; readonly transaction: IntentTransaction; readonly answer: SentAnswer }
  /** It does not get on, and somebody is told; it goes on being tried. */
  | { readonly type: 'stuck'; readonly failure: Failure; readonly notices: readonly Notice[] }
  | { readonly type: 'mined'; readonly receipt: MinedReceipt }
  /** The block that held it is no longer part of the chain. */
  | { readonly type: 'vanished' }
  | { readonly type: 'confirmed'; readonly receipt: MinedReceipt }
  /** The final outcome may be told. `failure` explains a call that reverted. */
  | { readonly type: 'settled'; readonly failure: Failure | null; readonly notices: readonly Notice[] }
  /** The nonce is used up, for good, by a transaction that is not ours. */
  | { readonly type: 'nonce-lost'; readonly failure: Failure; readonly notices: readonly Notice[] };

/** What to do next. */
export type Effect =
  | { readonly kind: 'drop'; readonly failure: Failure }
  /** Ask whether it is still wanted, run it without sending, and take a nonce. */
  | { readonly kind: 'evaluate' }
  | { readonly kind: 'sign-call'; readonly transaction: IntentTransaction }
  | { readonly kind: 'sign-cancel'; readonly failure: Failure }
  | { readonly kind: 'choose-cancel' }
  | { readonly kind: 'sign-replacement'; readonly of: SignedTransaction }
  | { readonly kind: 'broadcast'; readonly transaction: SignedTransaction }
  /** Look for every hash ever signed; when none is mined, go on with `otherwise`. */
  | { readonly kind: 'look-up'; readonly hashes: readonly Hash32[]; readonly otherwise: Chase }
  /** Read the receipt again by its hash, until it is old enough. */
  | { readonly kind: 'confirm'; readonly receipt: MinedReceipt }
  | { readonly kind: 'settle'; readonly receipt: MinedReceipt; readonly outcome: Outcome };

export type Chase = Extract<Effect, { kind: 'sign-cancel' | 'sign-replacement' | 'broadcast' }> | { readonly kind: 'wait' };

/** When it is: the chain's time in seconds decides about deadlines, our own in milliseconds about patience. */
export interface Moment {
  readonly chainTime: bigint;
  readonly now: number;
  /** Sent bytes are sent again after this long without being mined. */
  readonly rebroadcastAfterMs: number;
  /** And replaced with higher fees after this long. */
  readonly replaceAfterMs: number;
}

export type SignedTransaction = IntentTransaction & { readonly hash: Hash32; readonly raw: `0x${string}` };
export type Outcome = 'DONE' | 'REVERTED' | 'EXPIRED' | 'DROPPED';

export interface Step {
  /** The intent after the event; the same object when the event was ignored. */
  readonly next: Intent;
  /** What the journal is to write; null when the event was ignored. */
  readonly change: IntentChange | null;
  /** What follows; empty once terminal. */
  readonly effects: readonly Effect[];
}

export const isTerminal = (state: IntentState): boolean => TERMINAL_INTENT_STATES.includes(state);

const DEADLINE_PASSED: Failure = { code: 'deadline-passed', message: 'The time for this action passed before it was on chain.' };

/** What to do next; null once terminal. */
export function nextEffect(intent: Intent, moment: Moment): Effect | null {
  const late = isLate(intent, moment.chainTime);
  const newest = newestSigned(intent);
  switch (intent.state) {
    case 'PLANNED':
      return late ? { kind: 'drop', failure: DEADLINE_PASSED } : { kind: 'evaluate' };
    case 'NONCED':
      return afterNonce(intent, late, newest);
    case 'SIGNED':
      // Its bytes may already be out: a writer can die between sending them and noting it. So it is cancelled, not forgotten.
      if (newest === null) return { kind: 'sign-cancel', failure: LOST_BYTES };
      return late && newest.purpose === 'call' ? { kind: 'sign-cancel', failure: DEADLINE_PASSED } : { kind: 'broadcast', transaction: newest };
    case 'BROADCAST':
      return { kind: 'look-up', hashes: signed(intent).map((tx) => tx.hash), otherwise: chase(newest, late, moment) };
    case 'MINED':
      return intent.receipt === null ? { kind: 'look-up', hashes: signed(intent).map((tx) => tx.hash), otherwise: { kind: 'wait' } } : { kind: 'confirm', receipt: intent.receipt };
    case 'CONFIRMED':
      return intent.receipt === null ? { kind: 'look-up', hashes: signed(intent).map((tx) => tx.hash), otherwise: { kind: 'wait' } } : { kind: 'settle', receipt: intent.receipt, outcome: outcomeOf(intent, intent.receipt) };
    case 'DONE': case 'REVERTED': case 'REPLACED': case 'EXPIRED': case 'DROPPED':
      return null;
  }
}

const LOST_BYTES: Failure = { code: 'bytes-missing', message: 'The signed transaction is missing from the journal.' };

function afterNonce(intent: Intent, late: boolean, newest: SignedTransaction | null): Effect {
  if (newest !== null) return { kind: 'choose-cancel' };
  if (intent.failure !== null) return { kind: 'sign-cancel', failure: intent.failure };
  const unsigned = intent.transactions.find((tx) => tx.purpose === 'call');
  if (late || unsigned === undefined) return { kind: 'sign-cancel', failure: DEADLINE_PASSED };
  return { kind: 'sign-call', transaction: unsigned };
}

function chase(newest: SignedTransaction | null, late: boolean, moment: Moment): Chase {
  if (newest === null) return { kind: 'sign-cancel', failure: LOST_BYTES };
  if (late && newest.purpose === 'call') return { kind: 'sign-cancel', failure: DEADLINE_PASSED };
  if (!isNoted(newest, moment.now)) return { kind: 'broadcast', transaction: newest };
  const silent = moment.now - newest.broadcastAt;
  if (silent >= moment.replaceAfterMs) return { kind: 'sign-replacement', of: newest };
  return silent >= moment.rebroadcastAfterMs ? { kind: 'broadcast', transaction: newest } : { kind: 'wait' };
}

/** A time that is still to come was noted by a clock that is ahead of ours: patience counted from it would last as long as the clocks differ. */
const isNoted = (transaction: SignedTransaction, now: number): transaction is SignedTransaction & { readonly broadcastAt: number } => transaction.broadcastAt !== null && transaction.broadcastAt <= now;

/** What a node's answer to sent bytes makes of the intent; null where it is noted already. */
export function sentEvent(intent: Intent, transaction: SignedTransaction, answer: SentAnswer, now: number): IntentEvent | null {
  if (intent.state === 'BROADCAST' && isNoted(transaction, now)) return null;
  return { type: 'broadcast', transaction: { ...transaction, broadcastAt: isNoted(transaction, now) ? transaction.broadcastAt : now }, answer };
}

/** An activation has no deadline on chain: its own only says when to give the nonce up, and zero means never. */
export function isLate({ plan }: Intent, chainTime: bigint): boolean {
  return chainTime > plan.deadline && !(plan.kind === 'ACTIVATE' && plan.deadline === 0n);
}

/** Every transaction that has been signed, oldest first. */
export function signed(intent: Intent): readonly SignedTransaction[] {
  return intent.transactions.filter((tx): tx is SignedTransaction => tx.hash !== null && tx.raw !== null);
}

/** The one to send: a cancellation before any call, and among equals the one that pays most. */
export function newestSigned(intent: Intent): SignedTransaction | null {
  const all = signed(intent);
  const cancels = all.filter((tx) => tx.purpose === 'cancel');
  const candidates = cancels.length > 0 ? cancels : all;
  return candidates.reduce<SignedTransaction | null>((best, tx) => (best === null || (tx.maxFeePerGas ?? 0n) >= (best.maxFeePerGas ?? 0n) ? tx : best), null);
}

/** The bytes of the intent that may go out now, whoever sends them; null where none are signed, or the call came too late. */
export function sendable(intent: Intent, chainTime: bigint): SignedTransaction | null {
  const newest = newestSigned(intent);
  return newest !== null && newest.purpose === 'call' && isLate(intent, chainTime) ? null : newest;
}

/** What a final receipt means. A call that succeeded without the guard's event did not do what it was made for. */
export function outcomeOf(intent: Intent, receipt: MinedReceipt): Outcome {
  const transaction = intent.transactions.find((tx) => tx.hash === receipt.transactionHash);
  if (transaction?.purpose === 'cancel') return intent.failure === null || intent.failure.code === DEADLINE_PASSED.code ? 'EXPIRED' : 'DROPPED';
  if (!receipt.succeeded) return 'REVERTED';
  return !isActionKind(intent.plan.kind) || receipt.executed !== null ? 'DONE' : 'REVERTED';
}

/** Applies an event. Pure: the caller writes `change` and then does `effects`. */
export function step(intent: Intent, event: IntentEvent, moment: Moment): Step {
  const change = changeOf(intent, event);
  if (change === null) return { next: intent, change: null, effects: [] };
  const next = applied(intent, change);
  const effect = nextEffect(next, moment);
  return { next, change, effects: effect === null ? [] : [effect] };
}

function changeOf(intent: Intent, event: IntentEvent): IntentChange | null {
  const from = intent.state;
  switch (event.type) {
    case 'dropped':
      return from === 'PLANNED' ? { event: 'dropped', to: 'DROPPED', failure: event.failure, notices: event.notices } : null;
    case 'nonce-allocated':
      return from === 'PLANNED' ? { event: 'nonce-allocated', to: 'NONCED', transaction: event.transaction, detail: { nonce: event.transaction.nonce.toString() } } : null;
    case 'refused':
      return from === 'NONCED' ? { event: 'refused', to: 'NONCED', failure: event.failure } : null;
    case 'signed':
      return from === 'NONCED' && event.transaction.hash !== null ? { event: 'signed', to: 'SIGNED', transaction: event.transaction, detail: { hash: event.transaction.hash } } : null;
    case 'signed-again':
      return ['NONCED', 'SIGNED', 'BROADCAST'].includes(from) && event.transaction.hash !== null ? { event: `${event.transaction.purpose}-signed`, to: from, transaction: event.transaction, ...because(intent, event.failure) } : null;
    case 'cancel-chosen':
      return from === 'NONCED' && newestSigned(intent) !== null ? { event: 'cancel-signed', to: 'SIGNED' } : null;
    case 'broadcast':
      return from === 'SIGNED' || from === 'BROADCAST' ? { event: `broadcast-${event.answer}`, to: 'BROADCAST', transaction: event.transaction, detail: { hash: event.transaction.hash } } : null;
    case 'stuck':
      return from === 'SIGNED' || from === 'BROADCAST' ? { event: 'stuck', to: from, notices: event.notices, detail: { reason: event.failure.code } } : null;
    case 'mined':
      return ['SIGNED', 'BROADCAST'].includes(from) && isOurs(intent, event.receipt) ? { event: 'mined', to: 'MINED', receipt: event.receipt, detail: { hash: event.receipt.transactionHash, blockHash: event.receipt.blockHash } } : null;
    case 'vanished':
      return from === 'MINED' ? { event: 'block-vanished', to: 'BROADCAST', receipt: null, ...unsent(intent) } : null;
    case 'confirmed':
      return from === 'MINED' && isOurs(intent, event.receipt) ? { event: 'confirmed', to: 'CONFIRMED', receipt: event.receipt } : null;
    case 'settled':
      return from === 'CONFIRMED' && intent.receipt !== null ? settled(intent, intent.receipt, event) : null;
    case 'nonce-lost':
      return from === 'SIGNED' || from === 'BROADCAST' ? { event: 'nonce-lost', to: 'REPLACED', failure: event.failure, notices: event.notices } : null;
  }
}

/** The first reason for calling it back stays the one that is told. */
const because = (intent: Intent, failure: Failure | undefined): Pick<IntentChange, 'failure'> => (failure === undefined || intent.failure !== null ? {} : { failure });

function settled(intent: Intent, receipt: MinedReceipt, event: Extract<IntentEvent, { type: 'settled' }>): IntentChange {
  const to = outcomeOf(intent, receipt);
  const failure = to === 'DONE' ? null : (event.failure ?? intent.failure ?? (to === 'EXPIRED' ? DEADLINE_PASSED : null));
  // A call that was faster than its cancellation has not failed.
  return { event: 'settled', to, notices: event.notices, failure };
}

/** The transaction whose block vanished counts as not sent, so that the same bytes go out again at once. */
function unsent(intent: Intent): Pick<IntentChange, 'transaction'> {
  const transaction = intent.transactions.find((tx) => tx.hash === intent.receipt?.transactionHash);
  return transaction === undefined ? {} : { transaction: { ...transaction, broadcastAt: null } };
}

const isOurs = (intent: Intent, receipt: MinedReceipt): boolean => intent.transactions.some((tx) => tx.hash === receipt.transactionHash);

function applied(intent: Intent, change: IntentChange): Intent {
  return {
    ...intent,
    state: change.to,
    transactions: change.transaction === undefined ? intent.transactions : merged(intent.transactions, change.transaction),
    receipt: change.receipt === undefined ? intent.receipt : change.receipt,
    failure: change.failure === undefined ? intent.failure : change.failure,
  };
}

function merged(transactions: readonly IntentTransaction[], one: IntentTransaction): readonly IntentTransaction[] {
  return transactions.some((tx) => tx.id === one.id) ? transactions.map((tx) => (tx.id === one.id ? one : tx)) : [...transactions, one];
}
