import type { Sample } from '../api/types.js';

export interface ChartPoint {
  /** Chain time, unix seconds. */
  readonly time: number;
  readonly price: number | null;
  readonly liquidation: number | null;
}

const seconds = (iso: string): number => Math.floor(Date.parse(iso) / 1_000);
const number = (text: string | null): number | null => (text === null ? null : Number(text));

/**
 * Samples on an even time grid of at most `points` steps, so that a chart whose axis counts bars shows true time. Each step carries the
 * last sample at or before its end, since an oracle's price stands until the next. Samples must come oldest first.
 */
export function onEvenGrid(samples: readonly Sample[], points = 480): ChartPoint[] {
  const first = samples[0];
  const last = samples.at(-1);
  if (!first || !last) return [];
  const start = seconds(first.chainTime);
  const span = seconds(last.chainTime) - start;
  if (span <= 0) return [{ time: start, price: number(last.priceUsd), liquidation: number(last.liquidationPriceUsd) }];
  const step = Math.max(1, Math.ceil(span / points));
  const grid: ChartPoint[] = [];
  let next = 0;
  let held = first;
  for (let time = start; ; time += step) {
    while (next < samples.length && seconds((samples[next] as Sample).chainTime) <= time) held = samples[next++] as Sample;
    grid.push({ time, price: number(held.priceUsd), liquidation: number(held.liquidationPriceUsd) });
    if (time >= start + span) return grid;
  }
}

/** The grid's step that covers a time; times outside are moved to the nearest end. */
export function gridTime(grid: readonly ChartPoint[], time: number): number | null {
  const first = grid[0];
  if (!first) return null;
  let found = first.time;
  for (const point of grid) {
    if (point.time > time) break;
    found = point.time;
  }
  return found;
}
