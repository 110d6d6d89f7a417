import type { ParsedNoticeData } from '../notice-data.js';
import { facts, type MailContent, type TemplateContext } from './content.js';
import { joined, moment } from './words.js';

/** What an alarm was about, for the mail that says that it is over. */
const ABOUT: Readonly<Record<string, string>> = {
  'not-protected': 'a loan that was not protected', blind: 'a chain that we could not see', 'stop.set': 'a stop', 'hedge.cannot': 'a hedge that could not be adjusted', 'account.cannot': 'an account that could not be protected',
  'venue.unreachable': 'an account that could not be read', 'venue.orders-fail': 'orders that failed',
};

/** `90` as `90 minutes`, `360` as `6 hours`. */
const duration = (minutes: number): string => (minutes % 60 === 0 && minutes > 0 ? (minutes === 60 ? 'an hour' : `${minutes / 60} hours`) : `${minutes} minutes`);

/** The mail of what was told first, as a reminder. Its subject stays, so that both are in one thread. */
export function stillSo(first: MailContent, { alarm }: ParsedNoticeData<'alarm.still'>): MailContent {
  const since = moment(alarm.since);
  return {
    ...first,
    preheader: `Still so, since ${since}. ${first.preheader}`,
    headline: `Still so: ${first.headline}`,
    lead: joined([`We first told you of this on ${since}. It is still so.`, first.lead]),
    note: joined(['The figures in this mail are from when its reason was first told; the page has those of now.', first.note]),
  };
}

/** With a way to say that it was seen, and what follows from saying nothing. */
export function toBeSeen(content: MailContent, againInMinutes: number | null, url: string): MailContent {
  const again = againInMinutes === null ? null : `Unless you press "I have seen this", or it is over, we tell you again in ${duration(againInMinutes)}.`;
  return { ...content, buttons: [...content.buttons, { label: 'I have seen this', url }], note: joined([again, content.note]) };
}

export function alarmOver(data: ParsedNoticeData<'alarm.over'>, context: TemplateContext): MailContent {
  const about = Object.hasOwn(ABOUT, data.of) ? ABOUT[data.of] : 'a trouble';
  return {
    subject: `Over: we told you of ${about}`,
    preheader: 'It is no longer so.',
    tone: 'safe', chip: 'Over', headline: 'What we told you of is over',
    lead: `We told you of ${about}. It is no longer so.`,
    facts: facts(data.since && { label: 'It was so since', value: moment(data.since) }),
    buttons: [{ label: 'Open your positions', url: context.links.position(context.account, context.positionId) }],
  };
}
