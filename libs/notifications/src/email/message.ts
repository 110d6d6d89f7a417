import { createHash } from 'node:crypto';
import type { DueDelivery } from '@ballast/policy';
import { Links } from '../links.js';
import { contentOf } from '../templates/render.js';
import { drawHtml, drawText } from './layout.js';

/** What a mail transport gets. */
export interface EmailMessage {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly messageId: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The same event to the same subscriber always has the same Message-ID, so a mail server can drop a second copy. */
export function messageIdOf(eventId: string, subscriptionId: string, host: string): string {
  const readable = eventId.replace(/[^A-Za-z0-9-]+/g, '.').replace(/^\.+|\.+$/g, '').slice(0, 60);
  const exact = createHash('sha256').update(`${eventId}\n${subscriptionId}`).digest('hex').slice(0, 24);
  return `<${readable === '' ? '' : `${readable}.`}${exact}@${/^[a-z0-9.-]+$/i.test(host) ? host : 'ballast.invalid'}>`;
}

/** The mail for a delivery. Never fails: what has no words of its own becomes a plain mail. */
export function emailFor(delivery: DueDelivery, links: Links): EmailMessage {
  const { event, subscription } = delivery;
  const content = contentOf(event, { links, account: event.account, chainId: event.chainId, positionId: event.positionId });
  const footer = { eventId: event.id, alertsUrl: links.account(event.account), unsubscribeUrl: links.unsubscribe(subscription.endToken) };
  return {
    to: subscription.target,
    subject: content.subject,
    text: drawText(content, footer),
    html: drawHtml(content, footer),
    messageId: messageIdOf(event.id, subscription.id, links.host),
    headers: {
      'List-Unsubscribe': `<${links.oneClickUnsubscribe(subscription.endToken)}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      'Auto-Submitted': 'auto-generated',
      'X-Ballast-Event': encodeURIComponent(event.id),
    },
  };
}
