import { describe, expect, it } from 'vitest';
import { known, quoteValue, venueAccountId } from '@ballast/positions';
import type { Bps } from '@ballast/units';
import { HYPERLIQUID, WALL, aDerivativeAccount, aMarket, aPerpPosition, aPerpetual, contracts, settlement, usd } from '../../../../test/factories/derivatives.js';
import { aHedgeInput, aHedgePolicy, aLeg, anExposure } from '../../../../test/factories/hedge.js';
import { DEFAULT_ACCOUNT_BOUNDS, decideHedge, protectAccount, type AccountInput, type HedgeInput, type PlannedOrder } from '../index.js';

/** What the key's own limits allow, where the plan was stored with more. */
const KEY = { priceApart: 50n as Bps };
const STORED = { slippage: 100n as Bps, unwindSlippage: 100n as Bps };
const leg = (held: number, equityUsd = 60_000) => aLeg({ held, equityUsd, change: KEY });
const other = (held: number) => aLeg({ held, account: { id: venueAccountId(HYPERLIQUID, 'other') }, change: KEY });

function ordersOf(change: Partial<HedgeInput>, policy: Parameters<typeof aHedgePolicy>[0] = {}): readonly PlannedOrder[] {
  const decision = decideHedge(aHedgeInput({ policy: aHedgePolicy({ ...STORED, ...policy }), ...change }));
  return decision.kind === 'act' ? decision.orders : [];
}

function protecting(change: Partial<AccountInput>): readonly PlannedOrder[] {
  const decision = protectAccount({
    account: known(aDerivativeAccount({ equity: settlement(9_000), free: settlement(0), maintenanceMargin: known(settlement(6_000), WALL), positions: [aPerpPosition({ contracts: contracts(-100) })] }), WALL), bounds: DEFAULT_ACCOUNT_BOUNDS, now: WALL,
    held: [{ instrument: aPerpetual(), market: known(aMarket({ levelContracts: 1_000 }), WALL), oracle: { kind: 'price', usdE8: usd(3_000), at: WALL }, hourlyVolatility: 0.004, isNamed: true }], ...KEY, adding: { kind: 'possible' }, key: { kind: 'valid', ends: { kind: 'never' } }, order: { kind: 'none' }, sent: [], stop: 'none', offsets: [], ...change,
  });
  return decision.kind === 'act' && decision.action.kind !== 'add-margin' && 'order' in decision.action ? [decision.action.order] : [];
}

describe('a plan that was stored with a worse price than its key allows', () => {
  it.each<[string, readonly PlannedOrder[]]>([
    ['growth', ordersOf({ legs: [leg(0)] })], ['a smaller hedge', ordersOf({ legs: [leg(-20)], exposure: anExposure(5) })], ['the end of a hedge', ordersOf({ legs: [leg(-20)] }, { mode: { kind: 'none' } })], ['a cut', ordersOf({ legs: [leg(-20, 1_600)] })],
    ['a leg that leaves', ordersOf({ legs: [leg(-20)], leaving: [other(-5)] })], ['a part that protects an account', protecting({})], ['an opposite position', protecting({ bounds: { ...DEFAULT_ACCOUNT_BOUNDS, mayClose: false, mayOffset: true }, offsets: [other(0)] })],
  ])('asks for no worse one with %s', (_, orders) => {
    expect(orders.length).toBeGreaterThan(0);
    for (const { side, priceCap } of orders) {
      const cap = Number(quoteValue(priceCap)) / 1e8;
      if (side === 'buy') expect(cap).toBeLessThanOrEqual(3_000 * 1.005);
      else expect(cap).toBeGreaterThanOrEqual(3_000 * 0.995);
    }
  });
});
