import { z } from 'zod';
import { decimal, idText, maybeDecimal, timeMs, whole } from '../wire/wire-numbers.js';

const atLeastOne = whole.pipe(z.number().min(1));
const universe = z.object({ name: z.string().min(1), szDecimals: whole.pipe(z.number().max(8)), maxLeverage: atLeastOne, marginTableId: whole.nullish(), isDelisted: z.boolean().nullish() });
const table = z.tuple([whole, z.object({ marginTiers: z.array(z.object({ lowerBound: decimal, maxLeverage: atLeastOne })) })]);
export const META = z.object({ universe: z.array(universe), marginTables: z.array(table).optional() });

/** A market now. `funding` is for one hour. */
export const CONTEXT = z.object({ funding: decimal, openInterest: decimal, oraclePx: decimal, markPx: decimal });
export const META_AND_CONTEXTS = z.tuple([META, z.array(CONTEXT)]);

const summary = z.object({ accountValue: decimal, totalMarginUsed: decimal });
const position = z.object({
  coin: z.string().min(1), szi: decimal, entryPx: maybeDecimal, positionValue: decimal, unrealizedPnl: decimal, liquidationPx: maybeDecimal, marginUsed: decimal,
  leverage: z.object({ type: z.enum(['cross', 'isolated']), value: atLeastOne }),
});
export const STATE = z.object({
  crossMarginSummary: summary, crossMaintenanceMarginUsed: maybeDecimal, withdrawable: decimal, time: timeMs,
  assetPositions: z.array(z.object({ type: z.string(), position })),
});

export const ORDER = z.object({
  coin: z.string().min(1), side: z.enum(['A', 'B']), sz: decimal, origSz: decimal, oid: idText, timestamp: timeMs, cloid: z.string().nullish(), reduceOnly: z.boolean().nullish(),
});
export const OPEN_ORDERS = z.array(ORDER);
export const ORDER_STATUS = z.union([z.object({ status: z.literal('order'), order: z.object({ order: ORDER, status: z.string().min(1) }) }), z.object({ status: z.literal('unknownOid') })]);

export const FILL = z.object({
  coin: z.string().min(1), px: decimal, sz: decimal, side: z.enum(['A', 'B']), time: timeMs, dir: z.string(), oid: idText, tid: idText, fee: decimal, feeToken: z.string().optional(), cloid: z.string().nullish(),
  liquidation: z.object({ liquidatedUser: z.string() }).nullish(),
});
export const FILLS = z.array(FILL);

export const PAYMENTS = z.array(z.object({ time: timeMs, hash: z.string(), delta: z.object({ type: z.string(), coin: z.string().min(1), usdc: decimal }) }));

const bookLevel = z.object({ px: decimal, sz: decimal });
export const BOOK = z.object({ coin: z.string(), time: timeMs, levels: z.tuple([z.array(bookLevel), z.array(bookLevel)]) });

export const FEES = z.object({ userCrossRate: decimal });
export const ACTIVE_ASSET = z.object({ leverage: z.object({ type: z.enum(['cross', 'isolated']), value: atLeastOne }) });
export const ROLE = z.object({ role: z.string(), data: z.object({ user: z.string().optional(), master: z.string().optional() }).nullish() });
/** How balances are held: `default` apart, others together with spot or by scenarios. */
export const ABSTRACTION = z.string();

const named = z.object({ oid: idText });
const status = z.union([z.object({ filled: named.extend({ totalSz: decimal }) }), z.object({ resting: named })]);
export const PLACED = z.object({ status: z.literal('ok'), response: z.object({ data: z.object({ statuses: z.tuple([status]) }) }) });
export const CANCELLED = z.object({ status: z.literal('ok'), response: z.object({ data: z.object({ statuses: z.tuple([z.literal('success')]) }) }) });
export const CHANGED = z.object({ status: z.literal('ok') });
