import type { HeartbeatBody } from '@ballast/heartbeat';

/** What asking for the heartbeat brought. `refused`: something that was not signed by the expected key, or is no heartbeat. */
export type BeatSeen = { readonly kind: 'read'; readonly body: HeartbeatBody } | { readonly kind: 'refused'; readonly why: string } | { readonly kind: 'missed'; readonly why: string };

/** What our own node says. `hashAtBeat`: of its block at the height of the heartbeat's head; null where it has none there or there is no such head. */
export type ChainSeen =
  | { readonly kind: 'seen'; readonly head: { readonly number: bigint; readonly timestamp: number }; readonly hashAtBeat: string | null }
  | { readonly kind: 'unseen'; readonly why: string };

/** One look, by the watchdog's own clock in milliseconds. `chains` holds every chain that it has a node for. */
export interface Look {
  readonly now: number;
  readonly beat: BeatSeen;
  readonly chains: ReadonlyMap<number, ChainSeen>;
}

/** Milliseconds, but for `lagBlocks`. */
export interface Limits {
  /** No newer heartbeat for longer than this is silence. */
  readonly silentMs: number;
  /** A contradiction is told once every look found one for so long: nodes differ for a moment at each new block. */
  readonly patienceMs: number;
  /** A spell is over once all was well for so long. */
  readonly wellMs: number;
  readonly skewMs: number;
  /** The head may be behind our own node's by this much chain time beyond the heartbeat's age, or by so many blocks: both exceeded is too far. */
  readonly lagMs: number;
  readonly lagBlocks: number;
  /** Hedges and guarded accounts that were not looked after for longer than this. */
  readonly hedgingMs: number;
  /** While a spell lasts it is told of again after so long. */
  readonly repeatMs: number;
}
