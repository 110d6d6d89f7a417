import { useSyncExternalStore } from 'react';

/** One ticking second for every age on the page; the server's clock corrects ours. */
let offsetMs = 0;
let second = Math.floor(Date.now() / 1_000);
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function watch(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    second = Math.floor(Date.now() / 1_000);
    for (const tell of listeners) tell();
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Tells the difference between the server's clock and ours, from an answer that carries its time. */
export function learnServerTime(serverNow: string, heardAt: number): void {
  const served = Date.parse(serverNow);
  if (Number.isFinite(served)) offsetMs = served - heardAt;
}

/** The time by the server's clock, in ms, to the second; renders again each second. */
export const useNow = (): number => useSyncExternalStore(watch, () => second, () => second) * 1_000 + offsetMs;
