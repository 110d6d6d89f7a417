import type { ChainBeat, HeartbeatBody } from '@ballast/heartbeat';

export const BEAT_HASH = `0x${'1'.repeat(64)}`;

/** Block 1,000 of the local chain, seen just before the heartbeat was signed; three mandates in force, all can run. */
export function aChainBeat(given: Partial<ChainBeat> = {}): ChainBeat {
  return {
    chainId: 31337, name: 'Local chain', head: { number: '1000', hash: BEAT_HASH, timestamp: 1_800_000_000, seenAt: '2027-01-15T08:00:00.000Z' }, blindSince: null, isLed: true,
    positions: 5, oldestCheckAt: '2027-01-15T08:00:00.000Z', armed: 3, cannot: 0, countedAt: '2027-01-15T08:00:00.000Z', ...given,
  };
}

/** Signed at chain second 1,800,000,000 by our clock too. */
export const aHeartbeat = (given: Partial<HeartbeatBody> = {}): HeartbeatBody => ({
  type: 'ballast.heartbeat', version: 1, sequence: 1_800_000_000_000, issuedAt: '2027-01-15T08:00:00.000Z', chains: [aChainBeat()], ...given,
});
