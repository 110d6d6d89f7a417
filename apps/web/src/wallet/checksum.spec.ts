import { getAddress, hexlify, keccak256 as reference } from 'ethers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checksummed, shortAddress } from './checksum.js';
import { keccak256 } from './keccak.js';

describe('keccak-256', () => {
  it('agrees with ethers, over the length of a block and its edges', () => {
    for (const length of [0, 1, 135, 136, 137, 271, 272, 273]) {
      const bytes = Uint8Array.from({ length }, (_, index) => (index * 7) % 256);
      expect(hexlify(keccak256(bytes))).toBe(reference(bytes));
    }
  });
  it('agrees with ethers on any bytes', () => fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => hexlify(keccak256(bytes)) === reference(bytes)), { numRuns: 40 }));
});

describe('checksummed addresses', () => {
  it('agree with ethers', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), (bytes) => checksummed(hexlify(bytes)) === getAddress(hexlify(bytes))), { numRuns: 40 });
  });
  it('leave what is no address alone', () => expect(checksummed('mara.eth')).toBe('mara.eth'));
  it('are shown with four digits from each end', () => expect(shortAddress('0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed')).toBe('0x5aAe…eAed'));
});
