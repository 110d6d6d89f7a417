import { aaveGuardAbi, aaveGuardBytecode, keepersAbi, keepersBytecode } from '@ballast/contracts';
import { ZeroAddress, keccak256 } from 'ethers';
import type { Artifact } from '../artifacts.js';
import type { Sender } from '../sender.js';
import type { Deployment } from './market.js';

const guard: Artifact = { name: 'AaveGuard', abi: aaveGuardAbi, bytecode: aaveGuardBytecode, linkReferences: {} };
const keeperList: Artifact = { name: 'Keepers', abi: keepersAbi, bytecode: keepersBytecode, linkReferences: {} };

/** Changes when our contracts change, so that a saved chain state with older ones is not used. */
export function ballastKey(): string {
  return keccak256(`0x${aaveGuardBytecode.slice(2)}${keepersBytecode.slice(2)}`);
}

export async function deployBallast(sender: Sender, pool: string, keeper: string, remover: string): Promise<Deployment['ballast']> {
  const keepers = await sender.deploy(keeperList, [remover, [keeper], [], [], ZeroAddress]);
  const aaveGuard = await sender.deploy(guard, [pool]);
  return { aaveGuard, keepers };
}
