import { describe, expect, it } from 'vitest';
import type { Bps } from '@ballast/units';
import { usd } from '../../../../test/factories/derivatives.js';
import { aHedgePolicy } from '../../../../test/factories/hedge.js';
import { cycle, marginUseOf, worldOf, type SmallAccount, type World } from '../../test/hedge-scenarios/world.js';
import type { HedgeDecision } from '../index.js';

/** One linear account with so many dollars, and so many ETH long on chain at 3,000. */
function world(exposure: number, cash: number, change: Partial<World> = {}): World {
  const plain = worldOf(() => 1); // a linear instrument, lots of 0.01
  const account: SmallAccount = { ...(plain.accounts[0] as SmallAccount), cash, size: 0, entry: 3_000 };
  return { ...plain, policy: aHedgePolicy({ depthShare: 10_000n as Bps }), accounts: [account], price: 3_000, exposure, levels: 1_000, fills: 1, ...change };
}

/** Minutes go by, one decision a minute, until nothing is traded; the decisions. */
function settled(of: World): readonly HedgeDecision[] {
  const made: HedgeDecision[] = [];
  for (let minute = 0; minute < 60; minute++) {
    of.clock += 61_000;
    const decision = cycle(of);
    made.push(decision);
    if (decision.kind !== 'act') break;
  }
  return made;
}
const sizeOf = ({ accounts }: World): number => (accounts[0] as SmallAccount).size;
const useOf = (of: World): number => marginUseOf(of.accounts[0] as SmallAccount, of.price);

describe('what is decided while prices and loans move', () => {
  it('acceptance 5: a rally of 60% in an hour makes the hedge smaller and does not liquidate it', () => {
    const story = world(120, 60_000);
    settled(story);
    const before = sizeOf(story);
    expect(before).toBeLessThan(-33);
    for (let minute = 0; minute < 60; minute++) {
      story.price *= 1.6 ** (1 / 60);
      story.clock += 60_000;
      cycle(story);
      expect(useOf(story)).toBeLessThan(1);
    }
    expect(story.price).toBeCloseTo(4_800, 0);
    expect(sizeOf(story)).toBeGreaterThan(before);
    expect(useOf(story)).toBeLessThanOrEqual(0.7);
  });

  it('acceptance 6: after a crash that liquidates the loan on chain the hedge shrinks in one decision', () => {
    const story = world(30, 60_000);
    settled(story);
    story.price = 1_800;
    story.exposure = 10;
    story.clock += 61_000;
    expect(cycle(story)).toMatchObject({ kind: 'act', reason: 'outside-band', orders: [{ side: 'buy', reduceOnly: true }] });
    expect(sizeOf(story)).toBeGreaterThan(-11);
    story.exposure = 0;
    story.clock += 61_000;
    expect(cycle(story)).toMatchObject({ kind: 'act', unwinding: 'position-gone' });
    expect(sizeOf(story)).toBe(0);
  });

  it('acceptance 7: automatic deleveraging that halves the hedge is seen at the next look, and planned anew', () => {
    const story = world(20, 60_000);
    settled(story);
    const [account] = story.accounts as [SmallAccount];
    const before = account.size;
    account.size /= 2;
    const made = settled(story);
    expect(made[0]).toMatchObject({ kind: 'act', reason: 'outside-band' });
    expect(Math.abs(account.size - before)).toBeLessThan(0.5);
  });

  it('acceptance 1: fills in parts come to the target within the cap, planned from what the venue holds', () => {
    const story = world(20, 60_000, { fills: 0.3 });
    const made: HedgeDecision[] = [];
    for (let minute = 0; minute < 40; minute++) {
      story.clock += 61_000;
      made.push(cycle(story));
    }
    const last = made.at(-1);
    expect(Math.abs(sizeOf(story) + 20)).toBeLessThan(0.5);
    expect(last?.kind === 'act' ? last.orders[0]?.notionalUsdE8 ?? 0n : 0n).toBeLessThan(usd(3_000));
  });

  it('acceptance 12: on prices that disagree only reductions are made', () => {
    const story = world(20, 60_000);
    settled(story);
    story.oracleAway = 0.03;
    story.exposure = 40;
    story.clock += 61_000;
    expect(cycle(story)).toMatchObject({ kind: 'cannot', reason: 'price-refused' });
    story.exposure = 5;
    expect(cycle(story)).toMatchObject({ kind: 'act', orders: [{ reduceOnly: true }] });
  });
});
