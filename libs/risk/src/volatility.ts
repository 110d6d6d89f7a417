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
 * figure stands in; a measured figure is never below `LEAST_HOURLY`.
 */
export function realisedVolatility(ticks: readonly PriceTick[], now: bigint): Volatility {
  const closes = hourlyCloses(ticks, now);
  const samples = Math.max(0, closes.length - 1);
  if (samples < MIN_HOURLY_RETURNS) return assumedVolatility(`${samples} hourly returns known, ${MIN_HOURLY_RETURNS} needed`);
  const measured = Math.sqrt(weightedMeanSquare(closes));
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

function weightedMeanSquare(closes: readonly number[]): number {
  let sum = 0;
  let weights = 0;
  let weight = 1;
  for (let index = closes.length - 1; index > 0; index -= 1) {
    const logReturn = Math.log((closes[index] as number) / (closes[index - 1] as number));
    sum += weight * logReturn * logReturn;
    weights += weight;
    weight *= DECAY;
  }
  return sum / weights;
}
