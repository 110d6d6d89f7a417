import { describe, expect, it } from 'vitest';
import { aChainBeat } from '../../../test/factories/heartbeat.js';
import { LIMITS, LOOK_TIME as T, aLook, beatAt, chainAt } from '../../../test/factories/look.js';
import { judge } from './judge.js';
import type { Look } from './look.js';
import { firstState, watchState, type ToldEvent, type WatchState } from './state.js';

const STEP = 5_000;

/** Looks every five seconds from `from` until `until`, each made by `look`; what was told, and the state at the end. */
function watch(state: WatchState, from: number, until: number, look: (now: number) => Look = aLook): { state: WatchState; told: (ToldEvent & { readonly toldAt: number })[] } {
  const told: (ToldEvent & { readonly toldAt: number })[] = [];
  for (let now = from; now <= until; now += STEP) {
    const judged = judge(state, look(now), LIMITS);
    state = judged.state;
    told.push(...judged.tell.map((event) => ({ ...event, toldAt: now })));
  }
  return { state, told };
}
const missed = (now: number): Look => aLook(now, { beat: { kind: 'missed', why: 'ECONNREFUSED' } });
const after = (seconds: number): number => T + seconds * 1000;
const well = (): WatchState => watch(firstState(T - 60_000), T - 60_000, T).state;
/** What is told first when each look from T on is as given, and after how many seconds. */
function first(look: (now: number) => Look, state = well()): readonly [kind: string, seconds: number, reason: string] | null {
  const [event] = watch(state, after(5), after(400), look).told;
  return event === undefined ? null : [String(event.data['cause'] ?? event.kind), (event.toldAt - T) / 1000, String(event.data['reason'])];
}

describe('silence', () => {
  it('is told once when no newer heartbeat came for longer than the limit, with when the last one was signed', () => {
    const { told } = watch(well(), after(5), after(600), missed);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({
      id: `evt_silent_${T}_1`, kind: 'silent', severity: 'critical', audience: 'everybody', toldAt: after(125),
      data: { cause: 'silent', chainName: 'Local chain', since: '2027-01-15T08:00:00.000Z', lastHeartbeatAt: '2027-01-15T07:59:57.000Z', againInMinutes: 60, reason: 'No newer heartbeat came for 125 s; at the last look: ECONNREFUSED' },
    });
  });

  it('is the same where the API goes on serving the last one', () => {
    const stuck = { kind: 'read', body: beatAt(T - 3_000) } as const;
    expect(first((now) => aLook(now, { beat: stuck, chain: chainAt(T) }))).toEqual(['silent', 125, 'No newer heartbeat came for 125 s; at the last look: it is the same as before']);
  });

  it('is told where there never was a heartbeat, since the first look', () => {
    expect(watch(firstState(T), T, after(200), missed).told).toMatchObject([{ toldAt: after(125), data: { chainName: 'chain 31337', lastHeartbeatAt: null, reason: expect.stringContaining('since I look for one') } }]);
  });

  it('is not told of a pause within the limit', () => {
    const { told } = watch(watch(well(), after(5), after(115), missed).state, after(120), after(400));
    expect(told).toEqual([]);
  });

  it('is told again at the interval while it lasts, and its end once all was well for a while', () => {
    const { state, told } = watch(well(), after(5), after(7_500), missed);
    expect(told.map(({ id, toldAt }) => [id, toldAt])).toEqual([[`evt_silent_${T}_1`, after(125)], [`evt_silent_${T}_2`, after(3_725)], [`evt_silent_${T}_3`, after(7_325)]]);
    const back = watch(state, after(7_505), after(8_000));
    expect(back.told).toMatchObject([{ kind: 'silent.over', id: `evt_silent_${T}_over`, severity: 'info', toldAt: after(7_535), data: { since: '2027-01-15T08:00:00.000Z', until: '2027-01-15T10:05:35.000Z' } }]);
    expect(back.state.spell).toBeNull();
  });

  it('is over only after a whole stretch that was well', () => {
    const { state } = watch(well(), after(5), after(200), missed);
    const flapping = watch(state, after(205), after(500), (now) => (Math.floor(now / 20_000) % 2 === 0 ? aLook(now) : aLook(now, { beat: { kind: 'refused', why: 'no' } })));
    expect(flapping.told).toEqual([]);
  });

  it('is not told at once by a watchdog that was down itself, and soon where it finds nobody', () => {
    const later = 7_200;
    expect(watch(well(), after(later), after(later + 300)).told).toEqual([]);
    expect(watch(watch(well(), after(later), after(later + 20), missed).state, after(later + 25), after(later + 100)).told).toEqual([]);
    expect(watch(well(), after(later), after(later + 300), missed).told).toMatchObject([{ kind: 'silent', toldAt: after(later + 30) }]);
  });

  it('is told where a watchdog that was down finds an old heartbeat, newer than the last it saw', () => {
    const stopped = { kind: 'read', body: beatAt(after(600)) } as const;
    expect(watch(well(), after(7_200), after(7_300), (now) => aLook(now, { beat: stopped, chain: chainAt(after(600)) })).told).toMatchObject([{ kind: 'silent', data: { since: new Date(after(600)).toISOString() } }]);
  });

  it('in a spell is not told again at once after a restart', () => {
    const { state } = watch(well(), after(5), after(200), missed);
    const kept = JSON.parse(JSON.stringify(state)) as WatchState;
    expect(watch(kept, after(260), after(3_700), missed).told).toEqual([]);
    expect(watch(kept, after(260), after(3_800), missed).told).toMatchObject([{ id: `evt_silent_${T}_2` }]);
  });

  it('is told even by one whose every look takes longer than a gap', () => {
    let state = well();
    const told: number[] = [];
    for (let look = 1; look <= 4; look += 1) {
      const judged = judge(state, missed(after(look * 90)), LIMITS);
      state = judged.state;
      if (judged.tell.length > 0) told.push(look);
    }
    expect(told).toEqual([3]);
  });
});

describe('a contradiction is told once each look found it for as long as the patience', () => {
  const read = (now: number, given: Parameters<typeof beatAt>[1] = {}) => ({ kind: 'read', body: beatAt(now - 3_000, given) }) as const;

  it('by a heartbeat that another key signed', () => {
    expect(first((now) => aLook(now, { beat: { kind: 'refused', why: 'the signature is not of the key that is expected' } }))).toEqual(['contradicts', 35, expect.stringContaining('cannot be believed: the signature')]);
  });

  it('by a sequence that goes back', () => {
    expect(first((now) => aLook(now, { beat: read(now, { sequence: now - 3_000 - 86_400_000 }) }))).toEqual(['contradicts', 35, expect.stringContaining('went back')]);
  });

  it('by two heartbeats of one number', () => {
    const last = well().lastBeat!.sequence;
    expect(first((now) => aLook(now, { beat: read(now, { sequence: last }) }))).toEqual(['contradicts', 35, `It signed two different heartbeats with the number ${last}`]);
  });

  it('by a service that watches and in which nobody may act', () => {
    expect(first((now) => aLook(now, { beat: read(now, { chains: [aChainBeat({ ...beatAt(now - 3_000).chains[0], isLed: false })] }) }))).toEqual(['contradicts', 35, expect.stringMatching(/^None of its workers may act on Local chain/)]);
  });

  it('by a clock ahead of ours', () => {
    expect(first((now) => aLook(now, { beat: read(now + 40_000) }))).toEqual(['contradicts', 35, expect.stringMatching(/^Its clock is ahead of mine by 37 s/)]);
    expect(first((now) => aLook(now, { beat: read(now + 32_000) }))).toBeNull();
  });

  it('by a clock behind ours', () => {
    expect(first((now) => aLook(now, { beat: read(now - 60_000, { sequence: now }) }))).toEqual(['contradicts', 35, expect.stringMatching(/^A heartbeat that came just now says that it is 63 s old/)]);
    expect(first((now) => aLook(now, { beat: read(now - 30_000, { sequence: now }) }))).toBeNull();
  });

  it('by another block than our own node has', () => {
    expect(first((now) => aLook(now, { chain: chainAt(now, { hashAtBeat: `0x${'2'.repeat(64)}` }) }))).toEqual(['contradicts', 35, expect.stringMatching(/^It watched another block \d+ of Local chain/)]);
  });

  it('by a head that stands still, once it is too far behind in blocks and in time', () => {
    const stuck = beatAt(T).chains;
    const [cause, seconds, reason] = first((now) => aLook(now, { beat: read(now, { chains: stuck }) }))!;
    expect([cause, reason]).toEqual(['contradicts', expect.stringMatching(/^It is 1\d blocks behind Local chain/)]);
    expect(seconds).toBeGreaterThan(150);
    expect(seconds).toBeLessThan(185);
    // Chains with rare blocks, and chains whose time runs fast.
    expect(first((now) => aLook(now, { beat: read(now, { chains: stuck }), chain: chainAt(T, { head: { number: BigInt(Math.floor(T / 12_000)) + 3n, timestamp: now } }) }))).toBeNull();
  });

  it('by a head that our own node, which goes on, does not know', () => {
    const far = { ...beatAt(T).chains[0]!.head!, number: '999999999999' };
    expect(first((now) => aLook(now, { beat: read(now, { chains: [aChainBeat({ head: far })] }), chain: chainAt(now, { hashAtBeat: null }) }))).toEqual(['contradicts', 35, expect.stringContaining('my own node knows none after')]);
  });

  it('by a heartbeat of another chain, or without a head', () => {
    expect(first((now) => aLook(now, { beat: read(now, { chains: [aChainBeat({ chainId: 1 })] }) }))).toEqual(['contradicts', 35, 'Its heartbeat says nothing of chain 31337']);
    expect(first((now) => aLook(now, { beat: read(now, { chains: [aChainBeat({ head: null, blindSince: '2027-01-15T07:00:00.000Z' })] }) }))).toEqual(['contradicts', 35, expect.stringMatching(/has seen no block .*blind since 2027-01-15T07:00:00.000Z$/)]);
  });

  it('and not where looks in between find none', () => {
    expect(first((now) => (Math.floor(now / STEP) % 4 === 0 ? aLook(now) : aLook(now, { chain: chainAt(now, { hashAtBeat: `0x${'2'.repeat(64)}` }) })))).toBeNull();
  });
});

describe('hedges that are not looked after', () => {
  const hedging = { plans: 2, guarded: 1, accounts: 3, oldestReadingAt: null };
  /** A heartbeat whose last round ended so many seconds before it was signed. */
  const round = (seconds: number | null, given: Partial<typeof hedging> = {}) => (now: number): Look => {
    const [chain] = beatAt(now - 3_000).chains;
    return aLook(now, { beat: { kind: 'read', body: beatAt(now - 3_000, { chains: [{ ...chain!, hedging: { ...hedging, ...given, roundAt: seconds === null ? null : new Date(now - 3_000 - seconds * 1000).toISOString() } }] }) } });
  };

  it('are told to operators alone, once, and their end', () => {
    const late = watch(well(), after(5), after(300), round(121));
    expect(late.told).toMatchObject([{ kind: 'hedging.late', audience: 'operators', severity: 'critical', toldAt: after(35), data: { chainName: 'Local chain', againInMinutes: 60, reason: expect.stringContaining('2 hedges and 1 guarded accounts of owners on Local chain 121 s ago') } }]);
    expect(watch(late.state, after(305), after(600), round(2)).told).toMatchObject([{ kind: 'hedging.back', audience: 'operators', severity: 'info', toldAt: after(335) }]);
  });

  it('are told where no round ever ended, and not where there is nothing to look after or the round is young', () => {
    expect(watch(well(), after(5), after(100), round(null)).told).toMatchObject([{ kind: 'hedging.late', data: { reason: expect.stringContaining('never looked after') } }]);
    expect(watch(well(), after(5), after(100), round(9_000, { plans: 0, guarded: 0 })).told).toEqual([]);
    expect(watch(well(), after(5), after(100), round(120)).told).toEqual([]);
  });

  it('are not what an older service tells, and neither begin nor end while no heartbeat comes', () => {
    expect(watch(well(), after(5), after(100)).told).toEqual([]);
    const late = watch(well(), after(5), after(60), round(121));
    expect(watch(late.state, after(65), after(160), missed).told).toEqual([]);
    expect(watch(late.state, after(65), after(160), missed).state.hedgingSpell).not.toBeNull();
  });

  it('are known to a watchdog whose file is of an older one', () => {
    const { hedging: _, hedgedSince: __, hedgingSpell: ___, ...older } = well();
    const state = watchState.parse(JSON.parse(JSON.stringify(older)));
    expect(watch(state, after(5), after(100), round(121)).told).toMatchObject([{ kind: 'hedging.late' }]);
  });
});

describe('trouble of our own', () => {
  it('is told to operators alone, and its end', () => {
    const deaf = watch(well(), after(5), after(300), (now) => aLook(now, { chain: { kind: 'unseen', why: 'ECONNREFUSED' } }));
    expect(deaf.told).toMatchObject([{ kind: 'watchdog.unsure', audience: 'operators', severity: 'warning', toldAt: after(125), data: { reason: 'My own node of chain 31337 does not answer: ECONNREFUSED' } }]);
    expect(watch(deaf.state, after(305), after(600)).told).toMatchObject([{ kind: 'watchdog.sure', audience: 'operators', toldAt: after(335) }]);
  });

  it('is what a node of ours that stands still is, and no contradiction', () => {
    const { told } = watch(well(), after(5), after(500), (now) => aLook(now, { chain: chainAt(T, { hashAtBeat: null }) }));
    expect(told.map(({ kind }) => kind)).toEqual(['watchdog.unsure']);
  });

  it('does not keep it from noticing silence', () => {
    const { told } = watch(well(), after(5), after(300), (now) => aLook(now, { beat: { kind: 'missed', why: 'x' }, chain: { kind: 'unseen', why: 'y' } }));
    expect(told.map(({ kind }) => kind).sort()).toEqual(['silent', 'watchdog.unsure']);
  });

  it('with our own clock, set back by an hour, neither alarms nor deafens', () => {
    const { state, told } = watch(well(), after(-3_600), after(-3_000), (now) => aLook(now, { beat: { kind: 'read', body: beatAt(now - 3_000, { sequence: now + 10_000_000 }) } }));
    expect(told).toEqual([]);
    expect(watch(state, after(-2_995), after(-2_700), missed).told).toMatchObject([{ kind: 'silent' }]);
  });
});
