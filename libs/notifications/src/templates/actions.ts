import type { ParsedNoticeData } from '../notice-data.js';
import { protocolPage } from '../links.js';
import { facts, type MailContent, type TemplateContext } from './content.js';
import { dollars, dollarsAndCents, health, isLess, joined, networkFee, protocolName, sentence, shortHash, tokens, yourLoan } from './words.js';

type Action = ParsedNoticeData<'action.done'>['action'];
const DONE: Record<Action, (what: string) => string> = { repay: (what) => `repaid ${what}`, 'top-up': (what) => `added ${what}`, fill: (what) => `sold collateral and repaid ${what}` };
const DOING: Record<Action, string> = { repay: 'repaying', 'top-up': 'adding', fill: 'selling collateral to repay' };
const INTENDED: Record<Action, string> = { repay: 'repay', 'top-up': 'add', fill: 'sell collateral to repay' };
const where = (action: Action, protocol: string): string => (action === 'top-up' ? `to ${yourLoan(protocol)}` : `on ${yourLoan(protocol)}`);

export function actionStarted(data: ParsedNoticeData<'action.started'>, context: TemplateContext): MailContent {
  const protocol = protocolName(data.protocol, context.positionId);
  const what = data.amount ? `up to ${tokens(data.amount, data.symbol)}` : data.symbol;
  return {
    subject: `Acting: ${DOING[data.action]} ${what} ${where(data.action, protocol)}`,
    preheader: 'Nothing for you to do. A second mail tells how it went.',
    tone: 'act', chip: 'Acting', headline: `We are ${DOING[data.action]} ${what}`,
    lead: 'Your loan reached the health at which you told us to act. The transaction is on its way; nothing for you to do.',
    facts: facts(data.health && { label: 'Health now', value: '', then: health(data.health, 3) }, data.pair && { label: 'Loan', value: data.pair }),
    buttons: [{ label: 'Follow it', url: context.links.position(context.account, context.positionId) }],
  };
}

export function actionDone(data: ParsedNoticeData<'action.done'>, context: TemplateContext): MailContent {
  const protocol = protocolName(data.protocol, context.positionId);
  const symbol = data.symbol ?? data.asset ?? 'tokens';
  const moved = tokens(data.amount, symbol);
  const what = DONE[data.action](moved);
  const [before, after] = [health(data.healthBefore, 3), health(data.healthAfter)];
  const cost = networkFee(data, context.chainId);
  // Ballast sends the transaction, so the fee is its own where nothing else is said.
  const borne = data.gasBorneBy === 'owner' ? 'paid by you' : 'paid by Ballast';
  const least = data.leastHealth && isLess(data.healthAfter, data.leastHealth) ? health(data.leastHealth) : null;
  const isFill = data.action === 'fill';
  const sold = data.sold ? tokens(data.sold, data.soldSymbol ?? 'of the collateral') : 'a part of its collateral';
  const used = isFill ? `sold ${sold} of the loan's own collateral and repaid ${moved} with it` : `used ${symbol} from your wallet`;
  const short = isFill ? 'the mandate allowed no more' : 'your wallet could give no more';
  const share = data.costShare ? ` (${data.costShare} of what was repaid)` : '';
  return {
    ...(least === null ? { tone: 'act', chip: 'Saved' } : { tone: 'watch', chip: 'Partly saved' }),
    subject: least === null ? `Saved: we ${what} ${where(data.action, protocol)}` : `Partly saved: we ${what} ${where(data.action, protocol)}, ${short}`,
    preheader: isFill ? joined([`Health ${before} → ${after}.`, data.costUsd && `It cost ${dollarsAndCents(data.costUsd)}, gas included.`]) : joined([`Health ${before} → ${after}${cost ? ',' : ''}`, cost && `network fee ${cost}`, cost && borne]),
    headline: least === null ? `We ${what}: your loan is out of danger` : `We ${what}, and ${short}`,
    lead: joined([
      data.priceOf && data.price && `${data.priceOf} stood at ${dollars(data.price, 'down')}.`,
      `The loan's health reached ${before}, where you told us to act, so we ${used}, as your mandate allows.`,
      least !== null && `That brought it to ${after}, short of the ${least} that you signed for: it may soon be in danger again, and then we have nothing left to use.`,
    ]),
    line: { from: { health: data.healthBefore, label: before }, to: { health: data.healthAfter, label: `Health ${after}` } },
    facts: facts(
      { label: 'Health', value: `${before} → `, then: after },
      data.liquidationPriceAfter && {
        label: data.priceOf ? `Liquidation price of ${data.priceOf}` : 'Liquidation price',
        value: data.liquidationPriceBefore ? `${dollars(data.liquidationPriceBefore)} → ` : '', then: dollars(data.liquidationPriceAfter),
      },
      { label: isFill ? 'Repaid' : data.action === 'repay' ? 'Repaid from your wallet' : 'Added from your wallet', value: '', then: moved },
      isFill && { label: 'Collateral sold for it', value: '', then: sold },
      data.costUsd && { label: 'It cost you, gas included', value: '', then: `${dollarsAndCents(data.costUsd)}${share}` },
      data.kept && { label: 'Of that for gas', value: '', then: tokens(data.kept, symbol) },
      least !== null && { label: 'You signed for at least', value: '', then: least },
      cost && !isFill && { label: 'Network fee', value: `${borne}: `, then: cost },
      data.pair && { label: 'Loan', value: data.pair },
      { label: 'Transaction', value: shortHash(data.transactionHash), mono: true },
    ),
    steps: least === null ? null : {
      title: 'Do one of these',
      items: [`Put ${symbol} into your wallet, or restore its permission, so that we can act again.`, `Repay a part of the debt yourself${protocol === '' ? '' : ` on ${protocol}`}.`],
    },
    buttons: [
      { label: 'Read the full record', url: context.links.record(context.account, data.decisionId) },
      { label: 'This was not wanted', url: context.links.position(context.account, context.positionId) },
    ],
  };
}

function notNeeded(data: ParsedNoticeData<'action.failed'>, protocol: string, context: TemplateContext): MailContent {
  return {
    subject: `Not needed: ${yourLoan(protocol)} was out of reach before we acted`,
    preheader: sentence(data.message ?? data.reason),
    tone: 'accent', chip: 'Not needed', headline: 'Our transaction came and found nothing to do',
    lead: joined([sentence(data.message ?? data.reason), 'Nothing of yours was moved. We keep watching and act when it is needed.']),
    facts: facts(data.pair && { label: 'Loan', value: data.pair }, data.transactionHash && { label: 'Transaction', value: shortHash(data.transactionHash), mono: true }),
    buttons: [{ label: 'Read the record', url: context.links.record(context.account, data.decisionId) }],
  };
}

export function actionFailed(data: ParsedNoticeData<'action.failed'>, context: TemplateContext): MailContent {
  const protocol = protocolName(data.protocol, context.positionId);
  if (data.class === 'resolved') return notNeeded(data, protocol, context);
  return {
    ...stillInDanger(data, protocol, context, 'Read what failed'),
    subject: `We tried and failed: ${yourLoan(protocol)} is still in danger`,
    chip: 'Failed', headline: `We could not ${INTENDED[data.action]}${amountOf(data)}: your loan is still in danger`,
    lead: joined([sentence(data.message ?? data.reason), 'We decide again at every block and try again when it can work. Until a mail says "Saved", count on yourself.']),
  };
}

export function actionStuck(data: ParsedNoticeData<'action.stuck'>, context: TemplateContext): MailContent {
  const protocol = protocolName(data.protocol, context.positionId);
  return {
    ...stillInDanger(data, protocol, context, 'Read what was tried'),
    subject: `Not on chain yet: ${yourLoan(protocol)} may be in danger`,
    chip: 'Stuck', headline: `We want to ${INTENDED[data.action]}${amountOf(data)}, and it does not get on chain`,
    lead: joined([sentence(data.message ?? data.reason), data.reason === 'lanes-full' ? 'We try again at every block.' : 'We go on trying until the time for this action has passed.', 'Until a mail says "Saved", count on yourself.']),
  };
}

type Unfinished = ParsedNoticeData<'action.failed'> | ParsedNoticeData<'action.stuck'>;

const amountOf = ({ amount, symbol }: Unfinished): string => (amount && symbol ? ` ${tokens(amount, symbol)}` : symbol ? ` ${symbol}` : '');

/** What is said of a loan that an action has not made safer, and what its owner can do. */
function stillInDanger(data: Unfinished, protocol: string, context: TemplateContext, record: string): Pick<MailContent, 'preheader' | 'tone' | 'line' | 'facts' | 'steps' | 'buttons'> {
  const page = protocolPage(protocol);
  const there = protocol === '' ? '' : ` on ${protocol}`;
  return {
    preheader: sentence(data.message ?? data.reason),
    tone: 'danger',
    line: data.health ? { from: { health: data.health, label: `Now ${health(data.health)}` }, to: null } : null,
    facts: facts(
      data.health && { label: 'Health', value: '', then: health(data.health) },
      data.liquidationPrice && { label: 'Liquidation price', value: '', then: dollars(data.liquidationPrice) },
      data.pair && { label: 'Loan', value: data.pair },
      data.transactionHash && { label: 'Transaction', value: shortHash(data.transactionHash), mono: true },
    ),
    steps: { title: 'Do one of these', items: [`Repay a part of the debt yourself${there}.`, `Add collateral yourself${there}.`] },
    buttons: [
      ...(page === null ? [] : [{ label: `Open ${protocol}`, url: page }]),
      { label: record, url: context.links.record(context.account, data.decisionId) },
    ],
  };
}

export function positionLiquidated(data: ParsedNoticeData<'position.liquidated'>, context: TemplateContext): MailContent {
  const protocol = protocolName(data.protocol, context.positionId) || 'The protocol';
  const sold = tokens(data.collateralSeized, data.collateralSymbol);
  const loss = data.penaltyUsd ? dollars(data.penaltyUsd) : null;
  return {
    subject: `Liquidated: ${protocol} sold ${sold}`,
    preheader: joined([loss && `A loss of ${loss}.`, data.why && sentence(data.why)]) || 'The record says what happened.',
    tone: 'danger', chip: 'Liquidated', headline: `${protocol} sold ${sold}${loss ? `, a loss of ${loss}` : ''}`,
    lead: data.why ? sentence(data.why) : 'A liquidator repaid a part of your debt and took collateral for it, with the penalty that the protocol sets.',
    facts: facts(
      { label: 'Collateral sold', value: '', then: sold },
      data.debtCovered && data.debtSymbol && { label: 'Debt repaid with it', value: '', then: tokens(data.debtCovered, data.debtSymbol) },
      loss && { label: 'Penalty', value: '', then: loss },
      data.pair && { label: 'Loan', value: data.pair },
      data.transactionHash && { label: 'Transaction', value: shortHash(data.transactionHash), mono: true },
    ),
    buttons: [{ label: 'Read what happened', url: context.links.position(context.account, context.positionId) }],
  };
}
