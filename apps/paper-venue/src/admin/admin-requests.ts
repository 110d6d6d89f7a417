import { parseDecimal } from '@ballast/units';
import { z } from 'zod';

const scaled = (digits: number, sign: string) => z.string().regex(new RegExp(`^${sign}\\d{1,15}(\\.\\d{1,${digits}})?$`), `decimal text with at most ${digits} digits after the point`).transform((text) => parseDecimal(text, digits));
const price = scaled(8, '').refine((value) => value > 0n, 'above zero');
const amount = scaled(8, '');
const signedAmount = scaled(8, '-?');
const rate = scaled(12, '-?');
const name = z.string().min(1).max(100);
const ms = z.number().int().min(0).max(31 * 86_400_000);
const side = z.array(z.tuple([price, amount.refine((size) => size > 0n, 'above zero')])).max(1_000).transform((levels) => levels.map(([priceE8, sizeE8]) => ({ priceE8, sizeE8 })));
const inMs = ms.default(0);

export const VENUE_NAME = z.enum(['hyperliquid', 'deribit']);

/** Currency -> amount. */
export const NEW_ACCOUNT = z.strictObject({ deposits: z.record(name, amount).default({}), scope: z.string().max(500).optional() });
export const NEW_KEY = z.strictObject({ account: name, scope: z.string().max(500).optional() });
export const REVOKED_KEY = z.strictObject({ key: name });
export const DEPOSIT = z.strictObject({ account: name, currency: name, amount: signedAmount.refine((value) => value !== 0n, 'not zero') });

/** What happens at the venue, now or after a while of its time. */
export const HAPPENING = z.discriminatedUnion('kind', [
  // Without an index it is the mark; without a book one is made about the mark.
  z.strictObject({ kind: z.literal('prices'), instrument: name, mark: price, index: price.optional(), book: z.strictObject({ bids: side, asks: side }).optional(), inMs }),
  z.strictObject({ kind: z.literal('funding-rate'), instrument: name, rate, inMs }),
  z.strictObject({ kind: z.literal('pay-funding'), instrument: name, inMs }),
  z.strictObject({ kind: z.enum(['halt', 'resume']), instrument: name, inMs }),
  z.strictObject({ kind: z.literal('adl'), account: name, instrument: name, shareBps: z.number().int().min(1).max(10_000), price, inMs }),
]);

const FAULT = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['request-lost', 'reply-lost', 'outage', 'busy', 'rate-limited', 'reduce-only-refused', 'key-revoked']) }),
  z.strictObject({ kind: z.enum(['reply-late', 'executed-late']), byMs: ms }),
]);

/** The whole script: what stood before is gone. */
export const SCRIPT = z.strictObject({
  rules: z.array(z.strictObject({
    on: z.enum(['order', 'cancel', 'change', 'read', 'any']), fault: FAULT, times: z.number().int().min(1).max(1_000_000).default(1), inMs, forMs: ms.default(31 * 86_400_000),
  })).max(100).default([]),
  limit: z.strictObject({ burst: z.number().int().min(1).max(1_000_000), perSecond: z.number().min(0).max(1_000_000) }).nullable().default(null),
  silence: z.enum(['hang', 'reset']).default('hang'),
});

const messages = z.number().int().min(1).max(1_000).default(1);

/** What goes wrong with what a socket pushes, in place of what did before. */
export const PUSH_FAULT = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('disconnect') }), z.strictObject({ kind: z.literal('stall'), forMs: ms }), z.strictObject({ kind: z.enum(['gap', 'duplicate', 'reorder']), messages }),
]);

const percent = z.number().min(0.1).max(1_000);

/** A quote of an option, in percent of volatility a year; the amount is of coins at the bid and at the ask, the open interest of all that are held. */
export const OPTION = z.strictObject({ instrument: name, markIv: percent, bidIv: percent, askIv: percent, amount: z.number().positive().max(1e9).default(100), openInterest: z.number().min(0).max(1e9).default(10_000) });

export const CLOCK = z.strictObject({ advanceMs: ms });
