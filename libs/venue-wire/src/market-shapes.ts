import type { FundingPayment, FundingRate, Instrument, OptionMarket, VenueCursor, VenueFill, VenueMarket, VenuePage } from '@ballast/positions';
import { z } from 'zod';
import { greeks, statistic } from './greeks-shape.js';
import { listedInstrument, quote } from './instrument-shape.js';
import { side, whose } from './order-shapes.js';
import { account, contractsE18, instrument, name, reading, seconds, settlementE18, signedWad, time, usdE8, words } from './scalars.js';
import { shapeOf } from './shape.js';

const price = shapeOf<VenueMarket['markUsdE8']>()(z.discriminatedUnion('kind', [z.object({ kind: z.literal('price'), usdE8, at: time }), z.object({ kind: z.literal('no-price') })]));
const levels = z.array(z.object({ price: quote, contracts: contractsE18 })).readonly();

export const fundingRate = shapeOf<FundingRate>()(z.object({ perInterval: signedWad, intervalSeconds: seconds, basis: z.enum(['realised', 'predicted']) }));

const optionMarket = shapeOf<OptionMarket>()(z.object({ forwardUsdE8: reading(usdE8), markVolatility: reading(statistic), bidVolatility: reading(statistic), askVolatility: reading(statistic), venueGreeks: reading(greeks) }));

export const venueMarket = shapeOf<VenueMarket>()(z.object({
  instrument, observedAt: time, markUsdE8: price, indexUsdE8: price, bids: levels, asks: levels,
  openInterest: z.discriminatedUnion('kind', [z.object({ kind: z.literal('contracts'), contracts: contractsE18 }), z.object({ kind: z.literal('unknown'), why: words })]),
  funding: reading(fundingRate), option: optionMarket.optional(),
}));

export const venueFill = shapeOf<VenueFill>()(z.object({
  account, instrument, fillId: name, venueOrderId: name, clientId: whose, cause: z.enum(['order', 'liquidation', 'adl', 'settlement']), side, contracts: contractsE18, price: quote, fee: settlementE18, at: time,
}));

export const fundingPayment = shapeOf<FundingPayment>()(z.object({ account, instrument, paymentId: name, amount: settlementE18, at: time }));

/** Opaque to everybody but the reader that gave it. */
export const venueCursor = shapeOf<VenueCursor>()(z.discriminatedUnion('kind', [z.object({ kind: z.literal('since'), at: time }), z.object({ kind: z.literal('after'), cursor: z.string().min(1).max(2_000) })]));

const page = <T>(item: z.ZodType<T>) => z.object({ items: z.array(item).readonly(), next: venueCursor, more: z.boolean() });
export const fillsPage = shapeOf<VenuePage<VenueFill>>()(page(venueFill));
export const fundingPage = shapeOf<VenuePage<FundingPayment>>()(page(fundingPayment));
export const instrumentList: z.ZodType<readonly Instrument[]> = z.array(listedInstrument).readonly();
