import { stopSentence, type LaneClass, type LaneLoad, type Stop } from '@ballast/policy';
import { BallastError } from '@ballast/units';

/** DATABASE_URL does not lead to a usable PostgreSQL. `given` has its password taken out. */
export class DatabaseUnusable extends BallastError {
  readonly code = 'database-unusable';
  readonly disposition = 'invalid';
  constructor(readonly given: string, readonly expected: string, options?: ErrorOptions) {
    super(`DATABASE_URL: got ${given}, expected ${expected}`, options);
  }
}

/** A migration cannot be applied, or the database's history is not that of this version. Nothing was changed. */
export class MigrationRefused extends BallastError {
  readonly code = 'migration-refused';
  readonly disposition = 'invalid';
  constructor(readonly migration: string, reason: string, options?: ErrorOptions) {
    super(`migration ${migration}: ${reason}`, options);
  }
}

/** The intent is no longer where the caller believed: somebody else moved it. Read it again. */
export class StateMoved extends BallastError {
  readonly code = 'state-moved';
  readonly disposition = 'retryable';
  constructor(readonly intentId: string, readonly expected: string, readonly found: string) {
    super(`intent ${intentId}: got state ${found}, expected ${expected}`);
  }
}

/** A kill switch or a tripped breaker is in force: nothing was signed. */
export class Stopped extends BallastError {
  readonly code = 'stopped';
  readonly disposition = 'refused';
  constructor(readonly stop: Stop) {
    super(stopSentence(stop));
  }
}

/** Every lane that the call may use has as many nonces under way as it may have (`lanes-full`), or none can send it (`lanes-unusable`). Nothing was written. */
export class NoLane extends BallastError {
  readonly disposition = 'retryable';
  constructor(readonly code: 'lanes-full' | 'lanes-unusable', readonly wanted: LaneClass, lanes: readonly LaneLoad[]) {
    const given = lanes.map(({ lane, usable, inFlight, cap }) => `${lane} ${usable ? `with ${inFlight} of ${cap}` : 'that cannot send'}`).join(', ') || 'no lane';
    super(`lane for a ${wanted} call: got ${given}, expected one that can send and has a nonce free`);
  }
}

/** Another process leads, or nobody does: nothing was signed. */
export class LeaseLost extends BallastError {
  readonly code = 'lease-lost';
  readonly disposition = 'retryable';
  constructor(readonly lease: string, readonly fence: bigint, readonly found: string) {
    super(`lease ${lease}: got fence ${found}, expected ${fence}, our own`);
  }
}

/** Another order is stored under this id: an id is one order's for ever. Nothing was written. */
export class OrderIdTaken extends BallastError {
  readonly code = 'order-id-taken';
  readonly disposition = 'invalid';
  constructor(readonly clientId: string) {
    super(`venue order ${clientId}: got another order than the one that is stored under this id, expected the same or a new id`);
  }
}

/** Fills or payments that were given as new are counted already: what was worked out from them counts them twice. Nothing was written; read the books again. */
export class BooksMoved extends BallastError {
  readonly code = 'books-moved';
  readonly disposition = 'retryable';
  constructor(readonly account: string, readonly counted: readonly string[]) {
    super(`books of ${account}: got ${counted.join(', ')} as new, expected none that is counted already`);
  }
}

/** One account, and two who would decide about its margin: what one of them does the other would undo. Nothing was stored. */
export class AccountTaken extends BallastError {
  readonly code = 'account-taken';
  readonly disposition = 'refused';
  constructor(readonly account: string, readonly by: 'protection' | 'hedge') {
    super(by === 'protection' ? `account ${account} is protected as a position of its own: end its protection before it carries a hedge` : `account ${account} carries a hedge: take it out of the hedge, and let what it holds be closed, before it is protected as a position of its own`);
  }
}

/** A row that is asked for by its id does not exist. */
export class NotStored extends BallastError {
  readonly code = 'not-stored';
  readonly disposition = 'invalid';
  constructor(readonly what: string, readonly id: string) {
    super(`${what} ${id}: got no row, expected one`);
  }
}

/** The account has as many subscriptions of this channel as it may have; one must be ended first. Nothing was stored. */
export class TooManySubscriptions extends BallastError {
  readonly code = 'too-many-subscriptions';
  readonly disposition = 'refused';
  constructor(readonly channel: string, readonly most: number) {
    super(`this account has ${most} ${channel} subscriptions already, which is the most there may be: end one first`);
  }
}

export class TooManySecrets extends BallastError {
  readonly code = 'too-many-secrets';
  readonly disposition = 'refused';
  constructor(readonly most: number, readonly hours: number) {
    super(`the secret of this webhook was renewed ${most} times within ${hours} hours, and each of them is still signed with: wait until the oldest is not`);
  }
}

/** A stored value that cannot be read back, or a value that must not be stored: a bug or a foreign hand. */
export class UnreadableValue extends BallastError {
  readonly code = 'unreadable-value';
  readonly disposition = 'invalid';
  constructor(readonly where: string, given: string, expected: string) {
    super(`${where}: got ${given}, expected ${expected}`);
  }
}
