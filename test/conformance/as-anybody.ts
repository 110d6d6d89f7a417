import type { Devchain } from '@ballast/devchain';

export const hex = (value: bigint | number): string => `0x${value.toString(16)}`;

/** Sends for anybody while the work runs: the chain takes every sender's word. */
export async function asAnybody(chain: Devchain, work: (send: (from: string, to: string, data: string, value?: bigint) => Promise<string>) => Promise<void>): Promise<void> {
  await chain.provider.send('anvil_autoImpersonateAccount', [true]);
  try {
    await work((from, to, data, value = 0n) => chain.provider.send('eth_sendTransaction', [{ from, to, data, value: hex(value), gas: hex(1_500_000), maxFeePerGas: hex(300_000_000_000n), maxPriorityFeePerGas: hex(1_000_000_000n) }]) as Promise<string>);
  } finally {
    await chain.provider.send('anvil_autoImpersonateAccount', [false]);
  }
}
