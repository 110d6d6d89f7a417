import { AbiCoder, Interface, ZeroAddress, concat, getCreate2Address, keccak256, type InterfaceAbi } from 'ethers';
import {
  aaveFillerAbi, aaveFillerBytecode, aaveGuardAbi, aaveGuardBytecode, cometGuardAbi, cometGuardBytecode, isAaveFillerCode, isAaveGuardCode, isCometGuardCode, isKeepersCode, isMorphoFillerCode,
  isMorphoGuardCode, isVenusGuardCode, keepersAbi, keepersBytecode, morphoFillerAbi, morphoFillerBytecode, morphoGuardAbi, morphoGuardBytecode, venusGuardAbi, venusGuardBytecode,
} from '../src/index.js';
import type { FeedParameters, PairParameters, Parameters } from './parameters.js';

/** The deterministic deployer: it creates what it is sent under CREATE2, for anybody, and keeps nothing. */
export const DEPLOYER = '0x4e59b44847b379578588920cA78FbF26c0B4956C';
export const DEPLOYER_CODE = '0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3';

/** As the address book names them. */
export type ContractName = 'aaveGuard' | 'aaveFiller' | 'morphoGuard' | 'morphoFiller' | 'cometGuard' | 'venusGuard' | 'keepers';

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
  cometGuard: { name: 'cometGuard', contract: 'CometGuard', abi: cometGuardAbi, bytecode: cometGuardBytecode, isCode: isCometGuardCode },
  venusGuard: { name: 'venusGuard', contract: 'VenusGuard', abi: venusGuardAbi, bytecode: venusGuardBytecode, isCode: isVenusGuardCode },
  keepers: { name: 'keepers', contract: 'Keepers', abi: keepersAbi, bytecode: keepersBytecode, isCode: isKeepersCode },
} as const satisfies Readonly<Record<ContractName, Kind>>;

/** What is deployed, in its order: each contract may name the ones before it. */
export function planOf(p: Parameters): PlannedContract[] {
  const lenders = { aavePool: p.aave.pool, morpho: p.morpho?.address ?? ZeroAddress };
  const guardOf = (kind: Kind, getter: string, venue: string): PlannedContract => planned(kind, p.salt, [venue], [{ method: getter, args: [], expected: venue }]);
  const fillerOf = (kind: Kind, guard: PlannedContract, otherLender: string): PlannedContract => planned(kind, p.salt, [guard.address, p.routers, otherLender], fillerAnswers(p, guard, lenders));

  const aaveGuard = guardOf(KINDS.aaveGuard, 'pool', p.aave.pool);
  const aaveFiller = fillerOf(KINDS.aaveFiller, aaveGuard, lenders.morpho);
  const morphoGuard = p.morpho === null ? null : guardOf(KINDS.morphoGuard, 'morpho', p.morpho.address);
  const morphoFiller = morphoGuard === null ? null : fillerOf(KINDS.morphoFiller, morphoGuard, lenders.aavePool);
  const cometGuard = p.comet === null ? null : guardOf(KINDS.cometGuard, 'comet', p.comet.address);
  const venusGuard = p.venus === null ? null : guardOf(KINDS.venusGuard, 'comptroller', p.venus.comptroller);
  const fillers = [aaveFiller, morphoFiller].filter((filler) => filler !== null);
  return [aaveGuard, aaveFiller, morphoGuard, morphoFiller, cometGuard, venusGuard, keepersOf(p, fillers.map(({ address }) => address))].filter((item) => item !== null);
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
