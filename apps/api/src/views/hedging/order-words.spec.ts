import { describe, expect, it } from 'vitest';
import { aDerivativeAccount, coins } from '../../../../../test/factories/derivatives.js';
import { hedgeAction, orderEvent, orderWhy, placeWords } from './order-words.js';

describe('why an order did not go as planned', () => {
  it.each([
    ['inside-band', 'It was not sent: the hedge was inside its band by then.'], ['left-behind', 'It was not sent: what it was decided on was gone.'], ['too-late', 'It was not sent: its moment had passed.'],
    ['key-ended', 'It was not sent: its key was taken away.'], ['newer-code', 'It was not sent: newer-code.'], ['toString', 'It was not sent: toString.'],
  ])('is told in words of %s', (code, sentence) => expect(orderWhy({ kind: 'dropped', code })).toBe(sentence));

  it('is told of what the venue said, and of what nobody knows', () => {
    expect(orderWhy({ kind: 'nothing' })).toBeNull();
    expect(orderWhy({ kind: 'unknown', because: 'no-answer' })).toBe('Nobody knows yet whether the venue has it.');
    expect(orderWhy({ kind: 'rejected', rejection: { reason: 'margin', code: '10009', message: 'not_enough_funds' } })).toBe('The venue refused it: not_enough_funds');
    expect(orderWhy({ kind: 'never-arrived' })).toBe('The venue never had it.');
  });
});

describe('what was weighed and what moved an order', () => {
  it('is told in words, where it was and which way', () => {
    expect([coins(-2), coins(2), coins(0)].map((size) => hedgeAction('perpetual', size))).toEqual(['Sell the perpetual', 'Buy the perpetual', 'Trade the perpetual']);
    expect((['shrink', 'put', 'deleverage', 'wait'] as const).map((action) => hedgeAction(action, 0n))).toEqual(['Make the hedge smaller', 'Buy puts', 'Repay the loan', 'Wait']);
    expect([aDerivativeAccount().id, 'puts', 'loan', 'nowhere'].map(placeWords)).toEqual(['Hyperliquid', '', '', '']);
    expect(['sending', 'answered', 'newer-event', 'constructor'].map(orderEvent)).toEqual(['on its way to the venue', 'the venue answered', 'newer-event', 'constructor']);
  });
});
