import { describe, expect, it } from 'vitest';
import { heartbeatBody } from '@ballast/heartbeat';
import type { ChainState, MeasuredLiveness } from '@ballast/storage';
import { chainId, hash32 } from '@ballast/units';
import { chainBeatOf } from './heartbeats.js';
import { aliveDataOf } from './signs-of-life.js';

const NOW = Date.parse('2027-01-15T08:00:00Z');
const ago = (seconds: number): Date => new Date(NOW - seconds * 1000);
const none = { kind: 'not-measured' } as const;
const stages = { triggerToSent: none, sentToMined: none, triggerToMined: none };
const seen: ChainState = { chainId: chainId(31337), name: 'Local chain', head: { number: 1_000n, hash: hash32(`0x${'A'.repeat(64)}`), timestamp: 1_800_000_000n, seenAt: ago(2) }, blind: null };
const measured: MeasuredLiveness = {
  measuredAt: ago(4),
  figures: {
    checks: { guarded: { positions: 4, oldestAt: ago(3).toISOString(), medianAt: ago(2).toISOString() }, all: { positions: 6, oldestAt: ago(700).toISOString(), medianAt: ago(2).toISOString() } }, mandates: { armed: 4, cannot: 1, undecided: 0, reasons: [{ reason: 'wallet-empty', count: 1 }] },
    openIntents: 2, hedging: { plans: 2, guarded: 1, roundAt: ago(9).toISOString(), accounts: 3, oldestReadingAt: ago(8).toISOString() }, actions: { day: stages, month: stages }, blindSpells: { day: 0, month: 0, last: [] },
  },
};
const alive = (state: ChainState | null, figures: MeasuredLiveness | null = measured) => aliveDataOf('Local chain', state, figures, NOW, { headMs: 30_000, figuresMs: 60_000 });

describe('a sign of life', () => {
  it('says what is watched and what could act', () => {
    expect(alive(seen)).toEqual({ chainName: 'Local chain', headNumber: '1000', seenAt: ago(2).toISOString(), positions: 6, oldestCheckAt: ago(3).toISOString(), armed: 4, cannot: 1, openIntents: 2, measuredAt: ago(4).toISOString() });
  });

  it.each<readonly [string, ChainState | null, MeasuredLiveness | null]>([
    ['we are blind', { ...seen, blind: { since: ago(1), reason: 'no block' } }, measured],
    ['nothing was seen yet', { ...seen, head: null }, measured],
    ['the chain is not known', null, measured],
    ['the last block was seen too long ago', { ...seen, head: { ...seen.head!, seenAt: ago(31) } }, measured],
    ['nothing was measured yet', seen, null],
    ['what was measured is old', seen, { ...measured, measuredAt: ago(61) }],
  ])('is not given where %s', (_where, state, figures) => expect(alive(state, figures)).toBeNull());
});

describe('what a heartbeat says of a chain', () => {
  const body = (chain: unknown) => heartbeatBody.parse({ type: 'ballast.heartbeat', version: 1, sequence: 1, issuedAt: ago(0).toISOString(), chains: [chain] });

  it('is what is stored of it, in the form that is signed', () => {
    const beat = chainBeatOf(31337, 'Local chain', { ...seen, blind: { since: ago(50), reason: 'x' } }, measured, { isLed: true, roundAt: ago(1) });
    expect(body(beat).chains).toEqual([{
      chainId: 31337, name: 'Local chain', head: { number: '1000', hash: `0x${'a'.repeat(64)}`, timestamp: 1_800_000_000, seenAt: ago(2).toISOString() }, blindSince: ago(50).toISOString(), isLed: true,
      positions: 6, oldestCheckAt: ago(3).toISOString(), armed: 4, cannot: 1, countedAt: ago(4).toISOString(),
      hedging: { plans: 2, guarded: 1, roundAt: ago(1).toISOString(), accounts: 3, oldestReadingAt: ago(8).toISOString() },
    }]);
  });

  it('does not invent a head or a count', () => {
    const beat = chainBeatOf(31337, 'Local chain', null, null, { isLed: false, roundAt: null });
    expect(body(beat).chains[0]).toMatchObject({ head: null, oldestCheckAt: null, countedAt: null, armed: 0, isLed: false });
    expect(body(beat).chains[0]).not.toHaveProperty('hedging');
  });
});
