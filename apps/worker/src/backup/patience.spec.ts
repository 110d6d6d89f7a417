import { decide } from '@ballast/policy';
import { wad, type Wad } from '@ballast/units';
import { describe, expect, it } from 'vitest';
import { aDecideInput } from '../../../../test/factories/decide-input.js';
import { Patience } from './patience.js';

const DELTA = wad(20_000_000_000_000_000n);
const base = decide(aDecideInput());
const TRIGGER = 1_150_000_000_000_000_000n as Wad;
const act = (healthFactor: bigint) => ({ ...base, kind: 'act', reason: 'below-trigger', action: 'repay', asset: {}, min: 1n, max: 2n, trigger: TRIGGER, healthFactor: healthFactor as Wad }) as never;
const hold = (healthFactor: bigint | null, trigger: bigint | null = TRIGGER) => ({ ...base, kind: 'hold', reason: 'above-trigger', trigger, healthFactor }) as never;
const deep = TRIGGER - DELTA;
const patience = () => new Patience({ delta: DELTA, seconds: 60n });
const waits = expect.objectContaining({ kind: 'hold', reason: 'backup-waits' });

describe('a backup keeper', () => {
  it('acts once the health has been far enough below the trigger for long enough, to the second', () => {
    const one = patience();
    expect(one.tempered(act(deep), 100n)).toEqual(waits);
    expect(one.tempered(act(deep), 159n)).toEqual(waits);
    expect(one.tempered(act(deep), 160n)).toMatchObject({ kind: 'act', max: 2n });
  });

  it('leaves what is just below the trigger to the first keeper, however long it lasts', () => {
    const one = patience();
    for (const at of [0n, 60n, 6_000n]) expect(one.tempered(act(deep + 1n), at)).toEqual(waits);
  });

  it('waits anew after the health was better in between, and not after a moment in which nothing could be said', () => {
    const one = patience();
    one.tempered(act(deep), 0n);
    one.tempered(hold(deep + 1n), 30n);
    one.tempered(act(deep), 40n);
    expect(one.tempered(act(deep), 99n)).toEqual(waits);
    expect(one.tempered(act(deep), 100n)).toMatchObject({ kind: 'act' });
    one.tempered(hold(null, null), 110n);
    expect(one.tempered(act(deep), 111n)).toEqual(waits);
  });

  it('leaves every other decision as it is', () => {
    const decision = hold(deep);
    expect(patience().tempered(decision, 5n)).toBe(decision);
  });

  it('says no amount and no call while it waits', () => {
    const waiting = patience().tempered(act(deep), 0n);
    for (const field of ['action', 'asset', 'min', 'max', 'fill', 'sold']) expect(waiting).not.toHaveProperty(field);
  });
});
