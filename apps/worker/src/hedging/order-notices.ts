import type { VenueStep } from '@ballast/execution';
import { isTerminalVenueState, type MarginMove, type Notice, type VenueIntent, type VenueOwner } from '@ballast/policy';
import { decimalText } from '@ballast/units';
import { accountWords, noticeTo, symbolOf } from './words.js';

const TEN_MINUTES_MS = 600_000;
const amount = (contracts: bigint): string => decimalText(contracts, 18, 6, 'down');

/** What an owner hears of an order as it moves: that something was traded, at most once in ten minutes an account; that nobody knows what became of one; and anything that must not happen. */
export function noticesOfOrder(owner: VenueOwner, intent: VenueIntent, alarm: VenueStep['alarm'], now: number): readonly Notice[] {
  const { order, filled, state } = intent;
  const words = { ...accountWords(order.account), instrument: symbolOf(order.instrument), side: order.side, contracts: amount(order.contracts), filled: amount(filled), orderId: order.clientId };
  if (alarm.kind !== 'none') {
    const sentence = alarm.kind === 'late-execution'
      ? `An order that was over at ${words.venue} was executed all the same: ${amount(alarm.is)} contracts of ${words.instrument}, ${amount(alarm.was)} of them known before. Ballast plans the hedge anew from what is held.`
      : `${words.venue} filled ${amount(alarm.is)} contracts of ${words.instrument}, more than the ${words.contracts} that were asked for. Ballast plans the hedge anew from what is held.`;
    return [noticeTo(owner, `evt_venue_late_${order.clientId}_${alarm.is}`, 'venue.unexplained', 'critical', { ...words, what: alarm.kind, sentence })];
  }
  if (!isTerminalVenueState(state) || filled === 0n) return [];
  const sentence = `Ballast ${order.side === 'buy' ? 'bought' : 'sold'} ${amount(filled)} contracts of ${words.instrument} at ${words.venue}${order.reduceOnly ? ', which makes the position there smaller' : ''}.`;
  return [noticeTo(owner, `evt_hedge_traded_${order.account}_${Math.floor(now / TEN_MINUTES_MS)}`, 'hedge.traded', 'info', { ...words, reduceOnly: order.reduceOnly, sentence })];
}

/** Of an order that has been unknown for so long that a person should look. */
export function unknownOrder(owner: VenueOwner, { order }: VenueIntent): Notice {
  const words = accountWords(order.account);
  return noticeTo(owner, `evt_venue_unknown_${order.clientId}`, 'venue.order-unknown', 'critical', {
    ...words, instrument: symbolOf(order.instrument), side: order.side, contracts: amount(order.contracts), orderId: order.clientId,
    sentence: `${words.venue} gave no answer to an order of ${amount(order.contracts)} contracts of ${symbolOf(order.instrument)}, and nobody knows yet whether it has it. Nothing else is sent there until that is clear.`,
  });
}

export function noticesOfMove(owner: VenueOwner, { id, account, instrument, amount: moved, state, why }: MarginMove): readonly Notice[] {
  const words = { ...accountWords(account), instrument: symbolOf(instrument), amount: decimalText(moved, 18, 6, 'down') };
  if (state === 'DONE') return [noticeTo(owner, `evt_account_margin_${id}`, 'account.protected', 'info', { ...words, what: 'margin', sentence: `Ballast moved ${words.amount} of the free balance at ${words.venue} into your position in ${words.instrument}, so that it is not liquidated.` })];
  return [noticeTo(owner, `evt_account_margin_${id}`, 'account.cannot', 'warning', { ...words, what: 'margin', reason: why ?? state, sentence: `${words.venue} did not take ${words.amount} of the free balance for your position in ${words.instrument}. Ballast looks for another way.` })];
}
