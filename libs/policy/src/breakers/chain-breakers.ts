import { GOOD, bad, type Finding } from './breaker.js';

/** The chain's head by our own clock. */
export interface HeadFacts {
  /** Seconds since another head was last seen. */
  readonly sinceNewHead: bigint;
  /** Seconds without a new block that are normal here: as long as it takes until the chain counts as not seen. */
  readonly allowedSeconds: bigint;
}

export const judgeHead = ({ sinceNewHead, allowedSeconds }: HeadFacts): Finding =>
  sinceNewHead > allowedSeconds ? bad(`the chain has shown no new block for ${sinceNewHead} seconds`) : GOOD;

/** What the rollup's own feed says of its sequencer, as the keepers contract reads it. */
export interface SequencerFacts {
  readonly isDown: boolean;
  /** Chain seconds since when it has been as it is. */
  readonly since: bigint;
}

/** Null where the chain has no sequencer. */
export function judgeSequencer(facts: SequencerFacts | null): Finding {
  if (facts === null) return GOOD;
  // A feed that was never written says neither.
  if (facts.since === 0n) return bad('the feed that tells of the sequencer has no answer');
  return facts.isDown ? bad('the sequencer of the chain is down') : GOOD;
}

/** How one endpoint has done since the last look. */
export interface EndpointFacts {
  readonly endpoint: string;
  /** Its answers that were other than the quorum's. */
  readonly disagreed: number;
}

/** Endpoints that disagreed within a minute, and whether a read found no quorum at all. */
export interface AgreementFacts {
  readonly endpoints: readonly EndpointFacts[];
  readonly foundNoQuorum: boolean;
}

/**
 * A quorum outvotes one liar; where so many disagree that the others alone are none, the next read may be the liars'. With one endpoint there is nobody to
 * disagree, and nothing is found: docs/breakers.md says what that means.
 */
export function judgeAgreement({ endpoints, foundNoQuorum }: AgreementFacts): Finding {
  if (foundNoQuorum) return bad('the nodes that we read the chain from contradict each other');
  const disagreeing = endpoints.filter(({ disagreed }) => disagreed > 0);
  const quorum = Math.floor(endpoints.length / 2) + 1;
  if (endpoints.length < 2 || endpoints.length - disagreeing.length >= quorum) return GOOD;
  return bad(`${disagreeing.length} of the ${endpoints.length} nodes that we read the chain from contradict the others`);
}

/** Wei for one unit of gas beyond which only what is urgent is sent: 12 March 2020 was 200 gwei all day, 19 May 2021 1,500 and more for an hour (lessons.md, 2 and 4). */
export const MOST_BASE_FEE = 300_000_000_000n;

export function judgeBaseFee({ baseFee, most }: { readonly baseFee: bigint; readonly most: bigint }): Finding {
  const gwei = (wei: bigint): string => (Number(wei) / 1e9).toLocaleString('en-US', { maximumFractionDigits: 2 });
  return baseFee > most ? bad(`the network asks ${gwei(baseFee)} gwei for a unit of gas, and we pay at most ${gwei(most)} for what is not urgent`) : GOOD;
}
