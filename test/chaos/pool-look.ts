import { Interface } from 'ethers';
import type { ChaosStage } from './chaos-stage.js';

const poolAbi = new Interface(['function getUserAccountData(address) view returns (uint256 collateral, uint256 debt, uint256 available, uint256 threshold, uint256 ltv, uint256 healthFactor)']);

/** What the pool itself says of the account, at a block or at the newest. */
export async function poolLook(stage: ChaosStage, account: string, blockHash?: string): Promise<{ readonly debt: bigint; readonly health: bigint }> {
  const call = { to: stage.chain.deployment.aave.pool, data: poolAbi.encodeFunctionData('getUserAccountData', [account]) };
  const answer = (await stage.blocks.turnstile.read(() => stage.chain.provider.send('eth_call', [call, blockHash === undefined ? 'latest' : { blockHash }]))) as string;
  const { debt, healthFactor } = poolAbi.decodeFunctionResult('getUserAccountData', answer) as unknown as { debt: bigint; healthFactor: bigint };
  return { debt, health: healthFactor };
}
