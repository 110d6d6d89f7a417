import { SiweMessage } from 'siwe';
import { describe, expect, it } from 'vitest';
import { signInMessage, type SignInTerms } from './siwe-message.js';

const terms: SignInTerms = {
  domain: 'ballast.example', address: '0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed', statement: 'Sign in to Ballast.', uri: 'https://ballast.example', chainId: 31_337, nonce: 'k3yB0ardCat12345', issuedAt: '2026-11-22T06:12:00.000Z',
};

describe('the sign-in message', () => {
  it('is laid out as EIP-4361 says', () => {
    expect(signInMessage(terms)).toBe(
      [
        'ballast.example wants you to sign in with your Ethereum account:', '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', '', 'Sign in to Ballast.', '',
        'URI: https://ballast.example', 'Version: 1', 'Chain ID: 31337', 'Nonce: k3yB0ardCat12345', 'Issued At: 2026-11-22T06:12:00.000Z',
      ].join('\n'),
    );
  });

  it('is what the reference library reads and writes', () => {
    for (const given of [terms, { ...terms, statement: '' }, { ...terms, expirationTime: '2026-11-22T07:12:00.000Z' }]) {
      const text = signInMessage(given);
      const parsed = new SiweMessage(text);
      expect(parsed).toMatchObject({ domain: given.domain, uri: given.uri, chainId: given.chainId, nonce: given.nonce, version: '1', issuedAt: given.issuedAt });
      expect(parsed.address.toLowerCase()).toBe(given.address);
      expect(parsed.prepareMessage()).toBe(text);
    }
  });
});
