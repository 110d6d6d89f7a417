import { describe, expect, it } from 'vitest';
import { known, unknown } from '@ballast/positions';
import { WALL, aDerivativeAccount, settlement } from '../../../../../test/factories/derivatives.js';
import { aStoredKey } from '../../../../../test/factories/stored-venues.js';
import { venueKey as shape } from '../../contract/hedging-schemas.js';
import { isSameWarning, lossWarning, venueKeyView } from './venue-key-view.js';

const holding = (amount: number, change = {}) => known(aDerivativeAccount({ equity: settlement(amount), ...change }), WALL);
const plain = (text: string | null): string => (text ?? '').replace(/\s/g, ' ');

describe('what a stolen server could lose', () => {
  it('is told with the balance of the moment, rounded up, of every account', () => {
    expect(plain(lossWarning([holding(12_000.001)]))).toBe('If our server is stolen, this account can lose all it holds: 12,000.01 USDC. Your loans cannot be touched through it.');
    expect(plain(lossWarning([holding(5), holding(2, { settlement: { kind: 'coin', underlying: 'ETH' } })]))).toContain('all it holds: 5 USDC and 2 ETH. ');
    expect(lossWarning([unknown('not read')])).toBe('If our server is stolen, this account can lose all it holds: everything in it. Your loans cannot be touched through it.');
  });

  it('is the same warning whatever the amounts, and another one in other words', () => {
    const [now, later] = [lossWarning([holding(12_000)]), lossWarning([holding(999.5)])];
    expect(isSameWarning(now, later)).toBe(true);
    expect(isSameWarning(now, plain(now))).toBe(true);
    expect(isSameWarning(now, lossWarning([unknown('not read')]))).toBe(false);
    expect(isSameWarning(now, now.replace('can lose', 'cannot lose'))).toBe(false);
  });
});

describe('a trading key', () => {
  const view = (change: Parameters<typeof aStoredKey>[0] = {}, balances = [holding(60_000)] as Parameters<typeof venueKeyView>[1]) => shape.parse(venueKeyView(aStoredKey(change), balances));

  it('shows its limits and nothing of what was sealed', () => {
    const key = view();
    expect(key).toMatchObject({ state: 'accepted', venueName: 'Hyperliquid', why: null, endsAt: null, limits: { instruments: ['ETH'], maxNotionalUsd: '100000.00', turnoverPerDayUsd: '200000.00', maxPriceApartPercent: '0.5' } });
    expect(JSON.stringify(key)).not.toContain('sealed');
  });

  it('may be traded with only once its owner accepted it, and warns from the first reading to its end', () => {
    expect(view({ acceptedAt: null })).toMatchObject({ state: 'connected', warning: expect.stringContaining('60,000') });
    expect(view({ acceptedAt: null, state: { kind: 'new' } }, [])).toMatchObject({ state: 'new', warning: null });
    expect(view({ acceptedAt: null }, [unknown('not read')])).toMatchObject({ warning: null });
    expect(view({ state: { kind: 'refused', why: 'It may withdraw.' } })).toMatchObject({ state: 'refused', why: 'It may withdraw.' });
    expect(view({ state: { kind: 'ended' } })).toMatchObject({ state: 'ended', warning: null });
    expect(view({ state: { kind: 'connected', ends: { kind: 'at', at: WALL } } }).endsAt).toBe(new Date(WALL).toISOString());
  });
});
