import { describe, expect, it } from 'vitest';
import type { Move } from '../api/types.js';
import { atomicOn, batches, sendOneByOne } from './batch.js';
import type { Wallet } from './provider.js';

const OWNER = `0x${'7a'.repeat(20)}`;
const wallet = (answer: (method: string, params: readonly unknown[]) => unknown): Wallet => ({ id: 'test', name: 'Test', icon: null, account: null, provider: { request: async ({ method, params }) => answer(method, params ?? []) } });
const calls: Move['calls'] = ['Take', 'Approve', 'Add'].map((what) => ({ to: OWNER, data: '0x', value: '0x0', what }));

describe('a wallet that batches', () => {
  it('says so for the chain', async () => {
    expect(atomicOn({ '0x1': { atomic: { status: 'supported' } } }, '0x1')).toBe(true);
    expect(atomicOn({ '0x1': { atomic: { status: 'ready' } } }, '0x1')).toBe(true);
    expect(atomicOn({ '0x1': { atomic: { status: 'unsupported' } } }, '0x1')).toBe(false);
    for (const answer of [{ '0x2': { atomic: { status: 'supported' } } }, {}, null, 'yes', { '0x1': null }]) expect(atomicOn(answer, '0x1')).toBe(false);
    expect(await batches(wallet(() => Promise.reject(new Error('unknown method'))), 1, OWNER)).toBe(false);
  });
});

describe('step by step', () => {
  it('waits for each before the next', async () => {
    const seen: string[] = [];
    await sendOneByOne(wallet((method) => (seen.push(method), method === 'eth_sendTransaction' ? '0xabc' : { status: '0x1' })), OWNER, calls, (index) => seen.push(`step ${index}`));
    expect(seen).toEqual([0, 1, 2].flatMap((index) => [`step ${index}`, 'eth_sendTransaction', 'eth_getTransactionReceipt']));
  });

  it('stops at the first that the chain does not take, and says what stands', async () => {
    const failing = wallet((method) => (method === 'eth_sendTransaction' ? '0xabc' : { status: '0x0' }));
    await expect(sendOneByOne(failing, OWNER, calls, () => undefined)).rejects.toThrow('Stopped at “Take”');
  });
});
