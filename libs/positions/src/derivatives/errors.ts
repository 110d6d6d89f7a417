import { BallastError } from '@ballast/units';
import type { DerivativesVenue } from './venue.js';

/** The venue did not answer, or said that it cannot now. Read again later. */
export class VenueUnavailable extends BallastError {
  readonly code: string = 'venue-unavailable';
  readonly disposition = 'retryable';
  constructor(readonly venue: DerivativesVenue, readonly detail: string) {
    super(`${venue} did not answer: ${detail}`);
  }
}

/** The venue wants to be asked less often. Nothing was executed. */
export class VenueRateLimited extends VenueUnavailable {
  override readonly code = 'venue-rate-limited';
}

/** The venue answered with something that is not what it documents. Nothing of it is used. */
export class VenueAnswerInvalid extends BallastError {
  readonly code = 'venue-answer-invalid';
  readonly disposition = 'invalid';
  constructor(readonly venue: DerivativesVenue, readonly call: string, readonly detail: string) {
    super(`${venue}, ${call}: ${detail}`);
  }
}

/** The key is wrong, revoked or expired, or may do too little or too much. Asking again does not help; its owner must act. */
export class VenueKeyRefused extends BallastError {
  readonly code = 'venue-key-refused';
  readonly disposition = 'refused';
  constructor(readonly venue: DerivativesVenue, readonly detail: string) {
    super(`${venue} does not accept the key: ${detail}`);
  }
}
