import type { NoticeData } from '@ballast/notifications';
import type { VenueStep } from '@ballast/execution';
import { hedgeSentence, isTerminalVenueState, type MarginMove, type Notice, type VenueIntent, type VenueOwner } from '@ballast/policy';
import { coinsFloor, quoteValue, type Instrument } from '@ballast/positions';
import { exactDecimalText, decimalText, magnitude, type ContractsE18, type UsdE8 } from '@ballast/units';
import { accountWords, noticeTo, symbolOf } from './words.js';

const TEN_MINUTES_MS = 600_000;
const text = (contracts: bigint): string => exactDecimalText(contracts, 18);

/**
 * What an owner hears of an order as it moves: that something was traded, at most once in ten minutes an account; and anything that must not happen. `listed`: the order's instrument, where it is known.
 */
export function noticesOfOrder(owner: VenueOwner, intent: VenueIntent, alarm: VenueStep['alarm'], listed: Instrument | undefined, now: number): readonly Notice[] {
  const { order, filled, state, underlying } = intent;
  const words = { ...accountWords(order.account), underlying, instrument: symbolOf(order.instrument), side: order.side, orderId: order.clientId } as const;
  if (alarm.kind !== 'none') {
    const was = alarm.kind === 'late-execution' ? alarm.was : order.contracts;
    const data: NoticeData<'venue.unexplained'> = { ...words, what: alarm.kind, difference: text(alarm.is - was), ours: text(was), theirs: text(alarm.is) };
    return [noticeTo(owner, `evt_venue_late_${order.clientId}_${alarm.is}`, 'venue.unexplained', 'critical', data)];
  }
  if (!isTerminalVenueState(state) || filled === 0n) return [];
  const data: NoticeData<'hedge.traded'> = { ...words, coins: decimalText(coinsOf(intent, listed), 18, 6, 'down'), reason: order.reduceOnly ? 'smaller' : 'outside-band', sentence: order.reduceOnly ? 'The position there was made smaller.' : hedgeSentence('outside-band') };
  return [noticeTo(owner, `evt_hedge_traded_${order.account}_${Math.floor(now / TEN_MINUTES_MS)}`, 'hedge.traded', 'info', data)];
}

/** At the cap for contracts of so many dollars; of an instrument that is not known, contracts. */
function coinsOf({ order, filled }: VenueIntent, listed: Instrument | undefined): bigint {
  const at = order.priceCap.unit === 'usd' ? quoteValue(order.priceCap) : 1n;
  return listed === undefined ? filled : magnitude(coinsFloor(filled as ContractsE18, listed, at as UsdE8));
}

/** Of an order that has been unknown for so long that a person should look. */
export function unknownOrder(owner: VenueOwner, { order, sent, underlying }: VenueIntent): Notice {
  const since = sent.kind === 'sent' ? sent.lastAt : order.validUntil;
  const data: NoticeData<'venue.order-unknown'> = { ...accountWords(order.account), underlying, instrument: symbolOf(order.instrument), orderId: order.clientId, side: order.side, contracts: text(order.contracts), since: new Date(since).toISOString() };
  return noticeTo(owner, `evt_venue_unknown_${order.clientId}`, 'venue.order-unknown', 'critical', data);
}

/** `currency`: what the account settles in, where it is known. */
export function noticesOfMove(owner: VenueOwner, { id, account, instrument, amount, state, why }: MarginMove, currency: string): readonly Notice[] {
  const words = { ...accountWords(account), instrument: symbolOf(instrument), amount: decimalText(amount, 18, 6, 'down'), currency };
  if (state === 'DONE') {
    const data: NoticeData<'account.protected'> = { ...words, action: 'add-margin' };
    return [noticeTo(owner, `evt_account_margin_${id}`, 'account.protected', 'info', data)];
  }
  const data: NoticeData<'account.cannot'> = { ...accountWords(account), instrument: words.instrument, reason: 'margin-refused', sentence: `The venue did not take ${words.amount} ${currency} of the free balance for the position (${why ?? 'no reason was told'}). Ballast looks for another way.` };
  return [noticeTo(owner, `evt_account_margin_${id}`, 'account.cannot', 'warning', data)];
}
