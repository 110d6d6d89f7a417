import { BallastError, type Address, type Hash32 } from '@ballast/units';

/** Whether the keys behind a signer ever signed a transaction: what a lane did that is in no journal is told from theft by it. */
export interface SignedLog {
  /** True where the transaction of this hash was signed here, however long ago. @throws SignerUnreachable when the signer does not answer: nothing is known then */
  has(hash: Hash32): Promise<boolean>;
}

/** Somebody with a newer lease has asked for a signature: the asker leads no more, and must not act. */
export class FencedOff extends BallastError {
  readonly code = 'fenced-off';
  readonly disposition = 'retryable';
  constructor(readonly given: bigint, readonly newest: bigint) {
    super(`signing refused: lease: got ${given}, expected ${newest} or newer: another worker leads`);
  }
}

/** Where a leader says that it leads. */
export interface FenceKeeper {
  /**
   * From the moment this resolves on, nothing is signed under an older fence, also where the new leader has asked for no signature yet.
   * @throws FencedOff when a newer leader was there already; SignerUnreachable
   */
  announce(fence: bigint): Promise<void>;
}

/** A lane has asked for as much as it may spend in an hour. The hour passes, so it may be tried again. */
export class SpendingLimitReached extends BallastError {
  readonly code = 'spending-limit';
  readonly disposition = 'retryable';
  /** Wei: what the lane's nonces of the last hour may cost already, what this one would add, and the most. */
  constructor(readonly lane: Address, readonly committed: bigint, readonly asked: bigint, readonly most: bigint) {
    super(`signing refused: spending of ${lane}: got ${asked} wei more than the ${committed} of the last hour, expected at most ${most} together`);
  }
}

/** No usable answer came from the signer. It may have signed nevertheless; the same request again gives the same bytes. */
export class SignerUnreachable extends BallastError {
  readonly code = 'signer-unreachable';
  readonly disposition = 'retryable';
  constructor(readonly at: string, readonly given: string, expected = 'an answer of the signer') {
    super(`signer at ${at}: got ${given}, expected ${expected}`);
  }
}

/** The signer signed something else than it was asked for: it is broken, or not ours. Nothing of it may be sent. */
export class SignatureWrong extends BallastError {
  readonly code = 'signature-wrong';
  readonly disposition = 'invalid';
  constructor(readonly field: string, readonly given: string, readonly expected: string) {
    super(`signature: ${field}: got ${given}, expected ${expected}`);
  }
}
