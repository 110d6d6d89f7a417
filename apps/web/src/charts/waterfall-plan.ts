import type { Hedge, Interval, UnderlyingExposure } from '../api/types.js';
import { compare } from '../words/numbers.js';
import { intervalInWords, middleOf } from '../words/exposure.js';

export interface Bar {
  readonly key: string;
  readonly label: string;
  readonly kind: 'part' | 'total' | 'hedge';
  /** Where it starts and ends, in coins; null where it is not known. */
  readonly span: { readonly from: number; readonly to: number } | null;
  readonly words: string;
  /** How far its end may really lie; null where it is exact. */
  readonly ends: { readonly low: number; readonly high: number } | null;
  readonly isOld: boolean;
}

export interface Plan {
  readonly bars: readonly Bar[];
  readonly low: number;
  readonly high: number;
}

/** Half the width of an interval; null where it is exact or unknown. */
function slackOf(interval: Interval): number | null {
  if (interval === null || compare(interval.low, interval.high) === 0) return null;
  return (Number(interval.high) - Number(interval.low)) / 2;
}
const around = (middle: number, slack: number | null): Bar['ends'] => (slack === null ? null : { low: middle - slack, high: middle + slack });

/**
 * The bars of an exposure: each part from where the last one ended, the whole before the hedge, the hedge, the whole after it. The largest parts have a bar of their own, `mostParts` bars at most; the rest stand
 * together. A part that is not known leaves a gap and moves nothing, so that nothing is invented.
 */
export function planWaterfall(exposure: UnderlyingExposure, hedge: Hedge | null, mostParts: number): Plan {
  const hedgeParts = new Set(hedge?.legs.map((leg) => `${leg.account}:${leg.instrument}`));
  const bars: Bar[] = [];
  let level = 0;
  for (const part of gathered(exposure.parts.filter(({ of }) => !hedgeParts.has(of)), mostParts)) {
    const middle = middleOf(part.delta);
    const span = middle === null ? null : { from: level, to: level + middle };
    if (middle !== null) level += middle;
    bars.push({ key: part.of, label: part.label, kind: 'part', span, words: intervalInWords(part.delta), ends: span && around(span.to, slackOf(part.delta)), isOld: part.freshness === 'stale' });
  }
  const before = hedge?.before ?? exposure.before;
  const total = (key: string, label: string, interval: Interval): Bar => {
    const middle = middleOf(interval);
    return { key, label, kind: 'total', span: middle === null ? null : { from: 0, to: middle }, words: intervalInWords(interval), ends: middle === null ? null : around(middle, slackOf(interval)), isOld: false };
  };
  if (hedge === null) bars.push(total('before', 'In all', before));
  else {
    const held = hedge.held ?? exposure.hedge;
    const [start, change] = [middleOf(before), middleOf(held)];
    const span = start === null || change === null ? null : { from: start, to: start + change };
    bars.push(total('before', 'Before', before));
    bars.push({ key: 'hedge', label: 'Hedge', kind: 'hedge', span, words: intervalInWords(held), ends: span && around(span.to, slackOf(held)), isOld: hedge.legs.some(({ freshness }) => freshness === 'stale') });
    bars.push(total('after', 'After', hedge.after ?? exposure.after));
  }
  const values = [0, ...bars.flatMap(({ span, ends }) => [span?.from, span?.to, ends?.low, ends?.high]), ...(hedge?.band ? [Number(hedge.band.low), Number(hedge.band.high)] : [])].filter((value): value is number => value !== undefined);
  return { bars, low: Math.min(...values), high: Math.max(...values) };
}

type Part = UnderlyingExposure['parts'][number];

/** In the order in which they came, the smallest ones beyond `most` as one. */
function gathered(parts: readonly Part[], most: number): readonly Part[] {
  if (parts.length <= most) return parts;
  const weight = (part: Part): number => Math.abs(middleOf(part.delta) ?? Number.POSITIVE_INFINITY);
  const own = new Set([...parts].sort((left, right) => weight(right) - weight(left)).slice(0, most - 1));
  const rest = parts.filter((part) => !own.has(part));
  const end = (side: 'low' | 'high'): string => rest.reduce((total, { delta }) => total + Number(delta?.[side] ?? 0), 0).toFixed(18);
  const delta = rest.some((part) => part.delta === null) ? null : { low: end('low'), high: end('high') };
  return [...parts.filter((part) => own.has(part)), { of: 'rest', label: `${rest.length} more`, what: 'lending', delta, freshness: rest.every(({ freshness }) => freshness === 'fresh') ? 'fresh' : 'stale' }];
}
