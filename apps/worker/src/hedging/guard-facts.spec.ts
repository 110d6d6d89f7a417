import { describe, expect, it } from 'vitest';
import { DEFAULT_ACCOUNT_BOUNDS } from '@ballast/policy';
import { known, unknown, venueAccountId } from '@ballast/positions';
import { address, chainId } from '@ballast/units';
import { HYPERLIQUID, WALL, aDerivativeAccount, aPerpPosition, aPerpetual, usd } from '../../../../test/factories/derivatives.js';
import { aLeg } from '../../../../test/factories/hedge.js';
import type { AccountLook } from './account-watch.js';
import { GuardFacts, type GuardFactsParts } from './guard-facts.js';

const [GUARDED, FREE, CARRIER] = ['guarded', 'free', 'carrier'].map((name) => venueAccountId(HYPERLIQUID, name)) as [ReturnType<typeof venueAccountId>, ReturnType<typeof venueAccountId>, ReturnType<typeof venueAccountId>];
const look = (id: typeof GUARDED, held = false): AccountLook => ({
  id, reading: known(aDerivativeAccount({ id, positions: held ? [aPerpPosition({ account: id })] : [] }), WALL), instruments: [aPerpetual()], verdict: 'reconciled', isShaken: false, trouble: { kind: 'none' }, misbooked: [], settling: [],
});

const facts = new GuardFacts({
  positions: { ofAccount: async () => [] }, records: { sent: async () => [] }, now: () => WALL,
  keeping: { stop: async () => 'none', carriers: async () => new Set([CARRIER]), keys: { standing: async () => ({ key: { kind: 'valid', ends: { kind: 'never' } }, scopes: unknown(''), allowed: [aPerpetual().id], mostUsdE8: usd(1_000), mostApart: 100n }) } as never },
  legs: { of: async (_: unknown, { id }: AccountLook) => aLeg({ account: { id } }), underWay: async () => ({ kind: 'none' }), adding: async () => ({ kind: 'possible' }), market: async () => unknown(''), volatility: async () => 0.01 } as never,
} satisfies GuardFactsParts);

describe('where an opposite position could be opened', () => {
  it('is in no account that carries a hedge', async () => {
    const guarded = { chainId: chainId(1), owner: address(`0x${'0a'.repeat(20)}`), id: GUARDED, bounds: { ...DEFAULT_ACCOUNT_BOUNDS, mayOffset: true } };
    const { offsets } = await facts.of(guarded, new Map([look(GUARDED, true), look(CARRIER), look(FREE)].map((one) => [one.id, one])), []);
    expect(offsets.map(({ id }) => id)).toEqual([FREE]);
  });
});
