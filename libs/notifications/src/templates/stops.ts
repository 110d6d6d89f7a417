import { SHADOW_WORDS } from '@ballast/policy';
import type { ParsedNoticeData } from '../notice-data.js';
import { facts, type MailContent, type TemplateContext } from './content.js';
import { joined, moment, protocolName, sentence, shortHash } from './words.js';

const OPEN = (context: TemplateContext) => ({ label: 'Open your positions', url: context.links.account(context.account) });
const WHO = { operator: 'by the people who run Ballast', owner: 'by you', shadow: 'by you', breaker: 'by Ballast itself' } as const;
const MEANS = {
  all: 'While it lasts we do nothing for the loans that it covers. If you must act, use the protocol directly.',
  'not-urgent': 'While it lasts we act only for a loan whose health is under 1.05.',
  fill: 'While it lasts we sell no collateral. Paying from your wallet goes on as you signed it: coins there protect the loan meanwhile.',
} as const;
const HEAD = { all: 'Stopped: we do not act on', 'not-urgent': 'Slowed: we act only in an emergency on', fill: 'Sales are stopped for' } as const;

export function stopSet(data: ParsedNoticeData<'stop.set'>, context: TemplateContext): MailContent {
  if (data.by === 'shadow') return shadowSet(data, context);
  const what = data.what ?? 'your loans';
  return {
    subject: `${HEAD[data.stops]} ${what}`,
    preheader: MEANS[data.stops],
    tone: data.stops === 'fill' ? 'watch' : 'danger', chip: data.stops === 'fill' ? 'Sales stopped' : 'Stopped', headline: `${HEAD[data.stops]} ${what}`,
    lead: joined([sentence(`It was stopped ${WHO[data.by]}: ${data.reason}`), MEANS[data.stops], data.by === 'owner' ? 'You can let it go on at any time.' : 'A mail tells you when it goes on.']),
    facts: facts({ label: 'Since', value: moment(data.since) }),
    buttons: [OPEN(context), { label: 'What we see', url: context.links.status() }],
  };
}

function shadowSet(data: ParsedNoticeData<'stop.set'>, context: TemplateContext): MailContent {
  const lead = sentence(SHADOW_WORDS);
  return {
    subject: 'Shadow mode: we do not act on your loans', preheader: lead, tone: 'danger', chip: 'Shadow mode', headline: 'Shadow mode: we do not act on your loans',
    lead: joined([lead, 'Your loans are not protected meanwhile. You can leave shadow mode at any time.']),
    facts: facts({ label: 'Since', value: moment(data.since) }),
    buttons: [OPEN(context)],
  };
}

export function stopReleased(data: ParsedNoticeData<'stop.released'>, context: TemplateContext): MailContent {
  const what = data.what ?? 'your loans';
  return {
    subject: data.stops === 'fill' ? `Sales go on for ${what}` : `We act again on ${what}`,
    preheader: 'The stop is over.',
    tone: 'safe', chip: 'Goes on', headline: data.stops === 'fill' ? 'We may sell collateral again' : 'Your rules run again',
    lead: joined([data.by === 'shadow' ? 'Shadow mode is over: we act again as you signed it.' : sentence(`What had stopped it is over: ${data.reason}`), 'Nothing for you to do. Where a rule cannot run for a reason of its own, its page says so.']),
    facts: facts({ label: 'Stopped from', value: moment(data.since) }, data.until && { label: 'Until', value: moment(data.until) }),
    buttons: [OPEN(context)],
  };
}

const DEEDS: Readonly<Record<ParsedNoticeData<'rescue.by-backup'>['action'], string>> = { repay: 'repaid a part of your debt from your wallet', 'top-up': 'added collateral from your wallet', fill: 'sold collateral and repaid a part of your debt' };

export function rescueByBackup(data: ParsedNoticeData<'rescue.by-backup'>, context: TemplateContext): MailContent {
  const protocol = protocolName(data.protocol, context.positionId);
  return {
    subject: `Saved by the backup keeper${protocol === '' ? '' : ` on ${protocol}`}`,
    preheader: `It ${DEEDS[data.action]}.`,
    tone: 'act', chip: 'Saved', headline: 'The backup keeper acted for you',
    lead: `The second keeper, which acts where we are too slow, ${DEEDS[data.action]}, inside the limits that you signed. Nothing for you to do.`,
    facts: facts({ label: 'Keeper', value: shortHash(data.keeper), mono: true }, { label: 'Transaction', value: shortHash(data.transactionHash), mono: true }),
    buttons: [OPEN(context)],
  };
}

/** To the people who run Ballast. */
export function operatorPage(data: ParsedNoticeData<'operator.page'>, context: TemplateContext): MailContent {
  return {
    subject: `Ballast needs you: ${data.title}`,
    preheader: sentence(data.reason),
    tone: 'danger', chip: 'Operators', headline: data.title,
    lead: joined([sentence(data.reason), data.todo]),
    facts: facts({ label: 'Chain', value: data.chainName }, data.stops && { label: 'In force', value: data.stops }, data.transactionHash && { label: 'Transaction', value: data.transactionHash, mono: true }, data.lane && { label: 'Lane', value: data.lane, mono: true }),
    buttons: [{ label: 'What we see', url: context.links.status() }],
  };
}
