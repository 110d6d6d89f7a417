/** A guarded loan further than this above where it may be acted upon is read every `GUARDED_EVERY_MS`; a nearer one at every block. */
export const NEAR_SHARE = 0.1;
/** Our own clock: what a rule rests on beside prices (allowances that a token changed in silence, a paused reserve, an end date) is looked at anew at least this often. */
export const GUARDED_EVERY_MS = 20_000;
/** A loan that nobody guards is read once its health has moved by this share since it was last read, */
export const MOVED_SHARE = 0.01;
/** or after this long by our own clock, whatever happened: no stored state is older, as long as the node keeps up. */
export const STALE_AFTER_MS = 900_000;

/** Rows of tracked accounts as columns. */
export interface TrackedColumns {
  readonly length: number;
  isThere(row: number): boolean;
  /** Our own clock in milliseconds; 0: never read, or something happened since. */
  readonly readAt: readonly number[];
  /** The highest health at which the account's loan may be acted upon; 0 where it is not guarded. */
  readonly bounds: readonly number[];
  readonly healthRead: readonly number[];
  /** At the newest prices; NaN where it is not known. */
  health(row: number): number;
}

/** In this order; the first three are read at this block, whatever it costs the others. */
const ORDER = ['guarded and touched', 'guarded and near', 'touched', 'guarded', 'moved', 'stale', 'fresh'] as const;
const AT_ONCE = 3;

/**
 * Which rows to read at this block, at most `most`, the most pressing first; where `all` is true, those of which nothing is due too. `behind`: how many rows that should be read at
 * once were left out.
 */
export function planRefresh(columns: TrackedColumns, now: number, all: boolean, most: number): { readonly rows: readonly number[]; readonly behind: number } {
  const classes: number[][] = ORDER.map(() => []);
  for (let row = 0; row < columns.length; row += 1) {
    if (columns.isThere(row)) classes[classOf(columns, row, now)]?.push(row);
  }
  const { readAt, bounds } = columns;
  const oldest = (one: number, other: number): number => (readAt[one] as number) - (readAt[other] as number);
  const weakest = (one: number, other: number): number => score(columns.health(one), bounds[one] as number) - score(columns.health(other), bounds[other] as number);
  // Of the last class there may be very many, and mostly none is wanted.
  const wanted = (all ? classes : classes.slice(0, -1)).flatMap((rows, index) => rows.sort(index === 1 || index === 4 ? weakest : oldest));
  const atOnce = classes.slice(0, AT_ONCE).reduce((sum, rows) => sum + rows.length, 0);
  return { rows: wanted.slice(0, most), behind: Math.max(0, atOnce - most) };
}

function classOf({ readAt, bounds, healthRead, health }: TrackedColumns, row: number, now: number): number {
  const at = readAt[row] as number;
  const bound = bounds[row] as number;
  const isGuarded = bound > 0;
  if (at === 0) return isGuarded ? 0 : 2;
  const value = health(row);
  // Written so that a health that is no number is near.
  if (isGuarded && !(value > bound * (1 + NEAR_SHARE))) return 1;
  if (isGuarded && now - at >= GUARDED_EVERY_MS) return 3;
  if (hasMoved(value, healthRead[row] as number)) return 4;
  return now - at >= STALE_AFTER_MS ? 5 : 6;
}

/** A health that is not known (of a protocol that is not priced as a book) is told by its age alone. */
function hasMoved(value: number, read: number): boolean {
  if (Number.isNaN(value) || value === read) return false;
  return !(Math.abs(value - read) < MOVED_SHARE * read);
}

const score = (health: number, bound: number): number => (Number.isNaN(health) ? -1 : health / (bound > 0 ? bound : 1));
