import { createHash } from 'node:crypto';
import { OPERATORS, type DueDelivery } from '@ballast/policy';
import { Links } from '../links.js';
import { toldAgainIn } from '../notice-data.js';
import { toBeSeen } from '../templates/alarms.js';
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

/** What a mail tells of, and whom it goes to. */
export type MailedEvent = Pick<DueDelivery, 'event' | 'acknowledgeToken'> & { readonly subscription: Pick<DueDelivery['subscription'], 'id' | 'target' | 'endToken'> };

/** The mail for a delivery. Never fails: what has no words of its own becomes a plain mail. */
export function emailFor(delivery: MailedEvent, links: Links): EmailMessage {
  const { event, subscription, acknowledgeToken = null } = delivery;
  const said = contentOf(event, { links, account: event.account, chainId: event.chainId, positionId: event.positionId });
  const content = acknowledgeToken === null ? said : toBeSeen(said, toldAgainIn(event.data), links.acknowledge(acknowledgeToken));
  const footer = { eventId: event.id, home: homeOf(event.account, links), unsubscribeUrl: links.unsubscribe(subscription.endToken) };
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

const homeOf = (account: string, links: Links): { readonly label: string; readonly url: string } =>
  account === OPERATORS ? { label: 'Status page', url: links.status() } : { label: 'Your positions', url: links.account(account) };

/** The same to somebody who runs the service and has subscribed to nothing: without a way to unsubscribe. */
export function emailToOperator(event: Pick<DueDelivery['event'], 'id' | 'kind' | 'severity' | 'data' | 'chainId'>, to: string, links: Links): EmailMessage {
  const content = contentOf(event, { links, account: OPERATORS, chainId: event.chainId, positionId: null });
  const footer = { eventId: event.id, home: homeOf(OPERATORS, links), unsubscribeUrl: null };
  return {
    to, subject: content.subject, text: drawText(content, footer), html: drawHtml(content, footer), messageId: messageIdOf(event.id, to, links.host),
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Ballast-Event': encodeURIComponent(event.id) },
  };
}
