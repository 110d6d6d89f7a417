import type { JsonRpcApiProvider } from 'ethers';
import { multicallAbi } from './abis.js';
import { multicall3Address } from './deploy/market.js';
import { read, type Call } from './sender.js';

/** Reads many views in one call; an answer that failed is undefined. */
export async function readAll(provider: JsonRpcApiProvider, calls: readonly Call[], blockTag: string = 'latest'): Promise<(readonly unknown[] | undefined)[]> {
  if (calls.length === 0) return [];
  const encoded = calls.map(({ to, abi, method, args }) => ({ target: to, allowFailure: true, callData: abi.encodeFunctionData(method, [...args]) }));
  const [results] = await read(provider, { to: multicall3Address, abi: multicallAbi, method: 'aggregate3', args: [encoded] }, blockTag);
  return (results as { success: boolean; returnData: string }[]).map(({ success, returnData }, index) => {
    const call = calls[index];
    return call && success ? call.abi.decodeFunctionResult(call.method, returnData) : undefined;
  });
}
