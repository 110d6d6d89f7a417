import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redacted } from './redaction.js';

describe('what is shown of a failure', () => {
  it('has no path, query, key or signature', () => {
    const secret = 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP';
    const said = redacted(`binanceusdm POST https://fapi.binance.com/fapi/v1/order?symbol=ETHUSDT&signature=${'ab'.repeat(32)} request timed out (5000 ms) key ${secret}`, [secret]);
    expect(said).toBe('binanceusdm POST https://fapi.binance.com request timed out (5000 ms) key [key]');
    expect(redacted('{"access_token":"1597.abc","scope":"x"} sig=deadbeef,nonce=1', [])).toBe('{"access_token":"[hidden]","scope":"x"} sig=[hidden],nonce=1');
    expect(redacted(`signed by 0x${'1f'.repeat(32)}`, [])).toBe('signed by [hex]');
    expect(redacted('get http://user:password@10.0.0.1:80/a', [])).toBe('get http://10.0.0.1:80');
    // An address is not a key: whose it is may be said.
    expect(redacted(`User or API Wallet 0x${'ab'.repeat(20)} does not exist.`, [])).toContain('0xabab');
  });

  it('is short, and holds no secret in any of its forms', () => {
    expect(redacted('x'.repeat(1_000), [])).toHaveLength(300);
    fc.assert(fc.property(fc.string({ minLength: 12, maxLength: 60, unit: fc.constantFrom(...'abcdefXYZ0123456789+/=&?') }), fc.string(), fc.string(), (secret, before, after) => {
      const told = redacted(`${before} ${secret} ${encodeURIComponent(secret)} ${after}`, [secret]);
      return !told.includes(secret) && !told.includes(encodeURIComponent(secret));
    }));
  });
});
