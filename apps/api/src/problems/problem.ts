import type { z } from 'zod';
import { HttpException } from '@nestjs/common';
import { BallastError } from '@ballast/units';
import type { problem } from '../contract/schemas.js';
import { RequestInvalid } from './api-errors.js';

export type Problem = z.infer<typeof problem>;

/** Status of every code that has one of its own; the rest follow from the error's disposition. */
const STATUS: Readonly<Record<string, number>> = {
  'invalid-input': 400, 'request-invalid': 400, 'body-malformed': 400,
  'not-signed-in': 401, 'watchdog-token-refused': 401, 'siwe-malformed': 400, 'siwe-domain': 401, 'siwe-uri': 401, 'siwe-chain': 401, 'siwe-expired': 401,
  'siwe-not-yet-valid': 401, 'siwe-signature': 401, 'nonce-refused': 401,
  'foreign-account': 403, 'foreign-mandate': 403, 'cross-site-request': 403,
  'not-found': 404, 'demo-unavailable': 404, 'mandate-outdated': 409, 'too-many-subscriptions': 409, 'too-many-secrets': 409, 'account-taken': 409, 'body-too-large': 413, 'media-type': 415,
  'webhook-target-refused': 422, 'hedge-refused': 422, 'hedge-outdated': 409, 'too-many-requests': 429, 'chain-unreachable': 503,
};
const TITLE: Readonly<Record<number, string>> = {
  400: 'Malformed request', 401: 'Not signed in', 403: 'Not allowed', 404: 'Not found', 405: 'Method not allowed', 409: 'Conflict',
  413: 'Too large', 415: 'Unsupported media type', 422: 'Cannot be done', 429: 'Too many requests', 500: 'Our fault', 502: 'Upstream failed', 503: 'Not available now',
};
/** What body-parser and the router throw: plain errors with a status and a type. */
const TRANSPORT: Readonly<Record<number, readonly [code: string, detail: string]>> = {
  400: ['body-malformed', 'the request could not be read: expected JSON in UTF-8'],
  404: ['not-found', 'there is no such address in this API'],
  413: ['body-too-large', 'the body is too large'],
  415: ['media-type', 'the body has an encoding that is not understood: expected application/json in UTF-8'],
};

const statusOf = (error: BallastError): number | undefined => STATUS[error.code] ?? (/^(mandate|move)-/.test(error.code) ? 422 : undefined);

/**
 * The problem that tells a client of any thrown thing. Of an error that is not one of the API's own only the fact is told:
 * its message may name what a client must not see.
 */
export function problemOf(thrown: unknown, requestId: string): Problem {
  const make = (status: number, code: string, detail: string): Problem => ({
    type: `urn:ballast:problem:${code}`, title: TITLE[status] ?? 'Failed', status, detail, code, instance: `urn:ballast:request:${requestId}`,
  });
  if (thrown instanceof BallastError) {
    const status = statusOf(thrown);
    if (status !== undefined) return { ...make(status, thrown.code, thrown.message), ...(thrown instanceof RequestInvalid ? { errors: [...thrown.errors] } : {}) };
    if (thrown.disposition === 'retryable') return make(503, 'unavailable', 'something that this needs does not answer just now; try again shortly');
  }
  const status = thrown instanceof HttpException ? thrown.getStatus() : Number((thrown as { status?: unknown } | null)?.status);
  const known = TRANSPORT[status];
  if (known !== undefined) return make(status, ...known);
  if (status >= 400 && status < 500) return make(status, 'request-refused', 'the request was refused');
  return make(500, 'internal', 'something failed on our side; your protection runs elsewhere and is not affected');
}
