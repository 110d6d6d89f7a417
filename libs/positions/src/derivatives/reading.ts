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

/** The reading as it stands now: stale where it is older than `maxAgeMs`, or from a time that is still to come. Nothing becomes fresh again. */
export function aged<T>(reading: Reading<T>, now: number, maxAgeMs: number): Reading<T> {
  if (reading.kind !== 'known') return reading;
  const age = now - reading.at;
  return age >= 0 && age <= maxAgeMs ? reading : { ...reading, kind: 'stale' };
}

/** Another value from the same reading. */
export const mapReading = <T, U>(reading: Reading<T>, change: (value: T) => U): Reading<U> => (reading.kind === 'unknown' ? reading : { ...reading, value: change(reading.value) });
