import { describe, expect, it } from 'vitest';
import { stopTitle } from './stops.js';

describe('a stop', () => {
  it('says who stopped what', () => {
    expect(stopTitle({ stops: 'all', by: 'operator' })).toBe('Ballast is stopped by its operators');
    expect(stopTitle({ stops: 'fill', by: 'breaker' })).toBe('Sales of collateral are stopped by Ballast itself');
    expect(stopTitle({ stops: 'not-urgent', by: 'breaker' })).toBe('Ballast is slowed by itself: it acts only where it is urgent');
    expect(stopTitle({ stops: 'all', by: 'shadow' })).toBe('You have Ballast in shadow mode');
    expect(stopTitle({ stops: 'all', by: 'owner' })).toBe('You stopped Ballast for this address');
  });
});
