import { Signature, TypedDataEncoder, Wallet, type TypedDataField } from 'ethers';
import { describe, expect, it } from 'vitest';
import { SELECTORS } from './contracts.js';
import { killingAuthorisation, killingPermit, permitCall, permitState, readPermits, separatorOf, signatureParts, type PermitRow } from './permits.js';

const token = `0x${'70'.repeat(20)}`;
const owner = '0x7A00000000000000000000000000000000000001';
const spender = `0x${'51'.repeat(20)}`;
const flat = { chainId: 1, token, owner, spender, value: '7000000000', nonce: '3', deadline: 1_793_069_886 };

describe('pasted permits', () => {
  it('are read in the form that Ballast keeps and as typed data, one or a list', () => {
    const typed = { domain: { name: 'USD Coin', version: '2', chainId: 1, verifyingContract: token }, message: { owner, spender, value: 7_000_000_000, nonce: 3, deadline: '1793069886' } };
    const [first] = readPermits(JSON.stringify(flat));
    expect(first).toMatchObject({ chainId: 1, value: 7_000_000_000n, nonce: 3n, deadline: 1_793_069_886n });
    expect(readPermits(JSON.stringify([flat, typed]))).toEqual([first, first]);
    expect(readPermits('  ')).toEqual([]);
  });
  it.each([
    ['not JSON', '{', 'is not JSON'],
    ['no object', '7', 'A permit is an object'],
    ['a missing field', JSON.stringify({ ...flat, nonce: undefined }), 'nonce is missing'],
    ['a wrong address', JSON.stringify({ ...flat, token: '0x12' }), 'token is "0x12"; expected an address'],
    ['a fraction', JSON.stringify({ ...flat, value: '1.5' }), 'value is "1.5"; expected a whole number'],
  ])('are refused in words: %s', (_what, text, words) => expect(() => readPermits(text)).toThrow(words));

  it('are open only with the next nonce and before the deadline', () => {
    const [permit] = readPermits(JSON.stringify(flat)) as [Parameters<typeof permitState>[0]];
    expect(permitState(permit, 3n, 1_793_069_886)).toBe('open');
    expect(permitState(permit, 3n, 1_793_069_887)).toBe('expired');
    expect(permitState(permit, 4n, 0)).toBe('used');
    expect(permitState(permit, 2n, 0)).toBe('later');
    expect(permitState(permit, 2n, 1_793_069_887)).toBe('expired');
  });
});

describe('what is signed to kill a permit', () => {
  const row = { token: { address: token, symbol: 'USDC', decimals: 6 }, nonce: 3n, domain: null, signed: [] } satisfies PermitRow;
  it.each([[{ name: 'USD Coin', version: '2' }], [{ name: 'Old token' }], [{}]])('has the token’s own domain %j', (domain) => {
    expect(separatorOf(domain, 1, token)).toBe(TypedDataEncoder.hashDomain({ ...domain, chainId: 1, verifyingContract: token }));
    const given = killingPermit(row, domain, 1, owner, spender, 1_793_069_886) as { types: Record<string, TypedDataField[]>; domain: object; message: Record<string, string> };
    expect(given.types['EIP712Domain']?.map(({ name }) => name)).toEqual([...Object.keys(domain), 'chainId', 'verifyingContract']);
    expect(given.message).toMatchObject({ value: '0', nonce: '3', owner, spender });
  });
  it('takes the approval at Morpho away and uses the nonce', () => {
    const given = killingAuthorisation(1, token, owner, spender, 5n, 9) as { domain: object; message: object };
    expect(given).toMatchObject({ domain: { chainId: 1, verifyingContract: token }, message: { authorizer: owner, authorized: spender, isAuthorized: false, nonce: '5', deadline: '9' } });
  });
  it('is brought as the token expects it', async () => {
    const signature = await Wallet.createRandom().signMessage('x');
    const { v, r, s } = signatureParts(signature);
    expect(Signature.from({ v, r, s }).serialized).toBe(signature);
    const data = permitCall(owner, spender, 9, signature);
    expect(data.slice(0, 10)).toBe(SELECTORS.permit);
    expect(data.length).toBe(10 + 7 * 64);
    expect(signatureParts(`${signature.slice(0, 130)}00`).v).toBe(27);
    expect(() => signatureParts('0x12')).toThrow('65 bytes');
  });
});
