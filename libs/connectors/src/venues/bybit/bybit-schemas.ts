import { z } from 'zod';
import { decimal, idText, maybeDecimal, timeMs, whole } from '../wire/wire-numbers.js';

/** Bybit's envelope around a list; `nextPageCursor` is empty on the last page. */
export const listOf = <S extends z.ZodType>(item: S) => z.object({ time: timeMs.optional(), result: z.object({ list: z.array(item), nextPageCursor: z.string().nullish() }) });
export const resultOf = <S extends z.ZodType>(result: S) => z.object({ time: timeMs.optional(), result });
/** Of a change that tells nothing. */
export const CHANGED = z.object({ retCode: whole });

export const INSTRUMENT = z.object({
  symbol: z.string().min(1), contractType: z.string(), status: z.string(), baseCoin: z.string(), settleCoin: z.string(), fundingInterval: whole.pipe(z.number().min(1)), priceFilter: z.object({ tickSize: decimal }),
  leverageFilter: z.object({ maxLeverage: decimal }), lotSizeFilter: z.object({ qtyStep: decimal, minOrderQty: decimal, minNotionalValue: maybeDecimal }),
});
/** A row holds up to its value. */
export const RISK_LIMIT = z.object({ riskLimitValue: decimal, maintenanceMargin: decimal, initialMargin: decimal, mmDeduction: maybeDecimal });
export const FEE = z.object({ symbol: z.string(), takerFeeRate: decimal });

const level = z.tuple([decimal, decimal]);
export const BOOK = z.object({ b: z.array(level), a: z.array(level), ts: timeMs });
/** Hours between payments of funding are not told of every instrument. */
export const TICKER = z.object({ symbol: z.string(), markPrice: decimal, indexPrice: decimal, openInterest: decimal, fundingRate: maybeDecimal, fundingIntervalHour: maybeDecimal });

/** Totals are empty where each position has its own margin. */
export const WALLET = z.object({
  totalEquity: maybeDecimal, totalMarginBalance: maybeDecimal, totalInitialMargin: maybeDecimal, totalMaintenanceMargin: maybeDecimal, totalAvailableBalance: maybeDecimal,
});
export const INFO = z.object({ marginMode: z.enum(['ISOLATED_MARGIN', 'REGULAR_MARGIN', 'PORTFOLIO_MARGIN']) });

export const POSITION = z.object({
  symbol: z.string().min(1), side: z.string(), size: decimal, avgPrice: maybeDecimal, markPrice: maybeDecimal, liqPrice: maybeDecimal, leverage: maybeDecimal, unrealisedPnl: maybeDecimal, positionMM: maybeDecimal, positionBalance: maybeDecimal,
  adlRankIndicator: whole.pipe(z.number().max(5)).optional(), positionIdx: whole,
});

export const ORDER = z.object({ orderId: idText, orderLinkId: z.string(), symbol: z.string().min(1), side: z.enum(['Buy', 'Sell']), qty: decimal, cumExecQty: maybeDecimal, reduceOnly: z.boolean(), orderStatus: z.string().min(1) });
export const ACK = z.object({ orderId: idText });
/** Where the venue itself acted there is no order. */
export const EXECUTION = z.object({
  execId: idText, orderId: z.string(), orderLinkId: z.string().optional(), symbol: z.string().min(1), side: z.enum(['Buy', 'Sell']), execQty: decimal, execPrice: decimal, execFee: decimal, feeCurrency: z.string().optional(), execType: z.string(), execTime: timeMs,
});
export const LOG = z.object({ id: idText, symbol: z.string(), currency: z.string(), type: z.string(), funding: maybeDecimal, transactionTime: timeMs });

export const KEY = z.object({ readOnly: whole, permissions: z.record(z.string(), z.array(z.string())), expiredAt: z.string().nullish() });
