import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acknowledgeToken, isAcknowledgeToken, readAcknowledgeToken } from './acknowledge-token.js';

const of = { alarmId: 'alm_0123456789abcdef0123456789abcdef', subscriptionId: '5f0c9f5e-3c0e-4a57-9a3c-0c6b1f1d2e3f' };
const endToken = 'end_token_of_this_subscription_0123456789ab';
const token = acknowledgeToken(of, endToken);

describe('the token of an alarm', () => {
  it('says what it is of, and holds under the end token of its subscription alone', () => {
    expect(readAcknowledgeToken(token)).toEqual(of);
    expect(isAcknowledgeToken(token, endToken)).toBe(true);
    expect(isAcknowledgeToken(token, `${endToken}x`)).toBe(false);
    expect(token.length).toBeLessThan(200);
  });
  it('holds for no other alarm and no other subscription', () => {
    expect(isAcknowledgeToken(token.replace('alm_0', 'alm_1'), endToken)).toBe(false);
    expect(isAcknowledgeToken(token.replace('5f0c', '5f0d'), endToken)).toBe(false);
  });
  it('does not hold with any character changed, and text of any kind is none', () => {
    fc.assert(fc.property(fc.nat(token.length - 1), fc.constantFrom('A', 'b', '7', '.', '-'), (at, other) => {
      fc.pre(token[at] !== other);
      expect(isAcknowledgeToken(`${token.slice(0, at)}${other}${token.slice(at + 1)}`, endToken)).toBe(false);
    }));
    fc.assert(fc.property(fc.string(), (text) => {
      expect(isAcknowledgeToken(text, endToken)).toBe(false);
    }));
  });
});
