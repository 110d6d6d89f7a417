import { Wallet } from 'ethers';
import { SiweMessage } from 'siwe';
import { describe, expect, it } from 'vitest';
import { SignInRefused } from '../problems/api-errors.js';
import { STATEMENT, verifySignIn } from './sign-in-message.js';

const wallet = new Wallet(`0x${'11'.repeat(32)}`);
const now = Date.parse('2026-11-22T10:00:00Z');
const expected = { publicUrl: 'http://127.0.0.1:4000', chainId: 31337, now };

const message = (change: Partial<SiweMessage> = {}): string =>
  new SiweMessage({
    domain: '127.0.0.1:4000', address: wallet.address, statement: STATEMENT, uri: 'http://127.0.0.1:4000', version: '1', chainId: 31337, nonce: 'abcdefgh12345678',
    issuedAt: '2026-11-22T09:59:00Z', ...change,
  }).prepareMessage();

async function refusal(text: string, signature: string): Promise<string> {
  const error: unknown = await verifySignIn(text, signature, expected).then(() => null, (thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(SignInRefused);
  return (error as SignInRefused).code;
}

describe('verifySignIn', () => {
  it('returns who signed, for which chain and with which nonce', async () => {
    const text = message();
    expect(await verifySignIn(text, await wallet.signMessage(text), expected)).toEqual({ address: wallet.address.toLowerCase(), chainId: 31337, nonce: 'abcdefgh12345678' });
  });

  it.each([
    ['another domain', { domain: 'evil.example' }, 'siwe-domain'],
    ['another uri', { uri: 'http://evil.example' }, 'siwe-uri'],
    ['another chain', { chainId: 1 }, 'siwe-chain'],
    ['an ended validity', { expirationTime: '2026-11-22T09:59:59Z' }, 'siwe-expired'],
    ['a validity that has not begun', { notBefore: '2026-11-22T11:00:00Z' }, 'siwe-not-yet-valid'],
  ] as const)('refuses a message for %s', async (_name, change, code) => {
    const text = message(change);
    expect(await refusal(text, await wallet.signMessage(text))).toBe(code);
  });

  it('refuses the signature of somebody else', async () => {
    const text = message();
    expect(await refusal(text, await new Wallet(`0x${'22'.repeat(32)}`).signMessage(text))).toBe('siwe-signature');
  });

  it('refuses a signature of another text', async () => {
    expect(await refusal(message(), await wallet.signMessage(message({ nonce: 'zzzzzzzz12345678' })))).toBe('siwe-signature');
  });

  it.each([`0x${'00'.repeat(65)}`, `0x${'ff'.repeat(65)}`])('refuses the bytes %s, which are no signature', async (signature) => {
    expect(await refusal(message(), signature)).toBe('siwe-signature');
  });

  it('refuses a text that is no sign-in message', async () => {
    expect(await refusal('hello', `0x${'11'.repeat(65)}`)).toBe('siwe-malformed');
  });
});
