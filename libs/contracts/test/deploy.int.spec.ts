import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseAddressBook } from '@ballast/connectors';
import { startDevchain, tokenOf, type Devchain } from '@ballast/devchain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DeploymentRefused, deploy, parseParameters, prepare, type Parameters } from '../script/index.js';

// The deployment of our contracts, against the real market of the local chain.
let chain: Devchain;
let given: Record<string, unknown>;
const root = resolve(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'ballast-deploy-'));

/** No package carries Compound III: a contract that answers every call with its own address stands in for one, here alone. */
const COMET = `0x${'c0'.repeat(20)}`;

beforeAll(async () => {
  chain = await startDevchain({ idleBlockSeconds: 0 });
  await chain.provider.send('anvil_setCode', [COMET, '0x305f5260205ff3']);
  const { deployment, accounts } = chain;
  const feed = (symbol: 'WETH' | 'USDC', source: string) => ({ source, feed: deployment.feeds[symbol], heartbeat: 86_400 * 40, deviationBps: 50 });
  const side = (symbol: 'WETH' | 'USDC') => ({ asset: tokenOf(deployment, symbol).address, ...feed(symbol, deployment.feeds[symbol]) });
  const [market] = deployment.morpho.markets as [Devchain['deployment']['morpho']['markets'][number]];
  given = {
    chainId: chain.chainId, name: 'Local chain', confirmations: 2, multicall3: deployment.multicall3, aave: { pool: deployment.aave.pool },
    uniswapV3: { quoter: deployment.uniswap.quoter, swapRouter: deployment.uniswap.swapRouter }, routers: [deployment.uniswap.swapRouter],
    remover: accounts.remover.address, keepers: [accounts.keeper.address], selfRemoving: [accounts.keeper.address], pairs: [{ collateral: side('WETH'), debt: side('USDC') }],
    venus: { comptroller: deployment.venus.comptroller }, comet: { address: COMET },
    morpho: { address: deployment.morpho.address }, markets: [{ marketId: market.id, collateral: feed('WETH', market.oracle), debt: feed('USDC', market.oracle) }],
  };
});
afterAll(async () => {
  await chain?.stop();
  rmSync(folder, { recursive: true, force: true });
});

type Pair = Record<'collateral' | 'debt', Record<string, unknown>>;
const parse = (changes: Record<string, unknown> = {}): Parameters => parseParameters(JSON.stringify({ ...given, ...changes }));
/** The parameters with one side of their pair changed. */
const withSide = (side: 'collateral' | 'debt', changes: Record<string, unknown>): Record<string, unknown> => {
  const [pair] = given['pairs'] as [Pair];
  return { pairs: [{ ...pair, [side]: { ...pair[side], ...changes } }] };
};
async function refusal(changes: Record<string, unknown>): Promise<DeploymentRefused['problems']> {
  const problem = await (async () => prepare(chain.provider, parse(changes)))().catch((error: unknown) => error);
  expect(problem).toBeInstanceOf(DeploymentRefused);
  return (problem as DeploymentRefused).problems;
}
const tool = (args: readonly string[], key?: string) => {
  const path = join(folder, 'parameters.json');
  writeFileSync(path, JSON.stringify(given));
  const env = { ...process.env, ...(key === undefined ? {} : { DEPLOYER_PRIVATE_KEY: key }) };
  return spawnSync(process.execPath, [join(root, 'node_modules/tsx/dist/cli.mjs'), join(root, 'tools/deploy-contracts.mts'), '--rpc', chain.rpcUrl, '--parameters', path, ...args], { cwd: root, encoding: 'utf8', env });
};

describe('what must hold before', () => {
  it('passes for the market as it is', async () => {
    const { plan, there } = await prepare(chain.provider, parse());
    expect(plan.map(({ contract }) => contract)).toEqual(['AaveGuard', 'AaveFiller', 'MorphoGuard', 'MorphoFiller', 'CometGuard', 'VenusGuard', 'Keepers']);
    expect(there).toEqual([]);
  });

  type Case = readonly [what: string, changes: () => Record<string, unknown>, field: string, given: () => string, expected: () => string];
  it.each<Case>([
    ['another source than the oracle names', () => withSide('collateral', { source: chain.deployment.feeds.USDC }), 'pairs.0.collateral.source', () => chain.deployment.feeds.USDC, () => `which Aave’s oracle ${chain.deployment.aave.oracle}`],
    ['a feed that does not answer', () => withSide('debt', { feed: tokenOf(chain.deployment, 'USDC').address }), 'pairs.0.debt.feed', () => 'does not answer latestRoundData', () => 'an aggregator'],
    ['a heartbeat that the rounds do not keep', () => withSide('collateral', { heartbeat: 60 }), 'pairs.0.collateral.heartbeat', () => '60 s', () => 'two of the last came'],
    ['an asset that the pool does not list', () => withSide('debt', { asset: chain.deployment.feeds.USDC }), 'pairs.0.debt.asset', () => chain.deployment.feeds.USDC, () => 'a reserve of'],
    ['a router without code', () => ({ routers: [chain.accounts.deployer.address] }), 'routers.0', () => chain.accounts.deployer.address, () => 'Uniswap v3'],
    ['a pool that is none', () => ({ aave: { pool: chain.deployment.aave.oracle }, pairs: [] }), 'aave.pool', () => 'lists no reserves', () => 'Aave v3.6'],
    ['a keeper that is a contract', () => ({ keepers: [chain.deployment.aave.pool], selfRemoving: [] }), 'keepers.0', () => 'holds code', () => 'a plain account'],
    ['a sequencer feed that says down', () => ({ sequencerFeed: chain.deployment.feeds.WETH }), 'sequencerFeed', () => 'answer 3', () => 'says up'],
    ['a market that Morpho does not know', () => ({ markets: [{ ...(given['markets'] as [object])[0], marketId: `0x${'09'.repeat(32)}` }] }), 'markets.0.marketId', () => '0x0909', () => 'a market of'],
    ['another source than the market’s oracle', () => ({ markets: (given['markets'] as Pair[]).map((market) => ({ ...market, debt: { ...market.debt, source: chain.deployment.feeds.USDC } })) }), 'markets.0.debt.source', () => chain.deployment.feeds.USDC, () => 'the market’s oracle'],
    ['Compound that is none', () => ({ comet: { address: chain.deployment.aave.pool } }), 'comet.address', () => 'names no base token', () => 'Compound III'],
    ['Venus that is none', () => ({ venus: { comptroller: chain.deployment.aave.pool } }), 'venus.comptroller', () => 'lists no markets', () => 'the comptroller of Venus'],
    ['Morpho that is none', () => ({ markets: [], morpho: { address: chain.deployment.aave.pool } }), 'morpho.address', () => 'no fee recipient', () => 'Morpho Blue'],
  ])('refuses %s', async (_what, changes, what, inGiven, inExpected) => {
    const problem = (await refusal(changes())).find((each) => each.what === what);
    const text = (from: string): string => from.toLowerCase();
    expect(text(problem?.given ?? '')).toContain(text(inGiven()));
    expect(text(problem?.expected ?? '')).toContain(text(inExpected()));
  });

  it('refuses a stale feed, with its age', async () => {
    const { timestamp } = (await chain.provider.getBlock('latest')) as { timestamp: number };
    await chain.mining.mine(timestamp + 50 * 86_400);
    const [problem] = await refusal({});
    expect(problem).toMatchObject({ what: 'pairs.0.collateral.feed', expected: `at most ${(86_400 * 40 * 11) / 10} s, eleven tenths of its heartbeat` });
    expect(problem?.given).toMatch(/whose answer is 4\d{6} s old/);
    for (const symbol of ['WETH', 'USDC'] as const) await chain.feeds.set(symbol, (await chain.feeds.latest(symbol)).price, timestamp + 50 * 86_400);
    await chain.mining.mine();
    // Two of its rounds are now too far apart: the heartbeat was not kept.
    expect((await refusal({})).map(({ what }) => what)).toEqual(['pairs.0.collateral.heartbeat', 'pairs.0.debt.heartbeat', 'markets.0.collateral.heartbeat', 'markets.0.debt.heartbeat']);
    for (const pair of [...(given['pairs'] as Pair[]), ...(given['markets'] as Pair[])]) for (const side of ['collateral', 'debt'] as const) pair[side]['heartbeat'] = 86_400 * 60;
  });

  it('refuses another chain, and the same with several things wrong names them all', async () => {
    expect(await refusal({ chainId: 1 })).toEqual([{ what: 'chainId', given: '1', expected: `${chain.chainId}, which the RPC address serves` }]);
    expect((await refusal({ ...withSide('collateral', { source: chain.deployment.feeds.DAI }), routers: [chain.accounts.deployer.address] })).map(({ what }) => what)).toEqual(['pairs.0.collateral.source', 'routers.0']);
  });

  it('refuses a chain whose deterministic deployer is another contract', async () => {
    const deployer = '0x4e59b44847b379578588920cA78FbF26c0B4956C';
    const code = await chain.provider.getCode(deployer);
    await chain.provider.send('anvil_setCode', [deployer, '0x6000']);
    expect(await refusal({})).toMatchObject([{ what: `the deterministic deployer ${deployer}`, given: 'code 0x6000…' }]);
    await chain.provider.send('anvil_setCode', [deployer, code]);
  });
});

describe('parameters by themselves', () => {
  const wrong = (changes: Record<string, unknown>): string => {
    try {
      parse(changes);
      return '';
    } catch (error) {
      return (error as DeploymentRefused).message;
    }
  };
  it.each([
    ['a wide deviation', () => withSide('debt', { deviationBps: 100 }), /pairs\.0\.debt\.deviationBps: given 100 for 0x\w+; expected at most 50/],
    ['a remover that is a keeper', () => ({ remover: chain.accounts.keeper.address }), /remover: given 0x\w+; expected an account that is no keeper/],
    ['a self-removing account that is no keeper', () => ({ selfRemoving: [chain.accounts.whale.address] }), /selfRemoving\.0: given 0x\w+; expected one of the keepers/],
    ['a pair named twice', () => ({ pairs: [...(given['pairs'] as Pair[]), ...(given['pairs'] as Pair[])] }), /pairs\.1: given .*; expected each address once/],
    ['markets without Morpho', () => ({ morpho: null }), /morpho: given nothing; expected Morpho’s address, since there are markets/],
    ['a rollup without its sequencer feed', () => ({ chainId: 8453 }), /sequencerFeed: given nothing; expected the sequencer uptime feed of Base/],
    ['a field that nobody knows', () => ({ owner: chain.accounts.whale.address }), /owner/],
    ['no address', () => ({ remover: 'mara.eth' }), /remover: given "mara.eth"; expected an address/],
  ])('refuse %s', (_what, changes, message) => expect(wrong(changes())).toMatch(message));
});

describe('deploying', () => {
  it('creates everything with one call of the tool, and the second run finds it all there and changes nothing', async () => {
    const book = join(folder, 'address-book.json');
    const published = join(folder, 'deployments.json');
    const dry = tool([]);
    expect(dry.status, dry.stderr).toBe(0);
    expect(dry.stdout).toContain('Nothing was sent');
    const first = tool(['--send', '--book', book, '--publish', published], chain.accounts.deployer.privateKey);
    expect(first.status, first.stderr).toBe(0);
    expect(first.stdout).toContain('code and constructor values are what was planned');
    const addresses = (text: string): string[] => text.match(/^\w+ 0x[0-9a-fA-F]{40}/gm) ?? [];
    expect(addresses(first.stdout)).toEqual(addresses(dry.stdout));

    const { plan } = await prepare(chain.provider, parse());
    const entry = parseAddressBook(readFileSync(book, 'utf8'), chain.chainId);
    expect(entry.ballast).toEqual(Object.fromEntries(plan.map(({ name, address }) => [name, address.toLowerCase()])));
    expect(entry.aaveV3).toEqual({ pool: chain.deployment.aave.pool, oracle: chain.deployment.aave.oracle, addressesProvider: chain.deployment.aave.addressesProvider, dataProvider: chain.deployment.aave.dataProvider });
    expect(entry.tokens.map(({ symbol }) => symbol).sort()).toEqual(chain.deployment.tokens.map(({ symbol }) => symbol).sort());
    expect(entry.fillPairs).toHaveLength(1);
    const guards = (JSON.parse(readFileSync(published, 'utf8')) as Record<string, { guards: { contract: string; address: string; block: number }[] }>)[String(chain.chainId)]?.guards;
    expect(guards).toMatchObject([0, 2, 4, 5].map((index) => ({ contract: plan[index]?.contract, address: plan[index]?.address })));
    const from = guards?.[0]?.block ?? 0;
    expect([await chain.provider.getCode(plan[0]?.address ?? '', from - 1), from > 1]).toEqual(['0x', true]);

    const height = await chain.provider.getBlockNumber();
    const second = tool(['--send', '--book', book], chain.accounts.deployer.privateKey);
    expect(second.status, second.stderr).toBe(0);
    expect(addresses(second.stdout)).toEqual(addresses(first.stdout));
    expect(second.stdout).toContain('AaveGuard is there');
    expect(await chain.provider.getBlockNumber()).toBe(height);
    expect(parseAddressBook(readFileSync(book, 'utf8'), chain.chainId)).toEqual(entry);
  });

  it('gives other addresses for another salt, and the same guard for another list of keepers', async () => {
    const [mine, salted, others] = await Promise.all([{}, { salt: `0x${'01'.repeat(32)}` }, { keepers: [chain.accounts.whale.address], selfRemoving: [] }].map(async (changes) => (await prepare(chain.provider, parse(changes))).plan.map(({ address }) => address)));
    expect(mine?.some((address) => salted?.includes(address))).toBe(false);
    expect(others?.slice(0, 6)).toEqual(mine?.slice(0, 6));
    expect(others?.[6]).not.toBe(mine?.[6]);
  });

  it('refuses to go on where a planned address holds other code, or lost its own', async () => {
    const prepared = await prepare(chain.provider, parse());
    const guard = prepared.plan[0]?.address ?? '';
    const code = await chain.provider.getCode(guard);
    await chain.provider.send('anvil_setCode', [guard, '0x6000']);
    expect(await refusal({})).toEqual([{ what: `the code at ${guard}`, given: '2 bytes that are not ours', expected: 'AaveGuard of this version' }]);
    await chain.provider.send('anvil_setCode', [guard, '0x']);
    const lost = await deploy(chain.provider, prepared, chain.accounts.deployer.privateKey).catch((error: unknown) => error as DeploymentRefused);
    expect((lost as DeploymentRefused).problems).toContainEqual({ what: `the code at ${guard}`, given: 'none', expected: 'AaveGuard of this version' });
    await chain.provider.send('anvil_setCode', [guard, code]);
    await deploy(chain.provider, prepared, chain.accounts.deployer.privateKey);
  });

  it('says what is missing when it cannot send', () => {
    const without = tool(['--send'], '');
    expect(without.status).toBe(1);
    expect(without.stderr).toContain('DEPLOYER_PRIVATE_KEY: given nothing; expected the private key that pays for the deployment');
  });
});
