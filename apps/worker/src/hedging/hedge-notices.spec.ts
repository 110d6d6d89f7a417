import { describe, expect, it } from 'vitest';
import { decideHedge, type HedgeDecision, type HedgeInput, type HedgePlan } from '@ballast/policy';
import { venueAccountId } from '@ballast/positions';
import { address, chainId } from '@ballast/units';
import { HYPERLIQUID, WALL, aDerivativeAccount, aPerpPosition, anOptionPosition, usd } from '../../../../test/factories/derivatives.js';
import { aHedgeInput, aHedgePolicy, aLeg, anExposure } from '../../../../test/factories/hedge.js';
import { noticesOfHedge } from './hedge-notices.js';
import type { DecisionRun } from './keeping.js';

const leg = aLeg();
const PLAN: HedgePlan = {
  chainId: chainId(1), owner: address(`0x${'0a'.repeat(20)}`), id: 'p1', environment: 'paper', policy: aHedgePolicy(), legs: [{ account: leg.id, instrument: leg.instrument.id, maxNotionalUsdE8: usd(1_000_000) }], leaving: [], puts: { kind: 'none' },
};
const decided = (change: Partial<HedgeInput>, at = WALL): HedgeDecision => ({ ...decideHedge(aHedgeInput(change)), at });
const unexplained = (at: number): HedgeDecision => decided({ isReconciled: false }, at);
const stale = (at: number): HedgeDecision => decided({ exposure: anExposure(20, { isFresh: false }) }, at);
const trading = (at: number): HedgeDecision => decided({}, at);

/** The run that a decision belongs to, as the records give it: one that lasted since `since`, in a spell that began and is unsettled since then too, unless said otherwise. */
const run = (decision: HedgeDecision, since: number, spell: Partial<NonNullable<DecisionRun['spell']>> = {}): DecisionRun => ({ id: 'run', since, decision, spell: decision.kind === 'cannot' ? { id: 'spell', since, unsettledSince: since, isTold: false, ...spell } : null });
const told = (decision: HedgeDecision, before: DecisionRun | null) => noticesOfHedge({ plan: PLAN, decision, before, troubled: new Set() }).map(({ id, kind, severity, data }) => ({ id, kind, severity, reason: data['reason'], since: data['since'] }));
const iso = (at: number): string => new Date(at).toISOString();

describe('prices that are refused', () => {
  it('are told once a spell, whatever is decided meanwhile', () => {
    const refused = (at: number): HedgeDecision => ({ ...unexplained(at), tells: [{ kind: 'prices-refused', account: leg.id, because: 'disagree' }] });
    const idAfter = (id: string): string | undefined => noticesOfHedge({ plan: PLAN, decision: refused(WALL + 5_000), before: { ...run(refused(WALL + 4_000), WALL), id }, troubled: new Set() }).find(({ kind }) => kind === 'hedge.prices')?.id;
    expect(idAfter('one run')).toBe(idAfter('the next'));
    expect(idAfter('one run')).toContain('spell');
  });
});

describe('that a hedge cannot be adjusted', () => {
  it('is told once it has lasted', () => {
    expect(told(unexplained(WALL + 9_000), run(unexplained(WALL + 8_000), WALL))).toEqual([]);
    expect(told(unexplained(WALL + 10_000), run(unexplained(WALL + 9_000), WALL))).toEqual([{ id: 'evt_hedge_cannot_spell_not-reconciled', kind: 'hedge.cannot', severity: 'critical', reason: 'not-reconciled', since: iso(WALL) }]);
  });

  it('is told where its reasons change faster than that, with the reason of now', () => {
    // Each reason lasted two seconds, and none could act for twelve.
    const before = run(unexplained(WALL + 11_000), WALL + 10_000, { since: WALL, unsettledSince: WALL });
    expect(told(stale(WALL + 12_000), before)).toEqual([{ id: 'evt_hedge_cannot_spell_exposure-stale', kind: 'hedge.cannot', severity: 'critical', reason: 'exposure-stale', since: iso(WALL) }]);
    expect(told(unexplained(WALL + 12_000), before)).toMatchObject([{ id: 'evt_hedge_cannot_spell_not-reconciled' }]);
  });

  it('has its own patience where the reason before it lasted long enough to be told itself', () => {
    const long = run(unexplained(WALL + 60_000), WALL, { isTold: true });
    expect(told(stale(WALL + 61_000), long)).toEqual([]);
    const since = { since: WALL, unsettledSince: WALL + 61_000, isTold: true };
    expect(told(stale(WALL + 70_000), run(stale(WALL + 69_000), WALL + 61_000, since))).toEqual([]);
    expect(told(stale(WALL + 71_000), run(stale(WALL + 70_000), WALL + 61_000, since))).toMatchObject([{ reason: 'exposure-stale', since: iso(WALL) }]);
  });

  it('is told to be over where any of it was told, and only there', () => {
    expect(told(trading(WALL + 90_000), run(stale(WALL + 62_000), WALL + 61_000, { since: WALL, isTold: true }))).toEqual([{ id: 'evt_hedge_can_spell', kind: 'hedge.can-again', severity: 'info', reason: undefined, since: iso(WALL) }]);
    expect(told(trading(WALL + 90_000), run(stale(WALL + 62_000), WALL, { isTold: false }))).toEqual([]);
  });
});

describe('a hedge beside an account that is not read', () => {
  const noPrice = (at: number): HedgeDecision => decided({ oracle: { kind: 'price', usdE8: usd(3_040), at: WALL } }, at);
  const kinds = (troubled: readonly (typeof leg.id)[]): readonly string[] => noticesOfHedge({ plan: PLAN, decision: noPrice(WALL + 12_000), before: run(noPrice(WALL + 11_000), WALL), troubled: new Set(troubled) }).map(({ kind }) => kind);

  it('is told where that is none of its own, and left to what is told of the account where it is', () => {
    expect(noPrice(WALL).kind).toBe('cannot');
    expect(kinds([])).toContain('hedge.cannot');
    expect(kinds([venueAccountId(HYPERLIQUID, 'another')])).toContain('hedge.cannot');
    expect(kinds([leg.id])).not.toContain('hedge.cannot');
  });
});

describe('that the margin of a hedge is shared', () => {
  const shared = (at = WALL): HedgeDecision => decided({ legs: [aLeg({ held: -20, account: { positions: [aPerpPosition({ contracts: -20_000_000_000_000_000_000n as never }), anOptionPosition()], id: aDerivativeAccount().id } })] }, at);
  const alone = (at = WALL): HedgeDecision => decided({ legs: [aLeg({ held: -20 })] }, at);

  it('is told as it begins, and once a spell', () => {
    expect(shared().tells.map(({ kind }) => kind)).toContain('margin-shared');
    const before = (decision: HedgeDecision, id: string): DecisionRun => ({ ...run(decision, WALL), id });
    const ids = (decision: HedgeDecision, was: DecisionRun | null): readonly string[] => noticesOfHedge({ plan: PLAN, decision, before: was, troubled: new Set() }).filter(({ kind, severity }) => kind === 'hedge.margin-shared' && severity === 'warning').map(({ id }) => id);
    const [first, ...none] = ids(shared(WALL + 1_000), before(alone(), 'run-1'));
    expect([first !== undefined, none]).toEqual([true, []]);
    expect(ids(shared(WALL + 2_000), before(shared(WALL + 1_000), 'run-2'))).toEqual([]);
    const [again] = ids(shared(WALL + 9_000), before(alone(WALL + 8_000), 'run-3'));
    expect(again).not.toBe(first);
    expect(again).toBeDefined();
  });
});

describe('a hedge that is being closed', () => {
  it('is told with what its orders are for, at which price, what that may cost and what is left', () => {
    const closing = (levelContracts: number) => noticesOfHedge({ plan: PLAN, decision: decided({ stop: 'flatten', legs: [aLeg({ held: -20, levelContracts })] }), before: null, troubled: new Set() }).find(({ kind }) => kind === 'hedge.unwound')?.data;
    // 30% of three levels; a buy at 3,030 at most.
    expect(closing(10)).toMatchObject({ reason: 'owner-flattened', coins: '9.000000', price: '3000.00', left: '11.000000', costUsd: '270.00' });
    expect(closing(1_000)).toMatchObject({ coins: '20.000000', left: '0.000000', costUsd: '600.00' });
  });
});
