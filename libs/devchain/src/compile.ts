import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Artifact, LinkReferences } from './artifacts.js';
import { CompilationFailed } from './errors.js';
import { packageFolder, packageVersion, projectRoot } from './project-root.js';

export type OnStep = (text: string) => void;

const aave = '@aave-dao/aave-v3-origin';
const aaveRoots = [
  'instances/PoolInstance', 'instances/PoolConfiguratorInstance', 'instances/ATokenInstance', 'instances/VariableDebtTokenInstance',
  'misc/AaveOracle', 'misc/DefaultReserveInterestRateStrategyV2', 'helpers/AaveProtocolDataProvider', 'helpers/UiPoolDataProviderV3',
  'protocol/configuration/ACLManager', 'protocol/configuration/PoolAddressesProvider',
  'mocks/testnet-helpers/TestnetERC20', 'dependencies/weth/WETH9', 'rewards/RewardsController',
];
const ownRoots = ['SettableFeed', 'RatioFeed', 'FeedRatioOracle'];

// Remappings go through the compiler's settings: resolved in the import callback, one file would get two names and clash.
const settings = {
  evmVersion: 'cancun',
  optimizer: { enabled: true, runs: 200 },
  remappings: [
    'solidity-utils/=@bgd-labs/solidity-utils/src/',
    'openzeppelin-contracts/contracts/=@openzeppelin/contracts/',
    'openzeppelin-contracts-upgradeable/contracts/=@openzeppelin/contracts-upgradeable/',
  ],
  outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object', 'evm.bytecode.linkReferences'] } },
};

const packages = [aave, '@bgd-labs/solidity-utils', '@openzeppelin/contracts', '@openzeppelin/contracts-upgradeable', 'solc'];

/**
 * Runs the compiler in a thread of its own, so that the caller's event loop stays free. It is text because this file runs
 * from TypeScript sources and from compiled JavaScript alike, and a thread needs one file that both have.
 */
const compilerThread = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { readFileSync } = require('node:fs');
  const solc = require(workerData.solc);
  const find = (path) => {
    const owner = Object.keys(workerData.folders).find((name) => path.startsWith(name + '/'));
    if (owner === undefined) return { error: 'no package holds ' + path };
    try { return { contents: readFileSync(workerData.folders[owner] + path.slice(owner.length), 'utf8') }; }
    catch (error) { return { error: error.message }; }
  };
  parentPort.postMessage(solc.compile(workerData.input, { import: find }));
`;

interface CompilerOutput {
  readonly errors?: readonly { severity: string; formattedMessage: string }[];
  readonly contracts?: Readonly<Record<string, Readonly<Record<string, { abi: unknown[]; evm: { bytecode: { object: string; linkReferences: LinkReferences } } }>>>>;
}

/** Every compiled contract by its name. */
export type Artifacts = Readonly<Record<string, Artifact>>;

function standardInput(): { input: string; key: string } {
  const sources: Record<string, { content: string }> = {};
  for (const root of aaveRoots) {
    sources[`${aave}/src/contracts/${root}.sol`] = { content: readFileSync(join(packageFolder(aave), 'src/contracts', `${root}.sol`), 'utf8') };
  }
  for (const root of ownRoots) {
    sources[`ballast/${root}.sol`] = { content: readFileSync(join(projectRoot(), 'libs/devchain/solidity', `${root}.sol`), 'utf8') };
  }
  const input = JSON.stringify({ language: 'Solidity', sources, settings });
  const versions = packages.map((name) => `${name}@${packageVersion(name)}`);
  const key = createHash('sha256').update(JSON.stringify([versions, input])).digest('hex').slice(0, 16);
  return { input, key };
}

function runCompiler(input: string): Promise<CompilerOutput> {
  const folders = Object.fromEntries(packages.filter((name) => name !== 'solc').map((name) => [name, packageFolder(name)]));
  const worker = new Worker(compilerThread, { eval: true, workerData: { solc: packageFolder('solc'), input, folders } });
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => reject(new CompilationFailed(['the compiler ended without an answer'])));
    worker.once('message', (text: string) => {
      resolve(JSON.parse(text) as CompilerOutput);
      void worker.terminate();
    });
  });
}

function toArtifacts(output: CompilerOutput): Artifacts {
  const failures = (output.errors ?? []).filter((error) => error.severity === 'error').map((error) => error.formattedMessage);
  if (failures.length > 0 || output.contracts === undefined) throw new CompilationFailed(failures);
  const artifacts: Record<string, Artifact> = {};
  for (const file of Object.values(output.contracts)) {
    for (const [name, { abi, evm }] of Object.entries(file)) {
      // An interface and a contract may share a name; the one with code is meant.
      if (evm.bytecode.object === '' && artifacts[name]) continue;
      artifacts[name] = { name, abi, bytecode: `0x${evm.bytecode.object}`, linkReferences: evm.bytecode.linkReferences };
    }
  }
  return artifacts;
}

/**
 * Compiles Aave v3.6 and the local feeds, or reads the result of an earlier run from `cacheDir`: one file whose name holds a
 * hash of the sources' package versions, our own sources and the compiler settings. The first run takes some 20 s.
 * @throws CompilationFailed with the compiler's messages
 */
export async function compileProtocols(cacheDir: string, onStep: OnStep = () => undefined): Promise<{ artifacts: Artifacts; key: string }> {
  const { input, key } = standardInput();
  const file = join(cacheDir, `protocols-${key}.json.gz`);
  if (existsSync(file)) return { artifacts: JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')) as Artifacts, key };
  const startedAt = performance.now();
  onStep(`compiling Aave v${packageVersion(aave)} (once; about 20 s)`);
  const artifacts = toArtifacts(await runCompiler(input));
  mkdirSync(cacheDir, { recursive: true });
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, gzipSync(JSON.stringify(artifacts)));
  renameSync(partial, file);
  onStep(`compiled ${Object.keys(artifacts).length} contracts in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  return { artifacts, key };
}
