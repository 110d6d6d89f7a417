import { describe, expect, it } from 'vitest';
import { paths, routeOf } from './router.js';

const address = `0x${'7a'.repeat(20)}`;
const id = `31337:aave-v3:${address}/x`;
const of = (path: string): ReturnType<typeof routeOf> => {
  const url = new URL(path, 'http://ballast');
  return routeOf(url.pathname, url.search);
};

describe('routes', () => {
  it('lead back to what they were made of', () => {
    expect(of(paths.positions(address))).toEqual({ page: 'positions', address });
    expect(of(paths.position(address, id))).toEqual({ page: 'position', address, id });
    expect(of(paths.protect(address, id))).toEqual({ page: 'protect', address, id });
    expect(of(paths.activity(address, 'd/1'))).toEqual({ page: 'activity', address, record: 'd/1' });
    expect(of(paths.activity(null))).toEqual({ page: 'activity', address: null, record: null });
  });
  it('of derivative accounts and hedges lead back too', () => {
    const account = 'paper:deribit:account:k3v9x0m2p7qa.ETH';
    expect(of(paths.venueAccount(address, account))).toEqual({ page: 'venue-account', address, id: account });
    expect(of(paths.connect(address))).toEqual({ page: 'connect', address, key: null });
    expect(of(paths.connect(address, 'k3v9x0m2p7qa'))).toEqual({ page: 'connect', address, key: 'k3v9x0m2p7qa' });
    expect(of(paths.portfolio(address))).toEqual({ page: 'portfolio', address });
    expect(of(paths.portfolio(null))).toEqual({ page: 'portfolio', address: null });
    expect(of(paths.editHedge(address, 'ETH'))).toEqual({ page: 'edit-hedge', address, underlying: 'ETH' });
    expect(of(paths.editHedge(address, 'DOGE')).page).toBe('lost');
    expect(of(paths.hedgeActivity(address))).toEqual({ page: 'hedge-activity', address, record: null });
    expect(of(paths.hedgeActivity(address, 'd/1'))).toEqual({ page: 'hedge-activity', address, record: 'd/1' });
  });
  it('know the plain pages', () => expect(['/', '/status', '/play', '/confirm', '/unsubscribe', '/acknowledge', '/about'].map((path) => of(path).page)).toEqual(['start', 'status', 'play', 'confirm', 'unsubscribe', 'acknowledge', 'about']));
  it('take an address in any case', () => expect(of(`/a/${address.toUpperCase().replace('0X', '0x')}`)).toEqual({ page: 'positions', address }));
  it('do not guess at a malformed address', () => {
    expect(of('/a/0x123').page).toBe('lost');
    expect(of('/a/mara.eth/p/1').page).toBe('lost');
    expect(of('/activity?account=javascript:alert(1)')).toEqual({ page: 'activity', address: null, record: null });
    expect(of('/a/%E0%A4%A').page).toBe('lost');
  });
});
