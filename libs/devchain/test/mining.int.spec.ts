import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { baseFee, startDevchain, type Devchain } from '@ballast/devchain';

let chain: Devchain;
beforeAll(async () => {
  chain = await startDevchain({ idleBlockSeconds: 0 });
});
afterAll(() => chain?.stop());

const feeOfNext = async (): Promise<bigint> => {
  const block = await chain.provider.send('eth_getBlockByNumber', ['pending', false]) as { baseFeePerGas: string };
  return BigInt(block.baseFeePerGas);
};

describe('a chain that makes its own blocks', () => {
  it('never leaps over twice the fee that a wallet has just been told, and comes back to its own', async () => {
    for (let count = 0; count < 24; count += 1) await chain.provider.send('evm_mine', []);
    const low = await feeOfNext();
    expect(low).toBeLessThan(baseFee / 8n);
    let told = low;
    for (let look = 0; look < 30 && told < baseFee; look += 1) {
      await chain.mining.idleRound();
      const next = await feeOfNext();
      expect(next).toBeLessThanOrEqual(2n * told);
      await chain.provider.send('evm_mine', []);
      told = next;
    }
    expect(told).toBe(baseFee);
  });
});
