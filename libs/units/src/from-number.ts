import { InvalidInput } from './errors.js';
import type { UsdE8, Wad } from './quantity.js';

/**
 * Where statistics, which are floats, become quantities that decide. The step is 1e-12 for ratios and 1e-8 for dollars, coarser
 * than a double's own error in the range, so the side of the rounding is certain.
 */
const RATIO_STEP = 1_000_000_000_000;
const WAD_PER_STEP = 1_000_000n;
const USD_STEP = 100_000_000;
/** Doubles are exact integers up to here. */
const LARGEST = Number.MAX_SAFE_INTEGER;

/** The ratio scaled by 1e18, never below `value`. @throws InvalidInput when negative, not finite or above 9,007 */
export const wadFromNumberUp = (value: number): Wad => (BigInt(Math.ceil(steps('ratio', value, RATIO_STEP))) * WAD_PER_STEP) as Wad;
/** The ratio scaled by 1e18, never above `value`. @throws InvalidInput when negative, not finite or above 9,007 */
export const wadFromNumberDown = (value: number): Wad => (BigInt(Math.floor(steps('ratio', value, RATIO_STEP))) * WAD_PER_STEP) as Wad;
/** Dollars with 8 decimals, never below `value`. @throws InvalidInput when negative, not finite or above 90 million */
export const usdFromNumberUp = (value: number): UsdE8 => BigInt(Math.ceil(steps('dollars', value, USD_STEP))) as UsdE8;

function steps(field: string, value: number, step: number): number {
  const scaled = value * step;
  if (!(scaled >= 0) || scaled > LARGEST) throw new InvalidInput(field, String(value), `a number from 0 to ${LARGEST / step}`);
  return scaled;
}

/** The ratio as a double, for statistics; relative error under 1e-15. */
export const wadToNumber = (value: Wad): number => Number(value) / 1e18;
/** Dollars as a double, for statistics; relative error under 1e-15. */
export const usdToNumber = (value: UsdE8): number => Number(value) / 1e8;
