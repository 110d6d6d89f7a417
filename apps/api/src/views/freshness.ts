/**
 * For how long what was seen last still stands, in milliseconds of our own clock. Older than this the page says so and claims no
 * protection: a worker that died cannot say itself that it no longer looks. Blocks come every 12 s on the slowest chain we watch, and
 * a worker that lives calls itself blind well before.
 */
export const SEEN_WITHIN_MS = 30_000;

/** Since when nothing was seen, where that is too long ago to stand; null while it still stands. */
export const unseenSince = (seenAt: Date, now: Date): Date | null => (now.getTime() - seenAt.getTime() > SEEN_WITHIN_MS ? seenAt : null);
