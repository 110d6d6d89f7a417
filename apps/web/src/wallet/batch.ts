import type { Move } from '../api/types.js';
import { checksummed } from './checksum.js';
import { waitUntilMined, type Wallet } from './provider.js';

/** Whether the wallet makes several calls as one, all or none, on this chain (EIP-5792). A wallet that does not know the question does not. */
export async function batches(wallet: Wallet, chainId: number, account: string): Promise<boolean> {
  const chain = `0x${chainId.toString(16)}`;
  try {
    const answer: unknown = await wallet.provider.request({ method: 'wallet_getCapabilities', params: [checksummed(account), [chain]] });
    return atomicOn(answer, chain);
  } catch {
    return false;
  }
}

/** Reads the wallet's answer: `atomic` is `supported`, or `ready` once its owner agrees. */
export function atomicOn(answer: unknown, chain: string): boolean {
  if (answer === null || typeof answer !== 'object') return false;
  const capabilities = (answer as Record<string, unknown>)[chain];
  const atomic = capabilities !== null && typeof capabilities === 'object' ? (capabilities as { atomic?: unknown }).atomic : undefined;
  const status = atomic !== null && typeof atomic === 'object' ? (atomic as { status?: unknown }).status : undefined;
  return status === 'supported' || status === 'ready';
}

/** Hands the batch to the wallet. Returns its id there. */
export async function sendBatch(wallet: Wallet, batch: Move['walletSendCalls']): Promise<string> {
  const answer: unknown = await wallet.provider.request({ method: 'wallet_sendCalls', params: [batch] });
  if (typeof answer === 'string') return answer;
  return answer !== null && typeof answer === 'object' && 'id' in answer ? String(answer.id) : '';
}

/**
 * Sends the calls one after the other, each once the one before is in a block. `told` hears of each that is under way.
 * @throws Error naming the call at which it stopped; those before it stand
 */
export async function sendOneByOne(wallet: Wallet, account: string, calls: Move['calls'], told: (index: number) => void): Promise<void> {
  for (const [index, { to, data, value, what }] of calls.entries()) {
    told(index);
    const hash = String(await wallet.provider.request({ method: 'eth_sendTransaction', params: [{ from: checksummed(account), to, data, value }] }));
    if ((await waitUntilMined(wallet, hash)) !== true) throw new Error(`Stopped at “${what}”: the chain did not take it. What was done before it stands: look at both positions.`);
  }
}
