/**
 * What the caller must do about a failure divides the tree first:
 * `retryable` may be tried again as it is, `refused` was turned down by a chain or a venue and needs another action,
 * `invalid` is bad input or a bug of ours and must not be tried again.
 */
export type Disposition = 'retryable' | 'refused' | 'invalid';

/** Root of every error that Ballast throws on purpose. `code` is stable and may be matched by programs; the message is for people. */
export abstract class BallastError extends Error {
  abstract readonly code: string;
  abstract readonly disposition: Disposition;
  override get name(): string {
    return this.constructor.name;
  }
}

export class InvalidInput extends BallastError {
  readonly code = 'invalid-input';
  readonly disposition = 'invalid';
  constructor(readonly field: string, readonly given: string, readonly expected: string) {
    super(`${field}: got ${given}, expected ${expected}`);
  }
}

export class DivisionByZero extends BallastError {
  readonly code = 'division-by-zero';
  readonly disposition = 'invalid';
  constructor(readonly operation: string) {
    super(`${operation}: the divisor is zero`);
  }
}
