import type { HedgingStatus, Liveness } from '../api/types.js';

const none = { kind: 'not-measured' } as const;
const stages = { triggerToSent: none, sentToMined: none, triggerToMined: none };

/** A chain that is watched well: three mandates in force that all can run, nothing acted on yet. */
export const aLiveness = (given: Partial<Liveness> = {}): Liveness => ({
  chainId: 1, measuredAt: '2026-11-22T06:11:56.000Z', checks: { guarded: { positions: 3, oldestAt: '2026-11-22T06:11:54.000Z', medianAt: '2026-11-22T06:11:55.000Z' }, all: { positions: 4, oldestAt: '2026-11-22T06:02:00.000Z', medianAt: '2026-11-22T06:11:55.000Z' } },
  mandates: { armed: 3, cannot: 0, undecided: 0, reasons: [] }, openIntents: 0, actions: { day: stages, month: stages }, blindSpells: { day: 0, month: 0, last: [] }, ...given,
});

/** Two hedges and a guarded account, all looked after at this moment. */
export const aHedgingStatus = (at: string, given: Partial<HedgingStatus> = {}): HedgingStatus => ({ chainId: 1, measuredAt: at, plans: 2, guarded: 1, roundAt: at, accounts: 4, oldestReadingAt: at, ...given });
