import { describe, expect, it } from 'vitest';
import { DEFAULT_ACCOUNT_BOUNDS, decideHedge, protectAccount, type AccountDecision, type FailedOrders, type MarginMove, type VenueIntent, type VenueOwner } from '@ballast/policy';
import { clientOrderId, known, usdQuote } from '@ballast/positions';
import { address, chainId } from '@ballast/units';
import { WALL, aDerivativeAccount, aMarket, aPerpPosition, aPerpetual, contracts, settlement, usd } from '../../../../test/factories/derivatives.js';
import { aHedgeInput } from '../../../../test/factories/hedge.js';
import { noticesOfMove, noticesOfOrder, noticesOfTrials, unknownOrder } from './order-notices.js';

const OWNER: VenueOwner = { chainId: chainId(1), owner: address(`0x${'0a'.repeat(20)}`) };
const ACCOUNT = aDerivativeAccount().id;
const LISTED = aPerpetual();
const NONE = { kind: 'none' } as const;

const anOrder = (change: Partial<VenueIntent> = {}, reduceOnly = false): VenueIntent => ({
  order: { account: ACCOUNT, instrument: LISTED.id, clientId: clientOrderId('a'.repeat(32)), side: 'buy', contracts: contracts(10), priceCap: usdQuote(usd(3_000)), reduceOnly, validUntil: WALL + 10_000 },
  underlying: 'ETH', state: 'FILLED', sent: { kind: 'sent', times: 1, lastAt: WALL }, filled: contracts(10), why: { kind: 'nothing' }, ...change,
});
const closing: AccountDecision = protectAccount({
  account: known(aDerivativeAccount({ equity: settlement(700), maintenanceMargin: known(settlement(600), WALL), positions: [aPerpPosition()] }), WALL), bounds: DEFAULT_ACCOUNT_BOUNDS, now: WALL,
  held: [{ instrument: aPerpetual(), market: known(aMarket(), WALL), oracle: { kind: 'price', usdE8: usd(3_000), at: WALL }, hourlyVolatility: 0.007, isNamed: true }], priceApart: 10_000n as never, adding: { kind: 'possible' }, key: { kind: 'valid', ends: { kind: 'never' } }, order: { kind: 'none' }, sent: [], stop: 'none', offsets: [],
});
const PROTECTING = { decisionId: 'd-1', decision: closing, guarded: ACCOUNT } as const;

describe('an order that ended', () => {
  it('for a guarded account is told as protection, with what was really filled', () => {
    const told = noticesOfOrder(OWNER, anOrder({ state: 'CANCELED', filled: contracts(4) }, true), NONE, { purpose: PROTECTING, listed: LISTED, now: WALL });
    expect(told).toMatchObject([{ kind: 'account.protected', severity: 'warning', data: { account: ACCOUNT, action: 'close', amount: '4', instrument: 'ETH', usePercent: '85.8', limit: '3000.00', left: '6', decisionId: 'd-1' } }]);
    expect(Number(told[0]?.data['costUsd'])).toBeGreaterThan(0);
  });

  it('for a guarded account and of which nothing was filled is none', () => {
    expect(noticesOfOrder(OWNER, anOrder({ state: 'CANCELED', filled: contracts(0) }, true), NONE, { purpose: null, listed: LISTED, now: WALL })).toEqual([]);
  });

  it('for a hedge is told as a trade', () => {
    const purpose = { decisionId: 'd-1', decision: decideHedge(aHedgeInput()), guarded: null } as const;
    expect(noticesOfOrder(OWNER, anOrder(), NONE, { purpose, listed: LISTED, now: WALL })).toMatchObject([{ kind: 'hedge.traded', data: { coins: '10.000000', side: 'buy' } }]);
  });
});

describe('an order of which nobody knows whether the venue has it', () => {
  const unknown = (name: string, lastAt: number): string => {
    const { order, ...rest } = anOrder({ state: 'UNKNOWN', filled: contracts(0), sent: { kind: 'sent', times: 1, lastAt } });
    return unknownOrder(OWNER, { ...rest, order: { ...order, clientId: clientOrderId(name.repeat(32)) } }).id;
  };

  it('is told once an hour an account: where none of them arrives it is one trouble and not many', () => {
    const hour = Math.floor(WALL / 3_600_000) * 3_600_000;
    expect(unknown('2', hour + 60_000)).toBe(unknown('1', hour));
    expect(unknown('3', hour + 3_600_000)).not.toBe(unknown('1', hour));
  });
});

const FIRST = clientOrderId('1'.repeat(32));
const refused = anOrder({ state: 'REJECTED', filled: contracts(0), why: { kind: 'rejected', rejection: { reason: 'margin', code: '10009', message: 'not_enough_funds' } } });
const failed = (change: Partial<FailedOrders> = {}): FailedOrders => ({ first: FIRST, times: 3, since: WALL - 60_000, last: refused, lastAt: WALL - 1_000, ...change });

describe('orders of one instrument', () => {
  it('that fail three times in a row are told once a spell, critical, with the venue’s reason in words', () => {
    const [notice, ...none] = noticesOfTrials(OWNER, { failing: failed(), over: null }, WALL);
    expect(none).toEqual([]);
    expect(notice).toMatchObject({
      id: `evt_venue_orders_fail_${FIRST}`, kind: 'venue.orders-fail', severity: 'critical',
      data: { account: ACCOUNT, instrument: 'ETH', side: 'buy', times: 3, reason: 'margin', sentence: 'The venue refused it: the account has too little margin for it.', since: new Date(WALL - 60_000).toISOString() },
    });
    expect(JSON.stringify(notice)).not.toMatch(/10009|not_enough_funds/);
    expect(noticesOfTrials(OWNER, { failing: failed({ times: 40 }), over: null }, WALL)[0]?.id).toBe(notice?.id);
  });

  it('that failed once or twice, or more than a day ago, are not told', () => {
    expect(noticesOfTrials(OWNER, { failing: failed({ times: 2 }), over: null }, WALL)).toEqual([]);
    expect(noticesOfTrials(OWNER, { failing: failed({ lastAt: WALL - 86_400_001 }), over: null }, WALL)).toEqual([]);
  });

  it('are told again once one of them is filled, where it was told that they fail', () => {
    expect(noticesOfTrials(OWNER, { failing: null, over: { failed: failed(), workedAt: WALL } }, WALL)).toMatchObject([{ id: `evt_venue_orders_work_${FIRST}`, kind: 'venue.orders-work', severity: 'info', data: { since: new Date(WALL - 60_000).toISOString(), until: new Date(WALL).toISOString() } }]);
    expect(noticesOfTrials(OWNER, { failing: failed({ times: 1 }), over: { failed: failed({ times: 2 }), workedAt: WALL } }, WALL)).toEqual([]);
  });
});

describe('a move of margin that the venue refuses', () => {
  const move = (change: Partial<MarginMove>): MarginMove => ({ id: 'm-1', account: ACCOUNT, instrument: LISTED.id, amount: settlement(50), marginBefore: settlement(10), state: 'REJECTED', sentAt: WALL, why: null, ...change });

  it('is told in words, once an hour for as long as it is tried', () => {
    const [never] = noticesOfMove(OWNER, move({ why: 'never-arrived' }), 'USDC');
    expect(never).toMatchObject({ kind: 'account.cannot', severity: 'warning', data: { sentence: '50.000000 USDC of the free balance did not get into the position. The venue never had it. Ballast looks for another way.' } });
    expect(noticesOfMove(OWNER, move({ id: 'm-2', sentAt: WALL + 2_000, why: 'Insufficient margin available' }), 'USDC')).toMatchObject([{ id: never?.id, data: { sentence: expect.stringContaining('The venue refused it: “Insufficient margin available”.') } }]);
    expect(noticesOfMove(OWNER, move({ sentAt: WALL + 3_600_000 }), 'USDC')[0]?.id).not.toBe(never?.id);
  });
});
