import type { z } from 'zod';
import type { AlarmRecord } from '@ballast/storage';
import type * as contract from '../contract/schemas.js';
import { isoOrNull, shownAddress } from './text.js';

export type AlarmView = z.infer<typeof contract.alarm>;

const TITLES: Readonly<Record<string, string>> = {
  'not-protected': 'Not protected', blind: 'We cannot see the chain', 'stop.set': 'Stopped', 'hedge.cannot': 'A hedge cannot be adjusted', 'account.cannot': 'An account cannot be protected',
  'venue.unreachable': 'An account cannot be read', 'venue.orders-fail': 'Orders fail',
};

/** Sentences of the event where it has one. */
function detailOf(data: unknown): string | null {
  const { sentence, reason, why } = (typeof data === 'object' && data !== null ? data : {}) as Readonly<Record<string, unknown>>;
  // A reason alone is a code, unless it holds words.
  const said = [sentence, why, typeof reason === 'string' && reason.includes(' ') ? reason : null].find((one) => typeof one === 'string' && one !== '');
  return typeof said === 'string' ? said : null;
}

/** An alarm as its owner sees it; who acknowledged it by link is not named. */
export const alarmView = (alarm: AlarmRecord): AlarmView => ({
  id: alarm.id, account: shownAddress(alarm.account), positionId: alarm.positionId, kind: alarm.kind, cause: alarm.cause, title: TITLES[alarm.kind] ?? alarm.kind, detail: detailOf(alarm.data),
  openedAt: alarm.openedAt.toISOString(), tellings: alarm.tellings, toldAt: alarm.toldAt.toISOString(), againAt: alarm.acknowledgedAt === null && alarm.endedAt === null ? alarm.tellAt.toISOString() : null,
  acknowledgedAt: isoOrNull(alarm.acknowledgedAt), acknowledgedBy: alarm.acknowledgedBy === null ? null : alarm.acknowledgedBy === 'owner' ? 'owner' : 'link', endedAt: isoOrNull(alarm.endedAt),
});
