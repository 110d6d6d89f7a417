import { startDevchain, tokenOf, type Devchain, type TokenSymbol } from '@ballast/devchain';
import { address, chainId, rawAmount, type Address } from '@ballast/units';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseAddressBook } from '../address-book.js';
import { aaveFlashLoan, aaveLiquidity } from '../evm/flash-lenders.js';
import { connect, type ReadClient } from '../evm/read-client.js';
import { RouteQuotes, bestQuote } from './route-quotes.js';

const ETH = 10n ** 18n;
let chain: Devchain;
let client: ReadClient;
let routes: RouteQuotes;
const token = (symbol: TokenSymbol): Address => address(tokenOf(chain.deployment, symbol).address);

beforeAll(async () => {
  chain = await startDevchain({ idleBlockSeconds: 0 });
  const { multicall3 } = parseAddressBook({ [chain.chainId]: chain.book }, chain.chainId);
  client = await connect({ url: chain.rpcUrl, chainId: chainId(chain.chainId), multicall3 });
  const { factory, quoter } = chain.deployment.uniswap;
  routes = new RouteQuotes(client, { factory: address(factory), quoter: address(quoter) }, (['WETH', 'USDC', 'DAI'] as const).map(token));
});
afterAll(() => chain?.stop());

it('prices a sale through the pool of the pair, a larger one at a worse price', async () => {
  const block = await client.head();
  const [small, large] = await routes.quotes(block, token('WETH'), token('USDC'), [rawAmount(ETH), rawAmount(100n * ETH)]);
  const [one, hundred] = [bestQuote(small!, () => 0n), bestQuote(large!, () => 0n)];
  expect(one?.path).toBe(`${token('WETH')}0001f4${token('USDC').slice(2)}`);
  // 3,000 USD less 0.05%
  expect(Number(one?.amountOut) / 1e6).toBeCloseTo(2_998.5, -1);
  expect(hundred!.amountOut < 100n * one!.amountOut && hundred!.amountOut > 90n * one!.amountOut).toBe(true);
  expect(one!.gas > 40_000n).toBe(true);
  expect(await routes.quotes(block, token('WETH'), token('USDC'), [rawAmount(ETH)])).toEqual([small]);
});

it('finds the way over a third token where the pair has no pool, and none where there is none', async () => {
  const block = await client.head();
  const [quotes] = await routes.quotes(block, token('wstETH'), token('USDC'), [rawAmount(ETH)]);
  const best = bestQuote(quotes!, () => 0n);
  expect(best?.path).toBe(`${token('wstETH')}000064${token('WETH').slice(2)}0001f4${token('USDC').slice(2)}`);
  expect(Number(best?.amountOut) / 1e6).toBeGreaterThan(3_590);
  expect(await routes.quotes(block, token('DAI'), address(`0x${'9'.repeat(40)}`), [rawAmount(ETH)])).toEqual([[]]);
});

it('prefers fewer hops when their gas costs more than they bring', () => {
  const quote = (amountOut: bigint, gas: bigint) => ({ path: '0x' as const, amountIn: rawAmount(1n), amountOut: rawAmount(amountOut), gas });
  expect(bestQuote([quote(1_000n, 1n), quote(1_005n, 3n)], (gas) => gas)?.amountOut).toBe(1_005n);
  expect(bestQuote([quote(1_000n, 1n), quote(1_005n, 3n)], (gas) => 3n * gas)?.amountOut).toBe(1_000n);
  expect(bestQuote([], () => 0n)).toBeNull();
});

it('tells what Aave would lend for a moment, at which premium, and what it could pay out', async () => {
  const block = await client.head();
  const { available, premiumBps } = await aaveFlashLoan(client, address(chain.book.aaveV3.pool), token('USDC'), block);
  expect(available).toBeGreaterThan(1_000_000n * 10n ** 6n);
  expect(premiumBps <= 10n).toBe(true);
  expect(await aaveLiquidity(client, address(chain.book.aaveV3.pool), token('USDC'), block)).toBe(available);
});
