import type { NoAnswer } from './faults/faulty-venue.js';

/** What goes back over the wire, and after how long; or nothing at all. */
export type WireAnswer =
  | { readonly kind: 'reply'; readonly status: number; readonly contentType: string; readonly body: string; readonly afterMs: number }
  | { readonly kind: 'silence' };

export const jsonAnswer = (status: number, value: unknown, afterMs = 0): WireAnswer => ({ kind: 'reply', status, contentType: 'application/json', body: JSON.stringify(value), afterMs });
export const textAnswer = (status: number, body: string, contentType = 'text/plain'): WireAnswer => ({ kind: 'reply', status, contentType, body, afterMs: 0 });

const OUTAGE = '<html><head><title>503 Service Temporarily Unavailable</title></head><body><h1>503 Service Temporarily Unavailable</h1></body></html>';

/** The answer where the engine gave none; how a venue words a busy moment and a spent allowance is its own. */
export function withoutAnswer(reply: NoAnswer, own: { readonly busy: WireAnswer; readonly rateLimited: WireAnswer }): WireAnswer {
  switch (reply.kind) {
    case 'none':
      return { kind: 'silence' };
    case 'unavailable':
      return textAnswer(503, OUTAGE, 'text/html');
    case 'busy':
      return own.busy;
    case 'rate-limited':
      return own.rateLimited;
  }
}
