import type { NoticeData } from '@ballast/notifications';
import type { VenueStep } from '@ballast/execution';
import { FAILURES_IN_A_ROW, hedgeSentence, isTerminalVenueState, moveSentence, orderSentence, reasonOfOrder, type FailedOrders, type MarginMove, type Notice, type OrderTrials, type VenueIntent, type VenueOwner } from '@ballast/policy';
import { coinsFloor, quoteValue, type Instrument } from '@ballast/positions';
import { exactDecimalText, decimalText, magnitude, type ContractsE18, type UsdE8 } from '@ballast/units';
import { marginWords } from './account-notices.js';
import type { OrderPurpose } from './keeping.js';
import { accountWords, noticeTo, symbolOf } from './words.js';

const TEN_MINUTES_MS = 600_000;
const DAY_MS = 86_400_000;
const iso = (ms: number): string => new Date(ms).toISOString();
const text = (contracts: bigint): string => exactDecimalText(contracts, 18);

/** What an order is told by, beside itself. */
export interface OrderContext {
  /** What it was for; null where nobody asked, since nothing was filled. */
  readonly purpose: OrderPurpose | null;
  /** Its instrument, where it is known. */
  readonly listed: Instrument | undefined;
  readonly now: number;
}

/** Whether something is told of it that depends on what it was for: it is over, and something was filled. */
export const isTraded = ({ state, filled }: VenueIntent, alarm: VenueStep['alarm']): boolean => alarm.kind === 'none' && isTerminalVenueState(state) && filled > 0n;

/** What an owner hears of an order as it moves: that something was traded for his hedge, or done for a guarded account, at most once in ten minutes an account, with what was filled; and anything that must not happen. */
export function noticesOfOrder(owner: VenueOwner, intent: VenueIntent, alarm: VenueStep['alarm'], { purpose, listed, now }: OrderContext): readonly Notice[] {
  const { order, underlying } = intent;
  const words = { ...accountWords(order.account), underlying, instrument: symbolOf(order.instrument), side: order.side, orderId: order.clientId } as const;
  if (alarm.kind !== 'none') {
    const was = alarm.kind === 'late-execution' ? alarm.was : order.contracts;
    const data: NoticeData<'venue.unexplained'> = { ...words, what: alarm.kind, difference: text(alarm.is - was), ours: text(was), theirs: text(alarm.is) };
    return [noticeTo(owner, `evt_venue_late_${order.clientId}_${alarm.is}`, 'venue.unexplained', 'critical', data)];
  }
  if (!isTraded(intent, alarm)) return [];
  const tenth = Math.floor(now / TEN_MINUTES_MS);
  if (purpose !== null && purpose.guarded !== null) {
    const data: NoticeData<'account.protected'> = { ...accountWords(purpose.guarded), ...('use' in purpose.decision ? marginWords(purpose.decision) : {}), action: order.reduceOnly ? 'close' : 'offset', amount: text(intent.filled), instrument: symbolOf(order.instrument), ...dealWords(intent, purpose.decision), decisionId: purpose.decisionId };
    return [noticeTo(owner, `evt_account_protected_${purpose.guarded}_${tenth}`, 'account.protected', 'warning', data)];
  }
  const ofPut = listed?.kind === 'option';
  const reason = order.reduceOnly ? 'smaller' : ofPut ? 'buy-put' : 'outside-band';
  // A put of a coin is no coin: what was bought is told as what it is.
  const data: NoticeData<'hedge.traded'> = { ...words, ...(ofPut ? { underlying: `${underlying} puts` } : {}), coins: decimalText(coinsOf(intent, listed), 18, 6, 'down'), reason, sentence: reason === 'smaller' ? 'The position there was made smaller.' : hedgeSentence(reason) };
  return [noticeTo(owner, `evt_hedge_traded_${order.account}_${tenth}`, 'hedge.traded', 'info', data)];
}

/** At which price at worst, what it costs by what was decided, and what of the order is still to be traded. */
function dealWords({ order, filled }: VenueIntent, decision: OrderPurpose['decision']): Pick<NoticeData<'account.protected'>, 'limit' | 'left' | 'costUsd'> {
  const chosen = decision.kind === 'act' && 'levels' in decision ? decision.candidates.find(({ verdict }) => verdict === 'chosen') : undefined;
  return {
    left: text(magnitude(order.contracts) - magnitude(filled)), ...(order.priceCap.unit === 'usd' ? { limit: decimalText(order.priceCap.usdE8, 8, 2, order.side === 'buy' ? 'up' : 'down') } : {}), ...(chosen === undefined ? {} : { costUsd: decimalText(chosen.costUsdE8, 8, 2, 'up') }),
  };
}

/** That orders of one account and instrument fail again and again, once a spell; and that they work again, where the owner was told that they fail. What ended longer than a day ago is told no more. */
export function noticesOfTrials(owner: VenueOwner, { failing, over }: OrderTrials, now: number): readonly Notice[] {
  const ofFailing = failing === null || failing.times < FAILURES_IN_A_ROW || now - failing.lastAt > DAY_MS ? [] : [ordersFail(owner, failing)];
  if (over === null || over.failed.times < FAILURES_IN_A_ROW || now - over.workedAt > DAY_MS) return ofFailing;
  const data: NoticeData<'venue.orders-work'> = { ...legWords(over.failed), since: iso(over.failed.since), until: iso(over.workedAt) };
  return [noticeTo(owner, `evt_venue_orders_work_${over.failed.first}`, 'venue.orders-work', 'info', data), ...ofFailing];
}

function ordersFail(owner: VenueOwner, failed: FailedOrders): Notice {
  const { first, times, since, last } = failed;
  const data: NoticeData<'venue.orders-fail'> = { ...legWords(failed), side: last.order.side, orderId: last.order.clientId, times, reason: reasonOfOrder(last), sentence: orderSentence(last), since: iso(since) };
  return noticeTo(owner, `evt_venue_orders_fail_${first}`, 'venue.orders-fail', 'critical', data);
}

const legWords = ({ last: { order, underlying } }: FailedOrders) => ({ ...accountWords(order.account), underlying, instrument: symbolOf(order.instrument) });

/** At the cap for contracts of so many dollars; of an instrument that is not known, contracts. */
function coinsOf({ order, filled }: VenueIntent, listed: Instrument | undefined): bigint {
  const at = order.priceCap.unit === 'usd' ? quoteValue(order.priceCap) : 1n;
  return listed === undefined ? filled : magnitude(coinsFloor(filled as ContractsE18, listed, at as UsdE8));
}

/** Of an order that has been unknown for so long that a person should look: told once an hour an account. Where none of them arrives it is one trouble. */
export function unknownOrder(owner: VenueOwner, { order, sent, underlying }: VenueIntent): Notice {
  const since = sent.kind === 'sent' ? sent.lastAt : order.validUntil;
  const data: NoticeData<'venue.order-unknown'> = { ...accountWords(order.account), underlying, instrument: symbolOf(order.instrument), orderId: order.clientId, side: order.side, contracts: text(order.contracts), since: iso(since) };
  return noticeTo(owner, `evt_venue_unknown_${order.account}_${iso(since).slice(0, 13)}`, 'venue.order-unknown', 'critical', data);
}

/** `currency`: what the account settles in, where it is known. That it is refused is told once an hour: it is tried again as long as it would help. */
export function noticesOfMove(owner: VenueOwner, move: MarginMove, currency: string): readonly Notice[] {
  const { id, account, instrument, state, sentAt } = move;
  const words = { ...accountWords(account), instrument: symbolOf(instrument), amount: decimalText(move.amount, 18, 6, 'down'), currency };
  if (state === 'DONE') {
    const data: NoticeData<'account.protected'> = { ...words, action: 'add-margin' };
    return [noticeTo(owner, `evt_account_margin_${id}`, 'account.protected', 'info', data)];
  }
  const sentence = `${words.amount} ${currency} of the free balance did not get into the position. ${moveSentence(move)} Ballast looks for another way.`;
  const data: NoticeData<'account.cannot'> = { ...accountWords(account), instrument: words.instrument, reason: 'margin-refused', sentence };
  return [noticeTo(owner, `evt_account_margin_refused_${account}_${sentAt === null ? id : iso(sentAt).slice(0, 13)}`, 'account.cannot', 'warning', data)];
}
