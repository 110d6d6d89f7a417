import type { Percentiles } from '../api/types.js';

/** "0.8 s", "12 s", "3 min": how long something took, rounded up, to a tenth under ten seconds. */
export function took(ms: number): string {
  const tenths = Math.ceil(ms / 100);
  if (tenths < 100) return `${(tenths / 10).toFixed(1)} s`;
  const seconds = Math.ceil(ms / 1_000);
  return seconds < 600 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}

/** One percentile in words; what was never measured has no number. */
export const tookOf = (times: Percentiles, which: 'p50Ms' | 'p95Ms' | 'p99Ms'): string => (times.kind === 'measured' ? took(times[which]) : 'Not measured yet');

/** Of how many actions the percentiles are. */
export const countOf = (times: Percentiles): number => (times.kind === 'measured' ? times.count : 0);
