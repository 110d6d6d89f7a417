import { E8, type Market } from '../../kernel/index.js';
import { numberOf } from '../wire-numbers.js';
import { indexOf } from './market-results.js';
import { TICK, leastAmount, priced, type OptionQuote, type PricedOption } from './option-quotes.js';
import type { DeribitDesk } from './outcome.js';

const LISTED_MS = 1_719_561_600_000;
/** Options come behind the perpetuals. */
const IDS_FROM = 1_000;

/** A quote with its prices now, at the mark of its coin's perpetual. */
export interface LiveOption {
  readonly quote: OptionQuote;
  readonly prices: PricedOption;
  readonly market: Market;
  readonly place: number;
}

/** The options that an operator quotes and that have not expired. */
export const liveOptions = (desk: DeribitDesk): readonly LiveOption[] => [...desk.options.values()].flatMap((quote, place) => live(desk, quote, place) ?? []);

export function liveOption(desk: DeribitDesk, name: string): LiveOption | undefined {
  const quote = desk.options.get(name);
  return quote === undefined ? undefined : live(desk, quote, [...desk.options.keys()].indexOf(name));
}

function live({ running }: DeribitDesk, quote: OptionQuote, place: number): LiveOption | undefined {
  const market = Object.values(running.state.markets).find(({ instrument }) => instrument.settlesIn === quote.coin);
  const prices = market === undefined ? null : priced(quote, Number(market.markE8) / Number(E8), running.clock.now());
  return market === undefined || prices === null ? undefined : { quote, prices, market, place };
}

export const optionInstrument = ({ quote, market, place }: LiveOption) => ({
  price_index: indexOf(market.instrument), kind: 'option', instrument_name: quote.instrument, option_type: quote.type, strike: quote.strike, max_leverage: 1, maker_commission: 0.0003, taker_commission: 0.0003,
  instrument_type: 'reversed', expiration_timestamp: quote.expiresMs, creation_timestamp: LISTED_MS, is_active: true, tick_size: TICK.finer, contract_size: 1, instrument_id: IDS_FROM + place,
  min_trade_amount: leastAmount(quote.coin), max_liquidation_commission: 0.0075, block_trade_commission: 0.00025, block_trade_min_trade_amount: 25, block_trade_tick_size: 0.0001, settlement_currency: quote.coin,
  settlement_period: 'month', base_currency: quote.coin, counter_currency: 'USD', quote_currency: quote.coin, tick_size_steps: [{ above_price: TICK.edge, tick_size: TICK.size }],
});

const synthetic = (quote: OptionQuote): string => `SYN.${quote.instrument.split('-').slice(0, 2).join('-')}`;

export function optionTicker({ running }: DeribitDesk, { quote, prices, market }: LiveOption) {
  return {
    timestamp: running.clock.now(), state: 'open', stats: { high: null, low: null, price_change: null, volume: 0, volume_usd: 0, volume_notional: 0 }, index_price: numberOf(market.indexE8), instrument_name: quote.instrument,
    last_price: null, settlement_price: prices.mark, min_price: TICK.finer, max_price: 10, open_interest: quote.openInterest, mark_price: prices.mark, best_ask_price: prices.ask, best_bid_price: prices.bid ?? 0, estimated_delivery_price: numberOf(market.indexE8),
    best_ask_amount: quote.amount, best_bid_amount: prices.bid === null ? 0 : quote.amount, mark_iv: quote.markIv, bid_iv: prices.bid === null ? 0 : quote.bidIv, ask_iv: quote.askIv, underlying_price: numberOf(market.markE8),
    underlying_index: synthetic(quote), interest_rate: 0, greeks: prices.greeks,
  };
}

export const optionBook = (desk: DeribitDesk, option: LiveOption) => ({
  ...optionTicker(desk, option), change_id: desk.running.state.nextId, bids: option.prices.bid === null ? [] : [[option.prices.bid, option.quote.amount]], asks: [[option.prices.ask, option.quote.amount]],
});

export const optionSummary = ({ running }: DeribitDesk, { quote, prices, market }: LiveOption) => ({
  volume: 0, volume_usd: 0, quote_currency: quote.coin, base_currency: quote.coin, underlying_price: numberOf(market.markE8), underlying_index: synthetic(quote), interest_rate: 0, open_interest: quote.openInterest, mark_price: prices.mark, mark_iv: quote.markIv,
  mid_price: prices.bid === null ? null : (prices.bid + prices.ask) / 2, bid_price: prices.bid, ask_price: prices.ask, last: null, low: null, high: null, price_change: null, instrument_name: quote.instrument,
  estimated_delivery_price: numberOf(market.indexE8), creation_timestamp: running.clock.now(),
});
