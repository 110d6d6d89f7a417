import { positionId } from '@ballast/positions';
import { address, chainId } from '@ballast/units';
import { describe, expect, it } from 'vitest';
import { TurnedAway } from './turned-away.js';

const idOf = (n: number) => positionId(chainId(1), 'aave-v3', address(`0x${String(n).repeat(40)}`));
const [one, other] = [idOf(1), idOf(2)] as const;
const T = 1_800_000_000_000;

describe('a loan that finds every lane full', () => {
  it('has waited long once both more than two blocks and more than 20 seconds have passed since the first time, at a block that reaches it', () => {
    const turnedAway = new TurnedAway();
    expect(turnedAway.again(one, 10n, T)).toBeNull();
    expect(turnedAway.again(one, 12n, T + 60_000)).toBeNull();
    expect(turnedAway.again(one, 13n, T + 60_000)).toEqual({ since: 10n, ms: 60_000 });
    expect(turnedAway.again(other, 13n, T + 60_000)).toBeNull();
    expect(turnedAway.again(other, 90n, T + 80_000)).toBeNull();
    expect(turnedAway.again(other, 90n, T + 80_001)).toEqual({ since: 13n, ms: 20_001 });
  });

  it('is to be told of until it was, and then no more in this spell', () => {
    const turnedAway = new TurnedAway();
    turnedAway.again(one, 10n, T);
    expect([turnedAway.again(one, 13n, T + 30_000), turnedAway.again(one, 14n, T + 40_000)]).toEqual([{ since: 10n, ms: 30_000 }, { since: 10n, ms: 40_000 }]);
    turnedAway.told(one);
    expect(turnedAway.again(one, 15n, T + 50_000)).toBeNull();
    turnedAway.end((id) => id === one);
    turnedAway.again(one, 20n, T + 60_000);
    expect(turnedAway.again(one, 23n, T + 90_000)).toEqual({ since: 20n, ms: 30_000 });
  });

  it('begins anew once its wait was over, and where it was not turned away for ten minutes', () => {
    const turnedAway = new TurnedAway();
    for (const id of [one, other]) turnedAway.again(id, 10n, T);
    turnedAway.end((id) => id === one);
    expect(turnedAway.again(one, 20n, T + 30_000)).toBeNull();
    expect(turnedAway.again(other, 20n, T + 30_000)).not.toBeNull();
    turnedAway.again(other, 20n, T + 30_000 + 600_001);
    expect(turnedAway.again(one, 90n, T + 30_000 + 600_001)).toBeNull();
  });
});
