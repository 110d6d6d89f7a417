import type { AdlRank, DerivativeAccount, LiquidationPrice, PositionMargin, VenuePosition, VenueProvenance } from '@ballast/positions';
import { z } from 'zod';
import { greeks, statistic } from './greeks-shape.js';
import { quote, settlement } from './instrument-shape.js';
import { fundingRate } from './market-shapes.js';
import { venueOrder } from './order-shapes.js';
import { account, contractsE18, environment, instrument, name, position, reading, settlementE18, signedWad, time, usdE8, venue, wad, words } from './scalars.js';
import { shapeOf } from './shape.js';

export const venueProvenance = shapeOf<VenueProvenance>()(z.object({ observedAt: time, venueTime: reading(time), source: name }));

const liquidation = shapeOf<LiquidationPrice>()(z.discriminatedUnion('kind', [z.object({ kind: z.literal('price'), usdE8 }), z.object({ kind: z.literal('none') }), z.object({ kind: z.literal('unknown'), why: words })]));
const adl = shapeOf<AdlRank>()(z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('told'), rank: z.number().int(), of: z.number().int() }),
  z.object({ kind: z.literal('estimated'), score: signedWad }),
  z.object({ kind: z.literal('unknown'), why: words }),
]));
const margin = shapeOf<PositionMargin>()(z.discriminatedUnion('kind', [z.object({ kind: z.literal('isolated'), margin: settlementE18, maintenance: reading(settlementE18) }), z.object({ kind: z.literal('cross') })]));

export const venuePosition = shapeOf<VenuePosition>()(z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('perpetual'), id: position, instrument, contracts: contractsE18, entryUsdE8: reading(usdE8), markUsdE8: reading(usdE8), indexUsdE8: reading(usdE8), liquidation, margin, leverage: reading(wad),
    unrealised: reading(settlementE18), funding: reading(fundingRate), adl,
  }),
  z.object({
    kind: z.literal('option'), id: position, instrument, contracts: contractsE18, entry: reading(quote), mark: reading(quote), forwardUsdE8: reading(usdE8), markVolatility: reading(statistic), ownGreeks: reading(greeks), venueGreeks: reading(greeks),
  }),
]));

/** One account as read at one moment; also what is stored of it. */
export const derivativeAccount = shapeOf<DerivativeAccount>()(z.object({
  environment, venue, id: account, provenance: venueProvenance, settlement, marginMode: z.enum(['cross', 'isolated', 'portfolio']), positionMode: reading(z.enum(['one-way', 'hedge'])), equity: settlementE18, free: settlementE18,
  maintenanceMargin: reading(settlementE18), initialMargin: reading(settlementE18), positions: z.array(venuePosition).readonly(), openOrders: z.array(venueOrder).readonly(),
}));
