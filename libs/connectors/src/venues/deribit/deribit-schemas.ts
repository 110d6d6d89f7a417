import { z } from 'zod';
import { decimal, idText, maybeDecimal, statistic, timeMs } from '../wire/wire-numbers.js';

/** Deribit's envelope; only its result is read. */
export const resultOf = <S extends z.ZodType>(result: S) => z.object({ result, usOut: timeMs.optional() });

/** Combinations are listed as well, without some of these. */
export const INSTRUMENT = z.object({
  instrument_name: z.string().min(1), kind: z.string(), instrument_type: z.string().optional(), is_active: z.boolean(), tick_size: decimal,
  tick_size_steps: z.array(z.object({ above_price: decimal, tick_size: decimal })).optional(), contract_size: decimal, min_trade_amount: decimal, taker_commission: decimal, max_leverage: decimal.optional(),
  base_currency: z.string(), settlement_currency: z.string().nullish(), settlement_period: z.string().nullish(), expiration_timestamp: timeMs.nullish(), strike: decimal.optional(), option_type: z.enum(['call', 'put']).optional(),
});

export const GREEKS = z.object({ delta: statistic, gamma: statistic, vega: statistic, theta: statistic });

export const TICKER = z.object({
  timestamp: timeMs, state: z.string(), mark_price: decimal, index_price: decimal, open_interest: decimal, funding_8h: maybeDecimal, mark_iv: statistic.nullish(), underlying_price: maybeDecimal, greeks: GREEKS.optional(),
});

const level = z.tuple([decimal, decimal]);
/** Volatilities of an option's best bid and offer are 0 where there is none. */
export const BOOK = TICKER.extend({ bids: z.array(level), asks: z.array(level), bid_iv: statistic.nullish(), ask_iv: statistic.nullish() });

export const SUMMARY = z.object({
  currency: z.string(), equity: decimal, available_funds: decimal, maintenance_margin: decimal, initial_margin: decimal, portfolio_margining_enabled: z.boolean(), cross_collateral_enabled: z.boolean().optional(), margin_model: z.string().optional(),
});

export const POSITION = z.object({
  instrument_name: z.string().min(1), kind: z.string(), size: decimal, average_price: maybeDecimal, mark_price: maybeDecimal, index_price: maybeDecimal, estimated_liquidation_price: maybeDecimal, total_profit_loss: maybeDecimal,
  maintenance_margin: maybeDecimal,
});

export const ORDER = z.object({
  order_id: idText, label: z.string().optional(), instrument_name: z.string().min(1), direction: z.enum(['buy', 'sell']), amount: decimal, filled_amount: maybeDecimal, reduce_only: z.boolean(),
  order_state: z.enum(['open', 'filled', 'rejected', 'cancelled', 'untriggered', 'triggered']),
});
export const PLACED = z.object({ order: ORDER });

export const TRADE = z.object({
  trade_id: idText, order_id: idText, label: z.string().optional(), instrument_name: z.string().min(1), direction: z.enum(['buy', 'sell']), amount: decimal, price: decimal, fee: decimal, fee_currency: z.string(), timestamp: timeMs,
  liquidity: z.string().optional(), liquidation: z.string().optional(), order_type: z.string().optional(),
});
export const TRADES = z.object({ trades: z.array(TRADE), has_more: z.boolean() });

/** What a settlement of a perpetual books: `interest_pl` is its funding. */
export const LOG = z.object({
  logs: z.array(z.object({ id: idText, type: z.string(), instrument_name: z.string().nullish(), timestamp: timeMs, interest_pl: maybeDecimal })),
  continuation: idText.nullish(),
});

export const SCOPE = z.object({ scope: z.string() });
