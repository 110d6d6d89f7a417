import { AbiCoder, Interface, ZeroAddress, concat, getCreate2Address, keccak256, type InterfaceAbi } from 'ethers';
import {
  aaveFillerAbi, aaveFillerBytecode, aaveGuardAbi, aaveGuardBytecode, isAaveFillerCode, isAaveGuardCode, isKeepersCode, isMorphoFillerCode, isMorphoGuardCode, keepersAbi, keepersBytecode,
  morphoFillerAbi, morphoFillerBytecode, morphoGuardAbi, morphoGuardBytecode,
} from '../src/index.js';
import type { FeedParameters, PairParameters, Parameters } from './parameters.js';

/** The deterministic deployer: it creates what it is sent under CREATE2, for anybody, and keeps nothing. */
export const DEPLOYER = '0x4e59b44847b379578588920cA78FbF26c0B4956C';
export const DEPLOYER_CODE = '0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3';

/** As the address book names them. */
export type ContractName = 'aaveGuard' | 'aaveFiller' | 'morphoGuard' | 'morphoFiller' | 'keepers';

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

const KINDS = {
  aaveGuard: { name: 'aaveGuard', contract: 'AaveGuard', abi: aaveGuardAbi, bytecode: aaveGuardBytecode, isCode: isAaveGuardCode },
  aaveFiller: { name: 'aaveFiller', contract: 'AaveFiller', abi: aaveFillerAbi, bytecode: aaveFillerBytecode, isCode: isAaveFillerCode },
  morphoGuard: { name: 'morphoGuard', contract: 'MorphoGuard', abi: morphoGuardAbi, bytecode: morphoGuardBytecode, isCode: isMorphoGuardCode },
  morphoFiller: { name: 'morphoFiller', contract: 'MorphoFiller', abi: morphoFillerAbi, bytecode: morphoFillerBytecode, isCode: isMorphoFillerCode },
  keepers: { name: 'keepers', contract: 'Keepers', abi: keepersAbi, bytecode: keepersBytecode, isCode: isKeepersCode },
} as const satisfies Readonly<Record<ContractName, Kind>>;

/** What is deployed, in its order: each contract may name the ones before it. */
export function planOf(p: Parameters): PlannedContract[] {
  const lenders = { aavePool: p.aave.pool, morpho: p.morpho?.address ?? ZeroAddress };
  const aaveGuard = planned(KINDS.aaveGuard, p.salt, [p.aave.pool], [{ method: 'pool', args: [], expected: p.aave.pool }]);
  const aaveFiller = planned(KINDS.aaveFiller, p.salt, [aaveGuard.address, p.routers, lenders.morpho], fillerAnswers(p, aaveGuard, lenders));
  if (p.morpho === null) return [aaveGuard, aaveFiller, keepersOf(p, [aaveFiller.address])];
  const morphoGuard = planned(KINDS.morphoGuard, p.salt, [p.morpho.address], [{ method: 'morpho', args: [], expected: p.morpho.address }]);
  const morphoFiller = planned(KINDS.morphoFiller, p.salt, [morphoGuard.address, p.routers, p.aave.pool], fillerAnswers(p, morphoGuard, lenders));
  return [aaveGuard, aaveFiller, morphoGuard, morphoFiller, keepersOf(p, [aaveFiller.address, morphoFiller.address])];
}

const fillerAnswers = (p: Parameters, guard: PlannedContract, lenders: Readonly<Record<'aavePool' | 'morpho', string>>): ReadBack[] => [
  { method: 'guard', args: [], expected: guard.address }, ...Object.entries(lenders).map(([method, expected]) => ({ method, args: [], expected })),
  ...p.routers.map((router) => ({ method: 'isRouter', args: [router], expected: true })),
];

/** The fillers are the guards' callers, so they are on the list; none of them may remove itself. */
function keepersOf(p: Parameters, fillers: readonly string[]): PlannedContract {
  const keepers = [...p.keepers, ...fillers];
  const pairs = [...p.pairs.map((pair) => ({ ...pair, key: pairKey(pair) })), ...p.markets.map((market) => ({ ...market, key: market.marketId }))].map(({ key, collateral, debt }) => [key, feedOf(collateral), feedOf(debt)] as const);
  return planned(KINDS.keepers, p.salt, [p.remover, keepers, p.selfRemoving, pairs, p.sequencerFeed ?? ZeroAddress], [
    { method: 'remover', args: [], expected: p.remover }, { method: 'sequencerFeed', args: [], expected: p.sequencerFeed ?? ZeroAddress },
    ...keepers.map((keeper) => ({ method: 'isKeeper', args: [keeper], expected: true })),
    ...keepers.map((keeper) => ({ method: 'mayRemoveItself', args: [keeper], expected: p.selfRemoving.includes(keeper) })),
    ...pairs.map((pair) => ({ method: 'feedsOf', args: [pair[0]], expected: pair })),
  ]);
}
