import { connect, parseAddressBook, type ChainBook, type ReadClient } from '@ballast/connectors';
import { startDevchain, tokenOf, type Devchain, type TokenSymbol } from '@ballast/devchain';
import type { MarketPrice } from '@ballast/positions';
import { marketView } from '@ballast/risk';
import { InvalidInput, address, bps, chainId, usdE8, type Address } from '@ballast/units';
import { Interface } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Workshop } from '../../test/compiled.js';
import { MarketPrices, type FeedSource, type PoolSource } from './market-prices.js';

// The real Uniswap v3 of the local chain. What a window should say is worked out from the ticks seen after each trade.
const WINDOW = 1_800n;
const pool = { abi: new Interface(['function slot0() view returns (uint160 sqrtPriceX96, int24 tick, uint16, uint16, uint16, uint8, bool)', 'function increaseObservationCardinalityNext(uint16 observationCardinalityNext)']) };
const token = { abi: new Interface(['function mint(address account, uint256 value)', 'function deposit() payable', 'function approve(address spender, uint256 amount) returns (bool)']) };
const router = { abi: new Interface(['function exactInputSingle((address tokenIn, address tokenOut, uint24 fee, address recipient, uint256 deadline, uint256 amountIn, uint256 amountOutMinimum, uint160 sqrtPriceLimitX96) params) payable returns (uint256)']) };

let chain: Devchain;
let work: Workshop;
let client: ReadClient;
let book: ChainBook;
let prices: MarketPrices;
const of = (symbol: TokenSymbol): Address => address(tokenOf(chain.deployment, symbol).address);
const feedOf = (symbol: TokenSymbol): Address => address(chain.deployment.feeds[symbol]);
const poolOf = (base: TokenSymbol, quote: TokenSymbol, fee: number): Address => address(String(chain.deployment.uniswap.pools.find((one) => one.base === base && one.quote === quote && one.fee === fee)?.address));
const feed = (symbol: TokenSymbol): FeedSource => ({ kind: 'feed', feed: feedOf(symbol), goodForSeconds: 40_000n });
const average = (quote: TokenSymbol, fee: number, change: Partial<PoolSource> = {}): PoolSource => ({ kind: 'pool', quote: of(quote), fee, windowSeconds: WINDOW, quoteFeed: { feed: feedOf(quote), goodForSeconds: 40_000n }, goodForSeconds: 120n, ...change });

async function tickOf(at: Address): Promise<number> {
  const answer = await client.callAt(await client.head(), at, pool.abi.encodeFunctionData('slot0') as `0x${string}`);
  return Number(pool.abi.decodeFunctionResult('slot0', answer)[1]);
}

/** Lets time pass, then buys WETH for so many USDC or DAI, or sells it where `give` is WETH. */
async function trade(after: number, give: TokenSymbol, take: TokenSymbol, fee: number, amount: bigint): Promise<void> {
  await chain.mining.mine((await chain.mining.chainTime()) + after);
  await work.act(work.account, address(chain.deployment.uniswap.swapRouter), router, 'exactInputSingle', [of(give), of(take), fee, work.account, 2n ** 63n, amount, 0n, 0n]);
}

async function priceOf(symbol: TokenSymbol, source: FeedSource | PoolSource): Promise<MarketPrice> {
  const [reading] = await prices.read(of(symbol), [source], await client.head());
  if (reading?.kind !== 'price') throw new Error(JSON.stringify(reading));
  return reading.price;
}
const dollars = ({ usdE8: value }: MarketPrice): number => Number(value) / 1e8;

beforeAll(async () => {
  chain = await startDevchain({ idleBlockSeconds: 0 });
  book = parseAddressBook({ [chain.chainId]: chain.book }, chain.chainId);
  client = await connect({ url: chain.rpcUrl, chainId: chainId(chain.chainId), multicall3: book.multicall3 });
  prices = new MarketPrices(client, book);
  work = await Workshop.open(chain);
  await chain.provider.send('anvil_setBalance', [work.account, `0x${(10n ** 24n).toString(16)}`]);
  for (const symbol of ['USDC', 'DAI'] as const) await work.act(chain.accounts.whale.address, of(symbol), token, 'mint', work.account, 10n ** (symbol === 'USDC' ? 14n : 26n));
  for (const symbol of ['USDC', 'DAI', 'WETH'] as const) await work.act(work.account, of(symbol), token, 'approve', chain.deployment.uniswap.swapRouter, 2n ** 255n);
  await work.act(work.account, poolOf('WETH', 'USDC', 500), pool, 'increaseObservationCardinalityNext', 40);
  await work.act(work.account, poolOf('WETH', 'USDC', 3000), pool, 'increaseObservationCardinalityNext', 40);
});
afterAll(() => chain?.stop());

describe('market prices', () => {
  it('agree with the protocol while nothing happens, and leave out a pool that somebody pushed', async () => {
    const limits = { leastSources: 2, leastDepthUsdE8: usdE8(5_000n * 10n ** 8n), outlierBps: bps(400n), disagreesBeyondBps: bps(500n) };
    const sources = [average('USDC', 500), average('USDC', 3000), feed('WETH')];
    const look = async () => {
      const block = await client.head();
      const readings = await prices.read(of('WETH'), sources, block);
      return marketView(usdE8(300_000_000_000n), readings.flatMap((reading) => (reading.kind === 'price' ? [reading.price] : [])), limits, block.timestamp);
    };
    await chain.mining.mine((await chain.mining.chainTime()) + 4_000);
    expect(await look()).toMatchObject({ kind: 'agrees', leftOut: [] });
    await trade(12, 'USDC', 'WETH', 3000, 1_000_000n * 10n ** 6n);
    // One block later the average of half an hour has hardly moved: the price of the moment is more than twice as high.
    await chain.mining.mine((await chain.mining.chainTime()) + 12);
    expect(await look()).toMatchObject({ kind: 'agrees', leftOut: [] });
    await chain.mining.mine((await chain.mining.chainTime()) + 1_500);
    expect(await look()).toMatchObject({ kind: 'agrees', leftOut: [{ name: 'WETH/USDC 0.3% over 1800 s', because: 'outlier' }] });
  });

  it('are the time-weighted mean of a pool’s ticks, whichever token comes first', async () => {
    await trade(4_000, 'USDC', 'WETH', 500, 200_000n * 10n ** 6n);
    const marks: { readonly at: bigint; readonly tick: number }[] = [];
    for (const [after, give, take, amount] of [[300, 'USDC', 'WETH', 400_000n * 10n ** 6n], [500, 'WETH', 'USDC', 90n * 10n ** 18n], [700, 'USDC', 'WETH', 700_000n * 10n ** 6n]] as const) {
      marks.push({ at: (await client.head()).timestamp, tick: await tickOf(poolOf('WETH', 'USDC', 500)) });
      await trade(after, give, take, 500, amount);
    }
    marks.push({ at: (await client.head()).timestamp, tick: await tickOf(poolOf('WETH', 'USDC', 500)) });
    await chain.mining.mine((await chain.mining.chainTime()) + 400);
    const head = await client.head();
    // From the start of the window to its end, each tick for as long as it stood.
    const start = head.timestamp - WINDOW;
    const weighted = marks.reduce((sum, { at, tick }, index) => {
      const [from, to] = [at > start ? at : start, marks[index + 1]?.at ?? head.timestamp];
      return to > from ? sum + tick * Number(to - from) : sum;
    }, 0);
    expect((marks[0]?.at ?? head.timestamp) <= start).toBe(true);
    const mean = weighted / Number(WINDOW);
    const wethFirst = of('WETH') < of('USDC');
    const expected = 1.0001 ** (wethFirst ? mean : -mean) * 1e12;
    const weth = await priceOf('WETH', average('USDC', 500));
    expect(dollars(weth) / expected).toBeCloseTo(1, 7);
    expect(weth).toMatchObject({ at: head.timestamp, windowSeconds: WINDOW, origin: poolOf('WETH', 'USDC', 500) });
    expect(weth.name).toBe('WETH/USDC 0.05% over 1800 s');
    expect(dollars(weth)).not.toBeCloseTo(1.0001 ** (wethFirst ? (marks.at(-1)?.tick ?? 0) : -(marks.at(-1)?.tick ?? 0)) * 1e12, 0);

    // The same pool seen from the other token: USDC in WETH, and WETH's feed at 3,000.
    const usdc = await priceOf('USDC', average('WETH', 500));
    expect((dollars(usdc) * dollars(weth)) / 3_000).toBeCloseTo(1, 6);
  });

  it('come with what it would take to move the pool by one per cent', async () => {
    await chain.mining.mine((await chain.mining.chainTime()) + 4_000);
    const before = await priceOf('WETH', average('USDC', 500, { windowSeconds: 600n }));
    expect(Number(before.depthUsdE8) / 1e8).toBeGreaterThan(50_000);
    // The fee, 0.05%, does not move the price.
    await trade(12, 'USDC', 'WETH', 500, ((before.depthUsdE8 ?? 0n) * 10_005n) / 10_000n / 100n);
    await chain.mining.mine((await chain.mining.chainTime()) + 700);
    const after = await priceOf('WETH', average('USDC', 500, { windowSeconds: 600n }));
    expect(dollars(after) / dollars(before)).toBeCloseTo(1.01, 3);
  });

  it('of a pool in another token are told by that token’s feed', async () => {
    const staked = await priceOf('wstETH', average('WETH', 100));
    expect(dollars(staked)).toBeCloseTo(3_600, 0);
    expect(dollars(await priceOf('WBTC', average('WETH', 3000)))).toBeCloseTo(60_000, -1);
  });

  it('of a feed are its answer, as old as it is', async () => {
    const { updatedAt } = await chain.feeds.latest('WETH');
    expect(await priceOf('WETH', feed('WETH'))).toMatchObject({ usdE8: 300_000_000_000n, at: BigInt(updatedAt), windowSeconds: 0n, depthUsdE8: null, origin: feedOf('WETH') });
  });

  it('are missing, with the reason, where a source has nothing to say', async () => {
    // The pool remembers one moment: the trade just made. A window over it is not known.
    await trade(12, 'DAI', 'WETH', 3000, 1_000n * 10n ** 18n);
    const readings = await prices.read(of('WETH'), [
      average('USDC', 10_000), average('DAI', 3000), average('DAI', 3000, { windowSeconds: 10n ** 9n }),
      average('USDC', 500, { quoteFeed: { feed: feedOf('USDC'), goodForSeconds: -1n } }), feed('WETH'),
    ], await client.head());
    expect(readings.map((reading) => (reading.kind === 'price' ? reading.kind : reading.because))).toEqual(['no-pool', 'no-history', 'no-history', 'stale-quote', 'price']);
    await chain.feeds.set('DAI', 0n, await chain.mining.chainTime());
    await chain.mining.mine();
    const unpriced = await prices.read(of('DAI'), [feed('DAI'), average('DAI', 100)], await client.head());
    expect(unpriced).toMatchObject([{ kind: 'unavailable', because: 'no-price' }, { kind: 'unavailable', because: 'no-pool' }]);
    await expect(prices.read(of('WETH'), [average('USDC', 500, { windowSeconds: 0n })], await client.head())).rejects.toThrow(InvalidInput);
  });

  it('are read at the block asked for', async () => {
    const block = await client.head();
    const before = await prices.read(of('WETH'), [average('USDC', 500), feed('WETH')], block);
    await trade(600, 'USDC', 'WETH', 500, 500_000n * 10n ** 6n);
    expect(await prices.read(of('WETH'), [average('USDC', 500), feed('WETH')], block)).toEqual(before);
  });
});
