import { InvalidInput } from '@ballast/units';
import type { PriceTick } from '@ballast/positions';
import type { Volatility } from './report.js';

const HOUR = 3600n;
export const HOURS_PER_YEAR = 8760;
/** An hour's weight halves every 24 hours. */
const DECAY = 0.5 ** (1 / 24);
/** Hours older than this weigh less than 1e-9 of the total. */
const MAX_HOURS = 720;
/** Under half a day of hourly returns an estimate is noise. */
export const MIN_HOURLY_RETURNS = 12;
/** The 95th percentile of ETH's own estimate over 2019-2024: high on purpose, 142% a year. */
export const ASSUMED_HOURLY = 0.0152;
/** A close older than this, in seconds, is none where prices are sampled every minute: nobody was there to see what the price did meanwhile. */
export const LONGEST_SAMPLED_GAP = HOUR;
/** A feed that has stood still must not read as "no risk": 23% a year, below any quiet month of ETH or BTC. */
export const LEAST_HOURLY = 0.0025;

/** Annualised by the square root of time. */
export const annualVolatility = (hourly: number): number => hourly * Math.sqrt(HOURS_PER_YEAR);

/**
 * Closes of every hour of chain time that ends at `now`, `now - 1 h`, ..., oldest first. Between ticks the last price is carried, as
 * the protocol itself carries it; hours before the first tick have no close. Ticks later than `now` are not looked at.
 */
export function hourlyCloses(ticks: readonly PriceTick[], now: bigint): number[] {
  const known = ticks.filter((tick) => tick.at <= now).sort((x, y) => (x.at < y.at ? -1 : x.at > y.at ? 1 : 0));
  const first = known[0];
  if (first === undefined) return [];
  const wanted = (now - first.at) / HOUR;
  const hours = wanted < BigInt(MAX_HOURS) ? wanted : BigInt(MAX_HOURS);
  const closes: number[] = [];
  let next = 0;
  let price = Number(first.usdE8);
  for (let back = hours; back >= 0n; back -= 1n) {
    const end = now - back * HOUR;
    for (let tick = known[next]; tick !== undefined && tick.at <= end; tick = known[++next]) {
      if (tick.usdE8 <= 0n) throw new InvalidInput('price', tick.usdE8.toString(), 'a price above zero');
      price = Number(tick.usdE8);
    }
    closes.push(price);
  }
  return closes;
}

/**
 * Realised volatility of one asset from its price ticks: exponentially weighted hourly squared log returns with a half-life of 24
 * hours, weights summing to 1. `hourly` is per hour, `annual` = hourly x sqrt(8760). With fewer than 12 hourly returns a stated, high
 * figure stands in; a measured figure is never below `LEAST_HOURLY`. `longestGap`: a price that is older than so many seconds is not
 * carried on, and hours without one count with the stand-in, or with what the price came to over them where that is more; left out,
 * a price stands until the next one, as a protocol's own does.
 */
export function realisedVolatility(ticks: readonly PriceTick[], now: bigint, longestGap: bigint | null = null): Volatility {
  const closes = hourlyCloses(ticks, now);
  const squares = longestGap === null ? squaresOf(closes) : withGaps(squaresOf(closes), unseenHours(ticks, now, closes.length, longestGap));
  const samples = squares.filter(({ isSeen }) => isSeen).length;
  if (samples < MIN_HOURLY_RETURNS) return assumedVolatility(`${samples} hourly returns known, ${MIN_HOURLY_RETURNS} needed`);
  const measured = Math.sqrt(weightedMean(squares));
  const hourly = Math.max(measured, LEAST_HOURLY);
  const latest = ticks.reduce((at, tick) => (tick.at <= now && tick.at > at ? tick.at : at), 0n);
  return {
    kind: 'measured', model: 'ewma-24h', annual: annualVolatility(hourly), hourly, samples, ageSeconds: Number(now - latest),
    raisedToLeast: measured < LEAST_HOURLY,
  };
}

/** The high stand-in for an asset whose volatility is not known. */
export function assumedVolatility(reason: string): Volatility {
  return { kind: 'assumed', annual: annualVolatility(ASSUMED_HOURLY), hourly: ASSUMED_HOURLY, reason };
}

/** The squared log return of one hour. */
interface HourSquare {
  readonly square: number;
  /** Both of its ends were seen. */
  readonly isSeen: boolean;
}

/** Oldest first. */
const squaresOf = (closes: readonly number[]): readonly HourSquare[] => closes.slice(1).map((close, index) => ({ square: Math.log(close / (closes[index] as number)) ** 2, isSeen: true }));

/** Which of so many closes are older than the gap that is allowed, oldest first. */
function unseenHours(ticks: readonly PriceTick[], now: bigint, closes: number, longestGap: bigint): readonly boolean[] {
  const times = ticks.flatMap(({ at }) => (at <= now ? [at] : [])).sort((x, y) => (x < y ? -1 : x > y ? 1 : 0));
  let next = 0;
  return Array.from({ length: closes }, (_, index) => {
    const end = now - BigInt(closes - 1 - index) * HOUR;
    while (next < times.length && (times[next] as bigint) <= end) next += 1;
    return next === 0 || end - (times[next - 1] as bigint) > longestGap;
  });
}

/** Hours of which an end was not seen count with the stand-in; where what the price came to over all of them is more, each with its part of that. */
function withGaps(squares: readonly HourSquare[], unseen: readonly boolean[]): readonly HourSquare[] {
  const found: HourSquare[] = [];
  for (let from = 0; from < squares.length; ) {
    let to = from;
    while (to < squares.length && (unseen[to] === true || unseen[to + 1] === true)) to += 1;
    if (to === from) found.push(squares[from++] as HourSquare);
    else {
      // A price that is carried moves at the gap's end alone: the squares add up to that of the whole move.
      const whole = squares.slice(from, to).reduce((sum, { square }) => sum + square, 0);
      const each = Math.max(ASSUMED_HOURLY ** 2, whole / (to - from));
      found.push(...Array.from({ length: to - from }, () => ({ square: each, isSeen: false })));
      from = to;
    }
  }
  return found;
}

function weightedMean(squares: readonly HourSquare[]): number {
  let sum = 0;
  let weights = 0;
  let weight = 1;
  for (const { square } of [...squares].reverse()) {
    sum += weight * square;
    weights += weight;
    weight *= DECAY;
  }
  return sum / weights;
}
