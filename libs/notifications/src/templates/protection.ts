import { reasonSentence, type CannotReason } from '@ballast/policy';
import type { ParsedNoticeData } from '../notice-data.js';
import { protocolPage } from '../links.js';
import { facts, type MailContent, type TemplateContext } from './content.js';
import { dollars, health, joined, moment, protocolName, sentence, shortHash, yourLoan } from './words.js';

/** What the owner can do with us about a rule that cannot run; where nothing is named, only the protocol itself helps. */
function repairOf(reason: string, coin: string): string | null {
  const repairs: Readonly<Partial<Record<CannotReason, string>>> = {
    'no-mandate': 'Sign a mandate: one signature, no network fee.',
    'mandate-not-active': "Open the loan's page: it says what the mandate waits for.",
    'mandate-expired': 'Sign a new mandate: one signature, no network fee.',
    'wallet-empty': `Put ${coin} into your wallet.`,
    'funds-reserved': `Put more ${coin} into your wallet.`,
    'allowance-missing': `Restore the permission for ${coin}: one transaction from your wallet.`,
    'collateral-approval-missing': 'Restore the permission for the collateral: one signature or transaction from your wallet.',
    'fill-paused': 'Sign a mandate with the new keepers contract: one signature, no network fee.',
    'fill-not-offered': 'Sign a mandate that allows what would help: one signature, no network fee.',
    'fill-too-costly': `Put ${coin} into your wallet, or sign a mandate with a higher cost limit.`,
    'fill-budget-used': `Put ${coin} into your wallet, or sign a mandate with a larger budget a day.`,
    'collateral-missing': 'Sign a mandate for the collateral that this loan has: one signature, no network fee.',
    'action-not-signed': 'Sign a mandate that allows what would help: one signature, no network fee.',
    'debt-not-covered': 'Sign a mandate for what this loan owes: one signature, no network fee.',
  };
  return Object.hasOwn(repairs, reason) ? (repairs[reason as CannotReason] ?? null) : null;
}

function sentenceOf(reason: string, coin: string | null | undefined): string {
  try {
    return reasonSentence(reason as CannotReason, { debt: coin ?? undefined });
  } catch {
    return `The reason is "${reason}".`; // a reason from a newer part than this one
  }
}

export function notProtected(data: ParsedNoticeData<'not-protected'>, context: TemplateContext): MailContent {
  const protocol = protocolName(data.protocol, context.positionId);
  const repair = repairOf(data.reason, data.symbol ?? 'the needed coins');
  const what = sentence(data.sentence ?? sentenceOf(data.reason, data.symbol));
  const page = protocolPage(protocol);
  const isTooDear = data.reason === 'rescue-too-dear';
  return {
    subject: isTooDear ? `Not protected: rescuing ${yourLoan(protocol)} costs more than it saves` : `Not protected: we cannot act on ${yourLoan(protocol)}`,
    preheader: what,
    tone: 'danger', chip: 'Not protected',
    headline: isTooDear ? 'We do not act now: a rescue would cost more than it saves' : data.distancePercent && data.asset ? `If ${data.asset} falls ${data.distancePercent}%, this loan may be liquidated and we cannot stop it` : 'This loan may be liquidated and we cannot stop it',
    lead: joined([`Your rule is armed, but it ${isTooDear ? 'does not' : 'cannot'} run. ${what}`, 'We check again at every block and tell you when it can run again.']),
    line: data.health ? { from: { health: data.health, label: `Now ${health(data.health)}` }, to: null } : null,
    facts: facts(
      data.health && { label: 'Health', value: '', then: health(data.health) },
      data.actsAtHealth && { label: 'Your rule acts at', value: '', then: health(data.actsAtHealth, 3) },
      data.liquidationPrice && { label: data.asset ? `Liquidation price of ${data.asset}` : 'Liquidation price', value: data.price ? `now ${dollars(data.price, 'down')}, at ` : '', then: dollars(data.liquidationPrice) },
      data.chance24h && { label: 'Chance within a day', value: '', then: data.chance24h },
      data.lossIfLiquidatedUsd && { label: 'It would cost you', value: '', then: dollars(data.lossIfLiquidatedUsd) },
      data.since && { label: 'Not protected since', value: moment(data.since) },
      data.pair && { label: 'Loan', value: data.pair },
    ),
    steps: { title: 'Do one of these', items: [...(repair === null ? [] : [repair]), `Repay a part of the debt yourself${protocol === '' ? '' : ` on ${protocol}`}.`] },
    buttons: [
      repair === null ? { label: 'Open the loan', url: context.links.position(context.account, context.positionId) } : { label: 'Repair it', url: context.links.protect(context.account, context.positionId) },
      ...(page === null ? [] : [{ label: `Open ${protocol}`, url: page }]),
    ],
  };
}

export function protectedAgain(data: ParsedNoticeData<'protected-again'>, context: TemplateContext): MailContent {
  const protocol = protocolName(data.protocol, context.positionId);
  return {
    subject: `Protected again: ${yourLoan(protocol)}`,
    preheader: 'The rule can run again. Nothing for you to do.',
    tone: 'safe', chip: 'Protected again', headline: 'We can act on this loan again',
    lead: 'What stood in the way is gone. Your rule is armed and would run now. Nothing for you to do.',
    facts: facts(
      data.health && { label: 'Health', value: '', then: health(data.health) },
      data.actsAtHealth && { label: 'Your rule acts at', value: '', then: health(data.actsAtHealth, 3) },
      data.since && { label: 'Was not protected since', value: moment(data.since) },
      data.pair && { label: 'Loan', value: data.pair },
    ),
    buttons: [{ label: 'Open the loan', url: context.links.position(context.account, context.positionId) }],
  };
}

export function mandateActive(data: ParsedNoticeData<'mandate.active'>, context: TemplateContext): MailContent {
  const protocol = protocolName(data.protocol, context.positionId);
  const acts = data.actsAtHealth ? health(data.actsAtHealth, 3) : null;
  return {
    subject: `Armed: Ballast now protects ${yourLoan(protocol)}`,
    preheader: acts ? `We act when its health reaches ${acts}.` : 'Your mandate is in force.',
    tone: 'safe', chip: 'Armed', headline: 'Your mandate is in force',
    lead: joined([acts && `We act when the loan's health reaches ${acts}, before ${protocol || 'the protocol'} may liquidate it.`, 'We can do only what you signed, and you can revoke it at any time.']),
    facts: facts(
      acts && { label: 'Acts at health', value: '', then: acts },
      data.targetHealth && { label: 'Brings health back to', value: '', then: health(data.targetHealth) },
      data.expiresAt && { label: 'Ends', value: moment(data.expiresAt) },
      data.pair && { label: 'Loan', value: data.pair },
      { label: 'Mandate', value: shortHash(data.mandateHash), mono: true },
      data.transactionHash && { label: 'Transaction', value: shortHash(data.transactionHash), mono: true },
    ),
    buttons: [{ label: 'Open the loan', url: context.links.position(context.account, context.positionId) }],
  };
}

export function mandateRejected(data: ParsedNoticeData<'mandate.rejected'>, context: TemplateContext): MailContent {
  const protocol = protocolName(data.protocol, context.positionId);
  return {
    subject: `Not armed: the mandate for ${yourLoan(protocol)} was refused`,
    preheader: sentence(data.message ?? data.reason),
    tone: 'danger', chip: 'Not protected', headline: 'Your mandate could not be put in force',
    lead: joined([sentence(data.message ?? data.reason), 'The loan is not protected by this mandate.']),
    facts: facts(data.pair && { label: 'Loan', value: data.pair }, { label: 'Mandate', value: shortHash(data.mandateHash), mono: true }),
    buttons: [{ label: 'Try again', url: context.links.protect(context.account, context.positionId) }],
  };
}

export function mandateExpiring(data: ParsedNoticeData<'mandate.expiring'>, context: TemplateContext): MailContent {
  const protocol = protocolName(data.protocol, context.positionId);
  const left = data.days === '1' ? 'a day' : `${data.days} days`;
  return {
    subject: `Ends within ${left}: the mandate for ${yourLoan(protocol)}`,
    preheader: `It ends on ${moment(data.expiresAt)}. After that we may no longer act.`,
    tone: 'watch', chip: 'Ends soon', headline: `Your mandate ends within ${left}`,
    lead: 'After that we may no longer act on this loan. A new mandate takes its place at once: one signature, no network fee.',
    facts: facts(
      { label: 'Ends', value: moment(data.expiresAt) },
      data.health && { label: 'Health', value: '', then: health(data.health) },
      data.pair && { label: 'Loan', value: data.pair },
      { label: 'Mandate', value: shortHash(data.mandateHash), mono: true },
    ),
    buttons: [{ label: 'Sign a new one', url: context.links.protect(context.account, context.positionId) }],
  };
}

/** The protocol's price and the market's have come apart: which way that is dangerous depends on the loan, so both are told. */
export function priceDisagrees(data: ParsedNoticeData<'price.disagrees'>, context: TemplateContext): MailContent {
  const protocol = protocolName(data.protocol, context.positionId);
  const [where, page] = [protocol === '' ? 'the protocol' : protocol, protocolPage(protocol)];
  return {
    subject: `Prices apart: ${where} has ${data.asset} ${data.gap} ${data.protocolIs} the market`,
    preheader: `${dollars(data.protocolPrice, 'down')} at ${where}, ${dollars(data.marketPrice, 'down')} on the market.`,
    tone: 'watch', chip: 'Prices apart', headline: `${data.asset} is ${data.gap} ${data.protocolIs} the market at ${where}`,
    lead: joined([`${where} liquidates by its own price. When that follows the market it may move by as much at once.`, 'We go on acting by the protocol\'s price and keep watching both.']),
    facts: facts(
      { label: `${data.asset} at ${where}`, value: '', then: dollars(data.protocolPrice, 'down') },
      { label: `${data.asset} on the market`, value: '', then: dollars(data.marketPrice, 'down') },
      data.pair && { label: 'Loan', value: data.pair },
    ),
    buttons: [{ label: 'Open the loan', url: context.links.position(context.account, context.positionId) }, ...(page === null ? [] : [{ label: `Open ${protocol}`, url: page }])],
  };
}
