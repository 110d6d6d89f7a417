import { describe, expect, it } from 'vitest';
import { clientOrderId, known, type OrderRequest } from '@ballast/positions';
import { loanBook } from '@ballast/risk';
import type { UsdE8 } from '@ballast/units';
import { WALL, aPerpetual, anInversePerpetual, contracts, ratio, settlement, usd } from '../../../../test/factories/derivatives.js';
import { aHedgePolicy, aLeg } from '../../../../test/factories/hedge.js';
import { aLendingPosition } from '../../../../test/factories/lending-position.js';
import { gateFactsOf, venueGate, type GateLook, type HedgeLeg } from '../index.js';

const leg = aLeg();
const order = (change: Partial<OrderRequest> = {}): OrderRequest => ({
  account: leg.id, instrument: leg.instrument.id, clientId: clientOrderId('1'.repeat(32)), side: 'sell', contracts: contracts(10), priceCap: { unit: 'usd', usdE8: usd(2_991) }, reduceOnly: false, validUntil: WALL + 5_000, ...change,
});
const look = (legs: readonly HedgeLeg[] = [leg], change: Partial<GateLook> = {}): GateLook => ({
  policy: aHedgePolicy(), now: WALL, legs, loans: [], oracle: { kind: 'price', usdE8: usd(3_000), at: WALL }, exposureIsFresh: true, isInsideBand: false, environment: 'paper', scopes: known({ trade: true, withdraw: false }, WALL), allowed: [leg.instrument.id], ...change,
});
const COUNTED = { stop: 'none', ordersToday: 0, ordersLastMinute: 0, notionalTodayUsdE8: 0n as UsdE8, grownTodayUsdE8: 0n as UsdE8, underWay: 'none' } as const;
const refused = (asked: OrderRequest, seen: GateLook): readonly string[] => {
  const facts = gateFactsOf(asked, seen);
  const verdict = facts === null ? null : venueGate(asked, { ...facts, ...COUNTED });
  return verdict === null ? ['none'] : verdict.kind === 'pass' ? [] : verdict.because;
};

describe('what the gate is told', () => {
  it('lets an order out that is inside of everything', () => {
    expect(refused(order(), look())).toEqual([]);
    expect(gateFactsOf(order(), look())).toMatchObject({ notionalUsdE8: usd(30_000), totalAfterUsdE8: usd(30_000), leverageAfter: { kind: 'known', wad: ratio(0.5) }, corridor: 'holds' });
  });

  it('counts what all legs would be worth, and what a reduction leaves', () => {
    const other = aLeg({ held: -4, account: { id: `${leg.id}2` as never } });
    expect(gateFactsOf(order(), look([leg, other]))?.totalAfterUsdE8).toBe(usd(42_000));
    expect(gateFactsOf(order({ side: 'buy', reduceOnly: true, contracts: contracts(3) }), look([aLeg({ held: -4 })]))?.totalAfterUsdE8).toBe(usd(3_000));
  });

  it.each<[string, OrderRequest, GateLook, string]>([
    ['more than the margin lives through', order({ contracts: contracts(40) }), look(), 'leverage'],
    ['a loan that is liquidated inside the corridor', order(), look([leg], { loans: [loanBook(aLendingPosition())], policy: aHedgePolicy({ corridor: { downBps: 2_500n as never, upBps: 5_000n as never } }) }), 'corridor'],
    ['a leg that could not be read', order(), look([leg, aLeg({ account: { id: `${leg.id}2` as never }, change: { account: { kind: 'unknown', why: '503' } } })]), 'corridor'],
    ['an account that is old', order(), look([{ ...leg, account: { ...leg.account, kind: 'stale' } as never }]), 'none-of-it'],
    ['isolated margin of an unknown leverage', order(), look([aLeg({ account: { marginMode: 'isolated' }, change: { leverage: { kind: 'unknown' } } })]), 'leverage'],
    ['no price', order(), look([aLeg({ change: { market: { kind: 'unknown', why: '503' } } })], { oracle: { kind: 'no-price' } }), 'price-cap'],
    ['nothing that could be reduced', order({ side: 'buy', reduceOnly: true, priceCap: { unit: 'usd', usdE8: usd(3_009) } }), look(), 'reduces-nothing'],
  ])('keeps back %s', (_, asked, seen, because) => {
    if (because === 'none-of-it') expect(gateFactsOf(asked, seen)?.held.kind).toBe('unknown');
    else expect(refused(asked, seen)).toContain(because);
  });

  it('knows no leg for an order of another instrument', () => expect(gateFactsOf(order({ instrument: aPerpetual({ id: 'paper:hyperliquid:instrument:BTC' as never }).id }), look())).toBeNull());

  it('of an account in coins only what is beyond its own coins counts as leverage', () => {
    const instrument = anInversePerpetual();
    const coin = aLeg({ account: { settlement: { kind: 'coin', underlying: 'ETH' }, equity: settlement(10), free: settlement(10), maintenanceMargin: known(settlement(0), WALL) }, change: { instrument } });
    const facts = gateFactsOf(order({ account: coin.id, instrument: instrument.id, contracts: contracts(45_000) }), look([coin], { allowed: [instrument.id] }));
    // 45,000 dollars are 15 ETH at 3,000; ten are the account's own.
    expect(facts?.leverageAfter).toEqual({ kind: 'known', wad: ratio(0.5) });
  });
});
