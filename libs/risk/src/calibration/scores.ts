import { InvalidInput } from '@ballast/units';
import { erfcx } from '../statistics/erfcx.js';
import { clipped } from './logistic.js';

/** Forecasts and what happened, one of each for a case. */
export interface Forecasts {
  readonly chances: Float64Array;
  /** 1 where it happened, else 0. */
  readonly happened: Uint8Array;
}

/** @throws InvalidInput without cases, for lists of different lengths, and for a chance outside 0 to 1 */
export function requireForecasts({ chances, happened }: Forecasts): void {
  if (chances.length === 0 || chances.length !== happened.length) throw new InvalidInput('cases', `${chances.length} chances and ${happened.length} outcomes`, 'as many of both, at least one');
  for (const p of chances) if (!(p >= 0 && p <= 1)) throw new InvalidInput('chance', String(p), 'a number from 0 to 1');
}

/** Mean squared miss (Brier 1950): 0 is perfect. */
export function brierScore({ chances, happened }: Forecasts): number {
  return chances.reduce((sum, p, index) => sum + (p - (happened[index] as number)) ** 2, 0) / chances.length;
}

/** Mean of -ln of the chance that was given to what happened, chances kept `least` off 0 and 1. */
export function logLoss({ chances, happened }: Forecasts, least: number): number {
  return chances.reduce((sum, chance, index) => {
    const p = clipped(chance, least);
    return sum - Math.log(happened[index] === 1 ? p : 1 - p);
  }, 0) / chances.length;
}

/** One bin of a reliability table: mean forecast, observed rate, and Wilson's interval of that rate at 95%. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly cases: number;
  readonly forecast: number;
  readonly observed: number;
  readonly low: number;
  readonly high: number;
}

/** Bins [edges[i], edges[i + 1]), the last one closed; empty ones are left out. */
export function reliabilityTable({ chances, happened }: Forecasts, edges: readonly number[]): ReliabilityBin[] {
  const sums = edges.slice(1).map(() => ({ cases: 0, forecast: 0, events: 0 }));
  chances.forEach((p, index) => {
    const bin = sums[Math.min(sums.length - 1, edges.findLastIndex((edge) => p >= edge))];
    if (bin === undefined) return;
    bin.cases += 1; bin.forecast += p; bin.events += happened[index] as number;
  });
  return sums.flatMap(({ cases, forecast, events }, index) => cases === 0 ? [] : [{
    from: edges[index] as number, to: edges[index + 1] as number, cases, forecast: forecast / cases, observed: events / cases, ...wilsonInterval(events, cases),
  }]);
}

/** Edges of `count` bins with as many cases in each. */
export function equalCountEdges(chances: Float64Array, count: number): number[] {
  const sorted = chances.slice().sort();
  const inner = Array.from({ length: count - 1 }, (_, index) => sorted[Math.floor(((index + 1) * sorted.length) / count)] as number);
  return [0, ...new Set(inner.filter((edge) => edge > 0 && edge < 1)), 1];
}

/** Interval of a rate from `events` of `cases` (Wilson 1927) at 95%. */
export function wilsonInterval(events: number, cases: number): { readonly low: number; readonly high: number } {
  const z = 1.959963984540054;
  const rate = events / cases;
  const middle = rate + (z * z) / (2 * cases);
  const half = z * Math.sqrt((rate * (1 - rate)) / cases + (z * z) / (4 * cases * cases));
  const whole = 1 + (z * z) / cases;
  return { low: Math.max(0, (middle - half) / whole), high: Math.min(1, (middle + half) / whole) };
}

/** Brier = reliability - resolution + uncertainty, + what is lost within the bins (Murphy 1973; Stephenson and others 2008). */
export interface MurphySplit {
  readonly reliability: number;
  readonly resolution: number;
  readonly uncertainty: number;
  readonly withinBins: number;
}

export function murphySplit(forecasts: Forecasts, edges: readonly number[]): MurphySplit {
  const { chances, happened } = forecasts;
  const cases = chances.length;
  const base = happened.reduce((sum, one) => sum + one, 0) / cases;
  const bins = reliabilityTable(forecasts, edges);
  const reliability = bins.reduce((sum, bin) => sum + bin.cases * (bin.forecast - bin.observed) ** 2, 0) / cases;
  const resolution = bins.reduce((sum, bin) => sum + bin.cases * (bin.observed - base) ** 2, 0) / cases;
  const uncertainty = base * (1 - base);
  return { reliability, resolution, uncertainty, withinBins: brierScore(forecasts) - (reliability - resolution + uncertainty) };
}

/** Whether `events` of `cases` fit a chance (Kupiec 1995): the likelihood ratio, and how often chance alone would make it larger. Cases must not overlap. */
export function kupiecTest(events: number, cases: number, chance: number): { readonly ratio: number; readonly pValue: number } {
  if (!(chance > 0 && chance < 1)) throw new InvalidInput('chance', String(chance), 'a number between 0 and 1, both excluded');
  if (!(Number.isInteger(events) && events >= 0 && Number.isInteger(cases) && cases >= events && cases > 0)) throw new InvalidInput('events', `${events} of ${cases}`, 'whole numbers, no more events than cases');
  const rate = events / cases;
  const likelihood = (p: number): number => (events === 0 ? 0 : events * Math.log(p)) + (cases === events ? 0 : (cases - events) * Math.log1p(-p));
  const ratio = Math.max(0, 2 * (likelihood(rate) - likelihood(chance)));
  // Chi squared with one degree of freedom: erfc(sqrt(ratio / 2)).
  return { ratio, pValue: Math.exp(-ratio / 2) * erfcx(Math.sqrt(ratio / 2)) };
}
