import { z } from 'zod';
import type { NoticeKind } from '@ballast/policy';
import { venueNoticeData } from './venue-notice-data.js';

/** Everything that can be told: the notices, the question whether an email address wants them, and what the watchdog tells when we do not. */
export type EventKind = NoticeKind | 'subscription.confirm' | 'silent' | 'silent.over' | 'watchdog.unsure' | 'watchdog.sure' | 'hedging.late' | 'hedging.back';

/** A decimal number as text, in whole units: tokens, dollars or a health factor, never raw integers. */
const decimal = z.union([z.string().regex(/^-?\d+(\.\d+)?$/), z.number().transform(String)]);
const text = z.string().min(1);
/** ISO 8601. */
const time = z.string().min(1);
const action = z.enum(['repay', 'top-up', 'fill']);
const count = z.number().int().min(0);

/** Without `protocol` the position's id says it. */
const loan = { protocol: text.nullish(), pair: text.nullish() };
/** The token that moved: its symbol, or the token with its symbol. */
const token = z.union([text, z.looseObject({ symbol: text.nullish() }).transform(({ symbol }) => symbol ?? null)]).nullish();
/** Why, as a sentence; or a stable code, with the sentence in `message`. */
const why = { reason: text, message: text.nullish() };
const paid = { gasUsd: decimal.nullish(), gasCostWei: z.string().regex(/^\d+$/).nullish(), gasBorneBy: z.enum(['ballast', 'owner']).nullish() };

/** `what` is covered, in words; `by` whom it was stopped; `reason` in the words of who did. */
const stopped = { stops: z.enum(['all', 'not-urgent', 'fill']), by: z.enum(['operator', 'owner', 'shadow', 'breaker']), what: text.nullish(), reason: text, since: time };

/** What every event says, as `alarm`, that tells of an alarm. `telling`: which it is, from 1. `againInMinutes`: when it is told again; null where somebody has acknowledged it. */
const alarmWords = z.looseObject({ id: text, of: text, telling: count, since: time, againInMinutes: count.nullish() });

/**
 * What each kind of notice carries in `Notice.data`: the contract between those who write notices and the mails. Only what is not
 * marked `nullish` is needed for the mail of the kind; with less a plain mail goes out, never none. Webhooks carry the data as it is.
 */
export const noticeData = {
  ...venueNoticeData,
  'action.started': z.looseObject({ ...loan, action, symbol: text, amount: decimal.nullish(), health: decimal.nullish(), decisionId: text.nullish() }),
  'action.done': z.looseObject({
    ...loan, ...paid, action, amount: decimal, symbol: text.nullish(), asset: token, healthBefore: decimal, healthAfter: decimal,
    /** The lower end of the signed band, the mandate's `minHf`. An action that ends under it saved a part only. */
    leastHealth: decimal.nullish(),
    liquidationPriceBefore: decimal.nullish(), liquidationPriceAfter: decimal.nullish(),
    /** What the collateral was worth when Ballast decided, and its symbol. */
    price: decimal.nullish(), priceOf: text.nullish(),
    /** Of a fill: the collateral that left the loan; what that cost all in, in dollars and as ready text (`0.4%`); what the keeper kept of the sale for gas, in units of the debt. */
    sold: decimal.nullish(), soldSymbol: text.nullish(), costUsd: decimal.nullish(), costShare: text.nullish(), kept: decimal.nullish(),
    transactionHash: text, decisionId: text.nullish(),
  }),
  'action.failed': z.looseObject({
    ...loan, ...why, action, /** `resolved`: by then nothing needed doing. */ class: text.nullish(), amount: decimal.nullish(), symbol: text.nullish(),
    health: decimal.nullish(), liquidationPrice: decimal.nullish(), transactionHash: text.nullish(), decisionId: text.nullish(),
  }),
  /** It is on its way, or waits to be (`lanes-full`), and does not get on; it goes on being tried. */
  'action.stuck': z.looseObject({ ...loan, ...why, action, amount: decimal.nullish(), symbol: text.nullish(), health: decimal.nullish(), liquidationPrice: decimal.nullish(), transactionHash: text.nullish(), decisionId: text.nullish() }),
  'not-protected': z.looseObject({
    ...loan, /** A CannotReason. */ reason: text, /** The reason in one sentence, in place of our own. */ sentence: text.nullish(),
    symbol: text.nullish(), health: decimal.nullish(), actsAtHealth: decimal.nullish(), asset: text.nullish(), liquidationPrice: decimal.nullish(), price: decimal.nullish(),
    distancePercent: decimal.nullish(), /** Ready to show: `3.2%`. */ chance24h: text.nullish(), lossIfLiquidatedUsd: decimal.nullish(), since: time.nullish(), decisionId: text.nullish(),
  }),
  'protected-again': z.looseObject({ ...loan, /** `not-seen`: it could not be read. */ reason: text.nullish(), health: decimal.nullish(), actsAtHealth: decimal.nullish(), since: time.nullish() }),
  'price.disagrees': z.looseObject({ ...loan, asset: text, protocolPrice: decimal, marketPrice: decimal, /** Ready to show: `2.4%`. */ gap: text, protocolIs: z.enum(['above', 'below']) }),
  'mandate.active': z.looseObject({ ...loan, mandateHash: text, actsAtHealth: decimal.nullish(), targetHealth: decimal.nullish(), expiresAt: time.nullish(), transactionHash: text.nullish() }),
  'mandate.rejected': z.looseObject({ ...loan, ...why, mandateHash: text }),
  'mandate.expiring': z.looseObject({ ...loan, mandateHash: text, /** The bound that was reached, in days. */ days: decimal, expiresAt: time, health: decimal.nullish() }),
  'position.liquidated': z.looseObject({
    ...loan, collateralSeized: decimal, collateralSymbol: text, debtCovered: decimal.nullish(), debtSymbol: text.nullish(), penaltyUsd: decimal.nullish(),
    /** Why Ballast did not prevent it, one sentence. */ why: text.nullish(), transactionHash: text.nullish(),
  }),
  blind: z.looseObject({ chainName: text, since: time.nullish(), reason: text.nullish() }),
  sighted: z.looseObject({ chainName: text, since: time.nullish(), until: time.nullish() }),
  'stop.set': z.looseObject({ ...stopped, spell: text }),
  'stop.released': z.looseObject({ ...stopped, until: time.nullish() }),
  'rescue.by-backup': z.looseObject({ ...loan, action, keeper: text, transactionHash: text }),
  'operator.page': z.looseObject({ title: text, /** One sentence. */ reason: text, /** What to do, in sentences. */ todo: text.nullish(), chainName: text, stops: text.nullish(), transactionHash: text.nullish(), lane: text.nullish() }),
  /** An alarm that nobody has acknowledged and that goes on: beside `alarm` what the event said that told of it first. `of`: that event's kind. */
  'alarm.still': z.looseObject({ alarm: alarmWords }),
  /** Where nothing else says so: what an event of the kind `of` told is so no more. */
  'alarm.over': z.looseObject({ of: text, subject: text, since: time.nullish() }),
  /** For webhooks that asked for it. Times of our clock; `oldestCheckAt` is of the loan under a mandate in force that was read the longest ago. */
  alive: z.looseObject({ chainName: text, headNumber: text, seenAt: time, oldestCheckAt: time.nullish(), positions: count, armed: count, cannot: count, openIntents: count, measuredAt: time }),
  silent: z.looseObject({
    chainName: text, /** `contradicts`: heartbeats come, and what they say is not so. */ cause: z.enum(['silent', 'contradicts']), /** One sentence. */ reason: text,
    since: time, lastHeartbeatAt: time.nullish(), /** Minutes until this is told again while it lasts. */ againInMinutes: count.nullish(), /** Which telling of the spell this is, from 1. */ telling: count.nullish(),
  }),
  'silent.over': z.looseObject({ chainName: text, since: time, until: time }),
  /** To operators alone: loans are watched, and hedges and guarded accounts at derivatives venues are not looked after. */
  'hedging.late': z.looseObject({ chainName: text, reason: text, since: time, againInMinutes: count.nullish() }),
  'hedging.back': z.looseObject({ chainName: text, since: time, until: time }),
  /** To operators alone: the watchdog itself cannot compare any more. */
  'watchdog.unsure': z.looseObject({ reason: text, since: time, againInMinutes: count.nullish() }),
  'watchdog.sure': z.looseObject({ since: time, until: time }),
  'subscription.confirm': z.looseObject({ /** What the confirmation page hands to the API. */ token: text, expiresAt: time.nullish() }),
} as const satisfies Record<EventKind, z.ZodObject>;

/** What to put into a notice of a kind. */
export type NoticeData<Kind extends EventKind> = z.input<(typeof noticeData)[Kind]>;
export type ParsedNoticeData<Kind extends EventKind> = z.output<(typeof noticeData)[Kind]>;

/** In how many minutes the alarm that the event tells of is told again; null where it is not, or where the event tells of none. */
export function toldAgainIn(data: unknown): number | null {
  const parsed = z.looseObject({ alarm: alarmWords }).safeParse(data);
  return parsed.success ? (parsed.data.alarm.againInMinutes ?? null) : null;
}

export const isEventKind = (kind: string): kind is EventKind => Object.hasOwn(noticeData, kind);

/** The data of a kind, without optional fields that are malformed; null when a needed one is missing or malformed. */
export function readNoticeData<Kind extends EventKind>(kind: Kind, data: unknown): ParsedNoticeData<Kind> | null {
  const schema = noticeData[kind];
  const first = schema.safeParse(data);
  if (first.success) return first.data as ParsedNoticeData<Kind>;
  if (typeof data !== 'object' || data === null) return null;
  const malformed = new Set(first.error.issues.map((issue) => String(issue.path[0])));
  const second = schema.safeParse(Object.fromEntries(Object.entries(data).filter(([field]) => !malformed.has(field))));
  return second.success ? (second.data as ParsedNoticeData<Kind>) : null;
}
