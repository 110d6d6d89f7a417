import type { Refusal } from '@ballast/local-server';
import { VenueAnswerInvalid, VenueKeyRefused, VenueRateLimited, VenueUnavailable } from '@ballast/positions';
import { InvalidInput } from '@ballast/units';
import { KeyUnreadable, type GatewayRefusal } from '@ballast/venue-wire';
import { KeyElsewhere } from './connected-key.js';
import { LimitReached } from './limits.js';
import { KeyNotOpen, KeyNotTaken } from './open-keys.js';
import { LogUnusable } from './log-entries.js';

const refused = (status: number, body: GatewayRefusal): Refusal => ({ status, body });

/** How a failure is answered. Where it is none of these nobody knows how far it came. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof LimitReached) return refused(403, { code: error.code, message: error.message });
  if (error instanceof KeyNotOpen) return refused(409, { code: error.code, message: error.message });
  if (error instanceof KeyUnreadable || error instanceof KeyElsewhere || error instanceof KeyNotTaken) return refused(422, { code: error.code, message: error.message });
  if (error instanceof VenueKeyRefused) return refused(422, { code: error.code, venue: error.venue, detail: error.detail });
  if (error instanceof VenueRateLimited) return refused(503, { code: error.code, venue: error.venue, detail: error.detail });
  if (error instanceof VenueUnavailable) return refused(503, { code: 'venue-unavailable', venue: error.venue, detail: error.detail });
  if (error instanceof VenueAnswerInvalid) return refused(502, { code: error.code, venue: error.venue, call: error.call, detail: error.detail });
  if (error instanceof InvalidInput) return refused(400, { code: 'invalid-request', message: error.message });
  if (error instanceof LogUnusable) return refused(503, { code: error.code, message: 'the log of orders cannot be written; nothing is sent without it' });
  return refused(500, { code: 'gateway-failed', message: 'the gateway failed; its output says why' });
}
