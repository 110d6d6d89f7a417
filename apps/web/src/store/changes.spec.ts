import { describe, expect, it } from 'vitest';
import { routes } from '../api/routes.js';
import { concerns } from './changes.js';

const account = '0x7A3E000000000000000000000000000000000cafe'.slice(0, 42);
const id = '31337:aave-v3:0xabc';
const paths = [routes.status, routes.positions(account.toLowerCase()), routes.activity(account.toLowerCase()), routes.position(id), routes.history(id), routes.decisions(id), routes.decision('d1'), routes.mandate('0x1'), routes.position('another'), routes.positions(`0x${'9'.repeat(40)}`)];
const touched = (change: Parameters<typeof concerns>[0]): string[] => paths.filter((path) => concerns(change, path));

describe('what a change makes untrue', () => {
  it('is the status alone for a new block', () => expect(touched({ type: 'chain', chainId: 1 })).toEqual([routes.status]));
  it('is the loan, its history and its owner’s list for a position', () => {
    expect(touched({ type: 'position', positionId: id, account })).toEqual([routes.positions(account.toLowerCase()), routes.position(id), routes.history(id)]);
  });
  it('is the records too for an intent, and nobody else’s', () => {
    const found = touched({ type: 'intent', positionId: id, account });
    expect(found).toContain(routes.decisions(id));
    expect(found).toContain(routes.decision('d1'));
    expect(found).toContain(routes.activity(account.toLowerCase()));
    expect(found).not.toContain(routes.position('another'));
    expect(found).not.toContain(routes.positions(`0x${'9'.repeat(40)}`));
  });
  it('is what the owner’s pages about hedging show for a hedge, and the venues to connect are not', () => {
    const of = (what: string, owner = account.toLowerCase()): string => `/v1/accounts/${owner}/${what}`;
    const hedging = [of('derivatives'), of('hedge-decisions?limit=50'), of('venue-stops'), of('activity?limit=50')];
    const others = ['/v1/venues', of('positions'), of('mandates'), of('derivatives', `0x${'9'.repeat(40)}`)];
    expect([...hedging, ...others].filter((path) => concerns({ type: 'hedge', account }, path))).toEqual(hedging);
  });
  it('is the mandate and what it protects for a mandate', () => {
    expect(touched({ type: 'mandate', positionId: id, account })).toEqual(expect.arrayContaining([routes.mandate('0x1'), routes.position(id), routes.positions(account.toLowerCase())]));
  });
});
