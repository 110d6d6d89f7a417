import { describe, expect, it } from 'vitest';
import { aDerivativeAccount, coins } from '../../../../../test/factories/derivatives.js';
import { hedgeAction, orderEvent, placeWords } from './order-words.js';

describe('what was weighed and what moved an order', () => {
  it('is told in words, where it was and which way', () => {
    expect([coins(-2), coins(2), coins(0)].map((size) => hedgeAction('perpetual', size))).toEqual(['Sell the perpetual', 'Buy the perpetual', 'Trade the perpetual']);
    expect((['shrink', 'put', 'deleverage', 'wait'] as const).map((action) => hedgeAction(action, 0n))).toEqual(['Make the hedge smaller', 'Buy puts', 'Repay the loan', 'Wait']);
    expect([aDerivativeAccount().id, 'puts', 'loan', 'nowhere'].map(placeWords)).toEqual(['Hyperliquid', '', '', '']);
    expect(['sending', 'answered', 'newer-event', 'constructor'].map(orderEvent)).toEqual(['on its way to the venue', 'the venue answered', 'newer-event', 'constructor']);
  });
});
