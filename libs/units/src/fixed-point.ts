import { DivisionByZero, InvalidInput } from './errors.js';
import { BPS, WAD, type Bps, type Wad } from './quantity.js';

/** x * y / denominator, rounded down. Exact: no intermediate overflow. For quantities of zero or more. */
export function mulDivDown(x: bigint, y: bigint, denominator: bigint): bigint {
  if (denominator === 0n) throw new DivisionByZero('mulDivDown');
  return (x * y) / denominator;
}

/** x * y / denominator, rounded up. For quantities of zero or more. */
export function mulDivUp(x: bigint, y: bigint, denominator: bigint): bigint {
  if (denominator === 0n) throw new DivisionByZero('mulDivUp');
  const product = x * y;
  return product === 0n ? 0n : (product - 1n) / denominator + 1n;
}

/** x / y as a ratio scaled by 1e18, rounded down. */
export const wadRatioDown = (x: bigint, y: bigint): Wad => mulDivDown(x, WAD, y) as Wad;
/** x / y as a ratio scaled by 1e18, rounded up. */
export const wadRatioUp = (x: bigint, y: bigint): Wad => mulDivUp(x, WAD, y) as Wad;
/** The share of x that bps names, rounded down. */
export const shareDown = (x: bigint, share: Bps): bigint => mulDivDown(x, share, BPS);
/** The share of x that bps names, rounded up. */
export const shareUp = (x: bigint, share: Bps): bigint => mulDivUp(x, share, BPS);
/** 10^decimals: the number of raw units in one whole token. */
export const oneToken = (decimals: number): bigint => 10n ** BigInt(decimals);

/** The largest whole number whose square is not above `value`. @throws InvalidInput when negative */
export function squareRootDown(value: bigint): bigint {
  if (value < 0n) throw new InvalidInput('square root', value.toString(), 'a number of zero or more');
  if (value < 2n) return value;
  // Newton's steps fall towards the root from any start above it.
  let root = 1n << BigInt((value.toString(2).length + 1) >> 1);
  for (let next = (root + value / root) >> 1n; next < root; next = (root + value / root) >> 1n) root = next;
  return root;
}

/** x * y / denominator of signed numbers, towards minus infinity. The denominator is above zero. */
export function mulDivFloor(x: bigint, y: bigint, denominator: bigint): bigint {
  if (denominator <= 0n) throw new DivisionByZero('mulDivFloor');
  const product = x * y;
  const quotient = product / denominator;
  return product < 0n && quotient * denominator !== product ? quotient - 1n : quotient;
}

/** x * y / denominator of signed numbers, towards plus infinity. The denominator is above zero. */
export const mulDivCeil = (x: bigint, y: bigint, denominator: bigint): bigint => -mulDivFloor(-x, y, denominator);

/** The size of a signed number. */
export const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);
