import { squareRootDown } from '@ballast/units';

const [BITS, ONE] = [192n, 1n << 192n];
/** One tick: a ten-thousandth. */
const STEP = (ONE * 10_001n) / 10_000n;
/** sqrt(1.01) - 1, rounded down. */
const [TO_MOVE_ONE_PERCENT, OF] = [4_987_562_112n, 1_000_000_000_000n];

/** A ratio of two whole numbers. */
export interface Fraction {
  readonly over: bigint;
  readonly under: bigint;
}

/** 1.0001 to the power, scaled by 2^192; the error is some millionths of a millionth of a millionth at most, for any tick of Uniswap v3. */
function powerOfStep(exponent: bigint): bigint {
  let [result, base] = [ONE, STEP];
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * base) >> BITS;
    base = (base * base) >> BITS;
  }
  return result;
}

/**
 * Units of token1 for one unit of token0 at the mean tick of a window of so many seconds over which the cumulative tick grew by `growth`: the geometric mean price. Between two ticks it
 * is told by the straight line between their prices, which is some billionth off at most; Uniswap's own library rounds to the lower tick, which is up to a ten-thousandth.
 */
export function meanRatio(growth: bigint, seconds: bigint): Fraction {
  const tick = growth >= 0n ? growth / seconds : -((-growth + seconds - 1n) / seconds);
  const beyond = 10_000n * seconds + (growth - tick * seconds);
  return tick >= 0n ? { over: powerOfStep(tick) * beyond, under: ONE * 10_000n * seconds } : { over: ONE * beyond, under: powerOfStep(-tick) * 10_000n * seconds };
}

/**
 * Units of the quote token that would move the pool's price of its base token up by one per cent, where `liquidity` is as it is here all the way: liquidity x sqrt(quote units for a base
 * unit) x (sqrt(1.01) - 1), rounded down.
 */
export const depthDown = (liquidity: bigint, { over, under }: Fraction): bigint => (liquidity * squareRootDown((over << 256n) / under) * TO_MOVE_ONE_PERCENT) / (OF << 128n);
