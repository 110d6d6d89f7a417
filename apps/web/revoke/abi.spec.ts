import { AbiCoder, Interface, keccak256, toUtf8Bytes } from 'ethers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressWord, encode, encodeWithBytes, keccakOf, keccakOfText, toAddress, toText, toUint, uintWord, words } from './abi.js';
import { SELECTORS } from './contracts.js';

const hex = (length: number): fc.Arbitrary<string> => fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => `0x${Buffer.from(bytes).toString('hex')}`);
const uint = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n });

describe('calls', () => {
  it('are encoded as ethers encodes them', () => {
    const face = new Interface(['function approve(address, uint256)', 'function revokeAllBySig(address owner, bytes signature)']);
    fc.assert(fc.property(hex(20), uint, (spender, amount) => encode(SELECTORS.approve, addressWord(spender), uintWord(amount)) === face.encodeFunctionData('approve', [spender, amount])), { numRuns: 50 });
    const selector = face.getFunction('revokeAllBySig')?.selector ?? '';
    fc.assert(fc.property(hex(20), fc.integer({ min: 0, max: 100 }).chain(hex), (owner, signature) => encodeWithBytes(selector, [addressWord(owner)], signature) === face.encodeFunctionData('revokeAllBySig', [owner, signature])), { numRuns: 50 });
  });
  it('with a tuple of static fields are words one after the other', () => {
    const face = new Interface(['function setAuthorizationWithSig((address authorizer, address authorized, bool isAuthorized, uint256 nonce, uint256 deadline) authorization, (uint8 v, bytes32 r, bytes32 s) signature)']);
    expect(face.getFunction('setAuthorizationWithSig')?.selector).toBe(SELECTORS.setAuthorizationWithSig);
  });
});

describe('answers', () => {
  it('are read back', () => {
    fc.assert(fc.property(hex(20), uint, (address, amount) => {
      const [first, second] = words(AbiCoder.defaultAbiCoder().encode(['address', 'uint256'], [address, amount]), 2, 'it');
      return toAddress(first ?? '').toLowerCase() === address && toUint(second ?? '') === amount;
    }), { numRuns: 50 });
  });
  it.each([['0x'], [null], ['0x12'], [`0x${'00'.repeat(31)}`]])('that are too short (%s) are refused in words', (answer) => expect(() => words(answer, 1, 'epochOf')).toThrow(/epochOf answered .*expected a word of 32 bytes/));
  it('that are texts are read in both forms', () => {
    fc.assert(fc.property(fc.string({ minLength: 1, maxLength: 40 }).filter((text) => !text.includes('\0')), (text) => toText(AbiCoder.defaultAbiCoder().encode(['string'], [text])) === text), { numRuns: 50 });
    expect(toText(`0x${Buffer.from('MKR').toString('hex').padEnd(64, '0')}`)).toBe('MKR');
    for (const nothing of ['0x', `0x${'00'.repeat(32)}`, null, 7]) expect(toText(nothing)).toBeNull();
  });
});

it('hashes as ethers does', () => {
  expect(keccakOf('0x')).toBe(keccak256('0x'));
  expect(keccakOfText('Ballast AaveGuard')).toBe(keccak256(toUtf8Bytes('Ballast AaveGuard')));
});
