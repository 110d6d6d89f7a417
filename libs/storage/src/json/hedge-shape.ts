import { z } from 'zod';
import type {
  AccountAction, AccountBounds, AccountCandidate, AccountDecision, AccountLevels, Band, HedgeCandidate, HedgeCosts, HedgeDecision, HedgeMode, HedgePolicy, HedgeTell, OrderDropCode, PlannedOrder, VenueIntent, VenueKeyRecord,
} from '@ballast/policy';
import type { MarginUse } from '@ballast/positions';
import type { DeltaInterval, NearestLiquidation } from '@ballast/risk';
import { quote, scalars } from '@ballast/venue-wire';
import { bps, usdE8, wad } from './quantities.js';
import { shapeOf } from './shape.js';

const { account: accountId, coinE18, contractsE18, instrument: instrumentId, settlementE18, signedUsdE8, time: milliseconds, underlying } = scalars;

const mode = shapeOf<HedgeMode>()(z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('full'), share: bps }),
  z.object({ kind: z.literal('above-hf'), share: bps, below: wad, fullAt: wad }),
  z.object({ kind: z.literal('tail') }),
]));

/** `HedgePlanVersion.policy`. */
export const hedgePolicy = shapeOf<HedgePolicy>()(z.object({
  underlying, version: z.number().int(), mode, maxNotionalUsdE8: usdE8, fundingBudgetUsdE8: usdE8,
  maxLeverage: wad, survive: bps, closing: wad, corridor: z.object({ downBps: bps, upBps: bps }),
  ladder: z.object({ warn: wad, reduce: wad, cut: wad, cutTo: wad, atReduce: z.enum(['reduce', 'ask']) }),
  slippage: bps, unwindSlippage: bps, maxPriceAgeMs: z.number(), maxOracleAgeMs: z.number(), maxPriceApart: bps, oracleNoise: bps, costMultiple: wad, riskAversion: z.number(), hysteresis: bps, minIntervalMs: z.number(),
  emergencyHealth: wad, safeForMs: z.number(), budgetAlert: bps, whenBudgetIsSpent: z.enum(['hold', 'unwind']),
  caps: z.object({ ordersPerDay: z.number(), notionalPerDayUsdE8: usdE8, slicesPerMinute: z.number() }),
  depthShare: bps, openInterestShare: bps, keyMarginMs: z.number(), horizonDays: z.number(), capitalRate: wad,
  put: z.object({ rollDays: z.number(), maxSpreadVolPoints: z.number(), openInterestShare: bps }),
}));

/** `VenueAccount.bounds`. */
export const accountBounds = shapeOf<AccountBounds>()(z.object({
  version: z.number().int(), earliest: wad, latest: wad, targetShare: bps, sigmas: z.number(), hours: z.number(), mayAddMargin: z.boolean(), mayClose: z.boolean(), mayOffset: z.boolean(), mostClosed: bps, slippage: bps, depthShare: bps,
  closing: wad, capitalRate: wad, horizonDays: z.number(), maxPriceAgeMs: z.number(), maxOracleAgeMs: z.number(), maxPriceApart: bps,
}));

/** `VenueKey.standing`. */
export const keyStanding = shapeOf<VenueKeyRecord['state']>()(z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('new') }),
  z.object({ kind: z.literal('connected'), ends: z.discriminatedUnion('kind', [z.object({ kind: z.literal('at'), at: milliseconds }), z.object({ kind: z.literal('never') }), z.object({ kind: z.literal('unknown') })]) }),
  z.object({ kind: z.literal('refused'), why: z.string() }),
  z.object({ kind: z.literal('ended') }),
]));

/** Words of a list that grows: a row written by another version must stay readable. */
const word = <T extends string>() => z.string().min(1).transform((text) => text as T);

/** `VenueOrder.why`. */
export const orderWhy = shapeOf<VenueIntent['why']>()(z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('nothing') }),
  z.object({ kind: z.literal('unknown'), because: word<Extract<VenueIntent['why'], { kind: 'unknown' }>['because']>() }),
  z.object({ kind: z.literal('rejected'), rejection: z.object({ reason: word<Extract<VenueIntent['why'], { kind: 'rejected' }>['rejection']['reason']>(), code: z.string(), message: z.string() }) }),
  z.object({ kind: z.literal('never-arrived') }),
  z.object({ kind: z.literal('dropped'), code: word<OrderDropCode>() }),
]));

const interval = shapeOf<DeltaInterval>()(z.discriminatedUnion('kind', [z.object({ kind: z.literal('interval'), lo: coinE18, hi: coinE18 }), z.object({ kind: z.literal('unbounded'), why: z.string() })]));
const none = z.object({ kind: z.literal('none') });
const plannedOrder = shapeOf<PlannedOrder>()(z.object({
  account: accountId, instrument: instrumentId, side: z.enum(['buy', 'sell']), contracts: contractsE18, priceCap: quote, reduceOnly: z.boolean(), notionalUsdE8: usdE8, isEmergency: z.boolean(), restCoins: coinE18,
}));

const bandParts = z.object({ gamma: coinE18, lot: coinE18, minNotional: coinE18, cost: coinE18, noise: coinE18, half: coinE18 });
const band = shapeOf<Band | { readonly kind: 'none' }>()(z.union([bandParts, none]));

/** Below zero on the way down. */
const signedBps = z.string().regex(/^-?\d+$/).transform((text) => BigInt(text));
const nearest = shapeOf<NearestLiquidation>()(z.discriminatedUnion('kind', [none, z.object({ kind: z.literal('at'), priceBps: signedBps, of: z.string(), what: z.enum(['loan', 'venue']) })]));

const money = { account: accountId, amount: settlementE18, currency: z.string() };
const paid = { paidUsdE8: signedUsdE8, budgetUsdE8: usdE8 };
const tell = shapeOf<HedgeTell>()(z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('margin-warning'), account: accountId, use: wad }),
  z.object({ kind: z.literal('deposit-needed'), ...money }),
  z.object({ kind: z.literal('budget-alert'), ...paid }),
  z.object({ kind: z.literal('budget-spent'), ...paid }),
  z.object({ kind: z.literal('key-refused'), account: accountId, why: z.string() }),
  z.object({ kind: z.literal('key-ending'), account: accountId, at: milliseconds }),
  z.object({ kind: z.literal('margin-shared'), account: accountId }),
  z.object({ kind: z.literal('withdrawal-helps'), ...money }),
  z.object({ kind: z.literal('prices-refused'), account: accountId, because: z.enum(['missing', 'old', 'disagree']) }),
]));

const costs = shapeOf<HedgeCosts>()(z.object({ tradeUsdE8: usdE8, carryUsdE8: signedUsdE8, capitalUsdE8: usdE8, tailUsdE8: usdE8 }));
const candidate = shapeOf<HedgeCandidate>()(z.object({
  action: z.enum(['perpetual', 'shrink', 'put', 'deleverage', 'wait']), where: z.string(), coins: coinE18, costs: z.union([costs, z.object({ kind: z.literal('not-priced') })]),
  verdict: z.enum(['chosen', 'possible', 'impossible']), because: word<HedgeCandidate['because']>(), why: z.string(),
}));

const hedgeConsidered = {
  underlying, policyVersion: z.number().int(), at: milliseconds, exposure: interval, target: interval, held: interval, band, price: z.discriminatedUnion('kind', [z.object({ kind: z.literal('price'), usdE8 }), z.object({ kind: z.literal('refused') })]),
  nearest: z.object({ down: nearest, up: nearest }), candidates: z.array(candidate).readonly(), tells: z.array(tell).readonly(),
};

/** `VenueDecision.detail` of a hedge. */
export const hedgeDecision = shapeOf<HedgeDecision>()(z.discriminatedUnion('kind', [
  z.object({ ...hedgeConsidered, kind: z.literal('act'), reason: word<Extract<HedgeDecision, { kind: 'act' }>['reason']>(), unwinding: word<Extract<HedgeDecision, { kind: 'act' }>['unwinding']>(), orders: z.array(plannedOrder).readonly() }),
  z.object({ ...hedgeConsidered, kind: z.literal('hold'), reason: word<Extract<HedgeDecision, { kind: 'hold' }>['reason']>() }),
  z.object({ ...hedgeConsidered, kind: z.literal('cannot'), reason: word<Extract<HedgeDecision, { kind: 'cannot' }>['reason']>() }),
]));

const use = shapeOf<MarginUse>()(z.discriminatedUnion('kind', [none, z.object({ kind: z.literal('share'), wad }), z.object({ kind: z.literal('exhausted') }), z.object({ kind: z.literal('unknown'), why: z.string() })]));
const levels = shapeOf<AccountLevels | { readonly kind: 'none' }>()(z.union([z.object({ moveBps: bps, trigger: wad, target: wad }), none]));

const addMargin = z.object({ kind: z.literal('add-margin'), account: accountId, instrument: instrumentId, amount: settlementE18 });
const close = z.object({ kind: z.literal('close'), order: plannedOrder });
const offset = z.object({ kind: z.literal('offset'), order: plannedOrder });
const deposit = z.object({ kind: z.literal('deposit'), ...money });
const accountAction = shapeOf<AccountAction>()(z.discriminatedUnion('kind', [addMargin, close, offset, deposit]));
const accountCandidate = shapeOf<AccountCandidate>()(z.object({
  // Of what is impossible there is only the kind.
  action: z.union([accountAction, z.object({ kind: z.enum(['add-margin', 'close', 'offset', 'deposit']) })]), costUsdE8: usdE8, restores: z.boolean(), verdict: z.enum(['chosen', 'possible', 'impossible']), why: z.string(),
}));
const accountConsidered = { at: milliseconds, instrument: z.union([instrumentId, z.literal('none')]), use, levels, candidates: z.array(accountCandidate).readonly() };

/** `VenueDecision.detail` of a guarded account. */
export const accountDecision = shapeOf<AccountDecision>()(z.discriminatedUnion('kind', [
  z.object({ ...accountConsidered, kind: z.literal('act'), reason: z.literal('below-trigger'), action: z.discriminatedUnion('kind', [addMargin, close, offset]) }),
  z.object({ ...accountConsidered, kind: z.literal('hold'), reason: word<Extract<AccountDecision, { kind: 'hold' }>['reason']>() }),
  z.object({ ...accountConsidered, kind: z.literal('cannot'), reason: word<Extract<AccountDecision, { kind: 'cannot' }>['reason']>(), owner: z.union([deposit, z.object({ kind: z.literal('nothing') })]) }),
]));
