import { describe, expect, it } from 'vitest';
import { DEFAULT_ACCOUNT_BOUNDS, type AccountDecision } from '@ballast/policy';
import { known, unknown, type DerivativeAccount } from '@ballast/positions';
import type { StoredVenueAccount } from '@ballast/storage';
import { WALL, aPerpPosition, aPerpetual, anOption, anOptionPosition, contracts, ratio, settlement, usd } from '../../../../../test/factories/derivatives.js';
import { aStoredAccount, aStoredKey, anAccountRecord } from '../../../../../test/factories/stored-venues.js';
import { venueAccount as shape } from '../../contract/hedging-schemas.js';
import { venueAccountView, type AccountFacts } from './venue-account-view.js';

const FRESH_MS = 30_000;
const short = (change: Parameters<typeof aPerpPosition>[0] = {}) => aPerpPosition({ liquidation: { kind: 'price', usdE8: usd(3_837.5) }, ...change });
const CARRYING: Partial<DerivativeAccount> = { maintenanceMargin: known(settlement(600), WALL), positions: [short()] };
const view = (read: Partial<DerivativeAccount> = CARRYING, stored: Partial<StoredVenueAccount> = {}, facts: Partial<AccountFacts> = {}) =>
  shape.parse(venueAccountView({ account: aStoredAccount(stored, read), key: aStoredKey(), instruments: [aPerpetual(), anOption()], decided: undefined, now: WALL, freshForMs: FRESH_MS, ...facts }));

describe('a derivative account', () => {
  it('is told with its margin, and what has to happen before it is liquidated', () => {
    expect(view()).toMatchObject({ state: 'read', currency: 'USDC', equity: '60000', free: '60000', maintenanceMargin: '600', marginRatio: '100.0', marginUsePercent: '1.0', label: 'my hedges', isShared: false, sentence: 'ETH must rise 27.9%, to $3,837, before Hyperliquid may liquidate this account.' });
    expect(view({ ...CARRYING, positions: [short({ contracts: contracts(10), liquidation: { kind: 'price', usdE8: usd(2_500.5) } })] }).sentence).toBe('ETH must fall 16.6%, to $2,501, before Hyperliquid may liquidate this account.');
  });

  it.each<[string, Partial<DerivativeAccount>, string]>([
    ['holds nothing', { positions: [] }, 'Nothing is held here.'], ['holds options alone', { positions: [anOptionPosition()] }, 'Only options are held here.'],
    ['has no margin left', { ...CARRYING, equity: settlement(600) }, 'Hyperliquid may liquidate this account now.'],
    ['cannot be liquidated', { ...CARRYING, positions: [short({ liquidation: { kind: 'none' } })] }, 'No price of what is held here leads to a liquidation at Hyperliquid.'],
    ['is told no price of', { ...CARRYING, positions: [short({ liquidation: { kind: 'unknown', why: 'not told' } })] }, 'Hyperliquid does not tell at which price it would liquidate.'],
  ])('that %s says so', (_, read, sentence) => expect(view(read).sentence).toBe(sentence));

  it('that was not read, or not lately, claims nothing new', () => {
    expect(view({}, { reading: unknown('It was not read yet.') })).toMatchObject({ state: 'reading', equity: null, currency: null, readAt: null, sentence: 'Hyperliquid was not read yet.' });
    expect(view(CARRYING, {}, { now: WALL + FRESH_MS + 1 })).toMatchObject({ state: 'unread', unreadSince: new Date(WALL).toISOString(), unreadWhy: 'Nobody has looked at it since.', equity: '60000' });
    expect(view(CARRYING, { unread: { since: WALL - 5, why: 'timeout' } })).toMatchObject({ state: 'unread', unreadWhy: 'timeout' });
    for (const key of [undefined, aStoredKey({ state: { kind: 'ended' } })]) expect(view(CARRYING, {}, { key })).toMatchObject({ state: 'ended' });
  });

  it('that holds an order of somebody else is shared', () => expect(view({ ...CARRYING, openOrders: [{ clientId: { kind: 'foreign' } } as never] }).isShared).toBe(true));
});

describe('the protection of a derivative account', () => {
  const bounds = { ...DEFAULT_ACCOUNT_BOUNDS, earliest: ratio(0.4025) };
  const levels = { trigger: ratio(0.5), target: ratio(0.35) } as never;
  const CALM = { kind: 'hold', reason: 'healthy' } as const;
  const decided = (decision: Partial<AccountDecision>) => anAccountRecord({ at: WALL, instrument: aPerpetual().id, use: { kind: 'share', wad: ratio(0.01) }, levels, candidates: [], ...CALM, ...decision } as AccountDecision);
  const guarded = (facts: Partial<AccountFacts> = {}, stored: Partial<StoredVenueAccount> = {}) => view(CARRYING, { bounds, ...stored }, facts).protection;

  it('is off without bounds, and tells those that there are as they were set', () => {
    expect(view().protection).toMatchObject({ state: 'off', sentence: expect.stringMatching(/^Ballast does here what your hedges need and nothing else/) });
    expect(view(CARRYING, { carriesHedges: false }).protection).toEqual({ state: 'off', bounds: null, actsAtUsePercent: null, sentence: 'Ballast watches this account and does nothing with it.' });
    expect(guarded().bounds).toMatchObject({ earliestUsePercent: '40.25', latestUsePercent: '70', mostClosedPercent: '100', slippagePercent: '1' });
  });

  it.each<[string, Partial<AccountFacts>, object]>([
    ['new', {}, { state: 'armed', sentence: 'It is looked at for the first time.' }],
    ['calm', { decided: decided({}) }, { state: 'armed', actsAtUsePercent: '50.0', sentence: 'Ballast acts once 50.0% of the margin is used. There is margin enough; nothing is to be done.' }],
    ['acting', { decided: decided({ kind: 'act', reason: 'below-trigger', candidates: [{ verdict: 'chosen', why: 'Closing 2 of 10 contracts.' }] } as never) }, { state: 'acting', sentence: 'Closing 2 of 10 contracts.' }],
    ['stopped', { decided: decided({ kind: 'cannot', reason: 'stopped', owner: { kind: 'nothing' } } as never) }, { state: 'cannot', sentence: 'All orders are stopped.' }],
    ['not looked at', { decided: decided({}), now: WALL + FRESH_MS + 1 }, { state: 'cannot', sentence: expect.stringContaining('Nobody has looked at this account since') }],
    ['made under other bounds', { decided: { ...decided({ kind: 'cannot', reason: 'stopped', owner: { kind: 'nothing' } } as never), version: 2 } }, { state: 'armed', actsAtUsePercent: null }],
    ['without a key that the venue takes', { decided: decided({}), key: aStoredKey({ state: { kind: 'refused', why: 'revoked' } }) }, { state: 'cannot', sentence: 'The venue does not take the trading key.' }],
  ])('that is %s', (_, facts, expected) => expect(guarded(facts)).toMatchObject(expected));

  it('says what only the owner can do, to the last cent up', () => {
    const { sentence } = guarded({ decided: decided({ kind: 'cannot', reason: 'owner-must-deposit', owner: { kind: 'deposit', amount: settlement(1_250.121), currency: 'USDC' } } as never) });
    expect(sentence.replace(/\s/g, ' ')).toBe('Nothing that you allow would be enough: it needs a deposit. Deposit 1,250.13 USDC.');
  });

  it('is none where nobody can look', () => {
    expect(guarded({}, { reading: unknown('It was not read yet.') })).toMatchObject({ state: 'cannot', sentence: 'The account was not read yet, so nobody looks after it.' });
    expect(guarded({}, { unread: { since: WALL, why: 'timeout' } })).toMatchObject({ state: 'cannot', sentence: expect.stringContaining('could not be read') });
  });
});
