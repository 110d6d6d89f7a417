import { absolute, leverageOfTier, maxLeverage, type Book, type Instrument, type Market } from '../../kernel/index.js';
import { openOfOthersE8 } from '../../listing.js';
import { decimalOf, rateText } from '../wire-numbers.js';
import { marketsOf, sizeDigits, type HyperliquidDesk } from './desk.js';

const TABLES_FROM = 50;

/** The instruments: digits of their sizes, leverage, and the steps of margin where there are several. */
export function meta(desk: HyperliquidDesk) {
  const markets = marketsOf(desk);
  return {
    universe: markets.map(({ instrument }, asset) => ({ szDecimals: sizeDigits(instrument), name: instrument.name, maxLeverage: Number(maxLeverage(instrument)), marginTableId: TABLES_FROM + asset })),
    marginTables: markets.map(({ instrument }, asset) => [
      TABLES_FROM + asset,
      { description: '', marginTiers: instrument.tiers.map((tier) => ({ lowerBound: decimalOf(tier.aboveE8), maxLeverage: Number(leverageOfTier(tier)) })) },
    ]),
    collateralToken: 0,
  };
}

/** The middle of the book; the mark where a side is empty. */
export function midE8({ book, markE8 }: Market): bigint {
  const [bid, ask] = [book.bids[0], book.asks[0]];
  return bid === undefined || ask === undefined ? markE8 : (bid.priceE8 + ask.priceE8) / 2n;
}

export function contexts(desk: HyperliquidDesk) {
  return marketsOf(desk).map((market) => {
    const { instrument, markE8, indexE8, fundingRateE12, book } = market;
    const mid = decimalOf(midE8(market));
    const impact = [book.bids[0]?.priceE8, book.asks[0]?.priceE8].map((price) => (price === undefined ? mid : decimalOf(price)));
    return {
      funding: rateText(fundingRateE12), openInterest: decimalOf(openInterestE8(desk, instrument)), prevDayPx: decimalOf(markE8), dayNtlVlm: '0.0', premium: '0.0',
      oraclePx: decimalOf(indexE8), markPx: decimalOf(markE8), midPx: mid, impactPxs: impact, dayBaseVlm: '0.0',
    };
  });
}

/** What the accounts hold on either side, and what all others do. */
const openInterestE8 = ({ running }: HyperliquidDesk, instrument: Instrument): bigint =>
  Object.values(running.state.accounts).reduce((sum, { positions }) => sum + absolute(positions[instrument.name]?.sizeE8 ?? 0n), openOfOthersE8(instrument));

export const allMids = (desk: HyperliquidDesk) => Object.fromEntries(marketsOf(desk).map((market) => [market.instrument.name, decimalOf(midE8(market))]));

const MOST_LEVELS = 20;

export function l2Book({ instrument, book }: Market, nowMs: number) {
  const side = (levels: Book['bids']) => levels.slice(0, MOST_LEVELS).map(({ priceE8, sizeE8 }) => ({ px: decimalOf(priceE8), sz: decimalOf(sizeE8), n: 1 }));
  return { coin: instrument.name, levels: [side(book.bids), side(book.asks)], time: nowMs };
}

const USDC = { name: 'USDC', szDecimals: 8, weiDecimals: 8, index: 0, tokenId: '0x6d1e7cde53ba9467b783cb7c530ce054', isCanonical: true, evmContract: null, fullName: null };

/** There is no spot trading: one token, no pair. */
export const spotMeta = () => ({ tokens: [USDC], universe: [] });

/** Rates as they were paid, from the first to the last. */
export const fundingHistory = ({ running }: HyperliquidDesk, coin: string, startMs: number, endMs: number) =>
  running.fundingSettlements
    .filter(({ instrument, atMs }) => instrument === coin && atMs >= startMs && atMs <= endMs)
    .slice(0, 500)
    .map(({ rateE12, atMs }) => ({ coin, fundingRate: rateText(rateE12), premium: '0.0', time: atMs }));
