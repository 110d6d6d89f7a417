import type { AccountDecision, HedgeCandidate } from '@ballast/policy';
import { DERIVATIVES_VENUE_NAMES, partsOfVenueAccount, type VenueAccountId } from '@ballast/positions';

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
