import type { Address } from '@ballast/units';
import { SpendingLimitReached } from '@ballast/connectors/signer';

/** One nonce of a lane may cost this many wei at most: gas limit times fee ceiling, of the dearest transaction signed for it. */
export interface Commitment {
  readonly lane: Address;
  readonly nonce: bigint;
  readonly wei: bigint;
  /** Milliseconds of our own clock. */
  readonly at: number;
}

const HOUR_MS = 3_600_000;
/** What gives a nonce back, or a stolen lane up, may use this much more than the limit: calls must not have used it up. */
const RESERVE_DIVISOR = 4n;

/**
 * What each lane may commit itself to in an hour. Only one transaction of a nonce is ever mined, so a nonce counts once, with the dearest that was
 * signed for it; replacing it adds only what it costs more.
 */
export class SpendingLimit {
  private readonly byLane = new Map<Address, Map<bigint, { wei: bigint; at: number }>>();

  /** `most`: wei a lane and hour. */
  constructor(readonly most: bigint) {}

  /** Counts what was signed before, from the log. */
  remember({ lane, nonce, wei, at }: Commitment): void {
    const nonces = this.byLane.get(lane) ?? new Map<bigint, { wei: bigint; at: number }>();
    const known = nonces.get(nonce);
    nonces.set(nonce, { wei: known !== undefined && known.wei > wei ? known.wei : wei, at: Math.max(at, known?.at ?? at) });
    this.byLane.set(lane, nonces);
  }

  /** Counts the commitment. `frees`: it may use the reserve. @throws SpendingLimitReached, with nothing counted */
  commit(asked: Commitment, frees: boolean): void {
    const nonces = this.recent(asked.lane, asked.at);
    const others = [...nonces].reduce((sum, [nonce, { wei }]) => (nonce === asked.nonce ? sum : sum + wei), 0n);
    const known = nonces.get(asked.nonce)?.wei ?? 0n;
    const most = frees ? this.most + this.most / RESERVE_DIVISOR : this.most;
    if (asked.wei > known && others + asked.wei > most) throw new SpendingLimitReached(asked.lane, others + known, asked.wei - known, most);
    this.remember(asked);
  }

  /** Wei that the lane's nonces of the last hour may cost. */
  committed(lane: Address, now: number): bigint {
    return [...this.recent(lane, now).values()].reduce((sum, { wei }) => sum + wei, 0n);
  }

  /** A clock that was set back leaves entries in its future: they count. */
  private recent(lane: Address, now: number): Map<bigint, { wei: bigint; at: number }> {
    const nonces = this.byLane.get(lane) ?? new Map<bigint, { wei: bigint; at: number }>();
    for (const [nonce, { at }] of nonces) if (at <= now - HOUR_MS) nonces.delete(nonce);
    return nonces;
  }
}
