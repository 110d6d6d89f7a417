import { describe, expect, it } from 'vitest';
import { DEFAULT_ACCOUNT_BOUNDS, decideHedge, protectAccount, type AccountDecision } from '@ballast/policy';
import { clientOrderId, known, usdQuote, type Reading } from '@ballast/positions';
import type { VenueOrderRecord } from '@ballast/storage';
import { WALL, aDerivativeAccount, aMarket, aPerpPosition, aPerpetual, coinQuote, contracts, settlement, usd } from '../../../../../test/factories/derivatives.js';
import { aHedgeInput } from '../../../../../test/factories/hedge.js';
import { OWNER } from '../../../../../test/factories/lending-position.js';
import { aHedgeRecord, anAccountRecord } from '../../../../../test/factories/stored-venues.js';
import * as contract from '../../contract/hedging-schemas.js';
import { hedgeDecisionView, venueOrderView } from './hedge-decision-view.js';

const ACCOUNT = aDerivativeAccount().id;
const at = new Date(WALL);
const anOrder = (change: Partial<VenueOrderRecord['intent']> = {}, order: Partial<VenueOrderRecord['intent']['order']> = {}): VenueOrderRecord => ({
  intent: {
    order: { account: ACCOUNT, instrument: aPerpetual().id, clientId: clientOrderId('a'.repeat(32)), side: 'sell', contracts: contracts(2.5), priceCap: usdQuote(usd(2_991)), reduceOnly: false, validUntil: WALL + 20_000, ...order },
    underlying: 'ETH', state: 'FILLED', sent: { kind: 'sent', times: 1, lastAt: WALL }, filled: contracts(2.5), why: { kind: 'nothing' }, ...change,
  },
  chainId: 31337 as never, owner: OWNER, decisionId: 'decision', planId: 'plan', notionalUsdE8: usd(7_500.001), createdAt: at, closedAt: at, steps: [{ seq: 0, from: 'PLANNED', event: 'sending', to: 'SENT', at, detail: {} }],
} as unknown as VenueOrderRecord);

/** Of a short of 10 ETH with so much equity. */
function protecting(equityUsd: number): AccountDecision {
  const account: Reading<ReturnType<typeof aDerivativeAccount>> = known(aDerivativeAccount({ equity: settlement(equityUsd), maintenanceMargin: known(settlement(600), WALL), positions: [aPerpPosition()] }), WALL);
  return protectAccount({ account, bounds: DEFAULT_ACCOUNT_BOUNDS, now: WALL, held: [{ instrument: aPerpetual(), market: known(aMarket(), WALL), oracle: { kind: 'price', usdE8: usd(3_000), at: WALL }, hourlyVolatility: 0.007, isNamed: true }], priceApart: 10_000n as never, adding: { kind: 'possible' }, key: { kind: 'valid', ends: { kind: 'never' } }, order: { kind: 'none' }, sent: [], stop: 'none', offsets: [] });
}

describe('a decision about a hedge', () => {
  it('is told with its reason as a sentence and all that was weighed, in words', () => {
    const told = contract.hedgeDecision.parse(hedgeDecisionView(aHedgeRecord(decideHedge(aHedgeInput())), [anOrder()], [{ move: { account: ACCOUNT, instrument: aPerpetual().id, amount: settlement(12.5), state: 'DONE' } as never, currency: 'USDC', createdAt: at }]));
    expect(told).toMatchObject({ about: { kind: 'hedge', hedge: 'plan', underlying: 'ETH' }, kind: 'act', reason: 'outside-band', sentence: expect.stringContaining('brought to the edge of the band'), times: 1, moves: [{ instrument: 'ETH', amount: '12.5', currency: 'USDC', state: 'DONE' }] });
    expect(told.candidates[0]).toMatchObject({ action: 'Sell the perpetual', where: 'Hyperliquid', verdict: 'chosen', costUsd: expect.stringMatching(/^\d+\.\d\d$/) });
    expect(told.candidates.find(({ action }) => action === 'Repay the loan')).toMatchObject({ where: '', coins: null, costUsd: null, verdict: 'possible' });
    expect(told.candidates.find(({ action }) => action === 'Wait')).toMatchObject({ coins: null, costUsd: '0.00', why: expect.stringContaining('unhedged') });
    for (const { action, where } of told.candidates) expect(`${action} ${where}`).not.toMatch(/:account:|nowhere|deleverage/);
  });
});

describe('a decision about a derivative account', () => {
  it('tells the chosen way’s own words, or why there is none', () => {
    const acting = contract.hedgeDecision.parse(hedgeDecisionView(anAccountRecord(protecting(900)), [], []));
    expect(acting).toMatchObject({ about: { kind: 'account', account: ACCOUNT }, kind: 'act', reason: 'below-trigger', sentence: expect.stringMatching(/^Closing/) });
    expect(acting.candidates.map(({ action, costUsd }) => [action, costUsd === null])).toEqual([['Add margin', true], ['Close a part', false], ['Open the opposite elsewhere', true], ['Deposit', false]]);
    expect(hedgeDecisionView(anAccountRecord(protecting(60_000)), [], [])).toMatchObject({ kind: 'hold', sentence: 'There is margin enough; nothing is to be done.', candidates: [] });
  });
});

describe('an order', () => {
  it('is told with its cap, its worth rounded up and its steps in words', () => {
    expect(contract.venueOrder.parse(venueOrderView(anOrder()))).toMatchObject({ id: 'a'.repeat(32), venueName: 'Hyperliquid', instrument: 'ETH', contracts: '2.5', filled: '2.5', capUsd: '2991', notionalUsd: '7500.01', why: null, steps: [{ seq: 0, event: 'on its way to the venue', to: 'SENT' }] });
  });
  it('has no cap in dollars where it is capped in coins', () => expect(venueOrderView(anOrder({}, { priceCap: coinQuote(0.05) })).capUsd).toBeNull());
  it('that was dropped says why as a sentence', () => expect(venueOrderView(anOrder({ state: 'DROPPED', why: { kind: 'dropped', code: 'plan-changed' } })).why).toBe('The hedge had been changed meanwhile.'));
});
