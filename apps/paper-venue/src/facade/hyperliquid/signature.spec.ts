import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Wallet, keccak256 } from 'ethers';
import { describe, expect, it } from 'vitest';
import { MAINNET, PAPER, actionHash, domainOf, signerOf, type ActionValue, type SigningPlace } from './signature.js';

const wallet = new Wallet(`0x${'11'.repeat(32)}`);
const order = { type: 'order', orders: [{ a: 1, b: true, p: '3000', s: '0.5', r: false, t: { limit: { tif: 'Ioc' } }, c: '0x1234567890abcdef1234567890abcdef' }], grouping: 'na' } satisfies ActionValue;

async function signed(place: SigningPlace, nonce = 1_700_000_000_000) {
  const request = { action: order, nonce, vaultAddress: null, expiresAfter: null };
  const hex = await wallet.signTypedData(domainOf(place), { Agent: [{ name: 'source', type: 'string' }, { name: 'connectionId', type: 'bytes32' }] }, { source: place.source, connectionId: actionHash(request) });
  return { ...request, signature: { r: hex.slice(0, 66), s: `0x${hex.slice(66, 130)}`, v: Number(`0x${hex.slice(130)}`) } };
}

describe('who signed an action', () => {
  it('is its signer where it was made for the paper venue; the same signature names somebody else on the real venue, and a real one does so here', async () => {
    const us = wallet.address.toLowerCase();
    const here = await signed(PAPER);
    expect(signerOf(here)).toBe(us);
    expect(signerOf(here, MAINNET)).not.toBe(us);
    const real = await signed(MAINNET);
    expect(signerOf(real)).not.toBe(us);
    expect(signerOf(real, MAINNET)).toBe(us);
  });

  it('is somebody else once anything is altered', async () => {
    const made = await signed(PAPER);
    for (const altered of [{ nonce: made.nonce + 1 }, { vaultAddress: wallet.address }, { expiresAfter: 1 }, { action: { ...order, grouping: 'normalTpsl' } }]) {
      expect(signerOf({ ...made, ...altered })).not.toBe(wallet.address.toLowerCase());
    }
  });

  it('is found where r or s come without leading zeros', async () => {
    for (let nonce = 1; nonce < 3_000; nonce += 1) {
      const made = await signed(PAPER, nonce);
      if (!made.signature.r.startsWith('0x0')) continue;
      expect(signerOf({ ...made, signature: { ...made.signature, r: made.signature.r.replace(/^0x0+/, '0x') } })).toBe(wallet.address.toLowerCase());
      return;
    }
    expect.unreachable();
  });

  it.each([{ r: '0x', s: '0x', v: 27 }, { r: 'no', s: '0x1', v: 27 }, { r: `0x${'ff'.repeat(40)}`, s: '0x1', v: 1 }])('refuses what is no signature: %j', (signature) => {
    expect(() => signerOf({ action: order, nonce: 1, vaultAddress: null, expiresAfter: null, signature })).toThrow('signature');
  });

  it('is found for every kind of value that an action holds: the hash is of msgpack with the keys as they came', () => {
    const hash = (action: ActionValue): string => actionHash({ action, nonce: 1, vaultAddress: null, expiresAfter: null });
    // 0x81 a1 61 d0 fb ... : the bytes of each by the msgpack specification, then the nonce and no vault.
    const byHand = (bytes: string): string => keccak256(`0x${bytes}000000000000000100`);
    expect(hash({ a: -5 })).toBe(byHand('81a161fb'));
    expect(hash({ z: null, a: [true, 1_700_000_000_000] })).toBe(byHand('82a17ac0a16192c3cf0000018bcfe56800'));
    expect(hash({ c: 'é'.repeat(20) })).toBe(byHand(`81a163d928${'c3a9'.repeat(20)}`));
  });
});

const FILE = resolve(process.env['BALLAST_DATA'] ?? '../shared', 'data/hyperliquid_signing/signing_vectors.json');
describe.skipIf(!existsSync(FILE))('the published signing vectors', () => {
  it('give the same hashes with and without vault and expiry, and the same signer', () => {
    const { PRIVATE_KEY, L1_ACTION } = JSON.parse(readFileSync(FILE, 'utf8'));
    const { action, nonce, vaultAddress, expiresAfter, hash, signature } = L1_ACTION;
    const base = { action, nonce, vaultAddress: null, expiresAfter: null };
    expect(actionHash(base)).toBe(hash.base);
    expect(actionHash({ ...base, vaultAddress })).toBe(hash.withVault);
    expect(actionHash({ ...base, expiresAfter })).toBe(hash.withExpires);
    expect(actionHash({ ...base, vaultAddress, expiresAfter })).toBe(hash.withBoth);
    const signer = new Wallet(PRIVATE_KEY).address.toLowerCase();
    expect(signerOf({ ...base, signature: signature.mainnet }, MAINNET)).toBe(signer);
    expect(signerOf({ ...base, signature: signature.testnet }, PAPER)).toBe(signer);
    expect(signerOf({ ...base, signature: signature.mainnet })).not.toBe(signer);
  });
});
