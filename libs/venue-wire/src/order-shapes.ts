import type { LeverageSet, OrderLookup, OrderRequest, PlaceAnswer, Rejection, UnknownBecause, VenueAnswer, VenueOrder } from '@ballast/positions';
import type { SettlementE18 } from '@ballast/units';
import { z } from 'zod';
import { quote } from './instrument-shape.js';
import { account, clientId, contractsE18, instrument, name, settlementE18, time, wad, words } from './scalars.js';
import { shapeOf } from './shape.js';

export const side = z.enum(['buy', 'sell']);
/** Whose order it is by its id. */
export const whose = shapeOf<VenueOrder['clientId']>()(z.discriminatedUnion('kind', [z.object({ kind: z.literal('ours'), id: clientId }), z.object({ kind: z.literal('foreign') })]));

export const venueOrder = shapeOf<VenueOrder>()(z.object({
  account, instrument, venueId: name, clientId: whose, side, reduceOnly: z.boolean(), requested: contractsE18, filled: contractsE18, state: z.enum(['open', 'done', 'rejected']), observedAt: time,
}));

export const orderRequest = shapeOf<OrderRequest>()(z.strictObject({ account, instrument, clientId, side, contracts: contractsE18, priceCap: quote, reduceOnly: z.boolean(), validUntil: time }));

export const orderLookup = shapeOf<OrderLookup>()(z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('found'), order: venueOrder }),
  z.object({ kind: z.literal('not-found'), searched: z.enum(['open-orders', 'history']), observedAt: time }),
]));

const REASONS = ['margin', 'price-band', 'tick-or-lot', 'min-notional', 'reduce-only', 'no-match', 'rate-limit', 'closed', 'key-refused', 'expired', 'other'] as const;
const rejection = shapeOf<Rejection>()(z.object({ reason: z.enum(REASONS), code: z.string().max(200), message: words }));
const because = shapeOf<UnknownBecause>()(z.enum(['timeout', 'network', 'server-error', 'duplicate-id', 'duplicate-nonce', 'unreadable-answer']));

const notDone = [z.object({ kind: z.literal('rejected'), rejection }), z.object({ kind: z.literal('unknown'), because })] as const;
export const placeAnswer = shapeOf<PlaceAnswer>()(z.discriminatedUnion('kind', [z.object({ kind: z.literal('accepted'), order: venueOrder }), ...notDone]));

/** What became of a change, of any value that has a shape. */
const done = <T>(value: z.ZodType<T>) => z.discriminatedUnion('kind', [z.object({ kind: z.literal('done'), value }), ...notDone]);
const leverageSet = shapeOf<LeverageSet>()(z.object({ asked: wad, readBack: wad }));

export const cancelAnswer = shapeOf<VenueAnswer<VenueOrder>>()(done(venueOrder));
export const marginAnswer = shapeOf<VenueAnswer<SettlementE18>>()(done(settlementE18));
export const leverageAnswer = shapeOf<VenueAnswer<LeverageSet>>()(done(leverageSet));
