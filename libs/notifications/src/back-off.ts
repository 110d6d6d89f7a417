/** How long to wait between attempts, and how many to make. */
export interface Tries {
  /** Upper bound of the wait after the first attempt; it doubles with each further one. */
  readonly firstMs: number;
  readonly longestMs: number;
  /** After so many attempts a delivery is dead. */
  readonly attempts: number;
}

export interface BackOff {
  readonly passing: Tries;
  /** For a receiver that said it never will take it: SMTP 5xx, a webhook address that leads to a private place. Sometimes untrue. */
  readonly likely: Tries;
}

/** At most about 3 hours from the first attempt to the last, half of that on average; 15 minutes where the receiver refused for good. */
export const DEFAULT_BACK_OFF: BackOff = {
  passing: { firstMs: 2_000, longestMs: 3_600_000, attempts: 14 },
  likely: { firstMs: 300_000, longestMs: 3_600_000, attempts: 3 },
};

/**
 * Milliseconds to wait after attempt number `attempt` (from 1): exponential with full jitter, so that many failed deliveries do
 * not come back together. `random` is from 0 up to 1. At least 100 ms, at most `longestMs`.
 */
export function waitAfter(attempt: number, random: number, tries: Tries): number {
  const bound = Math.min(tries.longestMs, tries.firstMs * 2 ** Math.min(attempt - 1, 60));
  return Math.min(bound, Math.max(100, Math.floor(random * bound)));
}
