import type { DueDelivery } from '@ballast/policy';
import type { WebhookMessage } from './http-channel.js';

/** Of what posts look like. Fields may be added within a version. */
export const WEBHOOK_VERSION = 1;

/** A challenge is no news of Ballast: its type has no prefix. */
export const webhookType = (kind: string): string => (kind === 'webhook.challenge' ? kind : `ballast.${kind}`);

/** The signed message for a delivery: `{type: 'ballast.<kind>', version, id, timestamp, data}`, the time being the event's; it is signed as of the claim, and receivers refuse what is minutes off. */
export function webhookFor({ event, claimedAt, subscription }: Pick<DueDelivery, 'event' | 'claimedAt'> & { readonly subscription: Pick<DueDelivery['subscription'], 'target' | 'secret' | 'previousSecrets'> }): WebhookMessage {
  const data = typeof event.data === 'object' && event.data !== null && !Array.isArray(event.data) ? event.data : { value: event.data };
  const body = JSON.stringify({
    type: webhookType(event.kind),
    version: WEBHOOK_VERSION,
    id: event.id,
    timestamp: event.createdAt.toISOString(),
    data: { ...data, account: event.account, chainId: event.chainId, positionId: event.positionId, severity: event.severity },
  });
  return { url: subscription.target, secret: subscription.secret, previousSecrets: subscription.previousSecrets ?? [], id: event.id, at: claimedAt, body };
}
