import { describe, expect, it } from 'vitest';
import type { ContractsE18 } from '@ballast/units';
import { moveSentence, orderSentence, reasonOfOrder, type VenueIntent } from '../index.js';

const ended = (why: VenueIntent['why'], state: VenueIntent['state'] = 'DROPPED', filled = 0n): string | null => orderSentence({ why, state, filled: filled as ContractsE18 });
const rejection = (reason: string, message: string): VenueIntent['why'] => ({ kind: 'rejected', rejection: { reason, code: '10009', message } as never });

describe('why an order came to nothing', () => {
  it('is a sentence and no code', () => {
    for (const code of ['corridor', 'minute-orders', 'left-behind', 'key-ended', 'plan-changed', 'bounds-changed', 'of-a-newer-process']) {
      const said = ended({ kind: 'dropped', code: code as never });
      expect(said).toMatch(/^[A-Z].* .*\.$/);
      expect(said).not.toContain(code);
    }
  });

  it('has the venue’s own words only where they are words and ours say nothing', () => {
    expect(ended(rejection('margin', 'not_enough_funds'), 'REJECTED')).toBe('The venue refused it: the account has too little margin for it.');
    expect(ended(rejection('other', 'Asset is halted'), 'REJECTED')).toBe('The venue refused it for a reason of its own: “Asset is halted”.');
    expect(ended(rejection('other', '11044'), 'REJECTED')).toBe('The venue refused it for a reason of its own.');
    expect(ended(rejection('other', ''), 'REJECTED')).toBe('The venue refused it.');
  });

  it('tells of an order that found nobody, and nothing of one that was filled or is on its way', () => {
    expect(ended({ kind: 'nothing' }, 'CANCELED')).toBe('Nobody offered anything at the price that you allow.');
    expect(ended({ kind: 'nothing' }, 'CANCELED', 1n)).toBeNull();
    expect(ended({ kind: 'nothing' }, 'SENT')).toBeNull();
    expect(ended({ kind: 'never-arrived' }, 'CANCELED')).toBe('The venue never had it.');
    expect([reasonOfOrder({ why: { kind: 'nothing' } }), reasonOfOrder({ why: rejection('margin', '') }), reasonOfOrder({ why: { kind: 'dropped', code: 'corridor' } })]).toEqual(['no-match', 'margin', 'corridor']);
  });
});

describe('why a move of margin came to nothing', () => {
  it('is a sentence as well', () => {
    expect(moveSentence({ why: 'never-arrived' })).toBe('The venue never had it.');
    expect(moveSentence({ why: 'key-ended' })).toBe('You took the trading key away.');
    expect(moveSentence({ why: 'bounds-changed' })).toBe('What you allow for the account was changed meanwhile.');
    expect(moveSentence({ why: 'Insufficient margin' })).toBe('The venue refused it: “Insufficient margin”.');
    expect(moveSentence({ why: 'E_17' })).toBe('The venue refused it.');
  });
});
