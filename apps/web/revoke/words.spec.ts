import { describe, expect, it } from 'vitest';
import { readRevocation } from './calls.js';
import { headline, termsSentence, tokenAmount } from './words.js';

describe('the headline', () => {
  it.each([
    [{ mandates: 0, permits: 0, approvals: 0, complete: true }, 'Nothing is live: these guards can move nothing of this account'],
    [{ mandates: 0, permits: 0, approvals: 0, complete: false }, 'Nothing was found so far'],
    [{ mandates: 1, permits: 0, approvals: 0, complete: true }, 'One mandate is live'],
    [{ mandates: 1, permits: 1, approvals: 2, complete: true }, 'One mandate is live, one unused permit is open and two approvals stand'],
    [{ mandates: 12, permits: 0, approvals: 1, complete: true }, '12 mandates are live and one approval stands'],
    [{ mandates: 0, permits: 2, approvals: 0, complete: false }, 'So far: two unused permits are open'],
  ])('of %j', (standing, text) => expect(headline(standing)).toBe(text));
});

it('a mandate is one sentence', () => {
  const terms = { actions: 6, triggerHf: 1_200_000_000_000_000_000n, minHf: 1_210_000_000_000_000_000n, maxHf: 1_505_000_000_000_000_000n, maxCostBps: 100, fillPerDay: 1n, keepers: '', expiry: 1_810_857_600 };
  expect(termsSentence(terms)).toBe('Until 21 May 2027, while health is below 1.20, it may repay from your wallet or repay by selling collateral, and must bring health to between 1.21 and 1.505.');
});

it('an amount says when it has no limit, and when the token gives no decimals', () => {
  const token = { address: '0x', symbol: 'USDC', decimals: 6 };
  expect(tokenAmount(7_000_000_000n, token)).toBe('7,000\u00a0USDC');
  expect(tokenAmount(2n ** 256n - 1n, token)).toBe('all USDC, without limit');
  expect(tokenAmount(5n, { ...token, decimals: null })).toBe('5 units of USDC');
});

describe('a signed revocation', () => {
  const given = { chainId: 1, guard: `0x${'51'.repeat(20)}`, owner: `0x${'7a'.repeat(20)}`, epoch: `0x${'09'.repeat(32)}`, signature: `0x${'ab'.repeat(65)}` };
  it('is read', () => expect(readRevocation(JSON.stringify(given))).toEqual(given));
  it.each([['{', 'not JSON'], ['null', 'chainId is missing'], [JSON.stringify({ ...given, chainId: '1' }), 'chainId is "1"'], [JSON.stringify({ ...given, signature: '0x12' }), 'signature is "0x12"; expected 65 bytes in hex']])('is refused in words: %s', (text, words) => expect(() => readRevocation(text)).toThrow(words));
});
