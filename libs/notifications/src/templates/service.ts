import { OPERATORS } from '@ballast/policy';
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

export function alive(data: ParsedNoticeData<'alive'>, context: TemplateContext): MailContent {
  return {
    subject: `Watching: ${data.chainName} is seen`,
    preheader: 'A sign of life, as you asked for.',
    tone: 'safe', chip: 'Watching', headline: `We see ${data.chainName}`,
    lead: 'Your loans there are watched, and your rules run. Nothing for you to do.',
    facts: facts({ label: 'Block', value: data.headNumber }, { label: 'Seen', value: moment(data.seenAt) }, data.oldestCheckAt && { label: 'Every guarded loan read since', value: moment(data.oldestCheckAt) }),
    buttons: [{ label: 'What we see', url: context.links.status() }],
  };
}

const UNTIL_IT_IS_OVER = {
  title: 'Until you hear that it is over',
  items: [
    'Look at your loans on the page of the protocol itself, not through Ballast.',
    'If one is near liquidation, repay or add collateral there yourself.',
    'What you signed stays as it is: it allows nothing beyond its limits, and you can revoke it on chain at any time without us.',
  ],
} as const;

export function silent(data: ParsedNoticeData<'silent'>, context: TemplateContext): MailContent {
  const isSilent = data.cause === 'silent';
  return {
    // The same for every reminder of a spell, so that they stay in one thread.
    subject: isSilent ? `Silent: nothing was heard from Ballast on ${data.chainName}` : `Not to be relied on: Ballast contradicts ${data.chainName}`,
    preheader: 'Do not count on Ballast to act on your loans until you hear that it is over.',
    tone: 'danger', chip: isSilent ? 'Silent' : 'Contradiction',
    headline: isSilent ? 'Ballast is silent. Do not count on it to act now' : `What Ballast says of ${data.chainName} is not so. Do not count on it to act now`,
    lead: joined([sentence(data.reason), `Perhaps nobody watches your loans on ${data.chainName}, and a rule that you signed may not run. This mail comes from our watchdog, which runs apart from all the rest.`]),
    facts: facts(
      data.lastHeartbeatAt && { label: 'Last sign of life', value: moment(data.lastHeartbeatAt) }, { label: isSilent ? 'Silent since' : 'Contradicts since', value: moment(data.since) },
      data.againInMinutes != null && { label: 'Told again while it lasts', value: `after ${data.againInMinutes} min` },
    ),
    steps: UNTIL_IT_IS_OVER,
    buttons: [{ label: 'What Ballast says of itself', url: context.links.status() }, ...(context.account === OPERATORS ? [] : [{ label: 'Your positions', url: context.links.account(context.account) }])],
    note: 'The pages behind these buttons are Ballast’s own: they may not answer now.',
  };
}

export function silentOver(data: ParsedNoticeData<'silent.over'>, context: TemplateContext): MailContent {
  return {
    subject: `Heard again: Ballast watches ${data.chainName}`,
    preheader: 'Its signs of life come again and agree with the chain.',
    tone: 'safe', chip: 'Watching', headline: 'Ballast is heard again',
    lead: `Its signs of life come again and agree with ${data.chainName}. Your loans are watched and your rules run as before. What happened meanwhile is on your page.`,
    facts: facts({ label: 'Silent from', value: moment(data.since) }, { label: 'Until', value: moment(data.until) }),
    buttons: [context.account === OPERATORS ? { label: 'What we see', url: context.links.status() } : { label: 'Open your positions', url: context.links.account(context.account) }],
  };
}

export function hedgingLate(data: ParsedNoticeData<'hedging.late'>, context: TemplateContext): MailContent {
  return {
    subject: `Hedges are not looked after: Ballast on ${data.chainName}`,
    preheader: 'Loans are watched as before.',
    tone: 'danger', chip: 'Hedges', headline: 'Hedges and guarded accounts are not looked after',
    lead: joined([sentence(data.reason), 'Loans are watched as before. Meanwhile no hedge is adjusted, made smaller or closed, and no guarded account is protected. This mail comes from the watchdog.']),
    facts: facts({ label: 'Since', value: moment(data.since) }, data.againInMinutes != null && { label: 'Told again while it lasts', value: `after ${data.againInMinutes} min` }),
    steps: { title: 'Do this', items: ['Look for errors of hedging in the log of the worker that leads.', 'Where there are none, a turn hangs: start that worker anew.', 'Look at the gateway and at the venues.'] },
    buttons: [{ label: 'What Ballast says of itself', url: context.links.status() }],
  };
}

export function hedgingBack(data: ParsedNoticeData<'hedging.back'>, context: TemplateContext): MailContent {
  return {
    subject: `Hedges are looked after again: Ballast on ${data.chainName}`,
    preheader: 'Rounds end as before.',
    tone: 'safe', chip: 'Hedges', headline: 'Hedges and guarded accounts are looked after again',
    lead: `On ${data.chainName} rounds in which all of them are looked after end as before.`,
    facts: facts({ label: 'Not looked after from', value: moment(data.since) }, { label: 'Until', value: moment(data.until) }),
    buttons: [{ label: 'What Ballast says of itself', url: context.links.status() }],
  };
}

export function watchdogUnsure(data: ParsedNoticeData<'watchdog.unsure'>, context: TemplateContext): MailContent {
  return {
    subject: 'The watchdog cannot compare: it sees no chain of its own',
    preheader: 'It would still notice silence, but no contradiction.',
    tone: 'watch', chip: 'Unsure', headline: 'The watchdog cannot compare what Ballast says with the chain',
    lead: joined([sentence(data.reason), 'Owners are not told of this. Until it is mended the watchdog still notices when Ballast falls silent, and no longer when it is wrong.']),
    facts: facts({ label: 'Since', value: moment(data.since) }, data.againInMinutes != null && { label: 'Told again while it lasts', value: `after ${data.againInMinutes} min` }),
    buttons: [{ label: 'What Ballast says of itself', url: context.links.status() }],
  };
}

export function watchdogSure(data: ParsedNoticeData<'watchdog.sure'>, context: TemplateContext): MailContent {
  return {
    subject: 'The watchdog sees its chain again',
    preheader: 'It compares as before.',
    tone: 'safe', chip: 'Sure again', headline: 'The watchdog compares as before',
    lead: 'Its own node answers again.',
    facts: facts({ label: 'Unsure from', value: moment(data.since) }, { label: 'Until', value: moment(data.until) }),
    buttons: [{ label: 'What Ballast says of itself', url: context.links.status() }],
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
  'action.started': 'We are acting on your loan', 'action.done': 'We acted on your loan', 'action.failed': 'We tried to act on your loan and failed', 'action.stuck': 'Our action on your loan does not get on',
  'not-protected': 'Not protected: we cannot act on your loan', 'protected-again': 'Protected again: your loan', 'price.disagrees': 'A price of the protocol is far from the market', 'mandate.active': 'Your mandate is in force',
  'mandate.rejected': 'Your mandate could not be put in force', 'position.liquidated': 'A loan of yours was liquidated', blind: 'We cannot see a chain right now',
  sighted: 'We see the chain again', alive: 'Ballast is watching', silent: 'Ballast is silent: do not count on it to act', 'silent.over': 'Ballast is heard again',
  'watchdog.unsure': 'The watchdog cannot compare', 'watchdog.sure': 'The watchdog compares as before', 'hedging.late': 'Hedges are not looked after', 'hedging.back': 'Hedges are looked after again', 'stop.set': 'We have stopped acting on your loans', 'stop.released': 'We act on your loans again', 'rescue.by-backup': 'The backup keeper acted on your loan',
  'operator.page': 'Ballast needs its operators',
  'hedge.traded': 'We traded for your hedge', 'hedge.cannot': 'Not hedged: we cannot hedge as you want', 'hedge.can-again': 'We can hedge again', 'hedge.margin': 'The margin of your hedge is getting thin', 'hedge.deposit-needed': 'Your hedge needs a deposit',
  'hedge.budget': 'The budget of your hedge', 'hedge.key': 'A trading key of yours needs you', 'hedge.unwound': 'Your hedge is being closed', 'hedge.withdrawal-helps': 'A withdrawal would help your loan', 'hedge.prices': 'Prices at a venue cannot be trusted now', 'hedge.margin-shared': 'Something else leans on the margin of your hedge',
  'venue.unreachable': 'We cannot read your account at a venue', 'venue.back': 'We read your account at a venue again', 'venue.liquidated': 'A venue liquidated a position of yours', 'venue.deleveraged': 'A venue closed a position of yours',
  'venue.unexplained': 'A position at a venue is not explained', 'venue.order-unknown': 'We do not know yet whether a venue has our order', 'venue.orders-fail': 'Our orders at a venue fail', 'venue.orders-work': 'Our orders at a venue work again', 'venue.key-ended': 'A trading key of yours was erased', 'account.protected': 'We acted on your account at a venue',
  'account.cannot': 'Not protected: we cannot act on your account at a venue',
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
