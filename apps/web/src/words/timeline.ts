import type { Decision } from '../api/types.js';
import { whole } from './numbers.js';
import { clockTenths } from './times.js';

export interface Moment {
  readonly name: 'Seen' | 'Decided' | 'Signed' | 'Sent' | 'Mined' | 'Confirmed';
  readonly state: 'done' | 'pending' | 'failed';
  /** The time of our clock, or the block for what the chain dates. */
  readonly when: string;
}

/** The six moments of an action. What has not happened is pending; in a failed one the first that did not happen failed. */
export function timelineOf(decision: Decision): Moment[] {
  const { intent } = decision;
  const firstSigned = intent?.transactions.find((transaction) => transaction.purpose === 'call' && transaction.signedAt !== null);
  const firstSent = intent?.transactions.find((transaction) => transaction.purpose === 'call' && transaction.broadcastAt !== null);
  const entered = (states: readonly string[]): string | null => intent?.steps.find((step) => states.includes(step.to.toUpperCase()))?.at ?? null;
  const times: ReadonlyArray<readonly [Moment['name'], string | null]> = [
    ['Seen', `block ${whole(decision.blockNumber)}`],
    ['Decided', clockTenths(decision.createdAt)],
    ['Signed', firstSigned ? clockTenths(firstSigned.signedAt) : null],
    ['Sent', firstSent ? clockTenths(firstSent.broadcastAt) : null],
    ['Mined', tenths(entered(['MINED']))],
    ['Confirmed', tenths(entered(['CONFIRMED', 'DONE']))],
  ];
  let failed = intent?.failure === null || intent?.failure === undefined;
  return times.map(([name, when]) => {
    if (when !== null) return { name, state: 'done', when };
    if (!failed) {
      failed = true;
      return { name, state: 'failed', when: 'did not happen' };
    }
    return { name, state: 'pending', when: intent?.failure ? '' : 'waiting' };
  });
}

const tenths = (iso: string | null): string | null => (iso === null ? null : clockTenths(iso));

/** From the first to the last of two times, in seconds with one decimal; null when either is unknown. */
export function secondsBetween(from: string | null | undefined, to: string | null | undefined): string | null {
  const ms = Date.parse(to ?? '') - Date.parse(from ?? '');
  return Number.isFinite(ms) && ms >= 0 ? `${(ms / 1_000).toFixed(1)} s` : null;
}
