import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInput, hash32 } from '@ballast/units';
import { DERIVATIVES_VENUES, clientIdFrom, clientOrderIdOf, venueClientId, type OrderName } from '../index.js';

const sha = (text: string) => hash32(`0x${createHash('sha256').update(text).digest('hex')}`);
const name: OrderName = { environment: 'paper', venue: 'deribit', user: '0xaa', plan: 'hedge-1', planVersion: 3, slice: 0 };

describe('the id of an order', () => {
  it('is the first 128 bits of the hash of its name, and another for every part that differs', () => {
    expect(clientOrderIdOf(name, sha)).toBe(sha('ballast-order-1|paper|0xaa|deribit|hedge-1|3|0').slice(2, 34));
    const others: OrderName[] = [{ ...name, environment: 'live' }, { ...name, venue: 'okx' }, { ...name, user: '0xab' }, { ...name, plan: 'hedge-2' }, { ...name, planVersion: 4 }, { ...name, slice: 1 }];
    expect(new Set([name, ...others].map((one) => clientOrderIdOf(one, sha))).size).toBe(7);
  });

  it('comes back from every venue as it was given', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 1e9 }), fc.constantFrom(...DERIVATIVES_VENUES), (slice, venue) => {
      const id = clientOrderIdOf({ ...name, venue, slice }, sha);
      const written = venueClientId(venue, id);
      expect(written).toMatch(venue === 'hyperliquid' ? /^0x[0-9a-f]{32}$/ : /^[0-9a-z]{32}$/);
      expect(clientIdFrom(venue, written)).toEqual({ kind: 'ours', id });
    }));
    for (const text of [undefined, '', 'x-abc', 'A'.repeat(32)]) expect(clientIdFrom('binance-usdm', text)).toEqual({ kind: 'foreign' });
    expect(clientIdFrom('hyperliquid', 'a'.repeat(32))).toEqual({ kind: 'foreign' });
  });

  it('is refused for a name that could be read in two ways', () => {
    for (const change of [{ user: 'a|b' }, { plan: '' }, { slice: -1 }, { planVersion: 0.5 }]) expect(() => clientOrderIdOf({ ...name, ...change }, sha)).toThrow(InvalidInput);
  });
});
