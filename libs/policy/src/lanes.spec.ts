import { address, wad, type Address } from '@ballast/units';
import { describe, expect, it } from 'vitest';
import { chooseLane, laneClassOf, type LaneLoad } from './lanes.js';

const at = (n: number): Address => address(`0x${String(n).repeat(40)}`);
const FULL = 4;
const lanes = (...loads: readonly (number | 'broken')[]): readonly LaneLoad[] => loads.map((load, index) => ({ lane: at(index + 1), usable: load !== 'broken', inFlight: load === 'broken' ? 0 : load, cap: FULL }));

describe('the class of a call', () => {
  it.each([
    ['REPAY', 1_049_999_999_999_999_999n, 'critical'],
    ['FILL', 1_050_000_000_000_000_000n, 'normal'],
    ['TOP_UP', null, 'normal'],
    ['ACTIVATE', 1_000_000_000_000_000_000n, 'admin'],
    ['PERMIT', null, 'admin'],
  ] as const)('%s at %s: %s', (kind, health, expected) => {
    expect(laneClassOf(kind, health === null ? null : wad(health))).toBe(expected);
  });
});

describe('the lane of a call', () => {
  it.each([
    ['one lane serves all', 'critical', lanes(0), 1],
    ['one lane serves all', 'admin', lanes(3), 1],
    ['the first of two is for critical calls', 'critical', lanes(3, 0), 1],
    ['the second of two for all others', 'normal', lanes(0, 3), 2],
    ['the second of two for all others', 'admin', lanes(0, 3), 2],
    ['the last of three is for admin calls', 'admin', lanes(0, 0, 3), 3],
    ['the middle ones for normal calls, the least loaded first', 'normal', lanes(0, 2, 1, 0), 3],
    ['critical calls overflow into normal lanes', 'critical', lanes(FULL, 3, 2, 0), 3],
    ['critical calls use a normal lane where their own cannot send', 'critical', lanes('broken', 3, 0), 2],
    ['a normal lane without coins is passed over', 'normal', lanes(0, 'broken', 3, 0), 3],
    ['normal calls use the critical lane where no normal one can send', 'normal', lanes(1, 'broken', 0), 1],
    ['admin calls use a normal lane where theirs cannot send', 'admin', lanes(0, 3, 'broken'), 2],
  ] as const)('%s (%s)', (_, wanted, given, chosen) => {
    expect(chooseLane(wanted, given)).toEqual({ lane: at(chosen) });
  });

  it('counts as full where its coins pay for no more', () => {
    const [first, second, third] = lanes(0, 1, 2, 0) as [LaneLoad, LaneLoad, LaneLoad, LaneLoad];
    expect(chooseLane('normal', [first, { ...second, cap: 1 }, third, first])).toEqual({ lane: third.lane });
  });

  it.each([
    ['normal calls never overflow into the critical lane', 'normal', lanes(0, FULL, 0), 'lanes-full'],
    ['admin calls never overflow', 'admin', lanes(0, 0, FULL), 'lanes-full'],
    ['critical calls never use the admin lane', 'critical', lanes(FULL, FULL, 0), 'lanes-full'],
    ['nothing can send', 'critical', lanes('broken', 'broken'), 'lanes-unusable'],
    ['there is no lane', 'normal', [], 'lanes-unusable'],
  ] as const)('%s (%s)', (_, wanted, given, none) => {
    expect(chooseLane(wanted, given)).toEqual({ none });
  });
});
