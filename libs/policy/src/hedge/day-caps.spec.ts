import { describe, expect, it } from 'vitest';
import { known } from '@ballast/positions';
import { WALL, aDerivativeAccount, aMarket, aPerpPosition, aPerpetual, contracts, settlement, usd } from '../../../../test/factories/derivatives.js';
import { aHedgeInput, aHedgePolicy, aLedger, aLeg, aSentOrder } from '../../../../test/factories/hedge.js';
import { DEFAULT_ACCOUNT_BOUNDS, decideHedge, protectAccount, type AccountInput, type HedgeDecision, type SentOrder } from '../index.js';

const HOUR_MS = 3_600_000;
const reduced = (dollars: number): SentOrder => aSentOrder({ at: WALL - HOUR_MS, side: 'buy', reduceOnly: true, notionalUsdE8: usd(dollars) });
const grown = (dollars: number): SentOrder => aSentOrder({ at: WALL - 2 * HOUR_MS, notionalUsdE8: usd(dollars) });

describe('reductions of a day', () => {
  /** 60,000 dollars are held, of at most 100,000, and everything is to be closed. */
  const closing = (most: number, orders: readonly SentOrder[]): HedgeDecision => decideHedge(aHedgeInput({ policy: aHedgePolicy({ maxNotionalUsdE8: usd(most), mode: { kind: 'none' } }), legs: [aLeg({ held: -20 })], ledger: aLedger({ orders }) }));

  it('come to four times what may be held, and no further', () => {
    expect(closing(100_000, [grown(400_000), reduced(340_000)]).kind).toBe('act');
    expect(closing(100_000, [grown(400_000), reduced(341_000)])).toMatchObject({ kind: 'cannot', reason: 'day-cap' });
  });

  it('may be larger than any fixed figure where as much was held before the day, also once its owner allows less', () => {
    expect(closing(10_000_000, [reduced(9_000_000)]).kind).toBe('act');
    expect(closing(1_000, [reduced(9_000_000)]).kind).toBe('act');
  });

  it('leave room to close all that grows', () => {
    const growing = (used: number): HedgeDecision => decideHedge(aHedgeInput({ policy: aHedgePolicy({ maxNotionalUsdE8: usd(100_000) }), legs: [aLeg()], ledger: aLedger({ orders: [grown(used), reduced(used)] }) }));
    const [free, bound, none] = [growing(300_000), growing(370_000), growing(400_000)];
    const worth = (decision: HedgeDecision): number => (decision.kind === 'act' ? Number(decision.orders[0]?.notionalUsdE8 ?? 0n) / 1e8 : 0);
    expect(worth(free)).toBeGreaterThan(50_000);
    expect(worth(bound)).toBeGreaterThan(29_000);
    expect(worth(bound)).toBeLessThanOrEqual(30_000);
    expect(none).toMatchObject({ kind: 'cannot', reason: 'day-cap' });
  });
});

describe('orders that protect an account', () => {
  /** A short of 100 whose margin is shared and nearly used up. */
  const input = (sent: readonly SentOrder[]): AccountInput => ({
    account: known(aDerivativeAccount({ equity: settlement(9_000), free: settlement(0), maintenanceMargin: known(settlement(6_000), WALL), positions: [aPerpPosition({ contracts: contracts(-100) })] }), WALL), bounds: DEFAULT_ACCOUNT_BOUNDS, now: WALL,
    held: [{ instrument: aPerpetual(), market: known(aMarket({ levelContracts: 1_000 }), WALL), oracle: { kind: 'price', usdE8: usd(3_000), at: WALL }, hourlyVolatility: 0.004, isNamed: true }], priceApart: 10_000n as never, adding: { kind: 'possible' }, key: { kind: 'valid', ends: { kind: 'never' } }, order: { kind: 'none' }, sent, stop: 'none', offsets: [],
  });
  const many = (times: number, agoMs: number): readonly SentOrder[] => Array.from({ length: times }, () => aSentOrder({ at: WALL - agoMs, side: 'buy', reduceOnly: true, notionalUsdE8: usd(50_000) }));

  it('keep the pace that the gate lets out, and wait where only that is in the way', () => {
    expect(protectAccount(input(many(5, 1_000)))).toMatchObject({ kind: 'act', action: { kind: 'close' } });
    expect(protectAccount(input(many(6, 1_000)))).toMatchObject({ kind: 'hold', reason: 'order-under-way' });
    expect(protectAccount(input(many(399, HOUR_MS)))).toMatchObject({ kind: 'act', action: { kind: 'close' } });
    expect(protectAccount(input(many(400, HOUR_MS)))).toMatchObject({ kind: 'cannot', reason: 'owner-must-deposit' });
  });
});
