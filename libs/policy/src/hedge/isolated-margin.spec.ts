import { describe, expect, it } from 'vitest';
import { known, venueAccountId, type DerivativeAccount } from '@ballast/positions';
import { HYPERLIQUID, WALL, aDerivativeAccount, aPerpPosition, contracts, settlement } from '../../../../test/factories/derivatives.js';
import { aHedgeInput, aHedgePolicy, aLeg } from '../../../../test/factories/hedge.js';
import { decideHedge, marginToMove, type Adding, type HedgeDecision, type HedgeInput, type HedgeLeg } from '../index.js';

/** A short of 20 at 3,000 that needs 1,200 of its own margin, with so much beside it in the account. */
function isolated(margin: number, free: number, change: Partial<HedgeLeg> = {}): HedgeLeg {
  const account: DerivativeAccount = aDerivativeAccount({
    marginMode: 'isolated', equity: settlement(margin + free), free: settlement(free),
    positions: [aPerpPosition({ contracts: contracts(-20), margin: { kind: 'isolated', margin: settlement(margin), maintenance: known(settlement(1_200), WALL) } })],
  });
  return aLeg({ change: { account: known(account, WALL), ...change } });
}
const inputOf = (leg: HedgeLeg, change: Partial<HedgeInput> = {}): HedgeInput => aHedgeInput({ legs: [leg], ...change });
const decided = (leg: HedgeLeg, change: Partial<HedgeInput> = {}): HedgeDecision => decideHedge(inputOf(leg, change));
const closed = (decision: HedgeDecision): number => (decision.kind === 'act' ? Number(decision.orders[0]?.contracts ?? 0n) / 1e18 : 0);
const added = (leg: HedgeLeg): readonly number[] => marginToMove(inputOf(leg)).map(({ amount }) => Number(amount) / 1e18);

describe('a leg whose margin is its own', () => {
  it('is given what lies free in its account where that is enough, and keeps all of its position', () => {
    const thin = isolated(1_600, 5_000);
    expect(added(thin)).toEqual([1_400]);
    const decision = decided(thin);
    expect(decision).toMatchObject({ kind: 'hold', reason: 'adding-margin' });
    expect(decision.tells.map(({ kind }) => kind)).toEqual(['margin-warning']);
  });

  it('is given all of it where that is not enough, and closed by the part that is then too much', () => {
    const thin = isolated(1_600, 400);
    expect(added(thin)).toEqual([400]);
    const decision = decided(thin);
    expect(decision).toMatchObject({ kind: 'act', reason: 'margin-cut' });
    const size = closed(decision);
    // What is left needs 60 each, of 2,000 less a percent of what was closed.
    expect((20 - size) * 60).toBeLessThanOrEqual(0.4 * (2_000 - size * 30) + 1e-6);
    expect((20 - size + 0.01) * 60).toBeGreaterThan(0.4 * (2_000 - (size - 0.01) * 30));
    expect(decision.tells).toContainEqual({ kind: 'deposit-needed', account: thin.id, amount: settlement(1_000), currency: 'USDC' });
  });

  it('is given back what closing a part of it set free', () => {
    // After a cut by half: half of the margin is free.
    const half = isolated(800, 800);
    const leg = { ...half, account: known(aDerivativeAccount({ marginMode: 'isolated', equity: settlement(1_600), free: settlement(800), positions: [aPerpPosition({ contracts: contracts(-10), margin: { kind: 'isolated', margin: settlement(800), maintenance: known(settlement(600), WALL) } })] }), WALL) };
    expect(added(leg)).toEqual([700]);
    expect(closed(decided(leg))).toBe(0);
  });

  it.each<[string, Adding, number, string]>([
    ['on its way: it waits', { kind: 'under-way', since: WALL - 14_999 }, 1_600, 'hold: adding-margin'], ['on its way for too long: it is cut', { kind: 'under-way', since: WALL - 15_000 }, 1_600, 'act: margin-cut'],
    ['refused: it is cut where it must be', { kind: 'turned-down', times: 1 }, 1_600, 'act: margin-cut'], ['refused: closing would not help, and its owner is asked, where it need not be cut yet', { kind: 'turned-down', times: 1 }, 2_000, 'hold: asked-for-margin'],
    ['none that could be found again: the same', { kind: 'not-measurable' }, 2_000, 'hold: asked-for-margin'],
  ])('with margin that is %s', (_, adding, margin, outcome) => {
    const decision = decided(isolated(margin, 5_000, { adding }));
    expect(`${decision.kind}: ${decision.reason}`).toBe(outcome);
    expect(added(isolated(margin, 5_000, { adding }))).toEqual([]);
  });

  it('is given nothing where all is stopped, its key is refused, or its account is not read', () => {
    const leg = isolated(1_600, 5_000);
    for (const change of [{ stop: 'cancel-all' }, { key: { kind: 'refused', why: 'revoked' } }, { account: { ...leg.account, kind: 'stale' } as never }] as const) expect(added({ ...leg, ...change })).toEqual([]);
    expect(added(isolated(9_000, 5_000))).toEqual([]);
  });

  it('of several in one account is the one that would have to be cut', () => {
    const other = { ...isolated(2_000, 5_000), id: venueAccountId(HYPERLIQUID, 'other') };
    const legs = [isolated(1_600, 5_000), isolated(1_600, 5_000), { ...other, account: known(aDerivativeAccount({ ...(other.account.kind === 'known' ? other.account.value : {}), id: other.id }), WALL) }];
    expect(marginToMove(inputOf(legs[0] as HedgeLeg, { legs, policy: aHedgePolicy() })).map(({ account }) => account)).toEqual([legs[0]?.id, other.id]);
  });
});
