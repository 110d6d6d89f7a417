import { TypedDataEncoder, keccak256, type TypedDataField } from 'ethers';
import { describe, expect, it } from 'vitest';
import { GUARD_KINDS } from './contracts.js';
import type { GuardKind } from './guard-kind.js';
import { kindOfCode, readAddresses, revokeAllTypedData, type KnownGuard } from './guards.js';

const code = `0x${'60'.repeat(50)}`;
const immutables = [{ start: 10, length: 32 }];
const zeroed = `0x${'60'.repeat(10)}${'00'.repeat(32)}${'60'.repeat(8)}`;
const kind = { ...(GUARD_KINDS[0] as GuardKind), runtime: { length: 50, hash: keccak256(zeroed), immutables } };

describe('the code at an address', () => {
  it('is a guard’s whatever its immutables are', () => {
    expect(kindOfCode(code, [kind])).toBe(kind);
    expect(kindOfCode(zeroed, [kind])).toBe(kind);
  });
  it.each([['one byte changed', `0x61${code.slice(4)}`], ['one byte more', `${code}60`], ['no code', '0x']])('is not, with %s', (_what, other) => expect(kindOfCode(other, [kind])).toBeNull());
});

describe('pasted addresses', () => {
  it('are taken in any case and order, each once', () => {
    const [first, second] = [`0x${'ab'.repeat(20)}`, `0x${'01'.repeat(20)}`];
    expect(readAddresses(`${first}, ${second}\n${first.toUpperCase().replace('0X', '0x')}`, 'Guards').map((address) => address.toLowerCase())).toEqual([first, second]);
    expect(readAddresses('  \n', 'Guards')).toEqual([]);
  });
  it('are refused with the part that is wrong', () => expect(() => readAddresses(`0x${'ab'.repeat(20)} mara.eth`, 'Guard contracts')).toThrow('Guard contracts: “mara.eth” is not an address'));
});

it('the signature that revokes everything is over the guard’s own typed data', () => {
  const guard: KnownGuard = { address: `0x${'51'.repeat(20)}`, kind: GUARD_KINDS[0] as GuardKind, finding: '', since: null };
  const owner = `0x${'7a'.repeat(20)}`;
  const epoch = `0x${'09'.repeat(32)}`;
  const given = revokeAllTypedData(guard, 31_337, owner, epoch) as { types: Record<string, TypedDataField[]>; domain: object; message: Record<string, string> };
  const { EIP712Domain: _implied, ...types } = given.types;
  expect(TypedDataEncoder.hash(given.domain, types, given.message)).toBe(
    TypedDataEncoder.hash({ name: 'Ballast AaveGuard', version: '1', chainId: 31_337, verifyingContract: guard.address }, { RevokeAll: [{ name: 'owner', type: 'address' }, { name: 'epoch', type: 'bytes32' }] }, { owner, epoch }),
  );
});
