import { z } from 'zod';
import { decimal, idText, maybeDecimal, timeMs, whole } from '../wire/wire-numbers.js';

const atLeastOne = whole.pipe(z.number().min(1));
const filter = z.object({ filterType: z.string(), tickSize: decimal.optional(), stepSize: decimal.optional(), minQty: decimal.optional(), notional: decimal.optional() });
export const EXCHANGE_INFO = z.object({
  symbols: z.array(z.object({ symbol: z.string().min(1), contractType: z.string(), status: z.string(), baseAsset: z.string(), quoteAsset: z.string(), marginAsset: z.string(), filters: z.array(filter) })),
});
export const BRACKETS = z.array(z.object({
  symbol: z.string(), brackets: z.array(z.object({ initialLeverage: atLeastOne, notionalFloor: decimal, maintMarginRatio: decimal, cum: decimal })).min(1),
}));
/** Lists only what is not paid every eight hours. */
export const FUNDING_INFO = z.array(z.object({ symbol: z.string(), fundingIntervalHours: atLeastOne }));
export const COMMISSION = z.object({ takerCommissionRate: decimal });

const level = z.tuple([decimal, decimal]);
export const DEPTH = z.object({ T: timeMs.optional(), bids: z.array(level), asks: z.array(level) });
export const PREMIUM = z.object({ symbol: z.string(), markPrice: decimal, indexPrice: decimal, lastFundingRate: maybeDecimal, time: timeMs });
export const PREMIUMS = z.array(PREMIUM);
export const INTEREST = z.object({ openInterest: decimal });

export const ACCOUNT = z.object({
  totalInitialMargin: decimal, totalMaintMargin: decimal, totalMarginBalance: decimal, availableBalance: decimal,
  assets: z.array(z.object({ asset: z.string(), crossWalletBalance: decimal, crossUnPnl: decimal, maintMargin: decimal, initialMargin: decimal, availableBalance: decimal })),
});
export const RISKS = z.array(z.object({
  symbol: z.string().min(1), positionSide: z.string(), positionAmt: decimal, entryPrice: decimal, markPrice: decimal, unRealizedProfit: decimal, liquidationPrice: maybeDecimal, isolatedMargin: decimal, notional: decimal, marginAsset: z.string(),
  initialMargin: decimal, maintMargin: decimal,
}));
export const DUAL = z.object({ dualSidePosition: z.boolean() });
export const MULTI_ASSETS = z.object({ multiAssetsMargin: z.boolean() });
/** Rank of each side: 0 the last to be deleveraged, 4 the first. */
export const QUANTILES = z.array(z.object({ symbol: z.string(), adlQuantile: z.record(z.string(), whole.pipe(z.number().max(4))) }));
export const SYMBOL_CONFIG = z.array(z.object({ symbol: z.string(), marginType: z.enum(['CROSSED', 'ISOLATED']), leverage: atLeastOne }));

export const ORDER = z.object({
  orderId: idText, clientOrderId: z.string(), symbol: z.string().min(1), side: z.enum(['BUY', 'SELL']), origQty: decimal, executedQty: decimal, reduceOnly: z.boolean(),
  status: z.enum(['NEW', 'PARTIALLY_FILLED', 'FILLED', 'CANCELED', 'REJECTED', 'EXPIRED', 'EXPIRED_IN_MATCH']),
});
export const TRADES = z.array(z.object({
  id: idText, orderId: idText, symbol: z.string().min(1), side: z.enum(['BUY', 'SELL']), qty: decimal, price: decimal, commission: decimal, commissionAsset: z.string(), time: timeMs,
}));
export const INCOME = z.array(z.object({ symbol: z.string(), incomeType: z.string(), income: decimal, asset: z.string(), time: timeMs, tranId: idText }));

export const MARGIN_MOVED = z.object({ code: whole.pipe(z.literal(200)), amount: decimal });
export const LEVERAGE_SET = z.object({ leverage: whole, symbol: z.string() });
export const RESTRICTIONS = z.object({
  enableReading: z.boolean(), enableFutures: z.boolean(), enableWithdrawals: z.boolean(), enableInternalTransfer: z.boolean().optional(), permitsUniversalTransfer: z.boolean().optional(), tradingAuthorityExpirationTime: timeMs.optional(),
});
