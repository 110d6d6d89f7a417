import { BallastError, type FieldProblem } from '@ballast/units';

export class RequestInvalid extends BallastError {
  readonly code = 'request-invalid';
  readonly disposition = 'invalid';
  constructor(readonly errors: readonly FieldProblem[]) {
    super(errors.map(({ field, given, expected }) => `${field}: got ${given}, expected ${expected}`).join('; '));
  }
}

export class NotFound extends BallastError {
  readonly code = 'not-found';
  readonly disposition = 'invalid';
  constructor(readonly what: string, readonly id: string, hint = '') {
    super(`no ${what} ${id} is known here${hint === '' ? '' : `: ${hint}`}`);
  }
}

export class NotSignedIn extends BallastError {
  readonly code = 'not-signed-in';
  readonly disposition = 'refused';
  constructor() {
    super('this needs a session: sign in with the wallet first');
  }
}

export class WatchdogRefused extends BallastError {
  readonly code = 'watchdog-token-refused';
  readonly disposition = 'refused';
  constructor() {
    super('this needs the token of the watchdog, as `Authorization: Bearer …`');
  }
}

/** The session is somebody else's than the account or mandate spoken of. */
export class ForeignAccount extends BallastError {
  readonly disposition = 'refused';
  constructor(readonly code: 'foreign-account' | 'foreign-mandate', readonly session: string, readonly owner: string) {
    super(`this belongs to ${owner}, but the session is signed in as ${session}`);
  }
}

export class CrossSite extends BallastError {
  readonly code = 'cross-site-request';
  readonly disposition = 'refused';
  constructor(readonly given: string, readonly expected: string) {
    super(`a request that changes something must come from ${expected}; this one came from ${given}`);
  }
}

export type SignInRefusal =
  | 'siwe-malformed' | 'siwe-domain' | 'siwe-uri' | 'siwe-chain' | 'siwe-expired' | 'siwe-not-yet-valid' | 'siwe-signature'
  | 'nonce-refused';

export class SignInRefused extends BallastError {
  readonly disposition = 'refused';
  constructor(readonly code: SignInRefusal, given: string, expected: string) {
    super(`sign-in: got ${given}, expected ${expected}`);
  }
}

export type MandateRefusal =
  | 'mandate-chain' | 'mandate-keepers' | 'mandate-actions' | 'mandate-band' | 'mandate-cost' | 'mandate-expiry'
  | 'mandate-pair' | 'mandate-position' | 'mandate-signature' | 'mandate-impossible' | 'mandate-outdated' | 'mandate-permit' | 'mandate-contract';

/** A mandate that the guard would refuse, or that could not protect the position. */
export class MandateRefused extends BallastError {
  readonly disposition = 'refused';
  /** @param sentence for people, in place of the plain comparison */
  constructor(readonly code: MandateRefusal, readonly given: string, readonly expected: string, sentence?: string) {
    super(sentence ?? `${code}: got ${given}, expected ${expected}`);
  }
}

export type MoveRefusal = 'move-fails' | 'move-endangers-donor' | 'move-not-needed' | 'move-does-not-help' | 'move-asset' | 'move-amount' | 'move-floor' | 'move-market';

/** A move of collateral that would fail, or that would help nobody. */
export class MoveRefused extends BallastError {
  readonly disposition = 'refused';
  /** @param sentence for people, in place of the plain comparison */
  constructor(readonly code: MoveRefusal, readonly given: string, readonly expected: string, sentence?: string) {
    super(sentence ?? `${code}: got ${given}, expected ${expected}`);
  }
}

export class TooManyRequests extends BallastError {
  readonly code = 'too-many-requests';
  readonly disposition = 'retryable';
  constructor(readonly retryAfterSeconds: number) {
    super(`too many requests of this kind: try again in ${retryAfterSeconds} s`);
  }
}

export class ChainUnreachable extends BallastError {
  readonly code = 'chain-unreachable';
  readonly disposition = 'retryable';
  constructor(readonly chain: number) {
    super(`chain ${chain} does not answer just now; nothing was changed`);
  }
}

export class DemoUnavailable extends BallastError {
  readonly code = 'demo-unavailable';
  readonly disposition = 'invalid';
  constructor(why = 'this service runs without the demo, or the demo has no such address') {
    super(why);
  }
}

/** A hedge, a protection or a key that cannot be as it was asked for. */
export class HedgeRefused extends BallastError {
  readonly code = 'hedge-refused';
  readonly disposition = 'refused';
  constructor(readonly field: string, readonly given: string, readonly expected: string) {
    super(`${field}: got ${given}, expected ${expected}`);
  }
}

/** What was there when it was asked for is there no more, or is another one by now. */
export class HedgeOutdated extends BallastError {
  readonly code = 'hedge-outdated';
  readonly disposition = 'refused';
  constructor(readonly what: string, readonly given: string, readonly expected: string) {
    super(`${what}: got ${given}, expected ${expected}`);
  }
}
