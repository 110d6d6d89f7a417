import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Interface, JsonRpcProvider } from 'ethers';
import { uniswapPoolAbi } from './abis.js';
import { devMnemonic, roleAccounts, roleCount, type Accounts, type DevAccount, type Role } from './accounts.js';
import { startAnvil, type RunningAnvil } from './anvil.js';
import { compileProtocols, type OnStep } from './compile.js';
import { aaveErrors } from './deploy/aave.js';
import { ballastKey } from './deploy/ballast.js';
import { deployMarket } from './deploy/deploy-market.js';
import type { Deployment } from './deploy/market.js';
import { ChainUnavailable } from './errors.js';
import { Feeds } from './feeds.js';
import { startIdleLoop } from './idle-loop.js';
import { Mining } from './mining.js';
import { projectRoot } from './project-root.js';
import { deploymentKey, savedHead, saveState } from './saved-state.js';
import { connectTo, gwei, read, Sender } from './sender.js';

export interface DevchainOptions {
  /** Where compiled protocols and the deployed state are kept; `.ballast/cache` of the repository when not given. */
  readonly cacheDir?: string;
  /** Where `anvil.pid` is written, for people and programs that look for what runs. */
  readonly runDir?: string;
  readonly port?: number;
  readonly chainId?: number;
  readonly onStep?: OnStep;
  /** A file to go on from, if it is there and fits, and to write to every minute and at the end. Without it each start is a fresh chain. */
  readonly stateFile?: string;
  /** Seconds between blocks while nothing happens, 3 when not given; 0: a block for each transaction at once, and none without. */
  readonly idleBlockSeconds?: number;
}

/** One chain's entry of the address book, as `@ballast/connectors` parses it. */
export interface DevchainBook {
  readonly name: string;
  readonly multicall3: string;
  readonly confirmations: number;
  readonly aaveV3: { readonly pool: string; readonly oracle: string; readonly addressesProvider: string; readonly dataProvider: string };
  readonly ballast: Deployment['ballast'];
  readonly morpho: { readonly address: string; readonly markets: readonly string[] };
  readonly venus: { readonly comptroller: string };
  readonly uniswapV3: { readonly factory: string; readonly quoter: string; readonly swapRouter: string };
  readonly safe: Deployment['safe'];
  readonly fillPairs: Deployment['fillPairs'];
  readonly fillMarkets: Deployment['fillMarkets'];
  readonly tokens: readonly { readonly address: string; readonly symbol: string; readonly decimals: number; readonly aToken: string }[];
}

export interface Devchain {
  readonly rpcUrl: string;
  readonly chainId: number;
  /** Hash of this chain's first own block: the same as long as the same chain goes on, another for every fresh one. */
  readonly instanceId: string;
  /** This chain's entry of the address book; an ADDRESS_BOOK file holds it under the chain id as text. */
  readonly book: DevchainBook;
  readonly accounts: Accounts;
  readonly deployment: Deployment;
  readonly provider: JsonRpcProvider;
  readonly feeds: Feeds;
  readonly mining: Mining;
  /** Signs and sends for an account, on the chain's connection or another. A role's account has one sender on the chain's own, so that its nonces are counted in one place. */
  sender(account: DevAccount, provider?: JsonRpcProvider): Sender;
  stop(): Promise<void>;
}

interface Extra {
  readonly deployment: Deployment;
  /** Number of the last block of the deployment: the next one is the first of the chain's own life. */
  readonly deployedAt: number;
}

/** A fresh chain's time begins this long before now, so that history and many 48 h replays still lie in the past. */
export const startsBefore = 30 * 86_400;

const freshTime = (): number => Math.floor(Date.now() / 1000) - startsBefore;

// Tips order a block: prices first, then payments that later transactions need, then those who compete.
const tips: Readonly<Partial<Record<Role, bigint>>> = { transmitter: 10n * gwei, whale: 4n * gwei, liquidator: 2n * gwei };

async function deployedState(cacheDir: string, key: string, chainId: number, artifacts: Awaited<ReturnType<typeof compileProtocols>>['artifacts'], onStep: OnStep): Promise<{ file: string; extra: Extra }> {
  const file = join(cacheDir, `chain-${chainId}-${key}.json`);
  const saved = savedHead<Extra>(file, key);
  if (saved) return { file, extra: saved.extra };
  const genesisTime = Math.floor(Date.now() / 1000) - startsBefore - 3600;
  const anvil = await startAnvil({ chainId, genesisTime, mnemonic: devMnemonic, accounts: roleCount });
  const provider = connectTo(anvil.rpcUrl, chainId);
  try {
    const deployment = await deployMarket(provider, chainId, artifacts, onStep);
    const extra = { deployment, deployedAt: await provider.getBlockNumber() };
    await saveState<Extra>(provider, file, { key, extra });
    return { file, extra };
  } finally {
    provider.destroy();
    await anvil.stop();
  }
}

/** A fresh chain's first own block: its time is moved up to thirty days ago, and it differs from every other chain's. */
async function beginLife(provider: JsonRpcProvider, mining: Mining): Promise<void> {
  await provider.send('anvil_setCoinbase', [`0x${randomBytes(20).toString('hex')}`]);
  await mining.mine(Math.max(freshTime() + 1, (await mining.chainTime()) + 1));
  await provider.send('anvil_setCoinbase', ['0x0000000000000000000000000000000000000000']);
}

async function requireMarket(provider: JsonRpcProvider, deployment: Deployment): Promise<void> {
  const pool = deployment.uniswap.pools[0];
  const code = await provider.getCode(deployment.aave.pool);
  const [sqrtPrice] = await read(provider, { to: pool?.address ?? '', abi: uniswapPoolAbi, method: 'slot0', args: [] });
  if (code === '0x' || sqrtPrice === 0n) throw new ChainUnavailable('a saved state without the market', 'the deployed market; remove the cache folder');
}

function bookOf(deployment: Deployment): DevchainBook {
  const { pool, oracle, addressesProvider, dataProvider } = deployment.aave;
  const { factory, quoter, swapRouter } = deployment.uniswap;
  return {
    name: 'Local chain', multicall3: deployment.multicall3, confirmations: 2,
    aaveV3: { pool, oracle, addressesProvider, dataProvider }, ballast: deployment.ballast, morpho: { address: deployment.morpho.address, markets: deployment.morpho.markets.map(({ id }) => id) }, venus: { comptroller: deployment.venus.comptroller },
    uniswapV3: { factory, quoter, swapRouter }, safe: deployment.safe, fillPairs: deployment.fillPairs, fillMarkets: deployment.fillMarkets,
    tokens: deployment.tokens.map((token) => ({ ...token, aToken: deployment.aave.aTokens[token.symbol] })),
  };
}

/**
 * Starts a local chain on 127.0.0.1 with the whole market on it. The first start compiles and deploys (some 25 s) and keeps
 * the result in `cacheDir`; later ones load it in a fraction of a second.
 * @throws ChainUnavailable, CompilationFailed, ArtifactMissing
 */
export async function startDevchain(options: DevchainOptions = {}): Promise<Devchain> {
  const { chainId = 31337, onStep = () => undefined, idleBlockSeconds = 3, stateFile } = options;
  const cacheDir = options.cacheDir ?? join(projectRoot(), '.ballast/cache');
  const { artifacts, key: protocolsKey } = await compileProtocols(cacheDir, onStep);
  const key = deploymentKey(protocolsKey, `${ballastKey()}, starts ${startsBefore} s ago`);
  const resumed = stateFile === undefined ? undefined : savedHead<Extra>(stateFile, key);
  const start = resumed && stateFile !== undefined ? { file: stateFile, extra: resumed.extra } : await deployedState(cacheDir, key, chainId, artifacts, onStep);

  onStep('starting the chain');
  // Without it the program takes the present for the last block's time and refuses every earlier one.
  const genesisTime = resumed?.time ?? freshTime();
  const anvil = await startAnvil({ chainId, port: options.port, runDir: options.runDir, loadState: start.file, genesisTime, mnemonic: devMnemonic, accounts: roleCount });
  try {
    return await assemble(anvil, { chainId, idleBlockSeconds, stateFile, key, extra: start.extra, fresh: resumed === undefined, errors: aaveErrors(artifacts) });
  } catch (error) {
    await anvil.stop();
    throw error;
  }
}

function senders(provider: JsonRpcProvider, accounts: Accounts, chainId: number, errors: Interface): Devchain['sender'] {
  const roles = new Map((Object.keys(accounts) as Role[]).map((role) => [accounts[role].address, role]));
  const kept = new Map<string, Sender>();
  return (account, other) => {
    const role = roles.get(account.address);
    const make = (): Sender => new Sender(other ?? provider, account, chainId, errors, role && tips[role]);
    if (role === undefined || other !== undefined) return make();
    const known = kept.get(account.address) ?? make();
    kept.set(account.address, known);
    return known;
  };
}

interface Assembly {
  readonly chainId: number;
  readonly idleBlockSeconds: number;
  readonly stateFile: string | undefined;
  readonly key: string;
  readonly extra: Extra;
  readonly fresh: boolean;
  readonly errors: Interface;
}

async function assemble(anvil: RunningAnvil, from: Assembly): Promise<Devchain> {
  const { chainId, extra: { deployment, deployedAt }, stateFile } = from;
  const provider = connectTo(anvil.rpcUrl, chainId);
  const accounts = roleAccounts();
  const mining = new Mining(provider, from.idleBlockSeconds);
  const sender = senders(provider, accounts, chainId, from.errors);
  const feeds = new Feeds(provider, sender(accounts.transmitter), deployment.feeds);

  await mining.takeInHand();
  if (from.fresh) await beginLife(provider, mining);
  await requireMarket(provider, deployment);
  await feeds.refresh();
  await feeds.keepAlive(await mining.chainTime());
  await mining.mine();
  await mining.idle();
  const first = await provider.getBlock(deployedAt + 1);
  if (!first?.hash) throw new ChainUnavailable('no first block', `block ${deployedAt + 1}`);

  const save = async (): Promise<void> => {
    if (stateFile !== undefined) await saveState<Extra>(provider, stateFile, { key: from.key, extra: from.extra });
  };
  const loop = startIdleLoop({ mining, feeds, save: stateFile === undefined ? undefined : save });
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await loop.stop();
    await save().catch(() => undefined);
    provider.destroy();
    await anvil.stop();
  };
  return {
    rpcUrl: anvil.rpcUrl, chainId, instanceId: first.hash, book: bookOf(deployment), accounts, deployment, provider, feeds, mining, sender,
    stop: () => (stopping ??= stop()),
  };
}
