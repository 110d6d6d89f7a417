import { known, unknown, venueAccountId, type InstrumentId } from '@ballast/positions';
import type { ContractsE18 } from '@ballast/units';
import { describe, expect, it } from 'vitest';
import { DERIBIT, WALL, aDerivativeAccount, aMarket, anOption, anOptionPosition, contracts } from '../../../../test/factories/derivatives.js';
import { aHedgePolicy } from '../../../../test/factories/hedge.js';
import type { AccountLook } from './account-watch.js';
import { PutAccounts } from './put-account.js';

const ACCOUNT = venueAccountId(DERIBIT, 'main.ETH');
const PUT = anOption();
const STANDING = { key: { kind: 'valid', ends: { kind: 'never' } } } as const;
const look = (change: Partial<AccountLook> = {}): AccountLook => ({
  id: ACCOUNT, reading: known(aDerivativeAccount({ ...DERIBIT, id: ACCOUNT, positions: [anOptionPosition({ account: ACCOUNT, contracts: contracts(25) })] }), WALL), instruments: [PUT], verdict: 'reconciled', isShaken: false, trouble: { kind: 'none' }, misbooked: [], settling: [], ...change,
});

async function found(own: number, mode: 'tail' | 'none', looks: readonly AccountLook[] = [look()], standing: typeof STANDING | null = STANDING) {
  const asked: (readonly [readonly InstrumentId[], number])[] = [];
  const accounts = new PutAccounts({
    records: { bought: async () => new Map<InstrumentId, ContractsE18>([[PUT.id, contracts(own)]]) }, legs: { underWay: async () => ({ kind: 'none' }) },
    markets: { ask: (_what, _account, ids, everyMs) => void asked.push([ids, everyMs]), of: () => known(aMarket(), WALL) }, now: () => WALL,
  });
  return { account: await accounts.of({ id: 'p1', puts: { kind: 'account', account: ACCOUNT }, policy: aHedgePolicy({ mode: { kind: mode } }) }, new Map(looks.map((one) => [one.id, one])), standing, 'no-grow'), asked };
}

describe('the account that puts are in', () => {
  it('tells what it holds, and what of it the plan bought', async () => {
    const { account, asked } = await found(22, 'tail');
    expect(account).toMatchObject({ kind: 'read', id: ACCOUNT, isFresh: true, held: [{ contracts: contracts(25), own: contracts(22) }], order: { kind: 'none' }, key: STANDING.key, stop: 'no-grow' });
    expect(asked).toEqual([[[PUT.id], 60_000]]);
    expect((await found(22, 'none')).asked).toEqual([[[PUT.id], 5_000]]);
    // Sold by its owner, or never bought: none of it is the plan's to sell.
    expect((await found(-3, 'tail')).account).toMatchObject({ held: [{ contracts: contracts(25), own: 0n }] });
  });

  it('is not fresh where it was read a while ago or its venue is in trouble', async () => {
    const { reading } = look();
    expect((await found(22, 'tail', [look({ reading: { ...reading, kind: 'stale' } as never })])).account).toMatchObject({ kind: 'read', isFresh: false });
    expect((await found(22, 'tail', [look({ trouble: { kind: 'silent', why: '503', since: WALL } })])).account).toMatchObject({ isFresh: false });
  });

  it('counts as unread where it cannot be looked at, but for a plan that buys none and bought none', async () => {
    for (const looks of [[], [look({ reading: unknown('503') })]]) {
      expect((await found(22, 'none', looks)).account).toEqual({ kind: 'unread' });
      expect((await found(0, 'none', looks)).account).toEqual({ kind: 'none' });
      expect((await found(0, 'tail', looks)).account).toEqual({ kind: 'unread' });
    }
    expect((await found(22, 'tail', [look()], null)).account).toEqual({ kind: 'unread' });
  });
});
