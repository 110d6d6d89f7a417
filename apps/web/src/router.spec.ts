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
  it('know the plain pages', () => expect(['/', '/status', '/play', '/confirm', '/unsubscribe', '/about'].map((path) => of(path).page)).toEqual(['start', 'status', 'play', 'confirm', 'unsubscribe', 'about']));
  it('take an address in any case', () => expect(of(`/a/${address.toUpperCase().replace('0X', '0x')}`)).toEqual({ page: 'positions', address }));
  it('do not guess at a malformed address', () => {
    expect(of('/a/0x123').page).toBe('lost');
    expect(of('/a/mara.eth/p/1').page).toBe('lost');
    expect(of('/activity?account=javascript:alert(1)')).toEqual({ page: 'activity', address: null, record: null });
    expect(of('/a/%E0%A4%A').page).toBe('lost');
  });
});
