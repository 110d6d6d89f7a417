import { z } from 'zod';

const decimal = z.union([z.string().regex(/^-?\d+(\.\d+)?$/), z.number().transform(String)]);
const text = z.string().min(1);
/** ISO 8601. */
const time = z.string().min(1);
const count = z.number().int().min(0);
const environment = z.enum(['paper', 'live']);
const side = z.enum(['buy', 'sell']);

/** `venue` as people call it (`DERIVATIVES_VENUE_NAMES`), `account` its id. */
const atVenue = { environment, venue: text, account: text, underlying: text.nullish() };
/** Of a hedge as a whole, which may lie at several venues. */
const ofHedge = { environment, underlying: text, venue: text.nullish(), account: text.nullish(), decisionId: text.nullish() };
/** Why: a stable code, and in place of our own words for it a sentence. */
const why = { reason: text, sentence: text.nullish() };
/** Shares of the equity that maintenance margin takes, in percent: `41.5`. */
const margin = { usePercent: decimal.nullish(), triggerPercent: decimal.nullish() };
/** In units of what the account settles in, exact: what is told is what must be moved. */
const money = { amount: decimal, currency: text };

/**
 * What each kind of notice about hedges and accounts at derivatives venues carries, as `noticeData` has it for the others. Amounts are decimal numbers as text in whole units: coins, contracts, dollars, units of the currency.
 */
export const venueNoticeData = {
  /** One order that filled, wholly or in part. `coins` of the underlying that changed hands; `held` and `target` after it, below zero short. */
  'hedge.traded': z.looseObject({
    ...atVenue, ...why, underlying: text, side, coins: decimal, instrument: text, orderId: text, price: decimal.nullish(), fee: decimal.nullish(), currency: text.nullish(), held: decimal.nullish(), target: decimal.nullish(), decisionId: text.nullish(),
  }),
  /** `unhedged`: coins that stay without a hedge. Without `underlying` it is of all that the owner has at venues. */
  'hedge.cannot': z.looseObject({ ...ofHedge, ...why, underlying: text.nullish(), unhedged: decimal.nullish(), since: time.nullish() }),
  'hedge.can-again': z.looseObject({ ...ofHedge, underlying: text.nullish(), since: time.nullish() }),
  'hedge.margin': z.looseObject({ ...atVenue, usePercent: decimal, reducesAtPercent: decimal.nullish(), instrument: text.nullish(), liquidationPrice: decimal.nullish(), price: decimal.nullish() }),
  'hedge.deposit-needed': z.looseObject({ ...atVenue, ...money, usePercent: decimal.nullish(), targetPercent: decimal.nullish() }),
  /** Of the last 30 days. `then`: what the owner chose for when it is spent. */
  'hedge.budget': z.looseObject({ ...ofHedge, state: z.enum(['alert', 'spent']), paidUsd: decimal, budgetUsd: decimal, then: z.enum(['hold', 'unwind']).nullish() }),
  'hedge.key': z.looseObject({ ...atVenue, problem: z.enum(['refused', 'ending']), why: text.nullish(), endsAt: time.nullish() }),
  /**
   * That it is being closed, once its first orders are decided on: `coins` of the underlying that they are for, at `price` or at most `costUsd` worse for all of them together, rounded up and without fees; `left` to be closed after
   * them.
   */
  'hedge.unwound': z.looseObject({ ...ofHedge, ...why, coins: decimal.nullish(), price: decimal.nullish(), left: decimal.nullish(), costUsd: decimal.nullish() }),
  'hedge.withdrawal-helps': z.looseObject({ ...atVenue, ...money, health: decimal.nullish(), pair: text.nullish() }),
  'hedge.prices': z.looseObject({ ...atVenue, because: z.enum(['missing', 'old', 'disagree']), mark: decimal.nullish(), index: decimal.nullish(), oracle: decimal.nullish() }),
  /** Something in the account that is not the hedge's leans on its margin. */
  'hedge.margin-shared': z.looseObject({ ...atVenue }),
  'venue.unreachable': z.looseObject({ ...atVenue, since: time, why: text }),
  'venue.back': z.looseObject({ ...atVenue, since: time, until: time }),
  /** The position that the venue closed: `contracts` of it, at `price` where it is told. `left`: what is still there, below zero short. */
  'venue.liquidated': z.looseObject({ ...atVenue, instrument: text, position: z.enum(['long', 'short']), contracts: decimal, price: decimal.nullish(), left: decimal.nullish(), at: time.nullish() }),
  'venue.deleveraged': z.looseObject({ ...atVenue, instrument: text, position: z.enum(['long', 'short']), contracts: decimal, price: decimal.nullish(), left: decimal.nullish(), at: time.nullish() }),
  /**
   * `orphan`: an order with an id of our kind that is in none of our books. `manual`: somebody else than Ballast traded. `late-execution` and `filled-too-much`: an order of ours was executed after it was over, or beyond its
   * size. `difference` in contracts: what the venue has more, below zero less.
   */
  'venue.unexplained': z.looseObject({ ...atVenue, instrument: text, what: z.enum(['unexplained', 'orphan', 'manual', 'late-execution', 'filled-too-much']), difference: decimal, ours: decimal.nullish(), theirs: decimal.nullish() }),
  'venue.order-unknown': z.looseObject({ ...atVenue, instrument: text, orderId: text, side, contracts: decimal, since: time }),
  /** `times` in a row orders of the instrument came to nothing; side, id and reason are the last one's. Told again once one works, as `venue.orders-work`. */
  'venue.orders-fail': z.looseObject({ ...atVenue, ...why, instrument: text, side, orderId: text.nullish(), times: count, since: time }),
  'venue.orders-work': z.looseObject({ ...atVenue, instrument: text, since: time, until: time }),
  /** `plans` that were active, and `accounts` that were guarded. `left`: positions that nobody looks after any more, with when they were read last. */
  'venue.key-ended': z.looseObject({
    environment, venue: text, key: text, label: text.nullish(), reason: text, plans: count, accounts: count, left: z.array(z.looseObject({ account: text, instrument: text, position: z.enum(['long', 'short']), contracts: decimal, at: time })).nullish(),
  }),
  /** Of `add-margin` units of the currency; of the others contracts that were filled, at `limit` or better, `left` of which are still to be traded. `costUsd`: of all of them, with opening the position again later, rounded up. */
  'account.protected': z.looseObject({ ...atVenue, ...margin, action: z.enum(['add-margin', 'close', 'offset']), amount: decimal, currency: text.nullish(), instrument: text, usePercentAfter: decimal.nullish(), limit: decimal.nullish(), left: decimal.nullish(), costUsd: decimal.nullish(), decisionId: text.nullish() }),
  /** `amount`: what the owner must deposit, where only he can help. */
  'account.cannot': z.looseObject({ ...atVenue, ...margin, ...why, instrument: text.nullish(), amount: decimal.nullish(), currency: text.nullish(), since: time.nullish(), decisionId: text.nullish() }),
} as const;
