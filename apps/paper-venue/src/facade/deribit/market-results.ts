import { E12, maxLeverage, mulDivCeil, mulDivFloor, notionalUp, type Instrument, type Market, type PriceE8, type Side } from '../../kernel/index.js';
import { openOfOthersE8 } from '../../listing.js';
import { numberOf, rateNumber } from '../wire-numbers.js';
import { result, type DeribitDesk, type Outcome } from './outcome.js';

const HOUR_MS = 3_600_000;
/** A limit beyond this share of the mark is moved to it, as in the book that Deribit recorded (1.5% either way). */
const PRICE_LIMIT_E12 = (15n * E12) / 1_000n;
const NEVER_EXPIRES_MS = 32_503_708_800_000;
const OPENED_MS = 1_534_167_754_000;

export const indexOf = ({ settlesIn }: Instrument): string => `${settlesIn.toLowerCase()}_usd`;

/** The highest price at which one can buy and the lowest at which one can sell, on the tick. */
export function priceLimits({ instrument: { tickE8 }, markE8 }: Market): { readonly maxE8: PriceE8; readonly minE8: PriceE8 } {
  return {
    maxE8: mulDivFloor(markE8, E12 + PRICE_LIMIT_E12, E12 * tickE8) * tickE8,
    minE8: mulDivCeil(markE8, E12 - PRICE_LIMIT_E12, E12 * tickE8) * tickE8,
  };
}

export function clamped(market: Market, side: Side, priceE8: PriceE8): PriceE8 {
  const { maxE8, minE8 } = priceLimits(market);
  if (side === 'buy') return priceE8 > maxE8 ? maxE8 : priceE8;
  return priceE8 < minE8 ? minE8 : priceE8;
}

export function instrumentResult({ instrument }: Market, place: number) {
  const size = numberOf(instrument.lotE8);
  return {
    price_index: indexOf(instrument), kind: 'future', instrument_name: instrument.name, max_leverage: Number(maxLeverage(instrument)), maker_commission: rateNumber(instrument.makerFeeE12),
    taker_commission: rateNumber(instrument.takerFeeE12), instrument_type: 'reversed', expiration_timestamp: NEVER_EXPIRES_MS, creation_timestamp: OPENED_MS, is_active: true,
    tick_size: numberOf(instrument.tickE8), contract_size: size, instrument_id: place + 1, min_trade_amount: size, future_type: 'reversed', max_liquidation_commission: 0.0075,
    block_trade_commission: 0.00025, block_trade_min_trade_amount: 200_000, block_trade_tick_size: 0.01, settlement_currency: instrument.settlesIn, settlement_period: 'perpetual',
    base_currency: instrument.settlesIn, counter_currency: 'USD', quote_currency: 'USD', tick_size_steps: [],
  };
}

const NAMES: Readonly<Record<string, string>> = { BTC: 'Bitcoin', ETH: 'Ethereum' };

export const currencyResult = (currency: string) => ({
  coin_type: NAMES[currency]?.toUpperCase() ?? currency, currency, currency_long: NAMES[currency] ?? currency, fee_precision: 4, min_confirmations: 1, min_withdrawal_fee: 0.0001, withdrawal_fee: 0.0001, withdrawal_priorities: [],
});

/** Dollars that the accounts hold on either side, and what all others do. */
const openInterestE8 = ({ running }: DeribitDesk, instrument: Instrument): bigint => {
  const held = Object.values(running.state.accounts).map(({ positions }) => positions[instrument.name]?.sizeE8 ?? 0n);
  return held.reduce((sum, size) => sum + (size < 0n ? -size : size), openOfOthersE8(instrument));
};

const last = ({ running }: DeribitDesk, { instrument, markE8 }: Market): bigint => running.state.fills.findLast((fill) => fill.instrument === instrument.name)?.priceE8 ?? markE8;

export function ticker(desk: DeribitDesk, market: Market) {
  const { instrument, markE8, indexE8, book, fundingRateE12, halted } = market;
  const [bid, ask] = [book.bids[0], book.asks[0]];
  const { maxE8, minE8 } = priceLimits(market);
  return {
    timestamp: desk.running.clock.now(), state: halted ? 'closed' : 'open', stats: { high: numberOf(markE8), low: numberOf(markE8), price_change: 0, volume: 0, volume_usd: 0, volume_notional: 0 },
    index_price: numberOf(indexE8), instrument_name: instrument.name, last_price: numberOf(last(desk, market)), settlement_price: numberOf(markE8), min_price: numberOf(minE8), max_price: numberOf(maxE8),
    open_interest: numberOf(openInterestE8(desk, instrument)), mark_price: numberOf(markE8), interest_value: 0, best_ask_price: numberOf(ask?.priceE8 ?? 0n), best_bid_price: numberOf(bid?.priceE8 ?? 0n),
    estimated_delivery_price: numberOf(indexE8), best_ask_amount: numberOf(ask?.sizeE8 ?? 0n), best_bid_amount: numberOf(bid?.sizeE8 ?? 0n), current_funding: rateNumber(fundingRateE12), funding_8h: rateNumber(fundingRateE12),
  };
}

export function orderBook(desk: DeribitDesk, market: Market, depth: number) {
  const side = (levels: Market['book']['bids']) => levels.slice(0, depth).map(({ priceE8, sizeE8 }) => [numberOf(priceE8), numberOf(sizeE8)]);
  return { ...ticker(desk, market), change_id: desk.running.state.nextId, bids: side(market.book.bids), asks: side(market.book.asks) };
}

export function bookSummary(desk: DeribitDesk, market: Market) {
  const { instrument, markE8, indexE8, book, fundingRateE12 } = market;
  const [bid, ask] = [book.bids[0]?.priceE8, book.asks[0]?.priceE8];
  return {
    volume: 0, volume_usd: 0, volume_notional: 0, quote_currency: 'USD', base_currency: instrument.settlesIn, open_interest: numberOf(openInterestE8(desk, instrument)),
    mid_price: bid === undefined || ask === undefined ? null : numberOf((bid + ask) / 2n), mark_price: numberOf(markE8), low: numberOf(markE8), high: numberOf(markE8), last: numberOf(last(desk, market)),
    instrument_name: instrument.name, estimated_delivery_price: numberOf(indexE8), creation_timestamp: desk.running.clock.now(), bid_price: bid === undefined ? null : numberOf(bid),
    ask_price: ask === undefined ? null : numberOf(ask), price_change: 0, current_funding: rateNumber(fundingRateE12), funding_8h: rateNumber(fundingRateE12),
  };
}

/** What was paid in the time, counted by the client's clock; the present rate where nothing was. */
export function fundingRateValue({ running }: DeribitDesk, { instrument, fundingRateE12 }: Market, startMs: number, endMs: number): Outcome {
  const [from, to] = [running.clock.fromClient(startMs), running.clock.fromClient(endMs)];
  const paid = running.fundingSettlements.filter((settled) => settled.instrument === instrument.name && settled.atMs > from && settled.atMs <= to);
  return result(rateNumber(paid.length === 0 ? fundingRateE12 : paid.reduce((sum, { rateE12 }) => sum + rateE12, 0n)));
}

/** Rates as they were paid, the oldest first: each for the eight hours before it. */
export function fundingRateHistory({ running }: DeribitDesk, { instrument }: Market, startMs: number, endMs: number): Outcome {
  const paid = running.fundingSettlements.filter((settled) => settled.instrument === instrument.name && settled.atMs >= startMs && settled.atMs <= Math.max(endMs, running.clock.fromClient(endMs)));
  return result(paid.slice(-744).map(({ atMs, indexE8, rateE12 }, place, all) => ({
    timestamp: atMs - (atMs % HOUR_MS), index_price: numberOf(indexE8), prev_index_price: numberOf(all[place - 1]?.indexE8 ?? indexE8), interest_8h: rateNumber(rateE12), interest_1h: rateNumber(rateE12 / 8n),
  })));
}

/** A size of dollars in coins at the mark, signed. */
export const coinsOf = ({ instrument, markE8 }: Market, sizeE8: bigint): bigint => (sizeE8 < 0n ? -1n : 1n) * notionalUp(instrument, sizeE8, markE8);
