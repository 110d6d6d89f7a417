import { AbiCoder, Interface, ZeroAddress, concat, getCreate2Address, keccak256, type InterfaceAbi } from 'ethers';
import { aaveFillerAbi, aaveFillerBytecode, aaveGuardAbi, aaveGuardBytecode, isAaveFillerCode, isAaveGuardCode, isKeepersCode, keepersAbi, keepersBytecode } from '../src/index.js';
import type { FeedParameters, PairParameters, Parameters } from './parameters.js';

/** The deterministic deployer: it creates what it is sent under CREATE2, for anybody, and keeps nothing. */
export const DEPLOYER = '0x4e59b44847b379578588920cA78FbF26c0B4956C';
export const DEPLOYER_CODE = '0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3';

export type ContractName = 'aaveGuard' | 'aaveFiller' | 'keepers';

/** A value that the deployed contract must answer with. */
export interface ReadBack {
  readonly method: string;
  readonly args: readonly unknown[];
  readonly expected: unknown;
}

/** One contract to create: its address is known before. */
export interface PlannedContract {
  readonly name: ContractName;
  readonly contract: string;
  readonly abi: Interface;
  readonly address: string;
  /** Constructor arguments by name, for people. */
  readonly args: ReadonlyArray<readonly [name: string, value: unknown]>;
  readonly initCode: string;
  isCode(code: string): boolean;
  readonly readBacks: readonly ReadBack[];
}

const pairKey = ({ collateral, debt }: PairParameters): string => keccak256(AbiCoder.defaultAbiCoder().encode(['address', 'address'], [collateral.asset, debt.asset]));
const feedOf = ({ source, feed, heartbeat, deviationBps }: FeedParameters): [string, string, number, number] => [source, feed, heartbeat, deviationBps];

interface Kind {
  readonly name: ContractName;
  readonly contract: string;
  readonly abi: readonly unknown[];
  readonly bytecode: string;
  isCode(code: string): boolean;
}

function planned({ name, contract, abi, bytecode, isCode }: Kind, salt: string, values: readonly unknown[], readBacks: readonly ReadBack[]): PlannedContract {
  const face = new Interface(abi as InterfaceAbi);
  const initCode = concat([bytecode, face.encodeDeploy([...values])]);
  const args = face.deploy.inputs.map((input, index) => [input.name.replace(/_$/, ''), values[index]] as const);
  return { name, contract, abi: face, address: getCreate2Address(DEPLOYER, salt, keccak256(initCode)), args, initCode, isCode, readBacks };
}

/** What is deployed, in its order: each contract may name the ones before it. */
export function planOf(p: Parameters): PlannedContract[] {
  const aaveGuard = planned({ name: 'aaveGuard', contract: 'AaveGuard', abi: aaveGuardAbi, bytecode: aaveGuardBytecode, isCode: isAaveGuardCode }, p.salt, [p.aave.pool], [{ method: 'pool', args: [], expected: p.aave.pool }]);
  const lender = p.morpho?.address ?? ZeroAddress;
  const aaveFiller = planned({ name: 'aaveFiller', contract: 'AaveFiller', abi: aaveFillerAbi, bytecode: aaveFillerBytecode, isCode: isAaveFillerCode }, p.salt, [aaveGuard.address, p.routers, lender], [
    { method: 'guard', args: [], expected: aaveGuard.address }, { method: 'aavePool', args: [], expected: p.aave.pool }, { method: 'morpho', args: [], expected: lender },
    ...p.routers.map((router) => ({ method: 'isRouter', args: [router], expected: true })),
  ]);
  const fillers = [aaveFiller.address];
  return [aaveGuard, aaveFiller, keepersOf(p, fillers)];
}

/** The fillers are the guards' callers, so they are on the list; none of them may remove itself. */
function keepersOf(p: Parameters, fillers: readonly string[]): PlannedContract {
  const keepers = [...p.keepers, ...fillers];
  const pairs = p.pairs.map((pair) => [pairKey(pair), feedOf(pair.collateral), feedOf(pair.debt)] as const);
  return planned({ name: 'keepers', contract: 'Keepers', abi: keepersAbi, bytecode: keepersBytecode, isCode: isKeepersCode }, p.salt, [p.remover, keepers, p.selfRemoving, pairs, p.sequencerFeed ?? ZeroAddress], [
    { method: 'remover', args: [], expected: p.remover }, { method: 'sequencerFeed', args: [], expected: p.sequencerFeed ?? ZeroAddress },
    ...keepers.map((keeper) => ({ method: 'isKeeper', args: [keeper], expected: true })),
    ...keepers.map((keeper) => ({ method: 'mayRemoveItself', args: [keeper], expected: p.selfRemoving.includes(keeper) })),
    ...pairs.map((pair) => ({ method: 'feedsOf', args: [pair[0]], expected: pair })),
  ]);
}
