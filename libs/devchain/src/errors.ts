import { BallastError } from '@ballast/units';

/** The protocol sources did not compile: the compiler's own messages. */
export class CompilationFailed extends BallastError {
  readonly code = 'devchain-compilation-failed';
  readonly disposition = 'invalid';
  constructor(readonly messages: readonly string[]) {
    super(`compilation of the local protocols: got ${messages.length} error(s), expected none: ${messages[0] ?? ''}`);
  }
}

export class ArtifactMissing extends BallastError {
  readonly code = 'devchain-artifact-missing';
  readonly disposition = 'invalid';
  constructor(readonly contract: string, readonly where: string) {
    super(`contract ${contract}: got nothing from ${where}, expected its ABI and bytecode`);
  }
}

/** The chain program is absent for this machine, ended early or never answered. */
export class ChainUnavailable extends BallastError {
  readonly code = 'devchain-unavailable';
  readonly disposition = 'retryable';
  constructor(readonly given: string, readonly expected: string) {
    super(`local chain: got ${given}, expected ${expected}`);
  }
}

/** A transaction of the local chain's own actors was refused or reverted. `reason` is the decoded error where its ABI is known. */
export class TransactionFailed extends BallastError {
  readonly code = 'devchain-transaction-failed';
  readonly disposition = 'refused';
  constructor(readonly action: string, readonly reason: string) {
    super(`${action}: got ${reason}, expected success`);
  }
}
