import { InvalidInput } from './errors.js';
import type { Wad } from './quantity.js';

/**
 * Where statistics, which are floats, become ratios that decide. The step is 1e-12, coarser than a double's own error in the range,
 * so the side of the rounding is certain.
 */
const RATIO_STEP = 1_000_000_000_000;
const WAD_PER_STEP = 1_000_000n;
/** Doubles are exact integers up to here. */
const LARGEST = Number.MAX_SAFE_INTEGER;

/** The ratio scaled by 1e18, never below `value`. @throws InvalidInput when negative, not finite or above 9,007 */
export const wadFromNumberUp = (value: number): Wad => (BigInt(Math.ceil(steps(value))) * WAD_PER_STEP) as Wad;
/** The ratio scaled by 1e18, never above `value`. @throws InvalidInput when negative, not finite or above 9,007 */
export const wadFromNumberDown = (value: number): Wad => (BigInt(Math.floor(steps(value))) * WAD_PER_STEP) as Wad;

function steps(value: number): number {
  const scaled = value * RATIO_STEP;
  if (!(scaled >= 0) || scaled > LARGEST) throw new InvalidInput('ratio', String(value), `a number from 0 to ${LARGEST / RATIO_STEP}`);
  return scaled;
}

/** The ratio as a double, for statistics; relative error under 1e-15. */
export const wadToNumber = (value: Wad): number => Number(value) / 1e18;
