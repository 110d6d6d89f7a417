import type { Intent } from '@ballast/policy';
import type { Failure } from '../intent-life.js';
import type { Foresight } from './foresight.js';
import type { RetryClass } from '../planner/reverts.js';

export interface Progress {
  readonly done: boolean;
  /** When to call again; absent once done. */
  readonly retryAfterMs?: number;
  /** What it waits for: a stable word. */
  readonly waiting?: string;
}

/** What one effect came to: the intent moved to this, or somewhere (null: it must be read again), or there is something to wait for. `ahead`: what was asked on the way. */
export type Turn = { readonly moved: Intent | null; readonly ahead?: Foresight } | { readonly waiting: string; readonly afterMs: number };
export const MOVED: Turn = { moved: null };

/** A failure whose class is known where it arose. */
export type KnownFailure = Failure & { readonly class: RetryClass };

export const failure = (code: string, kind: RetryClass, message: string): KnownFailure => ({ code, class: kind, message });
export const plain = ({ code, message }: Failure): Failure => ({ code, message });
