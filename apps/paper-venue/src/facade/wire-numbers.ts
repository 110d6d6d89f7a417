import { exactDecimalText } from '@ballast/units';

/** An amount of 1e-8 as Hyperliquid writes it: decimal text with at least one digit after the point. */
export function decimalOf(amountE8: bigint): string {
  const text = exactDecimalText(amountE8, 8);
  return text.includes('.') ? text : `${text}.0`;
}

/** A rate of 1e-12 as decimal text. */
export function rateText(rateE12: bigint): string {
  const text = exactDecimalText(rateE12, 12);
  return text.includes('.') ? text : `${text}.0`;
}

/** An amount of 1e-8 as the JSON number that Deribit writes, to the nearest double. */
export const numberOf = (amountE8: bigint): number => Number(exactDecimalText(amountE8, 8));
export const rateNumber = (rateE12: bigint): number => Number(exactDecimalText(rateE12, 12));

/** The average price of what an order was filled with, cut to 1e-8; zero without a fill. */
export const averageE8 = (filledPriceSizeE16: bigint, filledE8: bigint): bigint => (filledE8 === 0n ? 0n : filledPriceSizeE16 / filledE8);
