import type { Instrument, InstrumentId, LeverageSet, OrderLookup, OrderRequest, VenueAccountId, VenueAnswer, VenueOrder } from '@ballast/positions';
import { exactDecimalText, type SettlementE18, type Wad } from '@ballast/units';
import type { OwnAccounts } from './accounts.js';
import { afterSending, beforeSending, notSent, obstacle, stray, wholeLeverage } from './order-checks.js';

type NotSent = ReturnType<typeof notSent>;

/** What has to be known of an order before it is sent, `read` among it; or why it is not sent: it is not ours, nobody answers, or it does not fit the instrument. */
export async function readied<T extends { readonly instrument: Instrument }>(order: OrderRequest, own: OwnAccounts, now: () => number, read: () => Promise<T>): Promise<{ readonly kind: 'read'; readonly value: T } | NotSent> {
  const strayed = stray(own, order.account, order.instrument);
  if (strayed !== null) return strayed;
  const known = await beforeSending(read);
  if (known.kind === 'rejected') return known;
  return obstacle(order, known.value.instrument, now()) ?? known;
}

/** An order that can be cancelled, with what was read beside it; or the answer, where there is nothing to cancel. */
export async function cancellable<T extends { readonly lookup: OrderLookup }>(read: () => Promise<T>): Promise<{ readonly kind: 'open'; readonly order: VenueOrder; readonly read: T } | VenueAnswer<VenueOrder>> {
  const found = await beforeSending(read);
  if (found.kind === 'rejected') return found;
  const { lookup } = found.value;
  if (lookup.kind === 'not-found') return notSent('other', 'the venue knows no order of this id');
  return lookup.order.state === 'open' ? { kind: 'open', order: lookup.order, read: found.value } : { kind: 'done', value: lookup.order };
}

/** How an order stands after it was to be cancelled, where the venue's answer does not tell. Turned down because it was filled in between is no failure. */
export async function afterCancelling(answer: VenueAnswer<unknown>, lookup: () => Promise<OrderLookup>): Promise<VenueAnswer<VenueOrder>> {
  if (answer.kind === 'unknown') return answer;
  const after = await afterSending(lookup);
  if (after.kind !== 'done') return after;
  if (after.value.kind === 'found' && after.value.order.state !== 'open') return { kind: 'done', value: after.value.order };
  return answer.kind === 'rejected' ? answer : { kind: 'unknown', because: 'unreadable-answer' };
}

/** What of one's own is to be changed. */
export interface Changed {
  readonly own: OwnAccounts;
  readonly account: VenueAccountId;
  readonly instrument: InstrumentId;
}

/** Moves margin in whole steps of so many 1e-18, rounded down, and tells what was moved. `decimals`: the step in words. */
export async function moveMargin({ own, account, instrument }: Changed, amount: SettlementE18, { step, decimals }: { readonly step: bigint; readonly decimals: 'four' | 'eight' }, send: (amount: string) => Promise<VenueAnswer<unknown>>): Promise<VenueAnswer<SettlementE18>> {
  const strayed = stray(own, account, instrument);
  if (strayed !== null) return strayed;
  const whole = amount - (amount % step);
  if (whole <= 0n) return notSent('other', `margin is moved with ${decimals} decimals, at least one unit`);
  const answer = await send(exactDecimalText(whole, 18));
  return answer.kind === 'done' ? { kind: 'done', value: whole as SettlementE18 } : answer;
}

/** Sets a whole leverage and reads it back. */
export async function changeLeverage({ own, account, instrument }: Changed, leverage: Wad, send: (whole: number) => Promise<VenueAnswer<unknown>>, readBack: () => Promise<Wad>): Promise<VenueAnswer<LeverageSet>> {
  const strayed = stray(own, account, instrument);
  if (strayed !== null) return strayed;
  const whole = wholeLeverage(leverage);
  if (whole === null) return notSent('other', 'leverage is a whole number above zero');
  const answer = await send(whole);
  if (answer.kind !== 'done') return answer;
  const after = await afterSending(readBack);
  return after.kind === 'done' ? { kind: 'done', value: { asked: leverage, readBack: after.value } } : after;
}
