import { onTickDown, quoteValue, type Instrument, type InstrumentId, type OrderLookup, type OrderRequest, type OrderSide, type PlaceAnswer, type Rejection, type VenueAccountId, type VenueAnswer } from '@ballast/positions';
import { BallastError, exactDecimalText, WAD, type Wad } from '@ballast/units';
import type { OwnAccounts } from './accounts.js';

/** Turned down before anything was sent. */
export const notSent = (reason: Rejection['reason'], message: string): { readonly kind: 'rejected'; readonly rejection: Rejection } => ({ kind: 'rejected', rejection: { reason, code: 'not-sent', message } });

/** Turned down where the account or the instrument is another key's, another venue's or of the other environment; null where they are ours. */
export function stray(own: OwnAccounts, account: VenueAccountId, instrument: InstrumentId): ReturnType<typeof notSent> | null {
  try {
    own.currencyOf(account);
    own.symbolOf(instrument);
    return null;
  } catch (error) {
    if (error instanceof BallastError) return notSent('other', error.message);
    throw error;
  }
}

/** What keeps an order from being sent as it is, or null: nothing is rounded to fit. */
export function obstacle({ contracts, priceCap, validUntil }: OrderRequest, { lot, minContracts, tick }: Instrument, now: number): ReturnType<typeof notSent> | null {
  if (validUntil <= now) return notSent('expired', 'it was to be sent by an earlier time');
  if (contracts <= 0n || contracts % lot !== 0n) return notSent('tick-or-lot', `a size of ${exactDecimalText(contracts, 18)} is not a multiple of ${exactDecimalText(lot, 18)} above zero`);
  if (contracts < minContracts) return notSent('tick-or-lot', `a size of ${exactDecimalText(contracts, 18)} is below ${exactDecimalText(minContracts, 18)}`);
  try {
    if (quoteValue(onTickDown(tick, priceCap)) !== quoteValue(priceCap)) return notSent('tick-or-lot', `a price of ${priceText(priceCap)} is not on the tick`);
  } catch (error) {
    if (error instanceof BallastError) return notSent('tick-or-lot', error.message);
    throw error;
  }
  return null;
}

/** The price as the venue reads it, exactly. */
export const priceText = (price: OrderRequest['priceCap']): string => exactDecimalText(quoteValue(price), price.unit === 'usd' ? 8 : 18);
export const sizeText = (contracts: bigint): string => exactDecimalText(contracts, 18);

/** How long the order may travel, in milliseconds; at least 1, at most what venues take. */
export const travelMs = (validUntil: number, now: number, most: number): number => Math.max(1, Math.min(most, Math.floor(validUntil - now)));

/** A leverage as the whole number that venues take, or null. */
export const wholeLeverage = (leverage: Wad): number | null => (leverage > 0n && leverage % WAD === 0n && leverage < 1_000n * WAD ? Number(leverage / WAD) : null);

export const mapDone = <T, U>(answer: VenueAnswer<T>, change: (value: T) => U): VenueAnswer<U> => (answer.kind === 'done' ? { kind: 'done', value: change(answer.value) } : answer);
export const sideOf = (text: string): OrderSide => (text.toLowerCase() === 'buy' ? 'buy' : 'sell');

/** What may be read before an order is sent: a read that fails means that nothing was sent. */
export async function beforeSending<T>(read: () => Promise<T>): Promise<{ readonly kind: 'read'; readonly value: T } | ReturnType<typeof notSent>> {
  try {
    return { kind: 'read', value: await read() };
  } catch (error) {
    if (error instanceof BallastError) return notSent(error.code === 'venue-key-refused' ? 'key-refused' : error.code === 'venue-rate-limited' ? 'rate-limit' : 'other', error.message);
    throw error;
  }
}

/** What is read after something was sent: where that fails nobody knows how it stands. */
export async function afterSending<T>(read: () => Promise<T>): Promise<VenueAnswer<T>> {
  try {
    return { kind: 'done', value: await read() };
  } catch (error) {
    if (error instanceof BallastError) return { kind: 'unknown', because: error.code === 'venue-answer-invalid' ? 'unreadable-answer' : 'network' };
    throw error;
  }
}

/** An order that the venue took, read back: where it cannot be read, or the venue does not know it yet, nobody knows how it stands. */
export async function acknowledged(lookup: () => Promise<OrderLookup>): Promise<PlaceAnswer> {
  const read = await afterSending(lookup);
  if (read.kind !== 'done') return read;
  return read.value.kind === 'found' ? { kind: 'accepted', order: read.value.order } : { kind: 'unknown', because: 'unreadable-answer' };
}
