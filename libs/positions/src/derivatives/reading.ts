/**
 * A fact that a venue tells, or does not. `at` is our wall clock in milliseconds when it was read. A stale value may still be shown and may bound
 * what is true; no position is ever opened on it.
 */
export type Reading<T> =
  | { readonly kind: 'known'; readonly value: T; readonly at: number }
  | { readonly kind: 'stale'; readonly value: T; readonly at: number }
  | { readonly kind: 'unknown'; readonly why: string };

export const known = <T>(value: T, at: number): Reading<T> => ({ kind: 'known', value, at });
export const unknown = (why: string): { readonly kind: 'unknown'; readonly why: string } => ({ kind: 'unknown', why });

/** What the clocks of this process, of the one that reads and of a venue may be apart, in milliseconds. */
export const CLOCK_SKEW_MS = 2_000;

/** Whether something of that time is as new as it has to be: at most `maxAgeMs` old, and from a time still to come by no more than clocks may be apart. */
export const isRecent = (at: number, now: number, maxAgeMs: number): boolean => now - at >= -CLOCK_SKEW_MS && now - at <= maxAgeMs;

/** The reading as it stands now: stale where it is not recent. Nothing becomes fresh again. */
export function aged<T>(reading: Reading<T>, now: number, maxAgeMs: number): Reading<T> {
  if (reading.kind !== 'known') return reading;
  return isRecent(reading.at, now, maxAgeMs) ? reading : { ...reading, kind: 'stale' };
}

/** Another value from the same reading. */
export const mapReading = <T, U>(reading: Reading<T>, change: (value: T) => U): Reading<U> => (reading.kind === 'unknown' ? reading : { ...reading, value: change(reading.value) });
