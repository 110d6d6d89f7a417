import { z } from 'zod';
import {
  DERIVATIVES_VENUES, VENUE_ENVIRONMENTS, clientOrderId,
  type AdlRank, type ClientOrderId, type DerivativeAccount, type InstrumentId, type LiquidationPrice, type OptionGreeks, type OptionPosition, type PerpetualPosition, type Quote, type Reading, type Settlement, type Underlying, type VenueAccountId, type VenueCursor,
  type VenueOrder, type VenuePosition, type VenuePositionId,
} from '@ballast/positions';
import type { CoinE18, ContractsE18, SettlementE18, SignedUsdE8, SignedWad } from '@ballast/units';
import { usdE8, wad } from './quantities.js';
import { shapeOf } from './shape.js';

const signed = z.string().regex(/^-?\d+$/);

export const coinE18 = signed.transform((text) => BigInt(text) as CoinE18);
export const contractsE18 = signed.transform((text) => BigInt(text) as ContractsE18);
export const settlementE18 = signed.transform((text) => BigInt(text) as SettlementE18);
export const signedUsdE8 = signed.transform((text) => BigInt(text) as SignedUsdE8);
const signedWad = signed.transform((text) => BigInt(text) as SignedWad);

export const underlying = z.enum(['ETH', 'BTC', 'USD'] as const satisfies readonly Underlying[]);
export const accountId = z.string().regex(/^[^:]+:[^:]+:account:.+$/).transform((text) => text as VenueAccountId);
export const instrumentId = z.string().regex(/^[^:]+:[^:]+:instrument:.+$/).transform((text) => text as InstrumentId);
const positionId = z.string().min(1).transform((text) => text as VenuePositionId);
const clientId = z.string().regex(/^[0-9a-f]{32}$/).transform((text): ClientOrderId => clientOrderId(text));
/** Wall clock in milliseconds. */
export const milliseconds = z.number();

export const quote = shapeOf<Quote>()(z.discriminatedUnion('unit', [z.object({ unit: z.literal('usd'), usdE8 }), z.object({ unit: z.literal('coin'), coinE18 })]));

const unread = z.object({ kind: z.literal('unknown'), why: z.string() });

function reading<T>(value: z.ZodType<T>): z.ZodType<Reading<T>> {
  const read = { value, at: milliseconds };
  return z.discriminatedUnion('kind', [z.object({ kind: z.literal('known'), ...read }), z.object({ kind: z.literal('stale'), ...read }), unread]) as unknown as z.ZodType<Reading<T>>;
}

/** `VenueAccount.fillsCursor` and `fundingCursor`. */
export const venueCursor = shapeOf<VenueCursor>()(z.discriminatedUnion('kind', [z.object({ kind: z.literal('since'), at: milliseconds }), z.object({ kind: z.literal('after'), cursor: z.string() })]));

const liquidation = shapeOf<LiquidationPrice>()(z.discriminatedUnion('kind', [z.object({ kind: z.literal('price'), usdE8 }), z.object({ kind: z.literal('none') }), unread]));

const adl = shapeOf<AdlRank>()(z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('told'), rank: z.number(), of: z.number() }),
  z.object({ kind: z.literal('estimated'), score: signedWad }),
  unread,
]));

const greeks = shapeOf<OptionGreeks>()(z.object({
  convention: z.object({ delta: z.enum(['BS', 'PA']), unit: z.enum(['coin', 'usd']), vegaPer: z.literal('vol-point'), thetaPer: z.literal('day') }),
  delta: z.number(), gamma: z.number(), vega: z.number(), theta: z.number(),
}));

const perpetual = shapeOf<PerpetualPosition>()(z.object({
  kind: z.literal('perpetual'), id: positionId, instrument: instrumentId, contracts: contractsE18, entryUsdE8: reading(usdE8), markUsdE8: reading(usdE8), indexUsdE8: reading(usdE8), liquidation,
  margin: z.discriminatedUnion('kind', [z.object({ kind: z.literal('isolated'), margin: settlementE18, maintenance: reading(settlementE18) }), z.object({ kind: z.literal('cross') })]),
  leverage: reading(wad), unrealised: reading(settlementE18), adl,
  funding: reading(z.object({ perInterval: signedWad, intervalSeconds: z.number(), basis: z.enum(['realised', 'predicted']) })),
}));

const option = shapeOf<OptionPosition>()(z.object({
  kind: z.literal('option'), id: positionId, instrument: instrumentId, contracts: contractsE18, entry: reading(quote), mark: reading(quote), forwardUsdE8: reading(usdE8), markVolatility: reading(z.number()),
  ownGreeks: reading(greeks), venueGreeks: reading(greeks),
}));

const order = shapeOf<VenueOrder>()(z.object({
  account: accountId, instrument: instrumentId, venueId: z.string(), clientId: z.discriminatedUnion('kind', [z.object({ kind: z.literal('ours'), id: clientId }), z.object({ kind: z.literal('foreign') })]),
  side: z.enum(['buy', 'sell']), reduceOnly: z.boolean(), requested: contractsE18, filled: contractsE18, state: z.enum(['open', 'done', 'rejected']), observedAt: milliseconds,
}));

export const settlement = shapeOf<Settlement>()(z.discriminatedUnion('kind', [z.object({ kind: z.literal('coin'), underlying }), z.object({ kind: z.literal('usd'), token: z.string() })]));

/** `VenueAccount.reading`. */
export const derivativeAccount = shapeOf<DerivativeAccount>()(z.object({
  environment: z.enum(VENUE_ENVIRONMENTS), venue: z.enum(DERIVATIVES_VENUES), id: accountId,
  provenance: z.object({ observedAt: milliseconds, venueTime: reading(milliseconds), source: z.string() }),
  settlement, marginMode: z.enum(['cross', 'isolated', 'portfolio']), positionMode: reading(z.enum(['one-way', 'hedge'])),
  equity: settlementE18, free: settlementE18, maintenanceMargin: reading(settlementE18), initialMargin: reading(settlementE18),
  positions: z.array(shapeOf<VenuePosition>()(z.union([perpetual, option]))).readonly(), openOrders: z.array(order).readonly(),
}));
