import { isEventKind, type ParsedNoticeData } from '../notice-data.js';
import { facts, type MailContent, type TemplateContext } from './content.js';
import { joined, moment, sentence } from './words.js';
import { shortAddress } from '@ballast/units';

export function blind(data: ParsedNoticeData<'blind'>, context: TemplateContext): MailContent {
  return {
    subject: `Blind: we cannot see ${data.chainName} right now`,
    preheader: 'What we show of it is old, and we cannot act there.',
    tone: 'blind', chip: 'Blind', headline: `We cannot see ${data.chainName} right now`,
    lead: joined([data.reason && sentence(data.reason), 'Until we see it again we cannot act on your loans there. If you must act, use the protocol directly. We keep trying, and a mail tells you when we see again.']),
    facts: facts(data.since && { label: 'Blind since', value: moment(data.since) }),
    buttons: [{ label: 'Open your positions', url: context.links.account(context.account) }, { label: 'What we see', url: context.links.status() }],
  };
}

export function sighted(data: ParsedNoticeData<'sighted'>, context: TemplateContext): MailContent {
  return {
    subject: `Watching again: we see ${data.chainName}`,
    preheader: 'Your loans there are read and protected as before.',
    tone: 'safe', chip: 'Watching', headline: `We see ${data.chainName} again`,
    lead: 'Your loans there are read at every block, and your rules run as before. Nothing for you to do.',
    facts: facts(data.since && { label: 'Blind from', value: moment(data.since) }, data.until && { label: 'Until', value: moment(data.until) }),
    buttons: [{ label: 'Open your positions', url: context.links.account(context.account) }],
  };
}

export function subscriptionConfirm(data: ParsedNoticeData<'subscription.confirm'>, context: TemplateContext): MailContent {
  return {
    subject: 'Confirm that you want alerts from Ballast',
    preheader: 'Nothing is sent to this address before you confirm.',
    tone: 'accent', chip: 'Confirm', headline: 'Do you want these alerts?',
    lead: `Somebody asked Ballast to tell this address what happens to the loans of ${shortAddress(context.account)}. Nothing else is sent here before you confirm.`,
    facts: facts({ label: 'Account', value: context.account, mono: true }, data.expiresAt && { label: 'The link works until', value: moment(data.expiresAt) }),
    buttons: [{ label: 'Yes, send me alerts', url: context.links.confirm(data.token) }],
    note: 'If it was not you, do nothing.',
  };
}

const SEVERITY = {
  critical: { tone: 'danger', chip: 'Important' },
  warning: { tone: 'watch', chip: 'Watch' },
  info: { tone: 'accent', chip: 'News' },
} as const;

const TITLES: Readonly<Record<string, string>> = {
  'action.started': 'We are acting on your loan', 'action.done': 'We acted on your loan', 'action.failed': 'We tried to act on your loan and failed',
  'not-protected': 'Not protected: we cannot act on your loan', 'protected-again': 'Protected again: your loan', 'price.disagrees': 'A price of the protocol is far from the market', 'mandate.active': 'Your mandate is in force',
  'mandate.rejected': 'Your mandate could not be put in force', 'position.liquidated': 'A loan of yours was liquidated', blind: 'We cannot see a chain right now',
  sighted: 'We see the chain again',
};

const MOST_FACTS = 12;
const isSecret = (field: string): boolean => /token|secret|signature|password/i.test(field);

/** For a kind we have no words for, or data that is not as expected: says what it can, so that no notice is lost. */
export function plain(kind: string, severity: string, data: unknown, context: TemplateContext): MailContent {
  const { tone, chip } = SEVERITY[severity === 'critical' || severity === 'warning' ? severity : 'info'];
  const title = isEventKind(kind) ? (TITLES[kind] ?? 'News about your loan') : `News about your loan: ${kind}`;
  const fields = typeof data === 'object' && data !== null ? Object.entries(data) : [];
  return {
    subject: title, preheader: 'Open your positions to see it.', tone, chip, headline: title,
    lead: 'Something happened that concerns this account. Its page shows the whole.',
    facts: fields
      .filter(([field, value]) => !isSecret(field) && (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'))
      .slice(0, MOST_FACTS)
      .map(([field, value]) => ({ label: field, value: String(value).slice(0, 200) })),
    buttons: [{ label: 'Open it', url: context.links.position(context.account, context.positionId) }],
  };
}
