import { hedgeSentence } from '@ballast/policy';
import type { ParsedNoticeData } from '../notice-data.js';
import { facts, type Fact, type MailContent, type TemplateContext } from './content.js';
import { dollars, dollarsAndCents, exactTokens, health, joined, moment, nameOfAccount, nameOfInstrument, sentence } from './words.js';

const OPEN = (context: TemplateContext) => ({ label: 'Open your account', url: context.links.account(context.account) });
const RECORD = (decisionId: string | null | undefined, context: TemplateContext) => (decisionId ? [{ label: 'Read the full record', url: context.links.record(context.account, decisionId) }] : []);

export function whereFacts(data: { readonly venue?: string | null; readonly account?: string | null }): readonly (Fact | null | undefined | '')[] {
  return [data.venue && { label: 'Venue', value: data.venue }, data.account && { label: 'Account', value: nameOfAccount(data.account) }];
}

/** Our words for a reason; a code of a newer part than this one is shown as it is. */
export function sentenceFor({ reason, sentence: given }: { readonly reason: string; readonly sentence?: string | null }): string {
  return sentence(given ?? (hedgeSentence(reason as never) as string | undefined) ?? `The reason is "${reason}"`);
}

export function hedgeTraded(data: ParsedNoticeData<'hedge.traded'>, context: TemplateContext): MailContent {
  const [done, what] = [data.side === 'buy' ? 'bought' : 'sold', exactTokens(data.coins, data.underlying)];
  return {
    subject: `Hedge: we ${done} ${what} on ${data.venue}`,
    preheader: sentenceFor(data),
    tone: 'act', chip: 'Traded', headline: `We ${done} ${what} on ${data.venue}`,
    lead: joined([sentenceFor(data), 'It was a limit order inside the price and the amounts that you allow. Nothing for you to do.']),
    facts: facts(
      { label: data.side === 'buy' ? 'Bought' : 'Sold', value: '', then: what },
      data.price && { label: 'At', value: '', then: dollarsAndCents(data.price) },
      data.fee && data.currency && { label: 'Fee', value: exactTokens(data.fee, data.currency) },
      data.held && { label: 'The hedge is now', value: '', then: exactTokens(data.held, data.underlying) },
      data.target && { label: 'Its target', value: exactTokens(data.target, data.underlying) },
      ...whereFacts(data), { label: 'Instrument', value: nameOfInstrument(data.instrument) }, { label: 'Order', value: data.orderId, mono: true },
    ),
    buttons: [...RECORD(data.decisionId, context), OPEN(context)],
  };
}

export function hedgeCannot(data: ParsedNoticeData<'hedge.cannot'>, context: TemplateContext): MailContent {
  if (!data.underlying) return notLookedAfter(data, context);
  const rest = data.unhedged ? exactTokens(data.unhedged, data.underlying) : null;
  return {
    subject: rest ? `Not hedged: we cannot hedge ${rest}` : `Not hedged: we cannot hedge your ${data.underlying}`,
    preheader: sentenceFor(data),
    tone: 'danger', chip: 'Not hedged', headline: rest ? `${rest} stay without a hedge` : `Your ${data.underlying} is not hedged as you want`,
    lead: joined([sentenceFor(data), 'We look again all the time and tell you when it can be hedged again. Until then count on yourself.']),
    facts: facts(rest && { label: 'Without a hedge', value: '', then: rest }, data.since && { label: 'Since', value: moment(data.since) }, ...whereFacts(data)),
    steps: { title: 'Do one of these', items: ['Open your account here: it says what stands in the way and what would help.', 'Pay back a part of the loan: it raises its health, which no hedge does.', 'Hedge it yourself at a venue of your own.'] },
    buttons: [OPEN(context), ...RECORD(data.decisionId, context)],
  };
}

/** Of everything that the owner has at venues. */
function notLookedAfter(data: ParsedNoticeData<'hedge.cannot'>, context: TemplateContext): MailContent {
  return {
    subject: 'Not looked after: what you have at derivatives venues',
    preheader: sentenceFor(data),
    tone: 'danger', chip: 'Not looked after', headline: 'Your hedges and accounts at venues are not looked after',
    lead: joined([sentenceFor(data), 'Nothing is hedged, made smaller or protected there meanwhile. Your loans are looked after as before. We tell you when it works again; until then count on yourself.']),
    facts: facts(data.since && { label: 'Since', value: moment(data.since) }),
    steps: { title: 'Do this', items: ['Look at your accounts at the venues yourself.', 'Close or change there what cannot wait.'] },
    buttons: [OPEN(context), { label: 'What we see', url: context.links.status() }],
  };
}

export function hedgeCanAgain(data: ParsedNoticeData<'hedge.can-again'>, context: TemplateContext): MailContent {
  const what = data.underlying ? `We can hedge your ${data.underlying} again` : 'We look after what you have at derivatives venues again';
  return {
    subject: what,
    preheader: 'What stood in the way is gone. Nothing for you to do.',
    tone: 'safe', chip: data.underlying ? 'Hedged again' : 'Looked after', headline: what,
    lead: joined(['What stood in the way is gone.', data.underlying ? 'The hedge is brought to its target within your limits.' : 'Hedges are brought to their targets within your limits.', 'Nothing for you to do.']),
    facts: facts(data.since && { label: 'Could not since', value: moment(data.since) }, ...whereFacts(data)),
    buttons: [OPEN(context)],
  };
}

export function hedgeMargin(data: ParsedNoticeData<'hedge.margin'>, context: TemplateContext): MailContent {
  const reduces = data.reducesAtPercent ? `At ${data.reducesAtPercent}% the hedge is made smaller, and less of your risk is hedged.` : null;
  return {
    subject: `Margin is getting thin: ${data.usePercent}% of it is used on ${data.venue}`,
    preheader: reduces ?? 'A deposit keeps the hedge as it is.',
    tone: 'watch', chip: 'Margin', headline: `${data.usePercent}% of the margin on ${data.venue} is used`,
    lead: joined(['At 100% the venue liquidates the position.', reduces, 'We do not move money to a venue: only you can deposit.']),
    facts: facts(
      { label: 'Margin used', value: '', then: `${data.usePercent}%` }, data.liquidationPrice && { label: 'The venue liquidates at', value: data.price ? `now ${dollars(data.price, 'down')}, at ` : '', then: dollars(data.liquidationPrice) },
      ...whereFacts(data), data.instrument && { label: 'Instrument', value: nameOfInstrument(data.instrument) },
    ),
    steps: { title: 'To keep the hedge as it is', items: [`Deposit margin into the account ${nameOfAccount(data.account)} on ${data.venue}.`] },
    buttons: [OPEN(context)],
  };
}

export function hedgeMarginShared(data: ParsedNoticeData<'hedge.margin-shared'>, context: TemplateContext): MailContent {
  return {
    subject: `Something else leans on the margin of your hedge on ${data.venue}`,
    preheader: 'What is lost there is missing to the hedge.',
    tone: 'watch', chip: 'Shared', headline: `The margin of your hedge on ${data.venue} is shared`,
    lead: `The account ${nameOfAccount(data.account)} holds a position that is not the hedge’s. What it loses is missing to the hedge, which is then made smaller, or liquidated, sooner. Ballast counts it and leaves it alone.`,
    facts: facts(...whereFacts(data)),
    steps: { title: 'Do one of these', items: ['Move the other position to an account of its own, or close it.', 'Deposit more margin, so that it carries both.', 'Leave it as it is.'] },
    buttons: [OPEN(context)],
  };
}

export function hedgeDepositNeeded(data: ParsedNoticeData<'hedge.deposit-needed'>, context: TemplateContext): MailContent {
  const what = exactTokens(data.amount, data.currency);
  return {
    subject: `Deposit ${what} on ${data.venue} to keep your hedge`,
    preheader: 'Only you can deposit. Without it the hedge is made smaller.',
    tone: 'danger', chip: 'Deposit', headline: `The hedge on ${data.venue} needs ${what}`,
    lead: joined([`With it the margin lasts${data.targetPercent ? ` with ${data.targetPercent}% used` : ''}. Without it the hedge is made smaller so that the venue does not liquidate it, and less of your risk is hedged.`, 'We cannot deposit: our key may trade and nothing else.']),
    facts: facts({ label: 'Deposit', value: '', then: what }, data.usePercent && { label: 'Margin used', value: `${data.usePercent}%` }, ...whereFacts(data)),
    steps: { title: 'Do this', items: [`Deposit ${what} into the account ${nameOfAccount(data.account)} on ${data.venue}.`] },
    buttons: [OPEN(context)],
  };
}

export function hedgeBudget(data: ParsedNoticeData<'hedge.budget'>, context: TemplateContext): MailContent {
  const [paid, budget, isSpent] = [dollarsAndCents(data.paidUsd), dollarsAndCents(data.budgetUsd), data.state === 'spent'];
  const after = data.then === 'unwind' ? 'the hedge is closed, as you chose' : 'nothing is added to the hedge; what is there stays';
  return {
    subject: isSpent ? `Budget spent: hedging ${data.underlying} cost ${paid} in 30 days` : `Hedging ${data.underlying} has cost ${paid} of your ${budget}`,
    preheader: isSpent ? sentence(`From now on ${after}`) : sentence(`Once all of it is spent, ${after}`),
    tone: isSpent ? 'danger' : 'watch', chip: isSpent ? 'Budget spent' : 'Budget', headline: isSpent ? 'The budget of your hedge is spent' : `${paid} of ${budget} are spent`,
    lead: joined(['It counts funding, fees and other costs of trading in the last 30 days, less what was received.', sentence(isSpent ? `It is spent: ${after}` : `Once all of it is spent, ${after}`)]),
    facts: facts({ label: 'Paid in 30 days', value: '', then: paid }, { label: 'Your budget', value: budget }, ...whereFacts(data)),
    steps: { title: 'Do one of these', items: ['Allow a larger budget for 30 days.', 'Pay back a part of the loan: it costs no funding.', 'Leave it as it is.'] },
    buttons: [OPEN(context)],
  };
}

export function hedgeKey(data: ParsedNoticeData<'hedge.key'>, context: TemplateContext): MailContent {
  const isRefused = data.problem === 'refused';
  return {
    subject: isRefused ? `${data.venue} refuses your trading key: we cannot trade there` : `Your trading key for ${data.venue} ends soon`,
    preheader: isRefused ? sentence(data.why ?? 'A new key is needed') : 'Until it is renewed nothing is added, and what is there is closed.',
    tone: isRefused ? 'danger' : 'watch', chip: isRefused ? 'Key refused' : 'Key ends', headline: isRefused ? `${data.venue} does not take the key` : `The key for ${data.venue} ends${data.endsAt ? ` on ${moment(data.endsAt)}` : ' soon'}`,
    lead: isRefused
      ? joined([data.why && sentence(data.why), 'Nothing is traded there any more, neither to hedge nor to close. What is open at the venue stays open.'])
      : 'Nothing is added to the hedge with a key that ends, and before it ends the hedge is closed, because later nobody could.',
    facts: facts(data.endsAt && { label: 'Ends', value: moment(data.endsAt) }, ...whereFacts(data)),
    steps: { title: 'Do this', items: [`Make a new key on ${data.venue} that may trade and may not withdraw, and store it here.`, ...(isRefused ? [`Until then close or change positions yourself on ${data.venue}.`] : [])] },
    buttons: [OPEN(context)],
  };
}

/** Told when the first orders are decided on: that it is closed nobody knows yet. */
export function hedgeUnwound(data: ParsedNoticeData<'hedge.unwound'>, context: TemplateContext): MailContent {
  const [coins, left] = [data.coins && exactTokens(data.coins, data.underlying), data.left && exactTokens(data.left, data.underlying)];
  return {
    subject: `We are closing your hedge of ${data.underlying}`,
    preheader: sentenceFor(data),
    tone: 'accent', chip: 'Closing', headline: `The hedge of ${data.underlying} is being closed`,
    lead: joined([
      sentenceFor(data), coins && `Orders for ${coins} are on their way${data.price ? `, at a price of ${dollarsAndCents(data.price)} now` : ''}. They only make the hedge smaller.`,
      left && (Number(data.left) > 0 ? `${left} follow after them.` : 'Nothing is left to close after them.'),
      `Once it is closed nothing of your ${data.underlying} is hedged, and what is left at the venue is yours to withdraw.`,
    ]),
    facts: facts(
      coins && { label: 'Being closed', value: '', then: coins }, data.price && { label: 'Price now', value: dollarsAndCents(data.price) }, data.costUsd && { label: 'At most worse by, without fees', value: '', then: dollarsAndCents(data.costUsd) },
      left && { label: 'Left to close after it', value: '', then: left }, ...whereFacts(data),
    ),
    buttons: [...RECORD(data.decisionId, context), OPEN(context)],
  };
}

export function hedgeWithdrawalHelps(data: ParsedNoticeData<'hedge.withdrawal-helps'>, context: TemplateContext): MailContent {
  const what = exactTokens(data.amount, data.currency);
  return {
    subject: `Your loan is near liquidation: ${what} lie free on ${data.venue}`,
    preheader: 'Only you can withdraw them and pay back with them.',
    tone: 'danger', chip: 'Withdraw', headline: `${what} on ${data.venue} could save your loan`,
    lead: 'A loan of yours may soon be liquidated. What the hedge has earned lies free at the venue, and only you can withdraw it: our key may trade and nothing else.',
    facts: facts({ label: 'Free to withdraw', value: '', then: what }, data.health && { label: 'Health of the loan', value: '', then: health(data.health) }, data.pair && { label: 'Loan', value: data.pair }, ...whereFacts(data)),
    steps: { title: 'Do this now', items: [`Withdraw up to ${what} from the account ${nameOfAccount(data.account)} on ${data.venue}.`, 'Pay back a part of the loan with it, or add it as collateral.'] },
    buttons: [OPEN(context)],
  };
}

const PRICES = { missing: 'A price is missing.', old: 'A price is too old.', disagree: 'The prices disagree.' } as const;

export function hedgePrices(data: ParsedNoticeData<'hedge.prices'>, context: TemplateContext): MailContent {
  return {
    subject: `Prices on ${data.venue} cannot be trusted now: we only reduce there`,
    preheader: PRICES[data.because],
    tone: 'watch', chip: 'Prices', headline: `We do not add to hedges on ${data.venue} now`,
    lead: joined([PRICES[data.because], 'The venue’s mark, its index and the chain’s oracle must be fresh and agree before anything is added. Reducing goes on. We look again all the time; nothing for you to do.']),
    facts: facts(
      data.mark && { label: 'Mark', value: dollarsAndCents(data.mark) }, data.index && { label: 'Index', value: dollarsAndCents(data.index) }, data.oracle && { label: 'Oracle on chain', value: dollarsAndCents(data.oracle) },
      data.underlying && { label: 'Of', value: data.underlying }, ...whereFacts(data),
    ),
    buttons: [OPEN(context)],
  };
}
