import type { ParsedNoticeData } from '../notice-data.js';
import { facts, type MailContent, type TemplateContext } from './content.js';
import { sentenceFor, whereFacts } from './hedges.js';
import { dollarsAndCents, exactTokens, joined, moment, nameOfAccount, nameOfInstrument, sentence } from './words.js';

const OPEN = (context: TemplateContext) => ({ label: 'Open your account', url: context.links.account(context.account) });

export function venueUnreachable(data: ParsedNoticeData<'venue.unreachable'>, context: TemplateContext): MailContent {
  return {
    subject: `We cannot read your account on ${data.venue}`,
    preheader: sentence(data.why),
    tone: 'danger', chip: 'Unread', headline: `Your account on ${data.venue} cannot be read`,
    lead: joined([sentence(data.why), 'While it lasts nobody here knows what it holds: nothing is added to a hedge there, and we may not see its margin get thin. We try again all the time. Until a mail says that we read it again, look after it yourself.']),
    facts: facts({ label: 'Since', value: moment(data.since) }, ...whereFacts(data)),
    steps: { title: 'Do this', items: [`Look at the account ${nameOfAccount(data.account)} on ${data.venue} yourself.`] },
    buttons: [OPEN(context), { label: 'What we see', url: context.links.status() }],
  };
}

export function venueBack(data: ParsedNoticeData<'venue.back'>, context: TemplateContext): MailContent {
  return {
    subject: `We read your account on ${data.venue} again`,
    preheader: 'We look after it as before.',
    tone: 'safe', chip: 'Read again', headline: `We read your account on ${data.venue} again`,
    lead: 'What happened meanwhile was compared with our books; if anything is not explained, another mail says so. Nothing for you to do.',
    facts: facts({ label: 'Unread from', value: moment(data.since) }, { label: 'Until', value: moment(data.until) }, ...whereFacts(data)),
    buttons: [OPEN(context)],
  };
}

type Closed = ParsedNoticeData<'venue.liquidated'> | ParsedNoticeData<'venue.deleveraged'>;

const closedFacts = (data: Closed) => facts(
  { label: `Closed of the ${data.position}`, value: '', then: exactTokens(data.contracts, 'contracts') }, data.price && { label: 'At', value: dollarsAndCents(data.price) }, data.left && { label: 'Left', value: exactTokens(data.left, 'contracts') },
  { label: 'Instrument', value: nameOfInstrument(data.instrument) }, data.at && { label: 'When', value: moment(data.at) }, ...whereFacts(data),
);

export function venueLiquidated(data: ParsedNoticeData<'venue.liquidated'>, context: TemplateContext): MailContent {
  const what = exactTokens(data.contracts, 'contracts');
  return {
    subject: `Liquidated: ${data.venue} closed ${what} of ${nameOfInstrument(data.instrument)}`,
    preheader: 'The margin of the account no longer carried the position.',
    tone: 'danger', chip: 'Liquidated', headline: `${data.venue} liquidated ${what}`,
    lead: 'The margin of the account no longer carried the position, so the venue closed it. Where it was a hedge, the loan behind it is hedged by so much less now, until the hedge is set up anew within your limits.',
    facts: closedFacts(data),
    steps: { title: 'Do this', items: [`Look at what is left in the account ${nameOfAccount(data.account)} on ${data.venue}.`, 'Deposit margin there, or pay back a part of the loan.'] },
    buttons: [OPEN(context)],
  };
}

export function venueDeleveraged(data: ParsedNoticeData<'venue.deleveraged'>, context: TemplateContext): MailContent {
  const what = exactTokens(data.contracts, 'contracts');
  return {
    subject: `${data.venue} closed ${what} of ${nameOfInstrument(data.instrument)} against others’ losses`,
    preheader: 'Automatic deleveraging: it closes positions that are in profit.',
    tone: 'danger', chip: 'Deleveraged', headline: `${data.venue} took ${what} from you`,
    lead: 'This is automatic deleveraging: a venue whose insurance does not pay for others’ losses closes positions that are in profit. Its profit is yours; the hedge is smaller by so much, until it is set up anew within your limits.',
    facts: closedFacts(data),
    buttons: [OPEN(context)],
  };
}

type Unexplained = ParsedNoticeData<'venue.unexplained'>;

const differenceFacts = (data: Unexplained) => facts(
  { label: 'Difference', value: '', then: exactTokens(data.difference, 'contracts') }, data.ours && { label: 'Our books', value: exactTokens(data.ours, 'contracts') }, data.theirs && { label: 'The venue', value: exactTokens(data.theirs, 'contracts') },
  { label: 'Instrument', value: nameOfInstrument(data.instrument) }, ...whereFacts(data),
);

/** What has an explanation, and must be known all the same. */
const EXPLAINED: Readonly<Partial<Record<Unexplained['what'], (venue: string) => Pick<MailContent, 'subject' | 'preheader' | 'tone' | 'chip' | 'headline' | 'lead'>>>> = {
  manual: (venue) => ({
    subject: `Somebody else than Ballast traded on ${venue}`, preheader: 'It is counted and left alone.', tone: 'watch', chip: 'By hand', headline: 'A trade that Ballast did not make',
    lead: 'You, or another program, traded in an account that Ballast looks after. What is held there counts in your exposure, and its margin is shared. Ballast leaves such orders alone.',
  }),
  'late-execution': (venue) => ({
    subject: `${venue} executed an order that was over`, preheader: 'The hedge is planned anew from what is held.', tone: 'danger', chip: 'Late', headline: 'An order was executed after it was over',
    lead: 'By all that the venue had said it could not be executed any more. Ballast plans the hedge anew from what is held now.',
  }),
  'filled-too-much': (venue) => ({
    subject: `${venue} filled more than was asked for`, preheader: 'The hedge is planned anew from what is held.', tone: 'danger', chip: 'Too much', headline: 'An order was filled beyond its size',
    lead: 'The venue executed more than the order asked for. Ballast plans the hedge anew from what is held now.',
  }),
};

export function venueUnexplained(data: Unexplained, context: TemplateContext): MailContent {
  const explained = EXPLAINED[data.what]?.(data.venue);
  if (explained !== undefined) return { ...explained, facts: differenceFacts(data), buttons: [OPEN(context)] };
  const isOrphan = data.what === 'orphan';
  return {
    subject: isOrphan ? `An order that we do not know was executed on ${data.venue}` : `${data.venue} has another position than our books`,
    preheader: 'Nothing is added there until it is explained.',
    tone: 'danger', chip: 'Unexplained', headline: isOrphan ? 'An order with an id of our kind is in none of our books' : `A position on ${data.venue} is not explained by any trade`,
    lead: joined([isOrphan ? 'Another copy of Ballast may trade with this key, or somebody has it.' : 'Trades that we know of do not come to what the venue says is there.', 'Nothing is added there until that is explained; reducing goes on.']),
    facts: differenceFacts(data),
    steps: { title: 'Do this', items: [`Look at the trades of the account ${nameOfAccount(data.account)} on ${data.venue}.`, 'If none of them is yours, take the key away at the venue at once.'] },
    buttons: [OPEN(context)],
  };
}

export function venueOrderUnknown(data: ParsedNoticeData<'venue.order-unknown'>, context: TemplateContext): MailContent {
  return {
    subject: `We do not know yet whether ${data.venue} has our order`,
    preheader: 'Nothing else is sent there until that is clear.',
    tone: 'watch', chip: 'Unclear', headline: `An order to ${data.side} ${exactTokens(data.contracts, 'contracts')} got no answer`,
    lead: `It was sent to ${data.venue} and no answer came, so it may be executed or not. Nothing else is sent there for this coin until the venue says which; it is never simply sent again.`,
    facts: facts({ label: 'Order', value: data.orderId, mono: true }, { label: 'Instrument', value: nameOfInstrument(data.instrument) }, { label: 'Since', value: moment(data.since) }, ...whereFacts(data)),
    steps: { title: 'You can', items: [`Look for the order among those of the account ${nameOfAccount(data.account)} on ${data.venue}.`] },
    buttons: [OPEN(context)],
  };
}

export function venueOrdersFail(data: ParsedNoticeData<'venue.orders-fail'>, context: TemplateContext): MailContent {
  const [what, because] = [nameOfInstrument(data.instrument), sentenceFor(data)];
  return {
    subject: `Our orders fail: ${what} on ${data.venue}`,
    preheader: because,
    tone: 'danger', chip: 'Orders fail', headline: `${data.times} orders in a row to ${data.side} ${what} came to nothing`,
    lead: joined([`Of the last one: ${because}`, 'What was to be hedged or protected with them is not. We try again and tell you once an order works. Until then count on yourself.']),
    facts: facts({ label: 'Instrument', value: what }, { label: 'Since', value: moment(data.since) }, data.orderId && { label: 'The last order', value: data.orderId, mono: true }, ...whereFacts(data)),
    steps: { title: 'Do one of these', items: ['Open your account here: each order says why it came to nothing.', `Trade it yourself in the account ${nameOfAccount(data.account)} on ${data.venue}.`, 'Pay back a part of the loan, if it was to hedge one.'] },
    buttons: [OPEN(context)],
  };
}

export function venueOrdersWork(data: ParsedNoticeData<'venue.orders-work'>, context: TemplateContext): MailContent {
  const what = nameOfInstrument(data.instrument);
  return {
    subject: `Our orders work again: ${what} on ${data.venue}`,
    preheader: 'One was filled. Nothing for you to do.',
    tone: 'safe', chip: 'Orders work', headline: `Orders of ${what} on ${data.venue} are filled again`,
    lead: 'The last one was filled, wholly or in part. What is still missing is traded within your limits. Nothing for you to do.',
    facts: facts({ label: 'Instrument', value: what }, { label: 'Failed from', value: moment(data.since) }, { label: 'Until', value: moment(data.until) }, ...whereFacts(data)),
    buttons: [OPEN(context)],
  };
}

type LeftOpen = NonNullable<ParsedNoticeData<'venue.key-ended'>['left']>[number];

const leftFact = ({ account, instrument, position, contracts, at }: LeftOpen): { readonly label: string; readonly value: string } => ({ label: `Left open in ${nameOfAccount(account)}`, value: `${position} ${exactTokens(contracts, 'contracts')} of ${nameOfInstrument(instrument)}, as read ${moment(at)}` });

export function venueKeyEnded(data: ParsedNoticeData<'venue.key-ended'>, context: TemplateContext): MailContent {
  const [plans, accounts] = [data.plans === 1 ? 'one hedge' : `${data.plans} hedges`, data.accounts === 1 ? 'one account' : `${data.accounts} accounts`];
  return {
    subject: `The key for ${data.venue} is gone: we no longer trade there`,
    preheader: `It ends ${plans} and the protection of ${accounts}.`,
    tone: data.plans + data.accounts + (data.left?.length ?? 0) > 0 ? 'danger' : 'accent', chip: 'Key gone', headline: `The key for ${data.venue} was erased`,
    lead: joined([sentence(data.reason), `We cannot use it again, nor show it to anybody. It ended ${plans} and the protection of ${accounts}. What is open at the venue stays open: nobody but you looks after it now.`]),
    facts: facts({ label: 'Key', value: data.label ?? data.key }, { label: 'Venue', value: data.venue }, { label: 'Hedges ended', value: String(data.plans) }, { label: 'Accounts no longer protected', value: String(data.accounts) }, ...(data.left ?? []).map(leftFact)),
    steps: { title: 'Do this', items: [...(data.left?.length ? ['Look after the positions that are listed here, or close them: we no longer can.'] : []), `Delete the key on ${data.venue} as well.`, 'Close what you no longer want there, or store a new key here.'] },
    buttons: [OPEN(context)],
  };
}

const DEEDS = {
  'add-margin': (what: string) => `moved ${what} of free balance into the position`, close: (what: string) => `closed ${what}`, offset: (what: string) => `opened ${what} the other way in another account`,
} as const;

export function accountProtected(data: ParsedNoticeData<'account.protected'>, context: TemplateContext): MailContent {
  const what = exactTokens(data.amount, data.action === 'add-margin' ? (data.currency ?? 'units') : 'contracts');
  const deed = DEEDS[data.action](what);
  return {
    subject: `Protected: we ${deed} on ${data.venue}`,
    preheader: data.usePercent && data.usePercentAfter ? `Margin used: ${data.usePercent}% → ${data.usePercentAfter}%.` : 'Its margin was getting thin.',
    tone: 'act', chip: 'Protected', headline: `We ${deed}`,
    lead: joined([
      `The margin of the account ${nameOfAccount(data.account)} on ${data.venue} was getting thin${data.triggerPercent ? `: we act from ${data.triggerPercent}% on` : ''}.`,
      data.action === 'offset' && 'This does not save the position: it pays elsewhere what its liquidation would cost.', 'It was done inside the bounds that you set. Nothing for you to do.',
    ]),
    facts: facts(
      data.usePercent && { label: 'Margin used', value: data.usePercentAfter ? `${data.usePercent}% → ` : '', then: `${data.usePercentAfter ?? data.usePercent}%` }, { label: data.action === 'add-margin' ? 'Margin added' : 'Contracts', value: '', then: what },
      data.limit && { label: 'At this price or a better one', value: '', then: dollarsAndCents(data.limit) }, data.costUsd && { label: 'It costs about, with opening it again later', value: dollarsAndCents(data.costUsd) },
      data.left && { label: 'Still to be traded', value: exactTokens(data.left, 'contracts') },
      { label: 'Instrument', value: nameOfInstrument(data.instrument) }, ...whereFacts(data),
    ),
    buttons: [...(data.decisionId ? [{ label: 'Read the full record', url: context.links.record(context.account, data.decisionId) }] : []), OPEN(context)],
  };
}

const ACCOUNT_REASONS: Readonly<Record<string, string>> = {
  'account-unread': 'The account could not be read.', 'owner-must-deposit': 'Nothing that you allow brings its margin back: only a deposit does.', 'nothing-allowed': 'You allow nothing that would help.',
};

export function accountCannot(data: ParsedNoticeData<'account.cannot'>, context: TemplateContext): MailContent {
  const because = sentenceFor({ reason: data.reason, sentence: data.sentence ?? ACCOUNT_REASONS[data.reason] ?? null });
  const what = data.amount && data.currency ? exactTokens(data.amount, data.currency) : null;
  return {
    subject: what ? `Deposit ${what} on ${data.venue}: your account may be liquidated` : `Not protected: we cannot act on your account on ${data.venue}`,
    preheader: because,
    tone: 'danger', chip: 'Not protected', headline: what ? `Your account on ${data.venue} needs ${what}` : `Your account on ${data.venue} may be liquidated and we cannot stop it`,
    lead: joined([because, what && 'Only you can deposit: our key may trade and nothing else.', 'We look again all the time. Until a mail says "Protected", count on yourself.']),
    facts: facts(
      what && { label: 'Deposit', value: '', then: what }, data.usePercent && { label: 'Margin used', value: '', then: `${data.usePercent}%` }, data.triggerPercent && { label: 'We act from', value: `${data.triggerPercent}%` },
      data.instrument && { label: 'Instrument', value: nameOfInstrument(data.instrument) }, data.since && { label: 'Since', value: moment(data.since) }, ...whereFacts(data),
    ),
    steps: { title: 'Do one of these', items: [`Deposit ${what ?? 'margin'} into the account ${nameOfAccount(data.account)} on ${data.venue}.`, 'Close a part of the position yourself.'] },
    buttons: [OPEN(context), ...(data.decisionId ? [{ label: 'Read the full record', url: context.links.record(context.account, data.decisionId) }] : [])],
  };
}
