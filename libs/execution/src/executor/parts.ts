import type { ChainBook, ReadClient, SendClient } from '@ballast/connectors';
import type { KeeperSigner } from '@ballast/connectors/signer';
import type { ActionJournal, Intent, Mandate, MinedReceipt, Permit } from '@ballast/policy';
import { BallastError, type Hash32 } from '@ballast/units';
import type { FeeSettings } from './fees.js';

export interface MandateSource {
  byHash(hash: Hash32): Promise<Mandate | null>;
}

export interface PermitSource {
  get(id: string): Promise<Permit | null>;
}

/** What the executor works with. */
export interface ExecutorParts {
  readonly journal: ActionJournal;
  readonly reads: ReadClient;
  readonly sends: Pick<SendClient, 'broadcast' | 'simulate' | 'estimateGas'>;
  readonly signer: KeeperSigner;
  readonly mandates: MandateSource;
  /** Without it no permit can be submitted. */
  readonly permits?: PermitSource;
  /** Whether the intent, planned and not yet signed, is still what should be done, from fresh chain state. */
  readonly stillWanted: (intent: Intent) => Promise<boolean>;
  /**
   * What notices about an ended action say beside the executor's own facts: the loan's pair, prices, the fee in dollars. Put over the
   * executor's own fields. It must not fail a settlement: what it throws leaves the notice without these facts.
   */
  readonly describe?: (intent: Intent, receipt: MinedReceipt | null) => Promise<Readonly<Record<string, unknown>>>;
  /** Wall clock in milliseconds. */
  readonly now: () => number;
}

export interface ExecutorSettings {
  /** Blocks, the including one counted, after which an outcome is final. */
  readonly confirmations: number;
  readonly fees: FeeSettings;
  readonly maxGasLimit: bigint;
  /** For the words of notices. */
  readonly tokens: ChainBook['tokens'];
  /** How soon to look again at a transaction that is on its way. */
  readonly pollMs?: number;
  /** How soon to try again after a failure that may pass. */
  readonly retryMs?: number;
  readonly rebroadcastAfterMs?: number;
  readonly replaceAfterMs?: number;
}

/** There is no such intent in the journal. */
export class UnknownIntent extends BallastError {
  readonly code = 'unknown-intent';
  readonly disposition = 'invalid';
  constructor(readonly intentId: string) {
    super(`intent ${intentId}: got none in the journal, expected one`);
  }
}
