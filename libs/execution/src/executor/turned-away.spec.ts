import { positionId } from '@ballast/positions';
import { address, chainId } from '@ballast/units';
import { describe, expect, it } from 'vitest';
import { TurnedAway } from './turned-away.js';

const idOf = (n: number) => positionId(chainId(1), 'aave-v3', address(`0x${String(n).repeat(40)}`));
const [one, other] = [idOf(1), idOf(2)] as const;
const T = 1_800_000_000_000;

describe('a loan that finds every lane full', () => {
  it('has waited long once both two blocks and 20 seconds have passed since the first time', () => {
    const turnedAway = new TurnedAway();
    expect(turnedAway.again(one, 10n, T)).toBeNull();
    expect(turnedAway.again(one, 12n, T + 60_000)).toBeNull();
    expect(turnedAway.again(one, 13n, T + 60_000)).toBe(60_000);
    expect(turnedAway.again(other, 13n, T + 60_000)).toBeNull();
    expect(turnedAway.again(other, 90n, T + 80_000)).toBeNull();
    expect(turnedAway.again(other, 90n, T + 80_001)).toBe(20_001);
  });

  it('begins anew once it was written down, and where it was not turned away for ten minutes', () => {
    const turnedAway = new TurnedAway();
    turnedAway.again(one, 10n, T);
    turnedAway.forget(one);
    expect(turnedAway.again(one, 20n, T + 30_000)).toBeNull();
    turnedAway.again(other, 20n, T + 30_000 + 600_001);
    expect(turnedAway.again(one, 90n, T + 30_000 + 600_001)).toBeNull();
  });
});
