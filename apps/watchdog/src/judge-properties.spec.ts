import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS, LOOK_TIME as T, aLook, beatAt, chainAt } from '../../../test/factories/look.js';
import { judge } from './judge.js';
import type { Limits, Look } from './look.js';
import { firstState, watchState, type ToldEvent, type WatchState } from './state.js';

const SEED = 20_261_126;

/** What one look brings: how long after the one before, and what there is to see. */
const glance = fc.record({
  wait: fc.oneof({ weight: 20, arbitrary: fc.integer({ min: 1_000, max: 15_000 }) }, { weight: 1, arbitrary: fc.integer({ min: -600_000, max: 8_000_000 }) }),
  beat: fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('well' as const) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('late' as const) }) },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('missed' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('refused' as const) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('odd' as const), sequence: fc.integer({ min: -500_000, max: 500_000 }), skew: fc.integer({ min: -400_000, max: 400_000 }) }) },
  ),
  chain: fc.oneof({ weight: 6, arbitrary: fc.constant('well' as const) }, { weight: 1, arbitrary: fc.constantFrom('unseen' as const, 'other' as const, 'stuck' as const, 'far' as const) }),
});
type Glance = typeof glance extends fc.Arbitrary<infer G> ? G : never;

/** Runs of equal glances: trouble that lasts is what matters. */
const history = fc.array(fc.tuple(glance, fc.integer({ min: 1, max: 40 })), { minLength: 1, maxLength: 12 }).map((runs) => runs.flatMap(([one, times]) => Array.from({ length: times }, (_, index) => (index === 0 ? one : { ...one, wait: Math.min(Math.max(1_000, one.wait), 15_000) }))));

function lookOf({ beat, chain }: Glance, now: number): Look {
  const seen = { well: chainAt(now), unseen: { kind: 'unseen', why: 'gone' } as const, other: chainAt(now, { hashAtBeat: `0x${'2'.repeat(64)}` }), stuck: chainAt(T - 6_000_000), far: chainAt(now + 6_000_000) }[chain];
  if (beat.kind === 'missed') return aLook(now, { beat: { kind: 'missed', why: 'x' }, chain: seen });
  if (beat.kind === 'refused') return aLook(now, { beat: { kind: 'refused', why: 'x' }, chain: seen });
  const at = now - 2_000;
  if (beat.kind === 'late') {
    const body = beatAt(at);
    const hedging = { plans: 1, guarded: 0, roundAt: new Date(at - 200_000).toISOString(), accounts: 1, oldestReadingAt: null };
    return aLook(now, { beat: { kind: 'read', body: { ...body, chains: body.chains.map((chain) => ({ ...chain, hedging })) } }, chain: seen });
  }
  return aLook(now, { beat: { kind: 'read', body: beat.kind === 'well' ? beatAt(at) : beatAt(at, { sequence: at + beat.sequence, issuedAt: new Date(at + beat.skew).toISOString() }) }, chain: seen });
}

interface Step {
  readonly now: number;
  readonly state: WatchState;
  readonly tell: readonly ToldEvent[];
}

/** Plays the glances. With `forgetful` the state goes through its file before every look, as through a restart. */
function play(glances: readonly Glance[], limits: Limits = LIMITS, forgetful = false): readonly Step[] {
  let now = T;
  let state = firstState(now);
  return glances.map((one) => {
    now += one.wait;
    if (forgetful) state = watchState.parse(JSON.parse(JSON.stringify(state)));
    const judged = judge(state, lookOf(one, now), limits);
    state = judged.state;
    return { now, ...judged };
  });
}

const check = (property: (steps: readonly Step[]) => void, numRuns = 150): void => fc.assert(fc.property(history, (glances) => property(play(glances))), { numRuns, seed: SEED });

describe('whatever is seen', () => {
  it('a spell is told when it begins, never twice within the interval, and its end once: in this order', () => {
    check((steps) => {
      for (const kinds of [['silent', 'silent.over'], ['watchdog.unsure', 'watchdog.sure'], ['hedging.late', 'hedging.back']] as const) {
        let open = false;
        let toldAt = Number.NEGATIVE_INFINITY;
        let clock = T;
        for (const { now, tell } of steps) {
          if (now < clock) toldAt = Math.min(toldAt, now); // our own clock was set back
          clock = now;
          for (const { kind } of tell.filter((event) => (kinds as readonly string[]).includes(event.kind))) {
            if (kind === kinds[1]) expect(open).toBe(true);
            else if (open) expect(now - toldAt).toBeGreaterThanOrEqual(LIMITS.repeatMs);
            open = kind === kinds[0];
            toldAt = now;
          }
        }
        expect(steps.at(-1)!.state[({ silent: 'spell', 'watchdog.unsure': 'unsureSpell', 'hedging.late': 'hedgingSpell' } as const)[kinds[0]]] !== null).toBe(open);
      }
    });
  });

  it('silence that lasts is told within the limit and the patience, and two looks', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 1_000, max: 15_000 }), (glances, wait) => {
        const before = play(glances).at(-1)!;
        let { state } = before;
        const missed: Look['beat'] = { kind: 'missed', why: 'dead' };
        let now = before.now;
        while (state.spell === null && now <= before.now + LIMITS.silentMs + LIMITS.patienceMs + 2 * wait) {
          now += wait;
          ({ state } = judge(state, aLook(now, { beat: missed }), LIMITS));
        }
        expect(state.spell).not.toBeNull();
      }),
      { numRuns: 120, seed: SEED },
    );
  });

  it('nothing is told of a service that is well, however it was before it was told of', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1_000, max: 55_000 }), { minLength: 1, maxLength: 200 }), (waits) => {
        let state = firstState(T);
        let now = T;
        for (const wait of waits) {
          now += wait;
          const judged = judge(state, aLook(now), LIMITS);
          expect(judged.tell).toEqual([]);
          state = judged.state;
        }
      }),
      { numRuns: 100, seed: SEED },
    );
  });

  it('a spell ends once the service is well for long enough', () => {
    fc.assert(
      fc.property(history, (glances) => {
        const before = play(glances).at(-1)!;
        let { state } = before;
        // Beyond whatever sequence was believed before: a service that was mended.
        let now = Math.max(before.now, (state.lastBeat?.sequence ?? 0) + 10_000, ...[state.spell, state.unsureSpell].map((spell) => spell?.toldAt ?? 0));
        const until = now + 2 * LIMITS.wellMs + 20_000;
        for (now += 5_000; now <= until; now += 5_000) ({ state } = judge(state, aLook(now), LIMITS));
        expect([state.spell, state.unsureSpell]).toEqual([null, null]);
      }),
      { numRuns: 120, seed: SEED },
    );
  });

  it('a restart between any two looks changes nothing: the state is all in its file', () => {
    fc.assert(
      fc.property(history, (glances) => {
        expect(play(glances, LIMITS, true)).toEqual(play(glances));
      }),
      { numRuns: 60, seed: SEED },
    );
  });

  it('owners are told of what concerns the service alone, and every event has its own id as long as the clock goes on', () => {
    check((steps) => {
      const all = steps.flatMap(({ tell }) => tell);
      for (const { kind, audience } of all) expect(audience).toBe(/^(watchdog|hedging)\./.test(kind) ? 'operators' : 'everybody');
      if (steps.every(({ now }, index) => index === 0 || now > steps[index - 1]!.now)) expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    });
  });
});
