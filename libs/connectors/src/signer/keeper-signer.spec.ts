import { inspect } from 'node:util';
import { address, chainId, type Address } from '@ballast/units';
import { Interface, Transaction } from 'ethers';
import { describe, expect, it } from 'vitest';
import { LocalKeeperSigner } from './keeper-signer.js';
import { FencedOff } from './signed-log.js';
import { SigningRefused, type SigningPolicy, type UnsignedTransaction } from './signing-policy.js';

// A key that is published in every local chain's documentation.
const KEY = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';
const GUARD = address(`0x${'5'.repeat(40)}`);
const REPAY = '0x11223344';
const FILLER = address(`0x${'7'.repeat(40)}`);
const KEEPERS = address(`0x${'8'.repeat(40)}`);
const TOKEN = address(`0x${'9'.repeat(40)}`);
const STRANGER = address(`0x${'6'.repeat(40)}`);
const FILL = '0x55667788';
const policy: SigningPolicy = {
  chainId: chainId(31337), guards: [GUARD], selectors: [REPAY], fillers: [FILLER], fillerSelectors: [FILL], keepers: [KEEPERS], tokens: [TOKEN], maxFeePerGas: 100n, maxGasLimit: 1_000_000n,
};
const abi = new Interface([
  'function remove(address)', 'function approve(address, uint256)', 'function transfer(address, uint256)', 'function permit(address, address, uint256, uint256, uint8, bytes32, bytes32)',
]);
const data = (name: string, ...args: readonly unknown[]) => abi.encodeFunctionData(name, [...args]) as `0x${string}`;
const WORD = `0x${'1'.repeat(64)}`;
const permit = (spender: string) => data('permit', STRANGER, spender, 2n ** 255n, 99n, 27, WORD, WORD);
const signer = new LocalKeeperSigner(KEY, policy);
const [LANE] = signer.lanes as [Address];
const signed = (transaction: UnsignedTransaction, fence = 0n) => signer.sign({ lane: LANE, transaction, fence, purpose: 'test' });
const tx = (changed: Partial<UnsignedTransaction> = {}): UnsignedTransaction => ({
  chainId: chainId(31337), nonce: 7n, to: GUARD, data: `${REPAY}00`, value: 0n, gasLimit: 500_000n, maxFeePerGas: 100n, maxPriorityFeePerGas: 2n, ...changed,
});

describe('the keeper\'s signer', () => {
  it('signs an allowed call, the same bytes each time', async () => {
    const once = await signed(tx());
    expect(await signed(tx())).toEqual(once);
    const parsed = Transaction.from(once.raw);
    expect(address(parsed.from ?? '')).toBe(LANE);
    expect([parsed.hash, parsed.nonce, parsed.chainId, parsed.value]).toEqual([once.hash, 7, 31337n, 0n]);
  });

  it('signs an empty transfer to itself, which frees a nonce', async () => {
    await expect(signed(tx({ to: LANE, data: '0x', gasLimit: 21_000n }))).resolves.toBeDefined();
  });

  it.each<[string, Partial<UnsignedTransaction>]>([
    ['a fill through the filler', { to: FILLER, data: `${FILL}00` }],
    ['its own removal from a keepers contract', { to: KEEPERS, data: data('remove', LANE) }],
    ['an owner\'s permit for a guard', { to: TOKEN, data: permit(GUARD) }],
    ['an approval of a finite amount to a guard', { to: TOKEN, data: data('approve', GUARD, 2n ** 128n - 1n) }],
  ])('signs %s', async (_, changed) => {
    await expect(signed(tx(changed))).resolves.toBeDefined();
  });

  it.each<[string, Partial<UnsignedTransaction>]>([
    ['the guard\'s function at the filler', { to: FILLER, data: `${REPAY}00` }],
    ['the filler\'s function at the guard', { data: `${FILL}00` }],
    ['the removal of another keeper', { to: KEEPERS, data: data('remove', STRANGER) }],
    ['another function of a keepers contract', { to: KEEPERS, data: data('approve', LANE, 1n) }],
    ['a permit for somebody else', { to: TOKEN, data: permit(STRANGER) }],
    ['a permit for the filler', { to: TOKEN, data: permit(FILLER) }],
    ['an approval to somebody else', { to: TOKEN, data: data('approve', FILLER, 1n) }],
    ['an approval without limit', { to: TOKEN, data: data('approve', GUARD, 2n ** 128n) }],
    ['a transfer of tokens', { to: TOKEN, data: data('transfer', GUARD, 1n) }],
    ['more than the arguments', { to: TOKEN, data: `${data('approve', GUARD, 1n)}00` }],
    ['cut-off arguments', { to: KEEPERS, data: data('remove', LANE).slice(0, 40) as `0x${string}` }],
    ['another chain', { chainId: chainId(1) }],
    ['value', { value: 1n }],
    ['another destination', { to: address(`0x${'6'.repeat(40)}`) }],
    ['another function of the guard', { data: '0x99887766' }],
    ['no function at all', { data: '0x' }],
    ['a cut-off function', { data: '0x112233' }],
    ['calldata to its own address', { to: LANE }],
    ['a fee above the ceiling', { maxFeePerGas: 101n }],
    ['a tip above the fee', { maxPriorityFeePerGas: 101n }],
    ['gas above the ceiling', { gasLimit: 1_000_001n }],
    ['no gas', { gasLimit: 0n }],
  ])('refuses %s', async (_, changed) => {
    await expect(signed(tx(changed))).rejects.toBeInstanceOf(SigningRefused);
  });

  it('refuses a lane that is not its own', async () => {
    await expect(signer.sign({ lane: STRANGER, transaction: tx(), fence: 0n, purpose: 'test' })).rejects.toMatchObject({ field: 'lane' });
  });

  it('signs no more for a leader once a newer one has asked', async () => {
    const own = new LocalKeeperSigner([KEY], policy);
    const ask = (fence: bigint) => own.sign({ lane: LANE, transaction: tx(), fence, purpose: 'test' });
    await ask(4n);
    await ask(5n);
    await ask(5n);
    await expect(ask(4n)).rejects.toBeInstanceOf(FencedOff);
  });

  it('shows its key in no form', () => {
    for (const shown of [JSON.stringify(signer), inspect(signer, { depth: 10, showHidden: true }), String(signer), JSON.stringify({ ...signer })]) expect(shown).not.toContain(KEY.slice(2, 20));
  });

  it('does not repeat a malformed key', () => {
    expect(() => new LocalKeeperSigner('0xdeadbeef-not-a-key', policy)).toThrow(/^keeper key: got 20 characters/);
    expect(() => new LocalKeeperSigner(`0x${'0'.repeat(64)}`, policy)).toThrow(/private key/);
  });
});
