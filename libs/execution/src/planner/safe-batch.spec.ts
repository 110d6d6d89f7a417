import { Interface } from 'ethers';
import { describe, expect, it } from 'vitest';
import { address, chainId } from '@ballast/units';
import { anAddress } from '../../../../test/factories/lending-position.js';
import { encodeMultiSend, safeBatch } from './safe-batch.js';

const calls = [{ to: anAddress(0xa), data: '0x1234' as const }, { to: anAddress(0xb), data: '0xdeadbeef00' as const }];

describe('a batch for a Safe', () => {
  it('packs the calls as MultiSend reads them: operation, to, value, length, data', () => {
    const [packed] = new Interface(['function multiSend(bytes)']).decodeFunctionData('multiSend', encodeMultiSend(calls));
    const word = (value: number): string => value.toString(16).padStart(64, '0');
    expect(packed).toBe(`0x00${anAddress(0xa).slice(2)}${word(0)}${word(2)}1234` + `00${anAddress(0xb).slice(2)}${word(0)}${word(5)}deadbeef00`);
  });

  it('is one delegatecall of MultiSendCallOnly without a refund, named by its hash', () => {
    const { safeTxHash, typedData } = safeBatch(chainId(31337), anAddress(0x5afe), 4n, address(anAddress(0x3d)), calls);
    expect(typedData.message).toMatchObject({ operation: 1, value: '0', safeTxGas: '0', gasPrice: '0', nonce: '4' });
    expect(safeTxHash).toMatch(/^0x[0-9a-f]{64}$/);
    expect(safeBatch(chainId(1), anAddress(0x5afe), 4n, address(anAddress(0x3d)), calls).safeTxHash).not.toBe(safeTxHash);
    expect(safeBatch(chainId(31337), anAddress(0x5afe), 5n, address(anAddress(0x3d)), calls).safeTxHash).not.toBe(safeTxHash);
  });
});
