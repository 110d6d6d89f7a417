import { describe, expect, it } from 'vitest';
import { aLinear, aMarket, after, aVenue, e8, e12, order, prices } from '../../test/venues.js';
import { imbalanceE8, pruned, type VenueState } from './index.js';

describe('a bounded history', () => {
  const venue = aVenue([aMarket(aLinear(), '3000')], { a: ['USDC', '100000'] });
  const traded = (state: VenueState, clientId: string): VenueState => after(state, order('buy', '0.1', '3010', { clientId }), prices(state, 'ETH', '3000'));
  const rested = after(venue, order('buy', '0.1', '2000', { timeInForce: 'good-til-cancelled', clientId: 'open' }), { kind: 'funding-rate', instrument: 'ETH', rateE12: e12('0.0001') });
  const long = ['1', '2', '3', '4'].reduce((state, id) => after(traded(state, id), { kind: 'pay-funding', instrument: 'ETH' }), rested);

  it('keeps the newest ended orders, fills and payments, every open order, and all the money', () => {
    const short = pruned(long, 2);
    expect(Object.values(short.orders).map(({ clientId }) => clientId)).toEqual(['open', '3', '4']);
    expect(Object.keys(short.clientIds)).toEqual(['a/open', 'a/3', 'a/4']);
    expect([short.fills.length, short.funding.length]).toEqual([2, 2]);
    expect(short.fills).toEqual(long.fills.slice(-2));
    expect(short.accounts).toBe(long.accounts);
    expect(imbalanceE8(short, 'USDC')).toBe(0n);
    expect(after(short, order('sell', '0.4', '2900', { reduceOnly: true })).accounts['a']?.positions['ETH']?.sizeE8 ?? e8('0')).toBe(0n);
  });

  it('is the same state while it is within the bound', () => expect(pruned(long, 4)).toBe(long));
});
