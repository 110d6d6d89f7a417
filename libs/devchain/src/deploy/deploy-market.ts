import { JsonRpcProvider } from 'ethers';
import { erc20Abi, poolAbi } from '../abis.js';
import { roleAccounts, type Role } from '../accounts.js';
import { multicall3Creation } from '../artifacts.js';
import type { Artifacts, OnStep } from '../compile.js';
import { Sender } from '../sender.js';
import { aaveErrors, deployAave } from './aave.js';
import { deployBallast } from './ballast.js';
import { listings, multicall3Address, tokenOf, type Deployment, type Token } from './market.js';
import { deployFeeds, deployTokens, issue } from './tokens.js';
import { deployMorpho } from './morpho.js';
import { deploySafe } from './safe.js';
import { deployUniswap } from './uniswap.js';
import { deployVenus } from './venus.js';

/** Supplies the market from the whale's account, so that there is something to borrow. */
async function supplyLiquidity(whale: Sender, tokens: readonly Token[], pool: string): Promise<void> {
  for (const { symbol, decimals, supplied } of listings) {
    const token = tokenOf({ tokens }, symbol);
    const amount = supplied * 10n ** BigInt(decimals);
    for (const hash of await issue(whale, token, whale.address, amount)) await whale.receipt(hash);
    await whale.execute({ to: token.address, abi: erc20Abi, method: 'approve', args: [pool, amount] });
    await whale.execute({ to: pool, abi: poolAbi, method: 'supply', args: [token.address, amount, whale.address, 0] });
  }
}

/**
 * Deploys everything on an empty chain that mines each transaction at once: tokens and feeds, Aave v3.6, Uniswap v3,
 * Multicall3 at its usual address, liquidity, Morpho Blue, Venus, Safe, and last our own contracts.
 */
export async function deployMarket(provider: JsonRpcProvider, chainId: number, artifacts: Artifacts, onStep: OnStep = () => undefined): Promise<Deployment> {
  const accounts = roleAccounts();
  const errors = aaveErrors(artifacts);
  const as = (role: Role): Sender => new Sender(provider, accounts[role], chainId, errors);
  const [deployer, whale] = [as('deployer'), as('whale')];

  onStep('deploying tokens, feeds and Aave v3.6');
  const runtime = await provider.call({ data: multicall3Creation() });
  await provider.send('anvil_setCode', [multicall3Address, runtime]);
  const tokens = await deployTokens(deployer, artifacts, whale.address);
  const feeds = await deployFeeds(deployer, artifacts, accounts.transmitter.address);
  const aave = await deployAave(deployer, artifacts, tokens, feeds, accounts.treasury.address);
  await supplyLiquidity(whale, tokens, aave.pool);

  onStep('deploying Uniswap v3 and its pools');
  const head = await provider.getBlock('latest');
  const uniswap = await deployUniswap(deployer, whale, tokens, head?.timestamp ?? 0);

  onStep('deploying Morpho Blue, Venus and Safe');
  const morpho = await deployMorpho(deployer, whale, artifacts, tokens, feeds);
  const venus = await deployVenus(deployer, whale, tokens);
  const safe = await deploySafe(deployer);

  onStep('deploying the guards');
  const ours = await deployBallast(deployer, { tokens, feeds, aave, uniswap, morpho, venus }, accounts);
  return { tokens, feeds, aave, uniswap, morpho, venus, safe, multicall3: multicall3Address, ...ours };
}
