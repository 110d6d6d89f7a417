import { VenueAnswerInvalid, VenueKeyRefused, VenueRateLimited, VenueUnavailable, type DerivativesVenue } from '@ballast/positions';
import { toJson } from '@ballast/units';
import { gatewayRefusal, type GatewayRefusal } from '@ballast/venue-wire';
import type { z } from 'zod';
import { exchange, jsonOf, NoAnswer, peerName, type LocalPeer } from '../local-request.js';
import { GatewayUnreachable } from './gateway-errors.js';

/** The instrument list of a venue with all its options is the longest answer. */
const MOST_ANSWER = 32_000_000;

export type GatewayAnswer<T> =
  | { readonly kind: 'answered'; readonly value: T }
  | { readonly kind: 'refused'; readonly refusal: GatewayRefusal }
  /** Nobody knows what became of the request; `arrived` is false where it never left. */
  | { readonly kind: 'silent'; readonly because: 'timeout' | 'network' | 'server-error' | 'unreadable-answer'; readonly arrived: boolean; readonly why: string };

export interface GatewayPeer extends LocalPeer {
  readonly timeoutMs: number;
}

/** One request to the gateway. It never throws for what the gateway or the way to it does. `again`: it may be repeated where a kept connection broke. */
export async function askGateway<T>(peer: GatewayPeer, method: 'GET' | 'POST' | 'DELETE', path: string, schema: z.ZodType<T>, body: object | null, again: boolean): Promise<GatewayAnswer<T>> {
  let came: { readonly status: number; readonly text: string };
  try {
    came = await exchange(peer, { method, path, ...(body === null ? {} : { body: JSON.stringify(toJson(body)) }), timeoutMs: peer.timeoutMs, mostAnswer: MOST_ANSWER, again });
  } catch (error) {
    if (error instanceof NoAnswer) return { kind: 'silent', because: error.because, arrived: error.arrived, why: error.why };
    throw error;
  }
  const json = jsonOf(came.text);
  if (came.status === 200) {
    const parsed = schema.safeParse(json);
    return parsed.success ? { kind: 'answered', value: parsed.data } : { kind: 'silent', because: 'unreadable-answer', arrived: true, why: `an answer that does not parse: ${parsed.error.issues.slice(0, 3).map(({ path: at, message }) => `${at.map(String).join('.')}: ${message}`).join('; ')}` };
  }
  const refusal = gatewayRefusal.safeParse(json);
  if (!refusal.success) return { kind: 'silent', because: came.status >= 500 ? 'server-error' : 'unreadable-answer', arrived: true, why: `status ${came.status} and an answer that does not parse` };
  if (refusal.data.code === 'gateway-failed') return { kind: 'silent', because: 'server-error', arrived: true, why: refusal.data.message };
  return { kind: 'refused', refusal: refusal.data };
}

/** What a question that was not answered throws. */
export function failureOf(venue: DerivativesVenue, peer: GatewayPeer, answer: Exclude<GatewayAnswer<never>, { kind: 'answered' }>): Error {
  if (answer.kind === 'silent') return new GatewayUnreachable(venue, peerName(peer.at), answer.why);
  const { refusal } = answer;
  switch (refusal.code) {
    case 'venue-unavailable': return new VenueUnavailable(refusal.venue, refusal.detail);
    case 'venue-rate-limited': return new VenueRateLimited(refusal.venue, refusal.detail);
    case 'venue-answer-invalid': return new VenueAnswerInvalid(refusal.venue, refusal.call, refusal.detail);
    case 'venue-key-refused': return new VenueKeyRefused(refusal.venue, refusal.detail);
    // Only its owner can mend these.
    case 'key-unreadable': case 'key-elsewhere': case 'name-taken': return new VenueKeyRefused(venue, `the gateway: ${refusal.message}`);
    case 'invalid-request': return new VenueAnswerInvalid(venue, 'gateway', refusal.message);
    default: return new GatewayUnreachable(venue, peerName(peer.at), `${refusal.code}: ${refusal.message}`);
  }
}
