import { inspect } from 'node:util';
import { address, chainId } from '@ballast/units';
import { Transaction } from 'ethers';
import { describe, expect, it } from 'vitest';
import { LocalKeeperSigner } from './keeper-signer.js';
import { SigningRefused, type SigningPolicy, type UnsignedTransaction } from './signing-policy.js';

// A key that is published in every local chain's documentation.
const KEY = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';
const GUARD = address(`0x${'5'.repeat(40)}`);
const REPAY = '0x11223344';
const policy: SigningPolicy = { chainId: chainId(31337), guards: [GUARD], selectors: [REPAY], maxFeePerGas: 100n, maxGasLimit: 1_000_000n };
const signer = new LocalKeeperSigner(KEY, policy);
const tx = (changed: Partial<UnsignedTransaction> = {}): UnsignedTransaction => ({
  chainId: chainId(31337), nonce: 7n, to: GUARD, data: `${REPAY}00`, value: 0n, gasLimit: 500_000n, maxFeePerGas: 100n, maxPriorityFeePerGas: 2n, ...changed,
});

describe('the keeper\'s signer', () => {
  it('signs an allowed call, the same bytes each time', async () => {
    const once = await signer.sign(tx());
    expect(await signer.sign(tx())).toEqual(once);
    const parsed = Transaction.from(once.raw);
    expect(address(parsed.from ?? '')).toBe(signer.address);
    expect([parsed.hash, parsed.nonce, parsed.chainId, parsed.value]).toEqual([once.hash, 7, 31337n, 0n]);
  });

  it('signs an empty transfer to itself, which frees a nonce', async () => {
    await expect(signer.sign(tx({ to: signer.address, data: '0x', gasLimit: 21_000n }))).resolves.toBeDefined();
  });

  it.each<[string, Partial<UnsignedTransaction>]>([
    ['another chain', { chainId: chainId(1) }],
    ['value', { value: 1n }],
    ['another destination', { to: address(`0x${'6'.repeat(40)}`) }],
    ['another function of the guard', { data: '0x99887766' }],
    ['no function at all', { data: '0x' }],
    ['a cut-off function', { data: '0x112233' }],
    ['calldata to its own address', { to: signer.address }],
    ['a fee above the ceiling', { maxFeePerGas: 101n }],
    ['a tip above the fee', { maxPriorityFeePerGas: 101n }],
    ['gas above the ceiling', { gasLimit: 1_000_001n }],
    ['no gas', { gasLimit: 0n }],
  ])('refuses %s', async (_, changed) => {
    await expect(signer.sign(tx(changed))).rejects.toBeInstanceOf(SigningRefused);
  });

  it('shows its key in no form', () => {
    for (const shown of [JSON.stringify(signer), inspect(signer, { depth: 10, showHidden: true }), String(signer), JSON.stringify({ ...signer })]) expect(shown).not.toContain(KEY.slice(2, 20));
  });

  it('does not repeat a malformed key', () => {
    expect(() => new LocalKeeperSigner('0xdeadbeef-not-a-key', policy)).toThrow(/^keeper key: got 20 characters/);
    expect(() => new LocalKeeperSigner(`0x${'0'.repeat(64)}`, policy)).toThrow(/private key/);
  });
});
