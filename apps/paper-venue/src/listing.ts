import { parseDecimal } from '@ballast/units';
import { E8, bookAround, larger, newVenue, smaller, tiersOfLeverage, type Book, type DepthModel, type Instrument, type Market, type PriceE8, type VenueState } from './kernel/index.js';

const e8 = (text: string): bigint => parseDecimal(text, 8);
const e12 = (text: string): bigint => parseDecimal(text, 12);

/** Lot by the venue's digits of size; the tick is the finest that any price may have, six digits less those. Fees of the first step. */
const linear = (name: string, sizeDigits: number, steps: readonly (readonly [above: string, maxLeverage: bigint])[]): Instrument => ({
  name, kind: 'linear', settlesIn: 'USDC', tickE8: 10n ** BigInt(2 + sizeDigits), lotE8: 10n ** BigInt(8 - sizeDigits), minNotionalE8: e8('10'), priceBandE12: e12('0.8'),
  makerFeeE12: e12('0.00015'), takerFeeE12: e12('0.00045'), tiers: tiersOfLeverage(steps.map(([above, maxLeverage]) => ({ aboveE8: e8(above), maxLeverage }))),
});

const inverse = (coin: string, tick: string, contract: string): Instrument => ({
  name: `${coin}-PERPETUAL`, kind: 'inverse', settlesIn: coin, tickE8: e8(tick), lotE8: e8(contract), minNotionalE8: 0n, priceBandE12: e12('0.8'),
  makerFeeE12: 0n, takerFeeE12: e12('0.0005'), tiers: [{ aboveE8: 0n, initialRateE12: e12('0.02'), maintenanceRateE12: e12('0.01') }],
});

/** The depth where an operator gives no book: a spread of 2 bp, six levels 5 bp apart. */
export const depthOf = ({ kind }: Instrument): DepthModel => ({ halfSpreadE12: e12('0.0001'), stepE12: e12('0.0005'), firstSizeE8: kind === 'linear' ? e8('50') : e8('200000'), levels: 6 });

/** What everybody else holds there, a thousand times the best price's size: the venue is a market of many, of which only our accounts are played. */
export const openOfOthersE8 = (instrument: Instrument): bigint => depthOf(instrument).firstSizeE8 * 1_000n;

/**
 * The step of prices about a price. On Hyperliquid a price has at most five significant digits, or is whole; elsewhere the step is the
 * instrument's own.
 */
export function stepAt({ kind, tickE8 }: Instrument, priceE8: PriceE8): PriceE8 {
  if (kind === 'inverse') return tickE8;
  return larger(tickE8, smaller(10n ** BigInt(Math.max(0, priceE8.toString().length - 5)), E8));
}

/** A book about a price. */
export const modelledBook = (instrument: Instrument, priceE8: PriceE8): Book => bookAround(priceE8, stepAt(instrument, priceE8), depthOf(instrument));

const market = (instrument: Instrument, price: string): Market => ({
  instrument, markE8: e8(price), indexE8: e8(price), book: modelledBook(instrument, e8(price)), fundingRateE12: 0n, halted: false,
});

/** Both venues as they open: a few instruments at prices that an operator is expected to set, and no account. Client ids of Hyperliquid count once or again. */
export const openingStates = (nowMs: number, clientIds: 'once' | 'repeatable'): { readonly hyperliquid: VenueState; readonly deribit: VenueState } => ({
  hyperliquid: newVenue(
    { clientIds, reduceOnly: 'clip', unmatched: 'refuse', partialAboveE8: e8('100000'), partialShareBps: 2_000n, partialPauseMs: 30_000 },
    [
      market(linear('BTC', 5, [['0', 40n], ['150000000', 20n]]), '60000'),
      market(linear('ETH', 4, [['0', 25n], ['100000000', 15n]]), '3000'),
      market(linear('SOL', 2, [['0', 20n], ['70000000', 10n]]), '150'),
    ],
    nowMs,
  ),
  deribit: newVenue(
    // A label is not unique there. Amounts above which a position goes in parts are coins.
    { clientIds: 'repeatable', reduceOnly: 'clip', unmatched: 'cancel', partialAboveE8: e8('100'), partialShareBps: 2_000n, partialPauseMs: 30_000 },
    [market(inverse('BTC', '0.5', '10'), '60000'), market(inverse('ETH', '0.05', '1'), '3000')],
    nowMs,
  ),
});
