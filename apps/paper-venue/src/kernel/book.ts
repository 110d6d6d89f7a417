import { E12, larger, mulDivCeil, mulDivFloor, smaller, type PriceE8, type RateE12, type SizeE8 } from './instrument.js';

export interface Level {
  readonly priceE8: PriceE8;
  /** Above zero. */
  readonly sizeE8: SizeE8;
}

/** Best first on both sides. */
export interface Book {
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

export type Side = 'buy' | 'sell';

export interface Fill {
  readonly priceE8: PriceE8;
  /** Above zero. */
  readonly sizeE8: SizeE8;
}

/** A book made from one price where the feed has no depth: the spread and the steps are shares of the price, each level holds more than the one before. */
export interface DepthModel {
  readonly halfSpreadE12: RateE12;
  readonly stepE12: RateE12;
  readonly firstSizeE8: SizeE8;
  readonly levels: number;
}

/** Levels about a price: bids rounded down to the tick, asks up. */
export function bookAround(priceE8: PriceE8, tickE8: PriceE8, model: DepthModel): Book {
  const offsets = Array.from({ length: model.levels }, (_, index) => ({ away: model.halfSpreadE12 + BigInt(index) * model.stepE12, sizeE8: model.firstSizeE8 * BigInt(index + 1) }));
  return {
    bids: offsets.map(({ away, sizeE8 }) => ({ priceE8: larger(mulDivFloor(priceE8, E12 - away, E12 * tickE8), 1n) * tickE8, sizeE8 })),
    asks: offsets.map(({ away, sizeE8 }) => ({ priceE8: mulDivCeil(priceE8, E12 + away, E12 * tickE8) * tickE8, sizeE8 })),
  };
}

const against = (book: Book, side: Side): readonly Level[] => (side === 'buy' ? book.asks : book.bids);

/** Whether a price is at or better than the limit for this side; `any` takes every price. */
const within = (side: Side, priceE8: PriceE8, limitE8: PriceE8 | 'any'): boolean => limitE8 === 'any' || (side === 'buy' ? priceE8 <= limitE8 : priceE8 >= limitE8);

export const crosses = (book: Book, side: Side, limitE8: PriceE8): boolean => {
  const best = against(book, side)[0];
  return best !== undefined && within(side, best.priceE8, limitE8);
};

/** How much of the other side could be had within the limit. */
export const sizeWithin = (book: Book, side: Side, limitE8: PriceE8 | 'any'): SizeE8 =>
  against(book, side).reduce((sum, level) => (within(side, level.priceE8, limitE8) ? sum + level.sizeE8 : sum), 0n);

/** Walks the other side level by level, never beyond the limit, and takes what it fills out of the book. */
export function take(book: Book, side: Side, sizeE8: SizeE8, limitE8: PriceE8 | 'any'): { readonly fills: readonly Fill[]; readonly book: Book } {
  const fills: Fill[] = [];
  const rest: Level[] = [];
  let wanted = sizeE8;
  for (const level of against(book, side)) {
    const taken = within(side, level.priceE8, limitE8) ? smaller(wanted, level.sizeE8) : 0n;
    if (taken > 0n) fills.push({ priceE8: level.priceE8, sizeE8: taken });
    if (level.sizeE8 > taken) rest.push({ ...level, sizeE8: level.sizeE8 - taken });
    wanted -= taken;
  }
  return { fills, book: side === 'buy' ? { ...book, asks: rest } : { ...book, bids: rest } };
}
