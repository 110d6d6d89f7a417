import { feedAbi, swapRouterAbi, uniswapPoolAbi } from '../abis.js';
import { tokenOf, type Pool } from '../deploy/market.js';
import type { Devchain } from '../devchain.js';
import { readAll } from '../multicall.js';
import { priceOfBase, squareRootOfPrice, type PairShape } from '../pool-price.js';
import { equip } from './funds.js';
import { BlockActor } from './block-actor.js';

const million = 1_000_000n;
// Far more than any step of a replay needs; the price limit ends the swap where the profit ends.
const largestTrade: Readonly<Record<string, bigint>> = { WETH: 5_000n, USDC: 15_000_000n, DAI: 15_000_000n, WBTC: 250n, wstETH: 4_000n };

export function shapeOf(chain: Devchain, pool: Pool): PairShape {
  const [base, quote] = [tokenOf(chain.deployment, pool.base), tokenOf(chain.deployment, pool.quote)];
  return { baseIsToken0: BigInt(base.address) < BigInt(quote.address), baseDecimals: base.decimals, quoteDecimals: quote.decimals };
}

/**
 * Keeps every pool within its fee of the feeds' price by real swaps. It reads the pending block, as searchers do: a feed
 * update that waits for its block is answered in that same block, behind it.
 */
export class Arbitrageur extends BlockActor {
  swaps = 0;

  constructor(chain: Devchain, pollMs = 40) {
    super(chain, chain.accounts.arbitrageur, pollMs);
  }

  protected async prepare(): Promise<void> {
    await equip(this.chain, this.chain.accounts.arbitrageur, this.sender, this.chain.deployment.uniswap.swapRouter, { WETH: 40_000n, USDC: 80_000_000n, DAI: 80_000_000n, WBTC: 2_000n, wstETH: 10_000n });
  }

  protected async round(): Promise<void> {
    const { uniswap: { pools }, feeds } = this.chain.deployment;
    const answers = await readAll(this.provider, pools.flatMap((pool) => [
      { to: pool.address, abi: uniswapPoolAbi, method: 'slot0', args: [] },
      { to: feeds[pool.base], abi: feedAbi, method: 'latestAnswer', args: [] },
      { to: feeds[pool.quote], abi: feedAbi, method: 'latestAnswer', args: [] },
    ]), 'pending');
    for (const [index, pool] of pools.entries()) {
      const [slot, base, quote] = answers.slice(index * 3, index * 3 + 3).map((answer) => answer?.[0] as bigint | undefined);
      if (slot !== undefined && base !== undefined && quote !== undefined) await this.level(pool, slot, (base * 100_000_000n) / quote);
    }
  }

  /** Swaps until one more unit would cost more in fee than the distance from `fair` (8 decimals) gives back. */
  private async level(pool: Pool, sqrtPrice: bigint, fair: bigint): Promise<void> {
    const shape = shapeOf(this.chain, pool);
    const fee = BigInt(pool.fee);
    const price = priceOfBase(sqrtPrice, shape);
    const [low, high] = [(fair * (million - fee)) / million, (fair * million) / (million - fee)];
    // A trade for less than a millionth of the price is not worth its gas, and rounding could ask for it for ever.
    const tolerance = fair / million + 1n;
    if (price > high + tolerance) await this.swap(pool, pool.base, pool.quote, squareRootOfPrice(high, shape));
    else if (price < low - tolerance) await this.swap(pool, pool.quote, pool.base, squareRootOfPrice(low, shape));
  }

  private async swap(pool: Pool, give: Pool['base'], take: Pool['base'], limit: bigint): Promise<void> {
    const [tokenIn, tokenOut] = [tokenOf(this.chain.deployment, give), tokenOf(this.chain.deployment, take)];
    await this.sender.send({ to: this.chain.deployment.uniswap.swapRouter, abi: swapRouterAbi, method: 'exactInputSingle', args: [{
      tokenIn: tokenIn.address, tokenOut: tokenOut.address, fee: pool.fee, recipient: this.sender.address, deadline: 2n ** 63n,
      amountIn: (largestTrade[give] ?? 0n) * 10n ** BigInt(tokenIn.decimals), amountOutMinimum: 0n, sqrtPriceLimitX96: limit,
    }] }, { gasLimit: 500_000n });
    this.swaps += 1;
  }
}
