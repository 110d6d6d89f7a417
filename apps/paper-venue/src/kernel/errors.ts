import { BallastError } from '@ballast/units';

/** Why an order or a cancel was turned down. Stable: the wires map each to the venue's own words. */
export type RefusalCode =
  | 'unknown-account' | 'unknown-instrument' | 'unknown-order' | 'bad-tick' | 'bad-lot' | 'bad-size' | 'below-min-notional' | 'outside-price-band' | 'not-enough-margin'
  | 'reduce-only-would-grow' | 'reduce-only-refused' | 'post-only-would-cross' | 'nothing-to-match' | 'duplicate-client-id' | 'bad-leverage' | 'not-isolated' | 'halted' | 'wrong-currency' | 'key-revoked';

/** The venue turned a request down; nothing has changed. */
export class VenueRefusal extends BallastError {
  readonly disposition = 'refused';
  constructor(readonly code: RefusalCode, message: string) {
    super(message);
  }
}
