import { squareRootDown } from '@ballast/units';

const q96 = 1n << 96n;

/** Uniswap v3's sqrtPriceX96 for amounts that are worth the same: sqrt(amount1 / amount0) x 2^96, rounded down. */
export function squareRootPriceX96(amount1: bigint, amount0: bigint): bigint {
  return squareRootDown((amount1 * q96 * q96) / amount0);
}

/** Which side of a pool is its base asset, and both sides' decimals. */
export interface PairShape {
  readonly baseIsToken0: boolean;
  readonly baseDecimals: number;
  readonly quoteDecimals: number;
}

/** Price of one base token in the quote token, with 8 decimals, rounded down. */
export function priceOfBase(sqrtPriceX96: bigint, shape: PairShape): bigint {
  const square = sqrtPriceX96 * sqrtPriceX96;
  const [over, under] = shape.baseIsToken0 ? [square, q96 * q96] : [q96 * q96, square];
  return (over * 10n ** BigInt(shape.baseDecimals) * 100_000_000n) / (under * 10n ** BigInt(shape.quoteDecimals));
}

/** The sqrtPriceX96 at which one base token costs `price` (8 decimals) of the quote token. */
export function squareRootOfPrice(price: bigint, shape: PairShape): bigint {
  const quoteAmount = price * 10n ** BigInt(shape.quoteDecimals);
  const baseAmount = 100_000_000n * 10n ** BigInt(shape.baseDecimals);
  return shape.baseIsToken0 ? squareRootPriceX96(quoteAmount, baseAmount) : squareRootPriceX96(baseAmount, quoteAmount);
}
