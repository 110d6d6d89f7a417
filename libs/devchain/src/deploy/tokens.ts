import type { Artifacts } from '../compile.js';
import { erc20Abi, wethAbi } from '../abis.js';
import type { Sender } from '../sender.js';
import { artifactOf } from './lookup.js';
import { listings, wstEthRatio, type Token, type TokenSymbol } from './market.js';

/** Deploys the tokens: WETH9 itself, and mintable ERC-20s with permit for the rest, which `issuer` may mint. */
export async function deployTokens(sender: Sender, artifacts: Artifacts, issuer: string): Promise<Token[]> {
  const tokens: Token[] = [];
  for (const { symbol, name, decimals } of listings) {
    const address = symbol === 'WETH'
      ? await sender.deploy(artifactOf(artifacts, 'WETH9'))
      : await sender.deploy(artifactOf(artifacts, 'TestnetERC20'), [name, symbol, decimals, issuer]);
    tokens.push({ address, symbol, decimals });
  }
  return tokens;
}

/** Deploys one feed a token. wstETH's follows WETH's by a fixed ratio; the others are set by `transmitter`. */
export async function deployFeeds(sender: Sender, artifacts: Artifacts, transmitter: string): Promise<Record<TokenSymbol, string>> {
  const feeds: Partial<Record<TokenSymbol, string>> = {};
  for (const { symbol, startPrice } of listings) {
    feeds[symbol] = symbol === 'wstETH'
      ? await sender.deploy(artifactOf(artifacts, 'RatioFeed'), [feeds.WETH, wstEthRatio, 'wstETH / USD'])
      : await sender.deploy(artifactOf(artifacts, 'SettableFeed'), [transmitter, 8, `${symbol === 'WETH' ? 'ETH' : symbol} / USD`, startPrice]);
  }
  return feeds as Record<TokenSymbol, string>;
}

/** Gives `holder` an amount in the token's own units: WETH is wrapped and sent on, the others are minted. The sender issues. */
export async function issue(issuer: Sender, token: Token, holder: string, amount: bigint): Promise<string[]> {
  if (token.symbol !== 'WETH') return [await issuer.send({ to: token.address, abi: erc20Abi, method: 'mint', args: [holder, amount] }, { gasLimit: 200_000n })];
  const wrapped = await issuer.send({ to: token.address, abi: wethAbi, method: 'deposit', args: [] }, { value: amount, gasLimit: 100_000n });
  if (holder === issuer.address) return [wrapped];
  return [wrapped, await issuer.send({ to: token.address, abi: erc20Abi, method: 'transfer', args: [holder, amount] }, { gasLimit: 100_000n })];
}
