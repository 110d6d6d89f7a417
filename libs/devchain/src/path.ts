/** The oracle network's own deviation threshold for ETH / USD, in basis points: no update of a spread hour is larger. */
export const largestStepBps = 50;
export const fewestBlocksPerHour = 20;
const hourSeconds = 3600;

export interface PathBlock {
  /** USD, 8 decimals. */
  readonly price: bigint;
  /** Seconds since the hour began, greater than 0, the last one 3,600. */
  readonly offset: number;
}

/** A small generator of numbers in [0, 1) that gives the same ones for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Size of a step in hundredths of a basis point, rounded up. */
export function stepSize(from: bigint, to: bigint): number {
  const difference = to > from ? to - from : from - to;
  return Number((difference * 1_000_000n + from - 1n) / from);
}

const wobble = 0.3;

/**
 * Spreads one hour over blocks: steps of uneven size, as an oracle's are, that all go from one close towards the next, none
 * larger than 0.5% of the price before it. An hour that moves much gets more blocks. Prices are USD with 8 decimals.
 */
export function spreadHour(from: bigint, to: bigint, random: () => number): PathBlock[] {
  const move = Math.log(Number(to) / Number(from));
  // A relative step of b down is ln(1 - b), the stricter of the two; kept a little below for the rounding to whole units.
  const largest = Math.log(1 + (largestStepBps - 0.1) / 10_000);
  const count = Math.max(fewestBlocksPerHour, Math.ceil((Math.abs(move) / largest) * ((1 + wobble) / (1 - wobble))));
  const weights = Array.from({ length: count }, () => 1 - wobble + 2 * wobble * random());
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  let done = 0;
  return weights.map((weight, index) => {
    done += weight;
    const price = index === count - 1 ? to : BigInt(Math.round(Number(from) * Math.exp((move * done) / whole)));
    return { price, offset: Math.round((hourSeconds * (index + 1)) / count) };
  });
}

/** The hour in one step: its close stands from the first block on. */
export function rawHour(to: bigint): PathBlock[] {
  return Array.from({ length: fewestBlocksPerHour }, (_, index) => ({ price: to, offset: (hourSeconds * (index + 1)) / fewestBlocksPerHour }));
}
