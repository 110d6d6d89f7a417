import type { z } from 'zod';
import type { DeliveryRecord, SubscriptionRecord } from '@ballast/storage';
import type * as contract from '../contract/schemas.js';
import { isoOrNull, shownAddress } from './text.js';

/** An email address with its local part masked: `m•••@example.com`. A URL stays without its query, where secrets are put. */
export function maskedTarget(channel: 'email' | 'webhook', target: string): string {
  if (channel === 'email') return target.replace(/^(.)[^@]*(?=@)/, '$1•••');
  return target.replace(/[?#].*$/s, '?…');
}

/** `forOwner`: whether the account's owner looks, and not whoever knows a token or an address. */
export const subscriptionView = (record: SubscriptionRecord, secret: string | null, forOwner = false): z.infer<typeof contract.subscription> => ({
  id: record.id, channel: record.channel, account: shownAddress(record.account), target: maskedTarget(record.channel, record.target), status: record.status,
  aliveMinutes: record.aliveMinutes, leastSeverity: record.leastSeverity, escalatesAfterMinutes: record.escalatesAfterMinutes, createdAt: record.createdAt.toISOString(), confirmedAt: isoOrNull(record.confirmedAt), byOwner: record.byOwner, secret,
  waitsFor: record.waitsFor === null ? null : { ...record.waitsFor, askedAt: record.waitsFor.askedAt.toISOString(), lastError: forOwner ? record.waitsFor.lastError : null },
});

export const deliveryView = (record: DeliveryRecord): z.infer<typeof contract.delivery> => ({
  id: record.id, eventId: record.eventId, subscriptionId: record.subscriptionId, kind: record.kind, channel: record.channel, target: maskedTarget(record.channel, record.target), status: record.status,
  attempts: record.attempts, lastStatus: record.lastStatus, lastError: record.lastError, createdAt: record.createdAt.toISOString(), deliveredAt: isoOrNull(record.deliveredAt),
  receipts: record.receipts.map(({ at, ...receipt }) => ({ at: at.toISOString(), ...receipt })),
});
