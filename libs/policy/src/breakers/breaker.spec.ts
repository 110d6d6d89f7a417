import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BREAKERS, CLOSED, GOOD, UNKNOWN, bad, breakerNamed, stepBreaker, type BreakerState, type Finding } from './index.js';

const rule = { releaseAfterSeconds: 60n };
const BAD = bad('a drill');

/** What the breaker does with findings at given seconds. */
function run(findings: readonly (readonly [bigint, Finding])[], by: { readonly releaseAfterSeconds: bigint | null } = rule): { readonly signals: readonly (readonly [bigint, string])[]; readonly state: BreakerState } {
  let state: BreakerState = CLOSED;
  const signals: (readonly [bigint, string])[] = [];
  for (const [now, finding] of findings) {
    const step = stepBreaker(by, state, finding, now);
    state = step.state;
    if (step.signal !== null) signals.push([now, step.signal]);
  }
  return { signals, state };
}

describe('a breaker', () => {
  it('trips at the first bad finding and stays so until the fact has been good for the whole time', () => {
    expect(run([[0n, GOOD], [1n, BAD], [2n, GOOD], [61n, GOOD], [62n, GOOD]]).signals).toEqual([[1n, 'trip'], [62n, 'release']]);
  });

  it('begins the time anew at a bad finding, at one that could not be had, and when the clock goes back', () => {
    expect(run([[0n, BAD], [1n, GOOD], [60n, BAD], [61n, GOOD], [120n, GOOD], [121n, GOOD]]).signals).toEqual([[0n, 'trip'], [121n, 'release']]);
    expect(run([[0n, BAD], [1n, GOOD], [60n, UNKNOWN], [61n, GOOD], [120n, GOOD], [121n, GOOD]]).signals).toEqual([[0n, 'trip'], [121n, 'release']]);
    expect(run([[0n, BAD], [100n, GOOD], [10n, GOOD], [69n, GOOD], [70n, GOOD]]).signals).toEqual([[0n, 'trip'], [70n, 'release']]);
  });

  it('does not trip at what is unknown', () => {
    expect(run([[0n, UNKNOWN], [1n, UNKNOWN]]).signals).toEqual([]);
  });

  it('tells the newest reason', () => {
    expect(run([[0n, bad('one')], [1n, bad('two')]]).state).toMatchObject({ kind: 'tripped', why: 'two' });
  });

  it.each([BREAKERS.keyTheft, BREAKERS.implementationChanged, BREAKERS.defect, BREAKERS.sourceChanged])('is never released by itself where only an operator may: $name', (one) => {
    expect(run([[0n, BAD], [1n, GOOD], [10n ** 9n, GOOD]], one).signals).toEqual([[0n, 'trip']]);
  });

  it('is found by the name of its stops', () => {
    for (const one of Object.values(BREAKERS)) expect(breakerNamed(one.name)).toBe(one);
    expect(new Set(Object.values(BREAKERS).map(({ name }) => name)).size).toBe(Object.keys(BREAKERS).length);
    expect(breakerNamed('operator')).toBeUndefined();
  });
});

const finding = fc.oneof(fc.constant(GOOD), fc.constant(BAD), fc.constant(UNKNOWN));
const history = fc.array(fc.tuple(fc.bigInt(0n, 40n), finding), { maxLength: 60 }).map((steps) => {
  let now = 1_000n;
  return steps.map(([gap, found]) => [(now += gap), found] as const);
});

describe('over any history of findings', () => {
  it('no trip is lost: after a bad finding it is tripped, and it is until the fact was good for the whole time', () => {
    fc.assert(fc.property(history, (steps) => {
      let state: BreakerState = CLOSED;
      let goodSince: bigint | null = null;
      let everBad = false;
      for (const [now, found] of steps) {
        const { state: next } = stepBreaker(rule, state, found, now);
        if (found.kind === 'bad') everBad = true;
        goodSince = found.kind === 'good' ? (goodSince ?? now) : null;
        if (found.kind === 'bad') expect(next.kind).toBe('tripped');
        if (state.kind === 'tripped' && next.kind === 'closed') expect(goodSince !== null && now - goodSince >= 60n).toBe(true);
        if (!everBad) expect(next).toBe(CLOSED);
        state = next;
      }
    }), { seed: 13 });
  });

  it('it does not flap: trips and releases alternate, and a release is at least the stated time after the trip', () => {
    fc.assert(fc.property(history, (steps) => {
      const { signals } = run(steps);
      signals.forEach(([at, signal], index) => {
        expect(signal).toBe(index % 2 === 0 ? 'trip' : 'release');
        if (signal === 'release') expect(at - (signals[index - 1]?.[0] ?? 0n) >= 60n).toBe(true);
      });
    }), { seed: 14 });
  });

  it('a restart takes over what is in force and releases it no earlier', () => {
    fc.assert(fc.property(history, fc.nat({ max: 59 }), (steps, at) => {
      const through = run(steps);
      const before = run(steps.slice(0, at));
      let state: BreakerState = before.state.kind === 'closed' ? CLOSED : { ...before.state, goodSince: null };
      let released = false;
      for (const [now, found] of steps.slice(at)) {
        const step = stepBreaker(rule, state, found, now);
        if (step.signal === 'release') released = true;
        state = step.state;
      }
      if (through.state.kind === 'tripped' && !released) expect(state.kind).toBe('tripped');
    }), { seed: 15 });
  });
});
