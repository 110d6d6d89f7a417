import type { Sample } from '../api/types.js';
import type { DemoState } from './types.js';

export interface ChartMoment {
  /** Hours since the replay began. */
  readonly hour: number;
  readonly price: number | null;
  readonly liquidation: number | null;
}

/** Carries the last known moment on to an hour: two histories are read at different moments, and end together. */
export function until(moments: readonly ChartMoment[], hour: number): readonly ChartMoment[] {
  const last = moments.at(-1);
  return last === undefined || last.hour >= hour ? moments : [...moments, { ...last, hour }];
}

/**
 * The chain time (ms) at which the replay began, narrowed down from what was heard: while hour h is played, the chain's clock lies
 * between h and h + 1 hours after the start; when it is done, that clock stands at its end. Null before the first block.
 */
export function startBounds(before: readonly [number, number] | null, state: DemoState): readonly [number, number] | null {
  if (state.chainTime === null || state.hour < 0) return before;
  const now = Date.parse(state.chainTime);
  if (state.phase === 'done') return [now - state.hours * 3_600_000, now - state.hours * 3_600_000];
  if (state.phase !== 'playing') return before;
  const [low, high] = [now - (state.hour + 1) * 3_600_000, now - state.hour * 3_600_000];
  if (before === null) return [low, high];
  const narrowed: readonly [number, number] = [Math.max(before[0], low), Math.min(before[1], high)];
  // Bounds that contradict each other belong to two replays: the newer counts.
  return narrowed[0] > narrowed[1] ? [low, high] : narrowed;
}

/** An account's samples on the replay's hours; those before its start and after its end are left out. */
export function onReplayHours(samples: readonly Sample[], startedAt: number, hours: number): ChartMoment[] {
  return samples
    .map((sample) => ({
      hour: (Date.parse(sample.chainTime) - startedAt) / 3_600_000,
      price: sample.priceUsd === null ? null : Number(sample.priceUsd),
      liquidation: sample.liquidationPriceUsd === null ? null : Number(sample.liquidationPriceUsd),
    }))
    .filter((moment) => moment.hour >= 0 && moment.hour <= hours);
}
