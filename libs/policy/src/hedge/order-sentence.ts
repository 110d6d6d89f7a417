import type { Rejection, UnknownBecause } from '@ballast/positions';
import type { MarginMove } from './venue-journal.js';
import { isTerminalVenueState, type OrderDropCode, type VenueIntent } from './venue-intent.js';

/** Why an order was not sent, for its owner. */
const DROPPED: Readonly<Record<OrderDropCode, string>> = {
  stopped: 'All orders were stopped.',
  'no-growth-allowed': 'Adding to positions was stopped; reducing goes on.',
  'wrong-environment': 'It was for the other of paper and live than this server trades for.',
  'wrong-instrument': 'Its instrument could not be found among those of the account.',
  'key-scopes-unknown': 'The venue did not say yet what the trading key may do.',
  'key-cannot-trade': 'The trading key may not trade.',
  'key-can-withdraw': 'The trading key could withdraw money. Such a key is not used.',
  'not-allowed-instrument': 'The limits of the trading key do not name this instrument.',
  'market-closed': 'The market was closed.',
  'too-late': 'It was not sent in time: the prices that it was decided on were too old by then.',
  'size-not-whole-lots': 'Its size was none that the venue takes.',
  'price-refused': 'Mark, index and oracle were missing, old or disagreed when it was about to be sent.',
  'price-cap': 'Its price was further from the reference than you allow when it was about to be sent.',
  'position-unknown': 'Nobody knew what the account held when it was about to be sent.',
  'reduces-nothing': 'There was nothing left that it could make smaller.',
  'reduces-too-much': 'It would have turned the position to its other side.',
  'max-notional': 'The position would have become larger than you allow.',
  leverage: 'The leverage would have been higher than you allow, or nobody could tell it.',
  'exposure-stale': 'What it was to hedge was not read lately.',
  corridor: 'With it the position or the loan would be liquidated inside the moves that it must withstand.',
  'inside-band': 'It was no longer needed: the hedge was near enough to its target.',
  'order-unknown': 'Nobody knew yet whether the venue had the order before it.',
  'order-under-way': 'Another order was under way.',
  'day-orders': 'The most orders for one day had been sent.',
  'day-notional': 'The most for one day had been traded.',
  'minute-orders': 'The most orders for one minute had been sent.',
  'option-written': 'It would have sold an option that the account does not hold.',
  'premium-over-budget': 'It would have cost more than was left of the budget of 30 days.',
  'key-ended': 'You took the trading key away.',
  'key-not-accepted': 'You did not accept yet what the trading key may lose.',
  'account-not-guarded': 'The account is not protected any more.',
  'bounds-changed': 'What you allow for the account was changed meanwhile.',
  'plan-ended': 'The hedge had been ended.',
  'plan-changed': 'The hedge had been changed meanwhile.',
  'left-behind': 'The process that was to send it ended before it did. What it was decided on is gone.',
  'venue-not-reached': 'The venue could not be reached.',
  refused: 'Something that was looked at before sending spoke against it.',
};

const REJECTED: Readonly<Record<Exclude<Rejection['reason'], 'other'>, string>> = {
  margin: 'The venue refused it: the account has too little margin for it.',
  'price-band': 'The venue refused it: its price was too far from the market.',
  'tick-or-lot': 'The venue refused it: its price or size was not in the steps that it takes.',
  'min-notional': 'The venue refused it: it was worth less than the venue takes an order for.',
  'reduce-only': 'The venue refused it: there was no position that it could make smaller.',
  'no-match': 'Nobody offered as much at the price that you allow.',
  'rate-limit': 'The venue refused it: it takes no more requests from this account for now.',
  closed: 'The venue refused it: the market was closed or being maintained.',
  'key-refused': 'The venue does not take the trading key.',
  expired: 'The venue refused it: it came too late.',
};

const UNKNOWN: Readonly<Record<UnknownBecause | 'no-answer', string>> = {
  timeout: 'The venue did not answer in time, so nobody knows yet whether it has it.',
  network: 'The connection to the venue broke, so nobody knows yet whether it has it.',
  'server-error': 'The venue answered with a failure of its own, so nobody knows yet whether it has it.',
  'duplicate-id': 'The venue says that it has an order of this name already; which, nobody knows yet.',
  'duplicate-nonce': 'The venue says that it had this request before, so nobody knows yet what became of it.',
  'unreadable-answer': 'The venue’s answer could not be read, so nobody knows yet whether it has it.',
  'no-answer': 'No answer came, so nobody knows yet whether the venue has it.',
};

const NEVER_ARRIVED = 'The venue never had it.';
const NOTHING_FILLED = 'Nobody offered anything at the price that you allow.';
/** A venue's own words where they are words: a lone code says nothing to anybody. */
const quoted = (message: string): string => (/\S\s+\S/.test(message.trim()) ? `: “${message.trim()}”.` : '.');
const rejected = ({ reason, message }: Rejection): string => (reason === 'other' ? `The venue refused it${message.trim() === '' ? '' : ' for a reason of its own'}${quoted(message)}` : REJECTED[reason]);

/** Why an order came to nothing, or is unknown, as one sentence for its owner; null where there is nothing to explain. */
export function orderSentence({ why, state, filled }: Pick<VenueIntent, 'why' | 'state' | 'filled'>): string | null {
  switch (why.kind) {
    case 'nothing': return isTerminalVenueState(state) && filled === 0n ? NOTHING_FILLED : null;
    case 'unknown': return UNKNOWN[why.because];
    case 'rejected': return rejected(why.rejection);
    case 'never-arrived': return NEVER_ARRIVED;
    // What a newer process wrote may have a code that this one does not know.
    case 'dropped': return (DROPPED[why.code] as string | undefined) ?? DROPPED.refused;
  }
}

const MOVES: Readonly<Record<string, string>> = { ...DROPPED, ...UNKNOWN, 'never-arrived': NEVER_ARRIVED };

/** The same of a move of margin: a code of ours, or the venue's own words. */
export function moveSentence({ why }: Pick<MarginMove, 'why'>): string {
  return why === null ? 'No reason was told.' : (MOVES[why] ?? `The venue refused it${quoted(why)}`);
}

/** A stable word for why an order came to nothing. */
export function reasonOfOrder({ why }: Pick<VenueIntent, 'why'>): string {
  switch (why.kind) {
    case 'nothing': return 'no-match';
    case 'unknown': return why.because;
    case 'rejected': return why.rejection.reason;
    case 'never-arrived': return why.kind;
    case 'dropped': return why.code;
  }
}
