import { encodeBytes32String } from 'ethers';
import { erc20Abi } from '../abis.js';
import { interfaceOf, uniswapArtifact } from '../artifacts.js';
import { read, type Sender } from '../sender.js';
import { squareRootPriceX96 } from '../pool-price.js';
import { issue } from './tokens.js';
import { listings, poolPlans, tokenOf, type Deployment, type Pool, type Token, type TokenSymbol } from './market.js';

// The widest ticks that are whole multiples of the fee's spacing (1 for 0.01%, 10 for 0.05%, 60 for 0.3%): the full range.
const fullRange: Readonly<Record<number, number>> = { 100: 887_272, 500: 887_270, 3000: 887_220 };

const priceOf = (symbol: TokenSymbol): bigint => listings.find((listing) => listing.symbol === symbol)?.startPrice ?? 0n;

/** Deploys Uniswap v3 and its pools with full-range liquidity at the feeds' start prices. `issuer` provides and owns it. */
export async function deployUniswap(sender: Sender, issuer: Sender, tokens: readonly Token[], chainNow: number): Promise<Deployment['uniswap']> {
  const weth = tokenOf({ tokens }, 'WETH').address;
  const factory = await sender.deploy(uniswapArtifact('UniswapV3Factory'));
  // Governance added the lowest fee to the live factories after their deployment.
  await sender.execute({ to: factory, abi: interfaceOf(uniswapArtifact('UniswapV3Factory')), method: 'enableFeeAmount', args: [100, 1] });
  const descriptorLibrary = await sender.deploy(uniswapArtifact('NFTDescriptor'));
  const descriptor = await sender.deploy(uniswapArtifact('NonfungibleTokenPositionDescriptor'), [weth, encodeBytes32String('ETH')], { NFTDescriptor: descriptorLibrary });
  const manager = uniswapArtifact('NonfungiblePositionManager');
  const positionManager = await sender.deploy(manager, [factory, weth, descriptor]);
  const swapRouter = await sender.deploy(uniswapArtifact('SwapRouter'), [factory, weth]);
  const quoter = await sender.deploy(uniswapArtifact('QuoterV2'), [factory, weth]);

  const pools: Pool[] = [];
  for (const { base, quote, fee, baseAmount } of poolPlans) {
    const [baseToken, quoteToken] = [tokenOf({ tokens }, base), tokenOf({ tokens }, quote)];
    const amounts = new Map([
      [baseToken, baseAmount * 10n ** BigInt(baseToken.decimals)],
      [quoteToken, (baseAmount * 10n ** BigInt(quoteToken.decimals) * priceOf(base)) / priceOf(quote)],
    ]);
    for (const [token, amount] of amounts) {
      for (const hash of await issue(issuer, token, issuer.address, amount)) await issuer.receipt(hash);
      await issuer.execute({ to: token.address, abi: erc20Abi, method: 'approve', args: [positionManager, amount] });
    }
    const [token0, token1] = [baseToken, quoteToken].sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1)) as [Token, Token];
    const abi = interfaceOf(manager);
    const sqrtPrice = squareRootPriceX96(amounts.get(token1) ?? 0n, amounts.get(token0) ?? 1n);
    await issuer.execute({ to: positionManager, abi, method: 'createAndInitializePoolIfNecessary', args: [token0.address, token1.address, fee, sqrtPrice] }, { gasLimit: 8_000_000n });
    await issuer.execute({ to: positionManager, abi, method: 'mint', args: [{
      token0: token0.address, token1: token1.address, fee, tickLower: -(fullRange[fee] ?? 0), tickUpper: fullRange[fee] ?? 0,
      amount0Desired: amounts.get(token0), amount1Desired: amounts.get(token1), amount0Min: 0, amount1Min: 0, recipient: issuer.address, deadline: chainNow + 86_400,
    }] });
    const [address] = await read(sender.provider, { to: factory, abi: interfaceOf(uniswapArtifact('UniswapV3Factory')), method: 'getPool', args: [token0.address, token1.address, fee] });
    pools.push({ address: String(address).toLowerCase(), fee, base, quote });
  }
  return { factory, positionManager, swapRouter, quoter, pools };
}
