import { VenueUnavailable, type DerivativesVenue } from '@ballast/positions';
import { BallastError } from '@ballast/units';

/** No usable answer of the gateway came to a question about a venue. Nothing is known of the venue itself. Ask again later. */
export class GatewayUnreachable extends VenueUnavailable {
  override readonly code = 'gateway-unreachable';
  constructor(venue: DerivativesVenue, readonly at: string, readonly given: string) {
    super(venue, `the gateway at ${at}: got ${given}, expected an answer`);
  }
}

/** The same of a question about the gateway itself. */
export class GatewaySilent extends BallastError {
  readonly code = 'gateway-silent';
  readonly disposition = 'retryable';
  constructor(readonly at: string, readonly given: string) {
    super(`gateway at ${at}: got ${given}, expected an answer`);
  }
}
