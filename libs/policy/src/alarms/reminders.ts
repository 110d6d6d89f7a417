const MINUTE_MS = 60_000;

/** How long an alarm that nobody has acknowledged stays as it was told, after its first telling, its second, and every further one. */
export const REMINDER_WAITS_MS: readonly [number, ...number[]] = [15 * MINUTE_MS, 60 * MINUTE_MS, 360 * MINUTE_MS];

/** What of an alarm says when it is told again. Times in milliseconds of one clock. */
export interface AlarmTold {
  /** So many times, the first among them. */
  readonly tellings: number;
  readonly toldAt: number;
  readonly isAcknowledged: boolean;
  readonly isOver: boolean;
}

export type Reminder =
  /** Never again: it was seen, or is over. */
  | { readonly kind: 'none' }
  | { readonly kind: 'waits'; readonly until: number }
  /** Which telling it is. */
  | { readonly kind: 'due'; readonly telling: number };

/** Milliseconds after telling number `tellings` (from 1) until it is told again: never shorter than the one before. */
export const waitAfterTelling = (tellings: number): number => REMINDER_WAITS_MS[Math.min(Math.max(tellings, 1), REMINDER_WAITS_MS.length) - 1] as number;

/** Whether an alarm is to be told again at `now`. One that is late is told once, not once for each time that was missed. */
export function reminderOf({ tellings, toldAt, isAcknowledged, isOver }: AlarmTold, now: number): Reminder {
  if (isAcknowledged || isOver) return { kind: 'none' };
  const until = toldAt + waitAfterTelling(tellings);
  return now < until ? { kind: 'waits', until } : { kind: 'due', telling: tellings + 1 };
}
