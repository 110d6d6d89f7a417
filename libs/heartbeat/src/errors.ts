import { BallastError } from '@ballast/units';

/** A text that is not an Ed25519 key in the expected form. Says nothing of what it holds. */
export class HeartbeatKeyUnusable extends BallastError {
  readonly code = 'heartbeat-key-unusable';
  readonly disposition = 'invalid';
  constructor(readonly expected: string) {
    super(`heartbeat key: got a text that is none, expected ${expected}`);
  }
}

/** What was served as a heartbeat is none, or was not signed by the key that was expected. */
export class HeartbeatRefused extends BallastError {
  readonly disposition = 'refused';
  constructor(readonly code: 'heartbeat-malformed' | 'heartbeat-forged', reason: string) {
    super(reason);
  }
}
