import { describe, expect, it } from 'vitest';
import { between } from './entered.js';
import { boundsEffects, budgetEffects, leverageFor, marginFor, notionalEffects, shareEffects, surviveEffects } from './hedge-effects.js';

const today = { before: 62.29, price: 3_120, underlying: 'ETH' };

describe('what a limit gives and costs', () => {
  it('margin and leverage are those of the published table', () => {
    expect([0.1, 0.2, 0.3, 0.5, 1].map(leverageFor)).toEqual([7.5, 4.2, 2.9, 1.8, 0.9]);
    expect(marginFor(1_000, 0.5)).toBeCloseTo(545, 6);
  });
  it('of a share tells both sides of it, a loss rounded up and a gain down', () => {
    expect(shareEffects('25', today, '60,000')).toEqual({ gives: 'A 1% fall of ETH costs you $1,458 instead of $1,944.', costs: 'A 1% rise brings $1,457 instead of $1,943.' });
    // 20,000 dollars are 6.41 of 62.29 ETH.
    expect(shareEffects('25', today, '20,000')?.gives).toBe('A 1% fall of ETH costs you $1,744 instead of $1,944: the most that it may be worth is reached before this share.');
    expect(shareEffects('25', today, '')?.gives).toContain('$1,458');
  });
  it('of the most it may be worth tells what is covered, and the margin', () => {
    const effects = notionalEffects('20,000', '50', today);
    expect(effects?.gives).toBe('Covers up to 6.41 ETH at today’s price, 10.2% of your 62.29.');
    expect(effects?.costs).toContain('$10,900');
    expect(notionalEffects('1000000', '50', today)?.gives).toContain('62.29 ETH at today’s price, 100.0%');
  });
  it('of a budget tells for how long it lasts', () => {
    expect(budgetEffects('200', -9.8)?.gives).toBe('Pays for 20 days at today’s $9.80 a day.');
    expect([3.456, 0, null].map((carry) => budgetEffects('200', carry)?.gives)).toEqual(['Funding earns about $3.45 a day at the moment.', 'Funding costs nothing at the moment.', 'What funding costs is known once something is hedged.']);
  });
  it('of what it lives through and of margin used', () => {
    expect(surviveEffects('50', today)?.gives).toContain('to $4,680');
    expect(boundsEffects('20', '50')?.costs).toContain('lose about 50%');
    expect(boundsEffects('50', '20')).toBeNull();
  });
  it('says nothing of what is no number', () => {
    for (const entered of ['', 'abc', '-4', '1e9']) expect([shareEffects(entered, today, '20,000'), notionalEffects(entered, '50', today), budgetEffects(entered, -1), surviveEffects(entered, today)]).toEqual([null, null, null, null]);
  });
});

it('a number between two bounds takes a comma, and nothing outside', () => expect(['0,5', '0.5', '0', '11', 'x'].map((text) => between(text, 0.01, 10))).toEqual(['0.5', '0.5', null, null, null]));
