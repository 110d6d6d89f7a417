import type { AccountDecision, GateRefusal, HedgeCandidate, VenueIntent } from '@ballast/policy';
import { DERIVATIVES_VENUE_NAMES, partsOfVenueAccount, type VenueAccountId } from '@ballast/positions';

/** Why an order was written down and never sent: what the gate said, what the stored state said against it, or that its moment had passed. */
type DropCode = GateRefusal | 'left-behind' | 'key-ended' | 'plan-ended' | 'plan-changed' | 'account-not-guarded' | 'refused';

const DROPPED: Readonly<Record<DropCode, string>> = {
  stopped: 'all orders were stopped', 'no-growth-allowed': 'adding to hedges was stopped', 'wrong-environment': 'paper and live do not mix', 'wrong-instrument': 'the instrument was not the one that was decided on',
  'key-scopes-unknown': 'nobody knew what the key may do', 'key-cannot-trade': 'the key may not trade', 'key-can-withdraw': 'the key could withdraw, and such a key is not used', 'not-allowed-instrument': 'the key was not sealed for this instrument',
  'market-closed': 'the market was closed', 'too-late': 'its moment had passed', 'size-not-whole-lots': 'the venue takes whole lots alone', 'price-refused': 'mark, index and oracle were missing, old or apart', 'price-cap': 'the price had moved past what you allow',
  'position-unknown': 'nobody knew what was held', 'reduces-nothing': 'there was nothing left to make smaller', 'reduces-too-much': 'less was held by then than it would have closed', 'max-notional': 'the hedge would have been worth more than you allow',
  leverage: 'the hedge would not have lived through the move that it must', 'exposure-stale': 'a loan had not been read lately', corridor: 'something would have been liquidated inside the moves that must be lived through', 'inside-band': 'the hedge was inside its band by then',
  'order-unknown': 'nobody knew whether the venue had the order before it', 'order-under-way': 'another order was under way', 'day-orders': 'the most orders of a day had been sent', 'day-notional': 'the most for one day had been traded', 'minute-orders': 'the most orders of a minute had been sent',
  'left-behind': 'what it was decided on was gone', 'key-ended': 'its key was taken away', 'plan-ended': 'the hedge had ended', 'plan-changed': 'you had changed the hedge', 'account-not-guarded': 'the account was no longer protected', refused: 'something spoke against it in the last moment',
};

/** Why an order did not go as it was planned, as a sentence; null where there is nothing to tell. A code of a newer version is told as it is. */
export function orderWhy(why: VenueIntent['why']): string | null {
  switch (why.kind) {
    case 'nothing': return null;
    case 'unknown': return 'Nobody knows yet whether the venue has it.';
    case 'rejected': return `The venue refused it: ${why.rejection.message}`;
    case 'never-arrived': return 'The venue never had it.';
    case 'dropped': return `It was not sent: ${Object.hasOwn(DROPPED, why.code) ? DROPPED[why.code as DropCode] : why.code}.`;
  }
}

/** What a way of hedging would do; `coins` above zero buys. */
export function hedgeAction(action: HedgeCandidate['action'], coins: bigint): string {
  switch (action) {
    case 'perpetual': return coins === 0n ? 'Trade the perpetual' : coins > 0n ? 'Buy the perpetual' : 'Sell the perpetual';
    case 'shrink': return 'Make the hedge smaller';
    case 'put': return 'Buy puts';
    case 'deleverage': return 'Repay the loan';
    case 'wait': return 'Wait';
  }
}

/** The same of ways to protect an account. */
export const ACCOUNT_ACTIONS: Readonly<Record<AccountDecision['candidates'][number]['action']['kind'], string>> = { 'add-margin': 'Add margin', close: 'Close a part', offset: 'Open the opposite elsewhere', deposit: 'Deposit' };

/** The venue of an account; nothing where a way is at none. */
export const placeWords = (where: string): string => (where.includes(':account:') ? DERIVATIVES_VENUE_NAMES[partsOfVenueAccount(where as VenueAccountId).venue] : '');

const EVENTS: Readonly<Record<string, string>> = { sending: 'on its way to the venue', answered: 'the venue answered', 'looked-up': 'looked for at the venue', silent: 'no answer came', dropped: 'not sent', 'key-ended': 'its key was taken away' };

/** What moved an order on; an event of a newer version is told as it is. */
export const orderEvent = (event: string): string => (Object.hasOwn(EVENTS, event) ? (EVENTS[event] as string) : event);
