import type { ChainId, Hash32 } from '@ballast/units';

/** Where and when a fact was read. Chain time and our own clock are kept apart: they may run at different speeds. */
export interface Provenance {
  readonly chainId: ChainId;
  readonly blockNumber: bigint;
  readonly blockHash: Hash32;
  /** The block's own time, in seconds. */
  readonly blockTimestamp: bigint;
  /** Our wall clock when the answer came, in milliseconds. */
  readonly observedAt: number;
  /** The reader that read it, for people. */
  readonly source: string;
}
