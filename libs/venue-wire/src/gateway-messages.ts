import { z } from 'zod';
import { derivativeAccount } from './account-shape.js';
import { keyRights, openedKey } from './key-shapes.js';
import { fillsPage, fundingPage, instrumentList, venueCursor, venueMarket } from './market-shapes.js';
import { cancelAnswer, leverageAnswer, marginAnswer, orderLookup, orderRequest, placeAnswer } from './order-shapes.js';
import { account, clientId, environment, instrument, settlementE18, underlying, venue, wad, words } from './scalars.js';

/** What goes between whoever hedges and the process that holds trading keys, as JSON; whole numbers that may be large are decimal text (docs/venue-keys.md). */

const ordered = { account, instrument, clientId };

/** Questions about an account with an open key: `POST /keys/<venue>/<name>/<question>`. */
export const gatewayQuestions = {
  account: { request: z.strictObject({ account }), answer: derivativeAccount },
  instruments: { request: z.strictObject({ underlyings: z.array(underlying).max(3).readonly() }), answer: instrumentList },
  market: { request: z.strictObject({ instrument, depth: z.number().int().min(1).max(1_000) }), answer: venueMarket },
  fills: { request: z.strictObject({ account, from: venueCursor }), answer: fillsPage },
  funding: { request: z.strictObject({ account, from: venueCursor }), answer: fundingPage },
  order: { request: z.strictObject(ordered), answer: orderLookup },
  check: { request: z.strictObject({}), answer: keyRights },
} as const;

/** What changes something, under the same address. There is no withdrawal and no transfer. */
export const gatewayChanges = {
  place: { request: orderRequest, answer: placeAnswer },
  cancel: { request: z.strictObject(ordered), answer: cancelAnswer },
  'add-isolated-margin': { request: z.strictObject({ account, instrument, amount: settlementE18 }), answer: marginAnswer },
  'set-leverage': { request: z.strictObject({ account, instrument, leverage: wad }), answer: leverageAnswer },
} as const;

export type GatewayQuestion = keyof typeof gatewayQuestions;
export type GatewayChange = keyof typeof gatewayChanges;

/** `POST /keys` takes a `sealedKey` and answers so; it may be sent again. */
export const openAnswer = openedKey;
/** `DELETE /keys/<venue>/<name>` */
export const forgetAnswer = z.object({ forgotten: z.boolean() });
export const publicKeyAnswer = z.object({ publicKey: z.string().regex(/^[A-Za-z0-9_-]{87}$/), keyId: z.string().regex(/^[0-9a-f]{16}$/) });
export const gatewayHealth = z.object({ status: z.literal('ok'), environment, keys: z.number().int().min(0), keyId: z.string() });
export type GatewayHealth = z.output<typeof gatewayHealth>;

/** Which limit an order or a change met. Nothing was sent. */
export const LIMIT_CODES = ['limit-account', 'limit-instrument', 'limit-leverage', 'limit-no-mark', 'limit-notional', 'limit-option-written', 'limit-price', 'limit-time', 'limit-turnover'] as const;
export type LimitCode = (typeof LIMIT_CODES)[number];

/** Every way in which a gateway says no; programs match `code`. Of a change each but `gateway-failed` means that nothing was sent. */
export const gatewayRefusal = z.discriminatedUnion('code', [
  z.object({ code: z.enum(LIMIT_CODES), message: words }),
  /** The key is not in memory: hand the sealed text in again. */
  z.object({ code: z.literal('key-not-open'), message: words }),
  z.object({ code: z.enum(['key-unreadable', 'key-elsewhere', 'name-taken', 'too-many-keys']), message: words }),
  z.object({ code: z.enum(['venue-unavailable', 'venue-rate-limited', 'venue-key-refused']), venue, detail: words }),
  z.object({ code: z.literal('venue-answer-invalid'), venue, call: words, detail: words }),
  z.object({ code: z.enum(['invalid-request', 'unauthorised', 'not-found', 'request-too-large', 'log-unusable', 'gateway-failed']), message: words }),
]);
export type GatewayRefusal = z.output<typeof gatewayRefusal>;
