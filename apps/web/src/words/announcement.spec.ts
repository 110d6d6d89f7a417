import { describe, expect, it } from 'vitest';
import { aPosition, aProtection } from '../testing/positions.js';
import { announcementOf } from './announcement.js';

describe('what is read aloud', () => {
  it('is nothing while only numbers change, or on the first sight', () => {
    expect(announcementOf([aPosition()], [aPosition({ health: '1.2300', distancePercent: '18.0' })])).toBeNull();
    expect(announcementOf([], [aPosition({ state: 'danger' })])).toBeNull();
  });
  it('is a change of state, with the distance', () => {
    expect(announcementOf([aPosition()], [aPosition({ state: 'danger', distancePercent: '6.0' })])).toBe('Aave loan WETH → USDC is now: Danger, 6.0% of ETH from liquidation');
  });
  it('is the loss of protection before all else', () => {
    const after = [aPosition({ id: 'a', state: 'danger' }), aPosition({ id: 'b', protection: aProtection({ state: 'not-protected', sentence: 'The permission was removed.' }) })];
    expect(announcementOf([aPosition({ id: 'a' }), aPosition({ id: 'b', protection: aProtection({ state: 'armed' }) })], after)).toBe('Aave loan WETH → USDC: Not protected. The permission was removed.');
  });
  it('is that a loan was not seen for a while, in the words of the service', () => {
    const sentence = 'We have not been able to check this loan since 22 Nov 2026, 10:00:05 UTC; Ballast cannot act on what it does not see.';
    const after = [aPosition({ protection: aProtection({ state: 'not-protected', reason: 'not-seen', sentence }) })];
    expect(announcementOf([aPosition({ protection: aProtection({ state: 'armed' }) })], after)).toBe(`Aave loan WETH → USDC: Not protected. ${sentence}`);
  });
});
