import { chooseLane, type Intent, type IntentChange, type IntentTransaction, type LaneClass, type Notice } from '@ballast/policy';
import type { Address, ChainId, Hash32, RawAmount } from '@ballast/units';
import { isTerminal } from '../../src/intent-life.js';

/** What a history broke, in words. */
export class Broken extends Error {}

export function must(holds: boolean, what: () => string): void {
  if (!holds) throw new Broken(what());
}

/** A write that was not made: somebody else moved the intent, the disk is full, a stop or a lease forbids it, no lane has room. Nothing was stored. */
export class NotWritten extends Error {
  constructor(readonly why: 'moved' | 'refused' | 'stopped' | 'lease' | 'lanes') {
    super(why);
  }
}

export const NONCE_CAP = 3;
export const laneName = (lane: number): Address => `L${lane}` as Address;
export const laneNumber = (lane: Address): number => Number(lane.slice(1));

/** The journal's promises, without a database: each method is whole or not at all, and moves an intent only from the state that was named. */
export class SmallJournal {
  readonly intents: Intent[] = [];
  readonly loans: number[] = [];
  readonly classes: LaneClass[] = [];
  readonly outbox = new Map<string, string>();
  readonly nextNonce: number[];
  /** To which intent a nonce was given. */
  readonly holders = new Map<string, number>();
  /** Every hash that was ever stored. */
  readonly hashes = new Map<Hash32, number>();
  refuses = false;
  stopped = false;
  fence = 1;

  constructor(lanes: number) {
    this.nextNonce = new Array<number>(lanes).fill(0);
  }

  /** Null where the loan has an open intent. */
  plan(loan: number, deadline: number, laneClass: LaneClass): number | null {
    if (this.refuses || this.intents.some((intent, index) => this.loans[index] === loan && !isTerminal(intent.state))) return null;
    const index = this.intents.length;
    const zero = 0n as RawAmount;
    this.intents.push({
      id: `i${index}`, state: 'PLANNED', decisionId: null, transactions: [], receipt: null, failure: null,
      plan: { kind: 'REPAY', chainId: 1 as ChainId, guard: 'G' as Address, mandateHash: 'M' as Hash32, positionId: `p${loan}` as never, min: zero, max: zero, deadline: BigInt(deadline) },
    });
    this.loans.push(loan);
    this.classes.push(laneClass);
    return index;
  }

  inFlight(lane: number): number {
    return this.intents.filter(({ state, transactions: [first] }) => (state === 'NONCED' || state === 'SIGNED' || state === 'BROADCAST') && first?.lane === laneName(lane)).length;
  }

  /** `floors`: nonces that each lane has used for good; `seen`: in the newest block. */
  allocate(index: number, floors: readonly number[], seen: readonly number[]): void {
    this.enter(index, 'PLANNED');
    if (this.stopped) throw new NotWritten('stopped');
    const loads = this.nextNonce.map((next, lane) => ({ lane: laneName(lane), usable: Math.max(next, floors[lane] ?? 0) >= (seen[lane] ?? 0), inFlight: this.inFlight(lane), cap: NONCE_CAP }));
    const chosen = chooseLane(this.classes[index] as LaneClass, loads);
    if ('none' in chosen) throw new NotWritten('lanes');
    const lane = laneNumber(chosen.lane);
    const nonce = Math.max(this.nextNonce[lane] ?? 0, floors[lane] ?? 0);
    this.nextNonce[lane] = nonce + 1;
    must(!this.holders.has(`${lane}/${nonce}`), () => `nonce ${nonce} of lane ${lane} was given twice`);
    this.holders.set(`${lane}/${nonce}`, index);
    const transaction: IntentTransaction = { id: `i${index}t`, lane: chosen.lane, nonce: BigInt(nonce), purpose: 'call', hash: null, raw: null, gasLimit: null, maxFeePerGas: null, maxPriorityFeePerGas: null, broadcastAt: null };
    this.write(index, { event: 'nonce-allocated', to: 'NONCED', transaction });
  }

  advance(index: number, from: Intent['state'], change: IntentChange): void {
    this.enter(index, from);
    this.write(index, change);
  }

  sign(index: number, from: Intent['state'], purpose: IntentTransaction['purpose'], fence: number, make: () => IntentChange): void {
    this.enter(index, from);
    if (fence !== this.fence) throw new NotWritten('lease');
    if (purpose === 'call' && this.stopped) throw new NotWritten('stopped');
    this.write(index, make());
  }

  private enter(index: number, from: Intent['state']): void {
    if (this.refuses) throw new NotWritten('refused');
    if (this.intents[index]?.state !== from) throw new NotWritten('moved');
  }

  private write(index: number, change: IntentChange): void {
    const before = this.intents[index] as Intent;
    must(!isTerminal(before.state), () => `i${index} was written to after its end`);
    const { transaction } = change;
    if (transaction !== undefined) this.check(index, before, transaction);
    this.intents[index] = {
      ...before,
      state: change.to,
      transactions: transaction === undefined ? before.transactions : put(before.transactions, transaction),
      receipt: change.receipt === undefined ? before.receipt : change.receipt,
      failure: change.failure === undefined ? before.failure : change.failure,
    };
    this.tell(index, change.notices ?? []);
  }

  private check(index: number, before: Intent, transaction: IntentTransaction): void {
    const [first = transaction] = before.transactions;
    must(first.lane === transaction.lane && first.nonce === transaction.nonce, () => `i${index} holds two nonces`);
    const stored = before.transactions.find((one) => one.id === transaction.id);
    must(stored === undefined || stored.hash === null || stored.hash === transaction.hash, () => `i${index}: signed bytes ${stored?.hash} were written over`);
    if (transaction.hash !== null) this.hashes.set(transaction.hash, index);
  }

  private tell(index: number, notices: readonly Notice[]): void {
    for (const { id } of notices) this.outbox.set(id, `i${index}`);
  }
}

const put = (all: readonly IntentTransaction[], one: IntentTransaction): readonly IntentTransaction[] => (all.some(({ id }) => id === one.id) ? all.map((tx) => (tx.id === one.id ? one : tx)) : [...all, one]);
