import { Wallet } from 'ethers';
import { describe, expect, it } from 'vitest';
import { permitTypedData } from '@ballast/execution/planner';
import { positionId } from '@ballast/positions';
import { address, chainId, rawAmount } from '@ballast/units';
import { BLOCK_TIME, USDC, WETH, anAddress } from '../../../../test/factories/lending-position.js';
import { aMandate } from '../../../../test/factories/mandate.js';
import { signedPermit } from '../contract/schemas.js';
import { readPermits, type PermitFacts } from './permits.js';
import type { TokenFacts } from './token-facts.js';

const wallet = new Wallet(`0x${'33'.repeat(32)}`);
const owner = address(wallet.address);
const mandate = aMandate({ terms: { owner, actions: 2 } });
const usdc: TokenFacts = { asset: USDC, balance: rawAmount(1_000_000n), allowance: rawAmount(0n), permit: { chainId: chainId(31337), token: USDC.address, name: 'USD Coin', version: '2', nonce: 7n } };
const weth: TokenFacts = { asset: WETH, balance: rawAmount(5n), allowance: rawAmount(0n), permit: null };
const facts: PermitFacts = { mandate, positionId: positionId(31337, 'aave-v3', owner), tokens: [usdc, weth], receiptToken: anAddress(0xae), now: BLOCK_TIME };

async function permit(change: Partial<{ value: bigint; deadline: bigint; nonce: bigint; spender: typeof owner; signer: Wallet; token: TokenFacts }> = {}) {
  const { value = 1_000_000n, deadline = BLOCK_TIME + 1_800n, nonce = 7n, spender = mandate.guard, signer = wallet, token = usdc } = change;
  const domain = token.permit ?? { chainId: chainId(31337), token: token.asset.address, name: 'Wrapped Ether', version: '1' };
  const { domain: named, types, message } = permitTypedData(domain, { owner, spender, value: rawAmount(value), nonce, deadline });
  const signature = await signer.signTypedData(named, { Permit: types.Permit }, message);
  return signedPermit.parse({ token: token.asset.address, value: value.toString(), deadline: Number(deadline), signature });
}

describe('permits that come with a mandate', () => {
  it('are kept as they were signed, with the nonce of the token and the guard as spender', async () => {
    const given = await permit();
    expect(readPermits([given], facts)).toEqual([
      { chainId: 31337, mandateHash: mandate.hash, positionId: facts.positionId, token: USDC.address, owner, spender: mandate.guard, value: 1_000_000n, nonce: 7n, deadline: BLOCK_TIME + 1_800n, signature: given.signature },
    ]);
  });

  it.each([
    ['for another spender', () => permit({ spender: anAddress(0xbad) })],
    ['by somebody else', () => permit({ signer: new Wallet(`0x${'44'.repeat(32)}`) })],
    ['with another nonce', () => permit({ nonce: 8n })],
    ['that ends in 30 minutes and a second', () => permit({ deadline: BLOCK_TIME + 1_801n })],
    ['that has ended', () => permit({ deadline: BLOCK_TIME })],
    ['of nothing', () => permit({ value: 0n })],
    ['of more than there is', () => permit({ value: 1_010_001n })],
    ['without end', () => permit({ value: (1n << 256n) - 1n })],
    ['for a token that takes none', () => permit({ token: weth })],
    ['over another amount than is handed in', async () => ({ ...(await permit()), value: '999999' })],
  ])('are refused %s', async (_name, made) => {
    const given = await made();
    expect(() => readPermits([given], facts)).toThrow(expect.objectContaining({ code: 'mandate-permit' }));
  });

  it('are refused for a token that the mandate does not draw on, and twice for one', async () => {
    const given = await permit();
    expect(() => readPermits([given], { ...facts, mandate: aMandate({ terms: { owner, actions: 4 } }) })).toThrow(expect.objectContaining({ code: 'mandate-permit' }));
    expect(() => readPermits([given, given], facts)).toThrow(expect.objectContaining({ code: 'mandate-permit' }));
  });

  it('are passed over where the allowance stands already: somebody brought it, and its nonce is used', async () => {
    const used = { ...usdc, allowance: rawAmount(1_000_000n), permit: { ...usdc.permit!, nonce: 8n } };
    expect(readPermits([await permit()], { ...facts, tokens: [used, weth] })).toEqual([]);
    const given = await permit();
    expect(() => readPermits([given], { ...facts, tokens: [{ ...used, allowance: rawAmount(999_999n) }, weth] })).toThrow(expect.objectContaining({ code: 'mandate-permit' }));
  });

  it('may be for a hundredth more than the balance, which grows, and for the last second', async () => {
    expect(readPermits([await permit({ value: 1_010_000n })], facts)).toHaveLength(1);
    expect(readPermits([await permit({ deadline: BLOCK_TIME + 1n })], facts)).toHaveLength(1);
  });
});
