import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WAD, type Bps, type Wad } from '@ballast/units';
import { instrumentId, known, unknown, venueAccountId, type DerivativeAccount, type PerpetualPosition } from '@ballast/positions';
import { HYPERLIQUID, WALL, aDerivativeAccount, aMarket, aPerpPosition, aPerpetual, contracts, ratio, settlement, usd } from '../../../../test/factories/derivatives.js';
import { aLeg, aSentOrder } from '../../../../test/factories/hedge.js';
import { DEFAULT_ACCOUNT_BOUNDS, accountLevels, protectAccount, type AccountInput } from '../index.js';

interface Given {
  readonly size?: number;
  readonly equity?: number;
  readonly free?: number;
  readonly isolated?: boolean;
  readonly change?: Partial<AccountInput>;
  readonly position?: Partial<PerpetualPosition>;
}

/** A long of 100 ETH at 3,000 with 2% of margin to keep, 6,000 dollars, and so much equity. */
function input({ size = 100, equity = 10_000, free = 0, isolated = true, change = {}, position = {} }: Given = {}): AccountInput {
  const maintenance = known(settlement(Math.abs(size) * 3_000 * 0.02), WALL);
  const held = aPerpPosition({ contracts: contracts(size), margin: isolated ? { kind: 'isolated', margin: settlement(equity), maintenance } : { kind: 'cross' }, ...position });
  return {
    account: known(aDerivativeAccount({ marginMode: isolated ? 'isolated' : 'cross', equity: settlement(equity + free), free: settlement(free), maintenanceMargin: maintenance, positions: size === 0 ? [] : [held] }), WALL), bounds: DEFAULT_ACCOUNT_BOUNDS, now: WALL,
    held: [{ instrument: aPerpetual(), market: known(aMarket({ levelContracts: 1_000 }), WALL), oracle: { kind: 'price', usdE8: usd(3_000), at: WALL }, hourlyVolatility: 0.004, isNamed: true }], priceApart: 10_000n as Bps, adding: { kind: 'possible' }, key: { kind: 'valid', ends: { kind: 'never' } }, order: { kind: 'none' }, sent: [], stop: 'none', offsets: [], ...change,
  };
}

describe('the levels of an account', () => {
  it('come earlier the more the price moves, inside what its owner allows', () => {
    const at = (hourly: number) => accountLevels({ ...DEFAULT_ACCOUNT_BOUNDS, earliest: 0n as Wad, latest: WAD }, ratio(0.02), hourly);
    // A move of 2.326 x 0.4% x sqrt 24 = 4.56%: 0.02 / (0.0456 + 0.02 x 1.0456).
    expect(at(0.004).moveBps).toBe(456n);
    expect(Number(at(0.004).trigger) / 1e18).toBeCloseTo(0.02 / (0.0456 + 0.02 * 1.0456), 6);
    fc.assert(fc.property(fc.double({ min: 0, max: 0.5, noNaN: true }), fc.double({ min: 0, max: 0.5, noNaN: true }), (one, other) => {
      const [calm, wild] = [Math.min(one, other), Math.max(one, other)];
      expect(at(wild).trigger <= at(calm).trigger).toBe(true);
      const bounded = accountLevels(DEFAULT_ACCOUNT_BOUNDS, ratio(0.02), wild);
      expect(bounded.trigger >= DEFAULT_ACCOUNT_BOUNDS.earliest && bounded.trigger <= DEFAULT_ACCOUNT_BOUNDS.latest && bounded.target < bounded.trigger).toBe(true);
    }));
  });
});

describe('a derivative account', () => {
  it('is left alone while its margin is thick, or it holds nothing', () => {
    expect(protectAccount(input({ equity: 20_000 }))).toMatchObject({ kind: 'hold', reason: 'healthy' });
    expect(protectAccount(input({ size: 0 }))).toMatchObject({ kind: 'hold', reason: 'no-positions' });
  });

  it('takes its own free balance into the isolated position, exactly what is needed, where that is cheapest', () => {
    const decision = protectAccount(input({ free: 50_000 }));
    expect(decision).toMatchObject({ kind: 'act', reason: 'below-trigger', action: { kind: 'add-margin' } });
    if (decision.kind !== 'act' || decision.action.kind !== 'add-margin' || !('target' in decision.levels)) return;
    expect(6_000 / (10_000 + Number(decision.action.amount) / 1e18)).toBeCloseTo(Number(decision.levels.target) / 1e18, 9);
    expect(decision.candidates.map(({ action, verdict }) => [action.kind, verdict])).toEqual([['add-margin', 'chosen'], ['close', 'possible'], ['offset', 'impossible'], ['deposit', 'possible']]);
  });

  it.each([['too little is free', { free: 100 }], ['the margin is shared', { free: 50_000, equity: 10_000, isolated: false, change: {} }]])('closes a part with a reduce-only order where %s', (name, given: Given) => {
    const shared = name === 'the margin is shared' ? { ...given, equity: -40_000 } : given;
    const decision = protectAccount(input(shared));
    expect(decision).toMatchObject({ kind: 'act', action: { kind: 'close', order: { side: 'sell', reduceOnly: true, isEmergency: true } } });
  });

  it('closes so much that the margin use is at the target, whichever way the position points', () => {
    fc.assert(fc.property(fc.integer({ min: 20, max: 400 }), fc.boolean(), fc.integer({ min: 30, max: 99 }), (size, long, used) => {
      const equity = (size * 3_000 * 0.02) / (used / 100);
      const decision = protectAccount(input({ size: long ? size : -size, equity, change: { bounds: { ...DEFAULT_ACCOUNT_BOUNDS, depthShare: 10_000n as Bps } } }));
      if (decision.kind === 'hold') return;
      expect(decision.kind === 'act' && decision.action.kind).toBe('close');
      if (decision.kind !== 'act' || decision.action.kind !== 'close' || !('target' in decision.levels)) return;
      const closed = Number(decision.action.order.contracts) / 1e18;
      expect(decision.action.order.side).toBe(long ? 'sell' : 'buy');
      expect(closed).toBeLessThanOrEqual(size);
      const left = equity - closed * 3_000 * 0.01;
      expect(left <= 0 || ((size - closed) * 3_000 * 0.02) / left <= Number(decision.levels.target) / 1e18 + 1e-9).toBe(true);
    }));
  });

  it('of isolated margin counts what is free beside it: the closed share of the margin is set free as well, and all of it is added afterwards', () => {
    const alone = protectAccount(input({ equity: 10_000 }));
    const beside = protectAccount(input({ equity: 10_000, free: 1_000 }));
    if (alone.kind !== 'act' || alone.action.kind !== 'close' || beside.kind !== 'act' || beside.action.kind !== 'close' || !('target' in beside.levels)) throw new Error('no part was closed');
    expect(beside.action.order.contracts).toBeLessThan(alone.action.order.contracts);
    // What the venue makes of it: the share closed, that share of the margin free, less what closing cost; then everything free is added.
    const share = Number(beside.action.order.contracts) / 1e18 / 100;
    const free = 1_000 + share * (10_000 - 300_000 * 0.01);
    const needed = (6_000 * (1 - share)) / (Number(beside.levels.target) / 1e18) - 10_000 * (1 - share);
    expect(free).toBeGreaterThanOrEqual(needed);
    expect(free).toBeLessThan(needed * 1.01);
  });

  it('of isolated margin closes all or nothing where it may not put back what closing a part sets free', () => {
    const bounds = { ...DEFAULT_ACCOUNT_BOUNDS, mayAddMargin: false };
    expect(protectAccount(input({ free: 50_000, change: { bounds } }))).toMatchObject({ kind: 'cannot', reason: 'owner-must-deposit' });
    expect(protectAccount(input({ equity: 8_000, change: { bounds } }))).toMatchObject({ kind: 'act', action: { kind: 'close', order: { contracts: contracts(100) } } });
    expect(protectAccount(input({ equity: 8_000, change: { bounds: { ...bounds, mostClosed: 5_000n as Bps } } }))).toMatchObject({ kind: 'act', action: { kind: 'close', order: { contracts: contracts(50) } } });
  });

  it('while margin is on its way waits for it, and closes no more than a part once that cannot wait; nothing is taken for its owner forbidding it', () => {
    const adding = { kind: 'under-way', since: WALL - 1_000 } as const;
    expect(protectAccount(input({ free: 50_000, change: { adding } }))).toMatchObject({ kind: 'hold', reason: 'order-under-way' });
    expect(protectAccount(input({ free: 50_000, change: { adding: { kind: 'under-way', since: WALL - 16_000 } } }))).toMatchObject({ kind: 'cannot', reason: 'owner-must-deposit', owner: { kind: 'deposit' } });
    const late = protectAccount(input({ equity: 8_000, free: 50_000, change: { adding } }));
    if (late.kind !== 'act' || late.action.kind !== 'close') throw new Error('nothing was closed');
    expect(late.action.order.contracts).toBeLessThan(contracts(100));
  });

  it('where the venue does not take the margin, tries other ways and tells what to deposit; after the third refusal it closes the whole before the venue does', () => {
    const refused = (times: number, equity: number) => protectAccount(input({ equity, free: 50_000, change: { adding: { kind: 'turned-down', times } } }));
    expect(refused(1, 10_000)).toMatchObject({ kind: 'cannot', reason: 'owner-must-deposit', owner: { kind: 'deposit' } });
    const [first, third] = [refused(1, 8_000), refused(3, 8_000)];
    if (first.kind !== 'act' || first.action.kind !== 'close') throw new Error('nothing was closed');
    expect(first.action.order.contracts).toBeLessThan(contracts(100));
    expect(third).toMatchObject({ kind: 'act', action: { kind: 'close', order: { contracts: contracts(100) } } });
  });

  it('asks for no price beyond what its key’s limits allow from the mark, whatever the other prices are', () => {
    const [one] = input().held;
    const market = known(aMarket({ levelContracts: 1_000, priceUsd: 2_980, indexUsdE8: { kind: 'price', usdE8: usd(3_000), at: WALL } }), WALL);
    const decision = protectAccount(input({ size: -100, change: { held: [{ ...one!, market }], priceApart: 50n as Bps } }));
    if (decision.kind !== 'act' || decision.action.kind !== 'close' || decision.action.order.priceCap.unit !== 'usd') throw new Error('nothing was closed');
    expect(decision.action.order.priceCap.usdE8).toBeLessThanOrEqual(usd(2_980 * 1.004));
  });

  it('is not called healthy while it has a position with a margin of its own that nobody here can judge', () => {
    const given = input({ equity: 40_000 });
    if (given.account.kind === 'unknown') throw new Error('not read');
    const other = aPerpPosition({ instrument: instrumentId(HYPERLIQUID, 'SOL'), margin: { kind: 'isolated', margin: settlement(100), maintenance: known(settlement(95), WALL) } });
    const withOther = (position: PerpetualPosition) => protectAccount({ ...given, account: known({ ...(given.account as { value: DerivativeAccount }).value, positions: [...(given.account as { value: DerivativeAccount }).value.positions, position] }, WALL) });
    expect(protectAccount(given)).toMatchObject({ kind: 'hold', reason: 'healthy' });
    expect(withOther(other)).toMatchObject({ kind: 'cannot', reason: 'margin-unknown', instrument: other.instrument });
    expect(withOther({ ...other, margin: { kind: 'cross' } })).toMatchObject({ kind: 'hold', reason: 'healthy' });
  });

  it('of what its key does not name can do nothing, and says so', () => {
    const [one] = input().held;
    expect(protectAccount(input({ free: 50_000, change: { held: [{ ...one!, isNamed: false }] } }))).toMatchObject({ kind: 'cannot', reason: 'key-refused' });
  });

  it('tells its owner exactly what to deposit where nothing else can be done', () => {
    const bounds = { ...DEFAULT_ACCOUNT_BOUNDS, mayClose: false };
    const decision = protectAccount(input({ change: { bounds } }));
    expect(decision).toMatchObject({ kind: 'cannot', reason: 'owner-must-deposit', owner: { kind: 'deposit', currency: 'USDC' } });
    if (decision.kind !== 'cannot' || decision.owner.kind !== 'deposit' || !('target' in decision.levels)) return;
    expect(6_000 / (10_000 + Number(decision.owner.amount) / 1e18)).toBeCloseTo(Number(decision.levels.target) / 1e18, 9);
    expect(protectAccount(input({ change: { bounds: { ...bounds, mayAddMargin: false } } }))).toMatchObject({ kind: 'cannot', reason: 'nothing-allowed' });
  });

  it('opens the opposite elsewhere only where nothing restores it, and says that it saves nothing', () => {
    const other = aLeg({ account: { id: venueAccountId(HYPERLIQUID, 'other') }, equityUsd: 500_000 });
    const bounds = { ...DEFAULT_ACCOUNT_BOUNDS, mayClose: false, mayOffset: true };
    const decision = protectAccount(input({ change: { bounds, offsets: [other] } }));
    expect(decision).toMatchObject({ kind: 'act', action: { kind: 'offset', order: { side: 'sell', reduceOnly: false, account: other.id, contracts: contracts(100) } } });
    expect(protectAccount(input({ change: { bounds: { ...bounds, mayClose: true }, offsets: [other] } }))).toMatchObject({ action: { kind: 'close' } });
    expect(protectAccount(input({ change: { bounds, offsets: [{ ...other, order: { kind: 'unknown', id: 'a'.repeat(32) as never } }] } }))).toMatchObject({ kind: 'cannot' });
  });

  it.each<[string, Partial<AccountInput>, string]>([
    ['a stop of everything', { stop: 'cancel-all' }, 'stopped'], ['a refused key', { key: { kind: 'refused', why: 'revoked' } }, 'key-refused'], ['an order that nobody knows of', { order: { kind: 'unknown', id: 'a'.repeat(32) as never } }, 'order-unknown'],
    ['no reading', { account: unknown('503') }, 'account-unread'], ['an instrument that nobody knows', { held: [] }, 'margin-unknown'],
  ])('cannot with %s, and says so', (_, change, reason) => expect(protectAccount(input({ change }))).toMatchObject({ kind: 'cannot', reason }));

  it('reduces also on prices that disagree, and waits for its own order', () => {
    const [one] = input().held;
    expect(protectAccount(input({ change: { held: [{ ...(one as NonNullable<typeof one>), oracle: { kind: 'price', usdE8: usd(2_000), at: WALL } }] } }))).toMatchObject({ kind: 'act', action: { kind: 'close' } });
    expect(protectAccount(input({ change: { order: { kind: 'open', id: 'a'.repeat(32) as never } } }))).toMatchObject({ kind: 'hold', reason: 'order-under-way' });
  });

  it('is not closed again at once where the venue turned the last orders down: another way is taken, or its owner is told what to deposit', () => {
    const sent = (account: string) => [1, 2, 3].map((ago) => aSentOrder({ at: WALL - 4_000 + ago * 1_000, account: account as never, reduceOnly: true, isRejected: true }));
    const { id } = aDerivativeAccount();
    expect(protectAccount(input({ change: { sent: sent(id) } }))).toMatchObject({ kind: 'cannot', reason: 'owner-must-deposit', owner: { kind: 'deposit' } });
    expect(protectAccount(input({ free: 50_000, change: { sent: sent(id), bounds: { ...DEFAULT_ACCOUNT_BOUNDS, capitalRate: WAD * 1_000n as Wad } } }))).toMatchObject({ kind: 'act', action: { kind: 'add-margin' } });
    expect(protectAccount(input({ change: { sent: sent(id), now: WALL + 8_000 } }))).toMatchObject({ kind: 'act', action: { kind: 'close' } });
  });

  it('with nothing left is closed whole', () => {
    expect(protectAccount(input({ equity: 0, change: { bounds: { ...DEFAULT_ACCOUNT_BOUNDS, depthShare: 10_000n as Bps } } }))).toMatchObject({ kind: 'act', action: { kind: 'close', order: { contracts: contracts(100) } } });
  });
});
