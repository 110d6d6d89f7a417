import type { HeartbeatBody } from '@ballast/heartbeat';
import type { ChainSeen, Limits, Look } from '../../apps/watchdog/src/look.js';
import { BEAT_HASH, aChainBeat, aHeartbeat } from './heartbeat.js';

export const LOOK_TIME = Date.parse('2027-01-15T08:00:00.000Z');
export const LIMITS: Limits = { silentMs: 120_000, patienceMs: 30_000, wellMs: 30_000, skewMs: 30_000, lagMs: 120_000, lagBlocks: 3, hedgingMs: 120_000, repeatMs: 3_600_000 };

/** A heartbeat signed at `at`, of a block of then: block and chain time go on by one in 12 s. */
export function beatAt(at: number, given: Partial<HeartbeatBody> = {}): HeartbeatBody {
  const block = Math.floor(at / 12_000);
  return aHeartbeat({ sequence: at, issuedAt: new Date(at).toISOString(), chains: [aChainBeat({ head: { number: String(block), hash: BEAT_HASH, timestamp: block * 12, seenAt: new Date(at).toISOString() } })], ...given });
}

/** Our own node at `at`, on the same chain. */
export function chainAt(at: number, given: Partial<Extract<ChainSeen, { kind: 'seen' }>> = {}): ChainSeen {
  const block = Math.floor(at / 12_000);
  return { kind: 'seen', head: { number: BigInt(block), timestamp: block * 12 }, hashAtBeat: BEAT_HASH, ...given };
}

/** A look at `now` at which all is well; the heartbeat was signed 3 s before. */
export const aLook = (now: number, given: { readonly beat?: Look['beat']; readonly chain?: ChainSeen } = {}): Look => ({
  now, beat: given.beat ?? { kind: 'read', body: beatAt(now - 3_000) }, chains: new Map([[31337, given.chain ?? chainAt(now)]]),
});
