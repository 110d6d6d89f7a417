import type { HedgeDecision, AccountDecision } from '@ballast/policy';
import { instrumentId, known, type DerivativeAccount } from '@ballast/positions';
import type { StoredHedgePlan, StoredVenueAccount, StoredVenueKey, VenueDecisionRecord } from '@ballast/storage';
import { chainId } from '@ballast/units';
import { HYPERLIQUID, WALL, aDerivativeAccount, aPerpetual, usd } from './derivatives.js';
import { aHedgePolicy } from './hedge.js';
import { OWNER } from './lending-position.js';

const OF = { chainId: chainId(31337), owner: OWNER } as const;
const MADE = new Date(WALL - 3_600_000);

/** A paper key of Hyperliquid that its owner accepted, for ETH alone. */
export const aStoredKey = (change: Partial<StoredVenueKey> = {}): StoredVenueKey => ({
  ...OF, ...HYPERLIQUID, name: 'k3v9x0m2p7qa', label: 'my hedges', sealed: 'sealed', limits: { instruments: [instrumentId(HYPERLIQUID, 'ETH')], maxNotionalUsdE8: usd(100_000), turnoverPerDayUsdE8: usd(200_000), maxPriceApart: 50n as never },
  state: { kind: 'connected', ends: { kind: 'never' } }, createdAt: MADE, acceptedAt: MADE, endedAt: null, ...change,
});

/** An account of that key as it was read at `WALL`; `read` changes what was read. */
export function aStoredAccount(change: Partial<StoredVenueAccount> = {}, read: Partial<DerivativeAccount> = {}): StoredVenueAccount {
  const account = aDerivativeAccount(read);
  return { ...OF, id: account.id, keyName: 'k3v9x0m2p7qa', carriesHedges: true, environment: account.environment, bounds: null, reading: known(account, account.provenance.observedAt), unread: null, createdAt: MADE, ...change };
}

/** Hedges all of the owner's ETH in that account. */
export const aStoredPlan = (change: Partial<StoredHedgePlan> = {}): StoredHedgePlan => ({
  ...OF, id: 'plan', environment: 'paper', policy: aHedgePolicy(), legs: [{ account: aDerivativeAccount().id, instrument: aPerpetual().id, maxNotionalUsdE8: usd(60_000) }], leaving: [], puts: { kind: 'none' },
  active: true, endedWhy: null, danger: { kind: 'there' }, createdAt: MADE, changedAt: MADE, endedAt: null, ...change,
});

const record = { ...OF, id: 'decision', environment: 'paper', version: 1, looks: 1, createdAt: MADE } as const;
/** A decision about that plan as it is stored, looked at last when it was made. */
export const aHedgeRecord = (decision: HedgeDecision): VenueDecisionRecord => ({ ...record, about: { kind: 'hedge', planId: 'plan', underlying: decision.underlying, decision }, at: new Date(decision.at), lastAt: new Date(decision.at) });
export const anAccountRecord = (decision: AccountDecision): VenueDecisionRecord => ({ ...record, about: { kind: 'account', account: aDerivativeAccount().id, decision }, at: new Date(decision.at), lastAt: new Date(decision.at) });
