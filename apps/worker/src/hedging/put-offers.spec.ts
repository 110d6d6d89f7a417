import { loanBook } from '@ballast/risk';
import { known, VenueUnavailable, venueAccountId, type InstrumentId, type VenueMarket } from '@ballast/positions';
import type { Bps } from '@ballast/units';
import { describe, expect, it } from 'vitest';
import { DERIBIT, WALL, aMarket, anOption, coins, contracts, usd } from '../../../../test/factories/derivatives.js';
import { aHedgePolicy, anExposure } from '../../../../test/factories/hedge.js';
import { aDebtLeg, aLendingPosition } from '../../../../test/factories/lending-position.js';
import type { AccountLook } from './account-watch.js';
import type { VenueLine } from './keeping.js';
import { PutMarkets } from './put-markets.js';
import { PutOffers } from './put-offers.js';

const ACCOUNT = venueAccountId(DERIBIT, 'main.ETH');
const OPTION = anOption({ strikeUsdE8: usd(2_600), expiresAt: WALL + 40 * 86_400_000 });
const loan = loanBook(aLendingPosition({ debts: [aDebtLeg({ rate: { kind: 'rate', underlying: 'USD', rateE18: 10n ** 18n as never } })] }));
const facts = { exposure: anExposure(10), loans: [loan], oracle: { kind: 'price', usdE8: usd(3_000), at: WALL }, allowed: [OPTION.id], mostApart: 500n as Bps, putAccount: { kind: 'none' } } as const;
const named = { puts: { kind: 'account', account: ACCOUNT }, policy: aHedgePolicy() } as const;
const unnamed = { ...named, puts: { kind: 'none' } } as const;
const market = aMarket({
  asks: [{ price: { unit: 'usd', usdE8: usd(40) }, contracts: contracts(20) }], indexUsdE8: { kind: 'price', usdE8: usd(2_990), at: WALL },
  option: { forwardUsdE8: known(usd(3_000), WALL), markVolatility: known(0.62, WALL), bidVolatility: known(0.6, WALL), askVolatility: known(0.64, WALL), venueGreeks: { kind: 'unknown', why: 'not told' } },
});
const look = (change: Partial<AccountLook> = {}): AccountLook => ({ id: ACCOUNT, reading: { kind: 'unknown', why: '' }, instruments: [OPTION], verdict: 'reconciled', isShaken: false, trouble: { kind: 'none' }, misbooked: [], settling: [], ...change });

function offers(answer: (id: InstrumentId) => Promise<VenueMarket> = async () => market) {
  const clock = { now: WALL };
  const asked: InstrumentId[] = [];
  const line = { reader: { market: (id: InstrumentId) => (asked.push(id), answer(id)) } } as unknown as VenueLine;
  const markets = new PutMarkets({ keys: { line: async () => line }, now: () => clock.now });
  const made = new PutOffers(markets, () => clock.now);
  const looked = (plan: Parameters<PutOffers['of']>[0] = named, looks: readonly AccountLook[] = [look()], given: Parameters<PutOffers['of']>[2] = facts) => made.of(plan, new Map(looks.map((one) => [one.id, one])), given);
  return { clock, asked, looked, settled: () => markets.settled() };
}

describe('what puts cost', () => {
  it('is read beside the round and told from then on, at the venue’s index', async () => {
    const { looked, settled, asked } = offers();
    expect(looked()).toEqual({ kind: 'not-looked-at', because: 'puts-unread' });
    await settled();
    expect(looked()).toMatchObject({ kind: 'priced-only', account: ACCOUNT, need: { coins: coins(10), indexUsdE8: usd(2_990) }, puts: [{ option: { id: OPTION.id }, volatilities: { kind: 'told', bid: 0.6, ask: 0.64 } }] });
    expect(asked).toEqual([OPTION.id]);
  });

  it('is asked once a minute, however often it is looked at and whatever the venue answers', async () => {
    const { looked, settled, asked, clock } = offers(async () => Promise.reject(new VenueUnavailable('deribit', '503')));
    for (let turn = 0; turn < 60; turn += 1) {
      looked();
      await settled();
      clock.now += 1_000;
    }
    expect(asked).toHaveLength(1);
    expect(looked()).toEqual({ kind: 'not-looked-at', because: 'puts-unread' });
    await settled();
    expect(asked).toHaveLength(2);
  });

  it('that was read too long ago is not told', async () => {
    let answers = true;
    const { looked, settled, clock } = offers(async () => (answers ? { ...market, observedAt: WALL } : Promise.reject(new VenueUnavailable('deribit', '503'))));
    looked();
    await settled();
    answers = false;
    clock.now += 179_000;
    expect(looked().kind).toBe('priced-only');
    await settled();
    clock.now += 2_000;
    expect(looked()).toEqual({ kind: 'not-looked-at', because: 'puts-unread' });
  });

  it('is read in any account that lists puts where the plan names none, and told why where it is not', async () => {
    const { looked, settled } = offers();
    looked(unnamed);
    await settled();
    expect(looked(unnamed)).toMatchObject({ kind: 'priced-only', account: ACCOUNT });
    expect(looked(unnamed, [look({ instruments: [] })])).toEqual({ kind: 'not-looked-at', because: 'puts-no-account' });
    expect(looked(named, [])).toEqual({ kind: 'not-looked-at', because: 'puts-unread' });
    expect(looked(named, [look({ trouble: { kind: 'silent', why: '503', since: WALL } })])).toEqual({ kind: 'not-looked-at', because: 'puts-unread' });
    expect(looked(named, [look()], { ...facts, loans: [] })).toEqual({ kind: 'not-looked-at', because: 'puts-not-needed' });
    expect(looked(named, [look()], { ...facts, oracle: { kind: 'no-price' } })).toEqual({ kind: 'not-looked-at', because: 'no-price' });
    expect(looked(named, [look({ instruments: [] })])).toMatchObject({ kind: 'priced-only', puts: [] });
  });
});

describe('puts that are to be bought', () => {
  const buying = { ...named, policy: aHedgePolicy({ mode: { kind: 'tail' } }) } as const;
  const there = { kind: 'read', id: ACCOUNT, isFresh: true, held: [], order: { kind: 'none' }, key: { kind: 'valid', ends: { kind: 'never' } }, stop: 'none' } as const;
  const marked = { ...market, markUsdE8: { kind: 'price', usdE8: usd(39), at: WALL } } as const;

  it('are those that the key’s limits name, as near to the mark as they ask for, and read anew every few seconds', async () => {
    const { looked, settled, clock, asked } = offers(async () => ({ ...marked, observedAt: clock.now }));
    const of = (change: object = {}) => looked(buying, [look()], { ...facts, putAccount: there, ...change });
    expect(of()).toMatchObject({ kind: 'looked-at', offers: 'unread', puts: [] });
    await settled();
    expect(of()).toMatchObject({ kind: 'looked-at', offers: 'read', puts: [{ option: { id: OPTION.id }, keyAllows: true }] });
    expect(of({ mostApart: 100n })).toMatchObject({ puts: [{ keyAllows: false }] });
    expect(of({ allowed: [] })).toMatchObject({ kind: 'looked-at', offers: 'none-allowed', puts: [] });
    clock.now += 5_000;
    of();
    await settled();
    expect(asked).toHaveLength(2);
    clock.now += 11_000;
    expect(of()).toMatchObject({ offers: 'unread' });
  });

  it('are read once a minute while those that are held cover', async () => {
    const { looked, settled, clock, asked } = offers(async () => ({ ...marked, observedAt: clock.now }));
    const held = [{ option: OPTION, contracts: contracts(10), own: contracts(10), market: { kind: 'unknown', why: '' } }] as const;
    for (let turn = 0; turn < 12; turn += 1) {
      looked(buying, [look()], { ...facts, putAccount: { ...there, held } });
      await settled();
      clock.now += 4_000;
    }
    expect(asked).toHaveLength(1);
  });

  it('are none where no account is named', () => expect(offers().looked({ ...buying, puts: { kind: 'none' } }, [])).toEqual({ kind: 'not-looked-at', because: 'puts-no-account' }));
});
