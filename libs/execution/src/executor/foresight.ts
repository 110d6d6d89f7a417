import type { BlockRef, Simulation } from '@ballast/connectors';
import type { Intent, Mandate } from '@ballast/policy';

/** The block at which an action was decided on, and what a unit of gas costs in it. */
export interface DecidedBlock {
  readonly head: BlockRef;
  readonly baseFee: bigint;
}

/**
 * What was asked of the chain for a plan while the plan itself was still being written down, at the block it was decided on. It spares the executor
 * to ask the same of the same block again; it spares none of its writes. Of use once, right after planning.
 */
export interface Foresight extends DecidedBlock {
  /** The mandate that the decision rested on. */
  readonly mandate: Mandate;
  readonly simulation: Promise<Simulation>;
  /** Nonces that each lane has used in that block. */
  readonly newest: Promise<readonly bigint[]>;
  /** Called when a node has taken the bytes. */
  readonly onSent?: () => void;
}

/** An intent that was planned just now, with what was found out on the way. */
export interface JustPlanned {
  readonly intent: Intent;
  readonly foresight: Foresight;
}

/**
 * Gas limit for a call that used so much in a simulation: a half more. The refund, at most a fifth of what was spent, was taken off after the call had
 * needed it, and each inner call gets at most 63/64 of what is left.
 */
export const limitFor = (gasUsed: bigint): bigint => (gasUsed * 3n) / 2n;
