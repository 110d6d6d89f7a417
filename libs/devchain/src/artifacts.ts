import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Interface, type InterfaceAbi } from 'ethers';
import { ArtifactMissing } from './errors.js';
import { packageFolder } from './project-root.js';

/** Where a library's address goes: source file -> library -> positions in bytes. */
export type LinkReferences = Readonly<Record<string, Readonly<Record<string, readonly { start: number; length: number }[]>>>>;

export interface Artifact {
  readonly name: string;
  readonly abi: readonly unknown[];
  /** Creation bytecode in hexadecimal with 0x; the places named by `linkReferences` still hold placeholders. */
  readonly bytecode: string;
  readonly linkReferences: LinkReferences;
}

const interfaces = new WeakMap<Artifact, Interface>();

export function interfaceOf(artifact: Artifact): Interface {
  const known = interfaces.get(artifact);
  if (known) return known;
  const made = new Interface(artifact.abi as InterfaceAbi);
  interfaces.set(artifact, made);
  return made;
}

/** Returns the creation bytecode with every library's address put in. @throws ArtifactMissing when one is not in `libraries` */
export function link(artifact: Artifact, libraries: Readonly<Record<string, string>>): string {
  let code = artifact.bytecode.slice(2);
  for (const places of Object.values(artifact.linkReferences)) {
    for (const [library, positions] of Object.entries(places)) {
      const at = libraries[library];
      if (at === undefined) throw new ArtifactMissing(library, `the libraries that ${artifact.name} links`);
      for (const { start, length } of positions) {
        code = code.slice(0, start * 2) + at.slice(2).toLowerCase() + code.slice((start + length) * 2);
      }
    }
  }
  return `0x${code}`;
}

const uniswapPaths = {
  UniswapV3Factory: ['@uniswap/v3-core', 'artifacts/contracts/UniswapV3Factory.sol/UniswapV3Factory.json'],
  UniswapV3Pool: ['@uniswap/v3-core', 'artifacts/contracts/UniswapV3Pool.sol/UniswapV3Pool.json'],
  NFTDescriptor: ['@uniswap/v3-periphery', 'artifacts/contracts/libraries/NFTDescriptor.sol/NFTDescriptor.json'],
  NonfungibleTokenPositionDescriptor: ['@uniswap/v3-periphery', 'artifacts/contracts/NonfungibleTokenPositionDescriptor.sol/NonfungibleTokenPositionDescriptor.json'],
  NonfungiblePositionManager: ['@uniswap/v3-periphery', 'artifacts/contracts/NonfungiblePositionManager.sol/NonfungiblePositionManager.json'],
  SwapRouter: ['@uniswap/v3-periphery', 'artifacts/contracts/SwapRouter.sol/SwapRouter.json'],
  QuoterV2: ['@uniswap/swap-router-contracts', 'artifacts/contracts/lens/QuoterV2.sol/QuoterV2.json'],
} as const;

export type UniswapContract = keyof typeof uniswapPaths;

/** Reads a Uniswap v3 contract as its package ships it, compiled by its authors. */
export function uniswapArtifact(name: UniswapContract): Artifact {
  const [owner, path] = uniswapPaths[name];
  return shippedArtifact(name, owner, path);
}

/** Reads a contract as a package ships it, in the form that Hardhat writes. @throws ArtifactMissing */
function shippedArtifact(name: string, owner: string, path: string): Artifact {
  const file = JSON.parse(readFileSync(join(packageFolder(owner), path), 'utf8')) as Omit<Artifact, 'name'>;
  return { name, abi: file.abi, bytecode: file.bytecode, linkReferences: file.linkReferences };
}

const safePaths = {
  Safe: 'Safe.sol/Safe.json',
  SafeProxyFactory: 'proxies/SafeProxyFactory.sol/SafeProxyFactory.json',
  MultiSendCallOnly: 'libraries/MultiSendCallOnly.sol/MultiSendCallOnly.json',
  CompatibilityFallbackHandler: 'handler/CompatibilityFallbackHandler.sol/CompatibilityFallbackHandler.json',
} as const;

/** Reads a Safe contract as its package ships it. */
export function safeArtifact(name: keyof typeof safePaths): Artifact {
  return shippedArtifact(name, '@safe-global/safe-smart-account', `build/artifacts/contracts/${safePaths[name]}`);
}

const venusPaths = {
  Unitroller: 'Comptroller/Unitroller.sol/Unitroller.json',
  Diamond: 'Comptroller/Diamond/Diamond.sol/Diamond.json',
  MarketFacet: 'Comptroller/Diamond/facets/MarketFacet.sol/MarketFacet.json',
  PolicyFacet: 'Comptroller/Diamond/facets/PolicyFacet.sol/PolicyFacet.json',
  RewardFacet: 'Comptroller/Diamond/facets/RewardFacet.sol/RewardFacet.json',
  SetterFacet: 'Comptroller/Diamond/facets/SetterFacet.sol/SetterFacet.json',
  IMarketFacet: 'Comptroller/Diamond/interfaces/IMarketFacet.sol/IMarketFacet.json',
  IPolicyFacet: 'Comptroller/Diamond/interfaces/IPolicyFacet.sol/IPolicyFacet.json',
  IRewardFacet: 'Comptroller/Diamond/interfaces/IRewardFacet.sol/IRewardFacet.json',
  ISetterFacet: 'Comptroller/Diamond/interfaces/ISetterFacet.sol/ISetterFacet.json',
  ComptrollerLens: 'Lens/ComptrollerLens.sol/ComptrollerLens.json',
  AccessControlManagerMock: 'test/AccessControlManagerMock.sol/AccessControlManagerMock.json',
  SimplePriceOracle: 'test/SimplePriceOracle.sol/SimplePriceOracle.json',
  JumpRateModel: 'InterestRateModels/JumpRateModel.sol/JumpRateModel.json',
  VBep20Immutable: 'Tokens/VTokens/VBep20Immutable.sol/VBep20Immutable.json',
} as const;

/** Reads a Venus contract as its package ships it. Oracle and access control are the package's own test contracts. */
export function venusArtifact(name: keyof typeof venusPaths): Artifact {
  return shippedArtifact(name, '@venusprotocol/venus-protocol', `artifacts/contracts/${venusPaths[name]}`);
}

const morphoPaths = {
  Morpho: 'lib/morpho-blue/src/Morpho__factory.js',
  AdaptiveCurveIrm: 'lib/morpho-blue-irm/src/adaptive-curve-irm/AdaptiveCurveIrm__factory.js',
} as const;

/** Reads Morpho Blue or its interest rate model: its package ships the bytecode inside factories for ethers. */
export function morphoArtifact(name: keyof typeof morphoPaths): Artifact {
  const factories = createRequire(import.meta.url)(join(packageFolder('@morpho-org/morpho-blue-bundlers'), 'types/factories', morphoPaths[name])) as Record<string, { abi: readonly unknown[]; bytecode: string } | undefined>;
  const factory = factories[`${name}__factory`];
  if (factory === undefined) throw new ArtifactMissing(name, '@morpho-org/morpho-blue-bundlers');
  return { name, abi: factory.abi, bytecode: factory.bytecode, linkReferences: {} };
}

/** Creation bytecode of Multicall3, from viem: the file is not among its exports, so it is read from the package's folder. */
export function multicall3Creation(): string {
  const require = createRequire(import.meta.url);
  const constants = require(join(packageFolder('viem'), '_cjs/constants/contracts.js')) as { multicall3Bytecode?: string };
  if (constants.multicall3Bytecode === undefined) throw new ArtifactMissing('Multicall3', 'viem');
  return constants.multicall3Bytecode;
}
