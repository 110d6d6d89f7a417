import { hedgeSentence, type NoticeKind } from '@ballast/policy';
import { formatTokenAmount, formatUsdCents, parseDecimal, type Rounding } from '@ballast/units';
import { moment } from '../text.js';
import { accountSentence } from './account-words.js';

/** Kinds of notices about hedges and accounts at derivatives venues: their owner's alone to see. */
export type HedgingNoticeKind = Extract<NoticeKind, `${'hedge' | 'venue' | 'account'}.${string}`>;

export interface NoticeWords {
  readonly title: string;
  readonly detail: string;
}

/** What a notice carries, each field as text or nothing: it was written by another process, maybe of another version. */
interface Said {
  (field: string): string | null;
}

const WORDS: Readonly<Record<HedgingNoticeKind, (said: Said) => NoticeWords>> = {
  'hedge.traded': (said) => ({ title: `${said('side') === 'buy' ? 'Bought' : 'Sold'} ${amount(said('coins'), said('underlying'), 'down')} on ${venue(said)}`, detail: joined([why(said), said('price') && `At ${dollars(said('price'), 'nearest')}.`]) }),
  'hedge.cannot': (said) => ({ title: said('unhedged') === null ? `Your ${coin(said)} is not hedged as you want` : `${amount(said('unhedged'), said('underlying'), 'up')} could not be hedged`, detail: why(said) }),
  'hedge.can-again': (said) => ({ title: `Your ${coin(said)} can be hedged again`, detail: joined(['What stood in the way is gone.', said('since') && `It could not since ${time(said('since'))}.`]) }),
  'hedge.margin': (said) => ({ title: said('usePercent') === null ? `Margin on ${venue(said)} is getting thin` : `${said('usePercent')}% of the margin on ${venue(said)} is used`, detail: joined([said('reducesAtPercent') && `At ${said('reducesAtPercent')}% the hedge is made smaller.`, 'Only you can deposit more.']) }),
  'hedge.deposit-needed': (said) => ({ title: `The hedge on ${venue(said)} needs ${amount(said('amount'), said('currency'), 'up')}`, detail: 'Only you can deposit it. Without it the hedge is made smaller, so that the venue does not liquidate it.' }),
  'hedge.budget': (said) => ({
    title: said('state') === 'spent' ? `The budget of your ${coin(said)} hedge is spent` : `Most of the budget of your ${coin(said)} hedge is used`,
    detail: joined([`Hedging cost ${dollars(said('paidUsd'), 'up')} of ${dollars(said('budgetUsd'), 'down')} in 30 days.`, said('state') === 'spent' && (said('then') === 'unwind' ? 'The hedge is closed, as you chose.' : 'Nothing is added to it; what is there stays.')]),
  }),
  'hedge.key': (said) => said('problem') === 'ending'
    ? { title: `The trading key for ${venue(said)} ends${said('endsAt') === null ? ' soon' : ` on ${time(said('endsAt'))}`}`, detail: 'Nothing is added with it, and the hedge is closed before it ends. Store a new one to keep the hedge.' }
    : { title: `${capital(venue(said))} refuses the trading key`, detail: joined([sentenceOf(said, 'why'), 'Nothing is traded there until it has a new one; what is open stays open.']) },
  'hedge.unwound': (said) => ({ title: `The hedge of ${coin(said)} is being closed`, detail: joined([why(said), closing(said)]) }),
  'hedge.withdrawal-helps': (said) => ({ title: `${amount(said('amount'), said('currency'), 'down')} on ${venue(said)} could save a loan of yours`, detail: 'It lies free there, and only you can withdraw it and repay with it.' }),
  'hedge.prices': (said) => ({ title: `Prices on ${venue(said)} cannot be trusted now`, detail: joined([PRICES[said('because') ?? ''], 'Nothing is added there until they agree; reducing goes on.']) }),
  'hedge.margin-shared': (said) => ({ title: `The hedge on ${venue(said)} shares its margin`, detail: 'Something else is open in its account, so that both can be liquidated by either. An account of its own is safer.' }),
  'venue.unreachable': (said) => ({ title: `We cannot read your account on ${venue(said)}`, detail: joined([sentenceOf(said, 'why'), 'Until we read it again nobody here knows what it holds.']) }),
  'venue.back': (said) => ({ title: `We read your account on ${venue(said)} again`, detail: said('since') === null ? 'It is looked after as before.' : `It was not read since ${time(said('since'))}.` }),
  'venue.liquidated': (said) => ({ title: `${capital(venue(said))} liquidated ${contracts(said)}`, detail: joined(['The margin of the account no longer carried the position.', closedAt(said)]) }),
  'venue.deleveraged': (said) => ({ title: `${capital(venue(said))} closed ${contracts(said)} against others’ losses`, detail: joined(['This is automatic deleveraging: its profit is yours, and the hedge is smaller by so much until it is set up anew.', closedAt(said)]) }),
  'venue.unexplained': (said) => UNEXPLAINED[said('what') ?? '']?.(said) ?? { title: `${capital(venue(said))} has another position than our books`, detail: `Of ${instrument(said)}. Nothing is added there until that is explained; reducing goes on.` },
  'venue.order-unknown': (said) => ({ title: `Nobody knows yet whether ${venue(said)} has our order`, detail: `To ${said('side') ?? 'trade'} ${contracts(said)}. Nothing else is sent there until that is clear, and it is never simply sent again.` }),
  'venue.orders-fail': (said) => ({ title: `Orders for ${instrument(said)} on ${venue(said)} come to nothing`, detail: joined([said('times') && `${said('times')} in a row.`, why(said), 'They are tried again, each time later.']) }),
  'venue.orders-work': (said) => ({ title: `Orders for ${instrument(said)} on ${venue(said)} work again`, detail: said('since') === null ? 'One was filled.' : `They did not since ${time(said('since'))}.` }),
  'venue.key-ended': (said) => ({ title: `The key for ${venue(said)} was erased`, detail: joined([sentenceOf(said, 'reason'), `It ended ${counted(said('plans'), 'hedge')} and the protection of ${counted(said('accounts'), 'account')}. What is open at the venue stays open.`]) }),
  'account.protected': (said) => ({ title: deed(said), detail: joined([`The margin on ${venue(said)} was getting thin.`, traded(said), use(said)]) }),
  'account.cannot': (said) => ({ title: said('amount') === null ? `We cannot act on your account on ${venue(said)}` : `Your account on ${venue(said)} needs ${amount(said('amount'), said('currency'), 'up')}`, detail: joined([why(said), said('amount') !== null && 'Only you can deposit it.', use(said)]) }),
};

const PRICES: Readonly<Record<string, string>> = { missing: 'A price is missing.', old: 'A price is too old.', disagree: 'Mark, index and oracle disagree.' };

const UNEXPLAINED: Readonly<Record<string, (said: Said) => NoticeWords>> = {
  manual: (said) => ({ title: `Somebody else than Ballast traded on ${venue(said)}`, detail: `${capital(instrument(said))} was traded by hand or by another program. It is counted, and left alone.` }),
  orphan: (said) => ({ title: `An order that we do not know was executed on ${venue(said)}`, detail: 'Another copy of Ballast may trade with this key, or somebody has it. Nothing is added there until that is explained.' }),
  'late-execution': (said) => ({ title: `${capital(venue(said))} executed an order that was over`, detail: 'The hedge is planned anew from what is held now.' }),
  'filled-too-much': (said) => ({ title: `${capital(venue(said))} filled more than was asked for`, detail: 'The hedge is planned anew from what is held now.' }),
};

export const isHedgingNotice = (kind: string): kind is HedgingNoticeKind => Object.hasOwn(WORDS, kind);

/** A notice as a plain sentence and what goes with it; begins with PAPER where no money moves. What it does not carry is left out, never invented. */
export function hedgingNoticeWords(kind: HedgingNoticeKind, data: unknown): NoticeWords {
  const fields = typeof data === 'object' && data !== null ? (data as Readonly<Record<string, unknown>>) : {};
  const said = (field: string): string | null => {
    const value = fields[field];
    return typeof value === 'number' ? String(value) : typeof value === 'string' && value !== '' ? value : null;
  };
  const { title, detail } = WORDS[kind](said);
  return { title: said('environment') === 'paper' ? `PAPER: ${title}` : title, detail };
}

const venue = (said: Said): string => said('venue') ?? 'the venue';
const coin = (said: Said): string => said('underlying') ?? 'exposure';
/** `ETH-PERPETUAL`, also of an instrument's whole id. */
const instrument = (said: Said): string => said('instrument')?.split(':instrument:').at(-1) ?? 'a position';
const contracts = (said: Said): string => (said('contracts') === null ? instrument(said) : `${amount(said('contracts'), null, 'up')} contracts of ${instrument(said)}`);
const closedAt = (said: Said): string | null => (said('price') === null ? null : `It was closed at ${dollars(said('price'), 'nearest')}.`);

/** Our words for why: those that the notice brings, else those of its code; a code of a newer version is told as it is. */
function why(said: Said): string {
  const reason = said('reason');
  const known = reason === null ? null : ((hedgeSentence(reason as never) ?? accountSentence(reason as never)) as string | undefined);
  return sentence(said('sentence') ?? known ?? (reason === null ? 'No reason was told' : `The reason is "${reason}"`));
}

function deed(said: Said): string {
  switch (said('action')) {
    case 'add-margin': return `Added ${amount(said('amount'), said('currency'), 'down')} of margin on ${venue(said)}`;
    case 'offset': return `Offset ${ofContracts(said)} in another account`;
    default: return `Closed ${ofContracts(said)} on ${venue(said)}`;
  }
}
const closing = (said: Said): string | null => (said('coins') === null ? null : joined([
  `Orders for ${amount(said('coins'), said('underlying'), 'up')} are on their way${said('price') === null ? '' : `, at a price of ${dollars(said('price'), 'nearest')} now`}${said('costUsd') === null ? '' : ` and ${dollars(said('costUsd'), 'up')} worse at most`}.`,
  said('left') !== null && `${amount(said('left'), said('underlying'), 'up')} are left to close after them.`,
]));
const traded = (said: Said): string => joined([
  said('limit') !== null && `At ${dollars(said('limit'), 'nearest')} or better.`, said('costUsd') !== null && `With opening it again later it costs about ${dollars(said('costUsd'), 'up')}.`,
  said('left') !== null && `${amount(said('left'), null, 'up')} contracts are still to be traded.`,
]);
const ofContracts = (said: Said): string => `${said('amount') === null ? '' : `${amount(said('amount'), null, 'down')} contracts of `}${instrument(said)}`;
const use = (said: Said): string | null => (said('usePercent') === null ? null : `Margin used: ${said('usePercent')}%${said('usePercentAfter') === null ? '' : ` → ${said('usePercentAfter')}%`}${said('triggerPercent') === null ? '' : `; Ballast acts from ${said('triggerPercent')}% on`}.`);

const isDecimal = (text: string | null): text is string => text !== null && /^-?\d+(\.\d{1,18})?$/.test(text);
function amount(text: string | null, symbol: string | null, rounding: Rounding): string {
  if (!isDecimal(text)) return symbol ?? 'something';
  return formatTokenAmount(parseDecimal(text, 18), 18, { rounding, ...(symbol === null ? {} : { symbol }) });
}
function dollars(text: string | null, rounding: Rounding): string {
  if (!isDecimal(text)) return 'an unknown sum';
  const [whole = '', rest = ''] = text.split('.');
  return formatUsdCents(parseDecimal(`${whole}.${rest.slice(0, 8).padEnd(1, '0')}`, 8), rounding);
}
function time(iso: string | null): string {
  const at = new Date(iso ?? '');
  return Number.isNaN(at.getTime()) ? (iso ?? 'some time ago') : moment(at);
}
const counted = (count: string | null, what: string): string => (count === '1' ? `one ${what}` : `${count === null || count === '0' ? 'no' : count} ${what}s`);
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
/** An end stop where there is none. */
const sentence = (text: string): string => (/[.!?…]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`);
function sentenceOf(said: Said, field: string): string | null {
  const text = said(field);
  return text === null ? null : sentence(text);
}
const joined = (parts: readonly (string | null | undefined | false)[]): string => parts.filter((part): part is string => typeof part === 'string' && part !== '').join(' ');
