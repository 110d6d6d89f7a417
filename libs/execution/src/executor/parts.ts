import type { BlockRef, ChainBook, ReadClient, SendClient } from '@ballast/connectors';
import type { KeeperSigner } from '@ballast/connectors/signer';
import type { ActionJournal, Intent, Mandate, MinedReceipt, Notice, Permit } from '@ballast/policy';
import { BallastError, type Address, type Hash32 } from '@ballast/units';
import type { FeeSettings } from './fees.js';

export interface MandateSource {
  byHash(hash: Hash32): Promise<Mandate | null>;
}

export interface PermitSource {
  get(id: string): Promise<Permit | null>;
}

/** One of our accounts at a block. */
export interface LaneState {
  readonly lane: Address;
  /** The keepers contract names it: the guards let it act. */
  readonly isListed: boolean;
  /** Its coins in wei; null where they are not known, and do not matter. */
  readonly balance: bigint | null;
}

/** What the executor works with. */
export interface ExecutorParts {
  readonly journal: ActionJournal;
  readonly reads: ReadClient;
  readonly sends: Pick<SendClient, 'broadcast' | 'simulate' | 'estimateGas'>;
  readonly signer: KeeperSigner;
  /** The number of the lease under which this process leads; 0 where it is left out. The signer refuses one older than the newest that it has seen. */
  readonly fence?: () => bigint;
  /** The lanes' coins and their place in the keepers list. Without it all count as listed and as able to pay. */
  readonly laneStates?: (head: BlockRef) => Promise<readonly LaneState[]>;
  readonly mandates: MandateSource;
  /** Without it no permit can be submitted. */
  readonly permits?: PermitSource;
  /** Whether the intent, planned and not yet signed, is still what should be done, from fresh chain state. */
  readonly stillWanted: (intent: Intent) => Promise<boolean>;
  /** Writes notices of what no decision or intent is stored of. One whose id is there already is left as it is. */
  readonly tell: (notices: readonly Notice[]) => Promise<void>;
  /**
   * What notices about an action say beside the executor's own facts: the loan's pair, prices, the fee in dollars. Put over the
   * executor's own fields. It must not fail a settlement: what it throws leaves the notice without these facts.
   */
  readonly describe?: (intent: Pick<Intent, 'plan'>, receipt: MinedReceipt | null) => Promise<Readonly<Record<string, unknown>>>;
  /**
   * A call would do, or did, what must never be (`DEFECTS`). Whoever listens stops the protocol and calls a person; called before anything else is done with
   * the intent, and once more whenever the same is seen again. What it throws keeps the intent as it is.
   */
  readonly onDefect?: (intent: Intent, failure: { readonly code: string; readonly message: string }) => Promise<void>;
  /** Hears in one sentence of what nobody is told otherwise: a line of the log. */
  readonly warn?: (message: string) => void;
  /** Wall clock in milliseconds. */
  readonly now: () => number;
  /** Milliseconds since some moment, by a clock that nobody sets: for how long something lasts. */
  readonly monotonic: () => number;
}

export interface ExecutorSettings {
  /** Blocks, the including one counted, after which an outcome is final. */
  readonly confirmations: number;
  readonly fees: FeeSettings;
  readonly maxGasLimit: bigint;
  /** Nonces that one lane may have under way; 16 where it is left out. */
  readonly noncesPerLane?: number;
  /** For the words of notices. */
  readonly tokens: ChainBook['tokens'];
  /** How soon to look again at a transaction that is on its way. */
  readonly pollMs?: number;
  /** How soon to try again after a failure that may pass. */
  readonly retryMs?: number;
  readonly rebroadcastAfterMs?: number;
  /** After so long without being mined a call is offered again with higher fees: about two blocks. */
  readonly replaceAfterMs?: number | (() => number);
}

/** There is no such intent in the journal. */
export class UnknownIntent extends BallastError {
  readonly code = 'unknown-intent';
  readonly disposition = 'invalid';
  constructor(readonly intentId: string) {
    super(`intent ${intentId}: got none in the journal, expected one`);
  }
}
