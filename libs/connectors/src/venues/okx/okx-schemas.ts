import { z } from 'zod';
import { decimal, idText, maybeDecimal, timeMs } from '../wire/wire-numbers.js';

/** OKX's envelope around a list. */
export const listOf = <S extends z.ZodType>(item: S) => z.object({ data: z.array(item) });
/** Around exactly one. */
export const oneOf = <S extends z.ZodType>(item: S) => z.object({ data: z.tuple([item]) });

export const INSTRUMENT = z.object({
  instId: z.string().min(1), ctType: z.string(), ctVal: decimal, ctMult: maybeDecimal, ctValCcy: z.string(), settleCcy: z.string(), instFamily: z.string(), tickSz: decimal, lotSz: decimal, minSz: decimal, lever: maybeDecimal, state: z.string(),
});
export const TIER = z.object({ minSz: decimal, mmr: decimal, imr: decimal, maxLever: decimal });
export const FEE = z.object({ taker: maybeDecimal, takerU: maybeDecimal });

const level = z.tuple([decimal, decimal]).rest(z.unknown());
export const BOOK = z.object({ ts: timeMs, bids: z.array(level), asks: z.array(level) });
export const MARK = z.object({ markPx: decimal, ts: timeMs });
export const INDEX = z.object({ idxPx: decimal, ts: timeMs });
export const INTEREST = z.object({ oi: decimal });
export const RATE = z.object({ fundingRate: decimal, fundingTime: timeMs, nextFundingTime: timeMs });

/** Modes: 1 spot, 2 one currency at a time, 3 several currencies together, 4 by scenarios. */
export const CONFIG = z.object({ acctLv: z.enum(['1', '2', '3', '4']), posMode: z.enum(['long_short_mode', 'net_mode']), perm: z.string() });
export const BALANCE = z.object({
  adjEq: maybeDecimal, imr: maybeDecimal, mmr: maybeDecimal, availEq: maybeDecimal,
  details: z.array(z.object({ ccy: z.string(), eq: decimal, availEq: maybeDecimal, imr: maybeDecimal, mmr: maybeDecimal, isoEq: maybeDecimal })),
});

const greek = maybeDecimal;
export const POSITION = z.object({
  instId: z.string().min(1), instType: z.string(), mgnMode: z.enum(['cross', 'isolated']), posSide: z.enum(['net', 'long', 'short']), pos: decimal, ccy: z.string(), avgPx: maybeDecimal, markPx: maybeDecimal, idxPx: maybeDecimal, liqPx: maybeDecimal,
  lever: maybeDecimal, upl: maybeDecimal, mmr: maybeDecimal, margin: maybeDecimal, adl: maybeDecimal,
  deltaBS: greek, gammaBS: greek, thetaBS: greek, vegaBS: greek, deltaPA: greek, gammaPA: greek, thetaPA: greek, vegaPA: greek,
});

export const ORDER = z.object({
  ordId: idText, clOrdId: z.string(), instId: z.string().min(1), side: z.enum(['buy', 'sell']), sz: decimal, accFillSz: maybeDecimal, reduceOnly: z.union([z.boolean(), z.enum(['true', 'false', '']).transform((text) => text === 'true')]),
  state: z.enum(['live', 'partially_filled', 'filled', 'canceled', 'mmp_canceled']),
});
export const ACK = z.object({ ordId: idText, sCode: z.literal('0') });
/** Where the venue itself acted there is no order. */
export const FILL = z.object({ billId: idText, ordId: z.string(), clOrdId: z.string(), instId: z.string().min(1), side: z.enum(['buy', 'sell']), fillSz: decimal, fillPx: decimal, fee: decimal, feeCcy: z.string(), ts: timeMs, subType: z.string().optional() });
export const BILL = z.object({ billId: idText, type: z.string(), instId: z.string(), ccy: z.string(), pnl: maybeDecimal, ts: timeMs });
export const LEVERAGE = z.object({ lever: decimal });
export const MARGIN_MOVED = z.object({ amt: decimal });
