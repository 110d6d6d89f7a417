import { useSyncExternalStore } from 'react';

/** One ticking second for every age on the page; the server's clock corrects ours. */
let offsetMs = 0;
const secondNow = (): number => Math.floor(Date.now() / 1_000);
let second = secondNow();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function watch(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    second = secondNow();
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

/** The time by the server's clock, in ms, to the second; renders again each second. What is rendered once, as text, asks the clock: nothing ticks there. */
export const useNow = (): number => useSyncExternalStore(watch, () => second, secondNow) * 1_000 + offsetMs;
