import { describe, expect, it } from 'vitest';
import { DEFAULT_ACCOUNT_BOUNDS, protectAccount, type AccountDecision, type AccountInput, type GuardedAccount } from '@ballast/policy';
import { known } from '@ballast/positions';
import { address, chainId } from '@ballast/units';
import { WALL, aDerivativeAccount, aMarket, aPerpPosition, aPerpetual, settlement, usd } from '../../../../test/factories/derivatives.js';
import { noticesOfAccount } from './account-notices.js';
import type { DecisionRun } from './keeping.js';

const GUARDED: GuardedAccount = { chainId: chainId(1), owner: address(`0x${'0a'.repeat(20)}`), id: aDerivativeAccount().id, bounds: DEFAULT_ACCOUNT_BOUNDS };

/** A short of 10 ETH that needs 600 dollars of margin, with 700 there. */
const decided = (change: Partial<AccountInput>, at: number): AccountDecision => ({
  ...protectAccount({
    account: known(aDerivativeAccount({ equity: settlement(700), maintenanceMargin: known(settlement(600), WALL), positions: [aPerpPosition()] }), WALL), bounds: DEFAULT_ACCOUNT_BOUNDS, now: WALL,
    held: [{ instrument: aPerpetual(), market: known(aMarket(), WALL), oracle: { kind: 'price', usdE8: usd(3_000), at: WALL }, hourlyVolatility: 0.007, isNamed: true }], priceApart: 10_000n as never, adding: { kind: 'possible' }, key: { kind: 'valid', ends: { kind: 'never' } }, order: { kind: 'none' }, sent: [], stop: 'none', offsets: [], ...change,
  }), at,
});
const nothingAllowed = (at: number): AccountDecision => decided({ bounds: { ...DEFAULT_ACCOUNT_BOUNDS, mayAddMargin: false, mayClose: false, mayOffset: false } }, at);
const orderUnknown = (at: number): AccountDecision => decided({ order: { kind: 'unknown', id: 'a'.repeat(32) as never } }, at);
const told = (decision: AccountDecision, before: DecisionRun | null, key: AccountInput['key'] = { kind: 'valid', ends: { kind: 'never' } }) => noticesOfAccount({ guarded: GUARDED, decision, before, key, isAlone: false });
const run = (decision: AccountDecision, since: number, unsettledSince = since): DecisionRun => ({ id: 'run', since, decision, spell: decision.kind === 'cannot' ? { id: 'spell', since: unsettledSince, unsettledSince, isTold: false } : null });

describe('a guarded account', () => {
  it('is not told as protected where that is only decided: what is done is told when it is done', () => {
    const act = decided({}, WALL + 1_000);
    expect(act).toMatchObject({ kind: 'act', action: { kind: 'close' } });
    expect(told(act, run(act, WALL))).toEqual([]);
  });

  it('that can be protected again is no longer the alarm that it may have been', () => {
    const before = run(nothingAllowed(WALL), WALL);
    expect(told(decided({}, WALL + 1_000), before)).toMatchObject([{ id: 'evt_account_over_spell', kind: 'alarm.over', severity: 'info', data: { of: 'account.cannot', subject: `guarded:${GUARDED.id}`, environment: 'paper' } }]);
  });

  it('is told what must be deposited once nothing could be done for a while, whatever the reasons were, each once a spell', () => {
    const before = run(orderUnknown(WALL + 11_000), WALL + 10_000, WALL);
    const [notice, ...none] = told(nothingAllowed(WALL + 12_000), before);
    expect(none).toEqual([]);
    expect(notice).toMatchObject({ id: 'evt_account_cannot_spell_nothing-allowed', kind: 'account.cannot', severity: 'critical', data: { reason: 'nothing-allowed', currency: 'USDC', since: new Date(WALL).toISOString() } });
    expect(told(nothingAllowed(WALL + 12_000), run(nothingAllowed(WALL + 4_000), WALL + 3_000))).toEqual([]);
  });

  it('is told that its key is refused also while it is healthy, once a day', () => {
    const healthy = decided({ account: known(aDerivativeAccount({ positions: [] }), WALL) }, WALL + 1_000);
    expect(healthy.kind).toBe('hold');
    const [notice, ...none] = told(healthy, null, { kind: 'refused', why: 'API Wallet does not exist' });
    expect(none).toEqual([]);
    expect(notice).toMatchObject({ kind: 'hedge.key', severity: 'critical', data: { problem: 'refused', why: 'API Wallet does not exist' } });
    expect(told({ ...healthy, at: WALL + 9_000 }, null, { kind: 'refused', why: 'x' })[0]?.id).toBe(notice?.id);
  });
});
