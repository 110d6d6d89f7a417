import { callOf, chainlinkFeedAbi, decodeAs, decodeResult, ReadFailed, uniswapFactoryAbi, uniswapPoolAbi, type CallResult, type ChainBook, type ReadClient } from '@ballast/connectors';
import type { Asset, BlockRef, MarketPrice } from '@ballast/positions';
import { address, InvalidInput, mulDivDown, oneToken, USD_E8, usdE8, type Address, type UsdE8 } from '@ballast/units';
import { z } from 'zod';
import { Tokens } from '../tokens.js';
import { depthDown, meanRatio, type Fraction } from './tick-price.js';

const NO_POOL = `0x${'0'.repeat(40)}`;
const poolAnswer = z.tuple([z.string().transform(address)]);
const uint = z.tuple([z.bigint()]);
const decimalsAnswer = z.tuple([z.bigint().refine((value) => value <= 36n, 'at most 36 decimals')]);
const roundAnswer = z.tuple([z.bigint(), z.bigint(), z.bigint(), z.bigint(), z.bigint()]).transform(([, answer, , updatedAt]) => ({ answer, updatedAt }));
const two = z.array(z.bigint()).length(2).transform(([first = 0n, last = 0n]) => ({ first, last }));
const observations = z.tuple([two, two]).transform(([ticks, secondsPerLiquidity]) => ({ ticks, secondsPerLiquidity }));
/** Sums over time wrap around at their width. */
const WRAP_160 = 1n << 160n;

/** A feed of US dollars, and the seconds after which its answer is too old. */
export interface FeedSource {
  readonly kind: 'feed';
  readonly feed: Address;
  readonly goodForSeconds: bigint;
}

/** A Uniswap v3 pool of the asset and a quote token, averaged over a window; `quoteFeed` says what the quote token costs. */
export interface PoolSource {
  readonly kind: 'pool';
  readonly quote: Address;
  /** In hundredths of a basis point. */
  readonly fee: number;
  readonly windowSeconds: bigint;
  readonly quoteFeed: Omit<FeedSource, 'kind'>;
  readonly goodForSeconds: bigint;
}

export type MarketSource = FeedSource | PoolSource;

/**
 * What one source says, or why it says nothing: there is no such pool, its memory is shorter than the window, nobody lends it liquidity now, or a feed has no answer above zero or, for a
 * quote token, one that is too old.
 */
export type MarketReading =
  | { readonly kind: 'price'; readonly price: MarketPrice }
  | { readonly kind: 'unavailable'; readonly name: string; readonly because: 'no-pool' | 'no-history' | 'no-liquidity' | 'no-price' | 'stale-quote' };

interface Answer {
  readonly usdE8: UsdE8;
  readonly updatedAt: bigint;
}

/** Reads what sources outside of a protocol say that an asset costs. */
export class MarketPrices {
  private readonly tokens: Tokens;
  /** Decimals of a feed never change. */
  private readonly scales = new Map<Address, bigint>();

  constructor(private readonly client: ReadClient, private readonly book: ChainBook) {
    this.tokens = new Tokens(client, book);
  }

  /**
   * One reading a source, in the order asked for, all at `block`. A source that has nothing to say is a reading; a request that fails throws.
   * @throws ReadFailed, also for a pool where the address book has no Uniswap; InvalidInput for a window of no time
   */
  async read(asset: Address, sources: readonly MarketSource[], block: BlockRef): Promise<readonly MarketReading[]> {
    const pools = sources.filter((source) => source.kind === 'pool');
    for (const { windowSeconds } of pools) if (windowSeconds <= 0n) throw new InvalidInput('window', `${windowSeconds} s`, 'a second or more');
    const [[base, ...quotes], answers, found] = await Promise.all([
      this.tokens.assets(block, [asset, ...pools.map(({ quote }) => quote)]),
      this.feeds([...new Set(sources.map((source) => (source.kind === 'feed' ? source.feed : source.quoteFeed.feed)))], block),
      this.pools(asset, pools, block),
    ]);
    return sources.map((source): MarketReading => {
      if (source.kind === 'feed') return feedReading(source, answers.get(source.feed) ?? null);
      const place = pools.indexOf(source);
      return poolReading(source, base as Asset, quotes[place] as Asset, found[place] ?? null, answers.get(source.quoteFeed.feed) ?? null, block);
    });
  }

  /** Each feed's latest answer with 8 decimals, rounded down; null where it has none above zero. */
  private async feeds(feeds: readonly Address[], block: BlockRef): Promise<ReadonlyMap<Address, Answer | null>> {
    const results = await this.client.multicall(block, feeds.flatMap((feed) => [callOf(feed, chainlinkFeedAbi, 'latestRoundData'), ...(this.scales.has(feed) ? [] : [callOf(feed, chainlinkFeedAbi, 'decimals')])]));
    let next = 0;
    return new Map(feeds.map((feed) => {
      const round = results[next++];
      if (!this.scales.has(feed)) this.scales.set(feed, oneToken(Number(decodeResult(chainlinkFeedAbi, 'decimals', decimalsAnswer, results[next++])[0])));
      if (round?.kind !== 'ok') return [feed, null];
      const { answer, updatedAt } = decodeAs(chainlinkFeedAbi, 'latestRoundData', roundAnswer, round.data);
      const scaled = answer > 0n ? mulDivDown(answer, USD_E8, this.scales.get(feed) as bigint) : 0n;
      return [feed, scaled === 0n || updatedAt === 0n ? null : { usdE8: usdE8(scaled), updatedAt }];
    }));
  }

  private async pools(asset: Address, sources: readonly PoolSource[], block: BlockRef): Promise<readonly (Pool | null)[]> {
    if (sources.length === 0) return [];
    const uniswap = this.book.uniswapV3;
    if (uniswap === undefined) throw new ReadFailed('address book', `no Uniswap v3 on ${this.book.name}`, 'uniswapV3.factory');
    const places = (await this.client.multicall(block, sources.map(({ quote, fee }) => callOf(uniswap.factory, uniswapFactoryAbi, 'getPool', [asset, quote, fee]))))
      .map((answer) => decodeResult(uniswapFactoryAbi, 'getPool', poolAnswer, answer)[0]);
    const there = sources.flatMap((source, index) => (places[index] === NO_POOL ? [] : [{ source, pool: places[index] as Address }]));
    const results = await this.client.multicall(block, there.flatMap(({ source, pool }) => [callOf(pool, uniswapPoolAbi, 'observe', [[source.windowSeconds, 0n]]), callOf(pool, uniswapPoolAbi, 'liquidity')]));
    const read = new Map(there.map(({ source, pool }, index): [PoolSource, Pool] => [source, { address: pool, observed: results[index * 2], liquidity: decodeResult(uniswapPoolAbi, 'liquidity', uint, results[index * 2 + 1])[0] }]));
    return sources.map((source) => read.get(source) ?? null);
  }
}

interface Pool {
  readonly address: Address;
  readonly observed: CallResult | undefined;
  readonly liquidity: bigint;
}

function feedReading({ feed, goodForSeconds }: FeedSource, answer: Answer | null): MarketReading {
  const name = `feed ${feed.slice(0, 6)}…${feed.slice(-4)}`;
  if (answer === null) return { kind: 'unavailable', name, because: 'no-price' };
  return { kind: 'price', price: { name, origin: feed, usdE8: answer.usdE8, at: answer.updatedAt, windowSeconds: 0n, goodForSeconds, depthUsdE8: null } };
}

function poolReading(source: PoolSource, base: Asset, quote: Asset, pool: Pool | null, quoted: Answer | null, block: BlockRef): MarketReading {
  const { windowSeconds, goodForSeconds, quoteFeed, fee } = source;
  const name = `${base.symbol}/${quote.symbol} ${fee / 10_000}% over ${windowSeconds} s`;
  const unavailable = (because: Extract<MarketReading, { kind: 'unavailable' }>['because']): MarketReading => ({ kind: 'unavailable', name, because });
  if (pool === null) return unavailable('no-pool');
  // A pool that remembers less than the window reverts.
  if (pool.observed?.kind !== 'ok') return unavailable('no-history');
  if (pool.liquidity === 0n) return unavailable('no-liquidity');
  if (quoted === null) return unavailable('no-price');
  if (block.timestamp - quoted.updatedAt > quoteFeed.goodForSeconds) return unavailable('stale-quote');
  const { ticks, secondsPerLiquidity } = decodeAs(uniswapPoolAbi, 'observe', observations, pool.observed.data);
  const mean = meanRatio(ticks.last - ticks.first, windowSeconds);
  const inQuote: Fraction = base.address < quote.address ? mean : { over: mean.under, under: mean.over };
  const price = mulDivDown(inQuote.over * oneToken(base.decimals), quoted.usdE8, inQuote.under * oneToken(quote.decimals));
  if (price === 0n) return unavailable('no-price');
  // The harmonic mean over the window: liquidity that is there for a moment alone hardly counts.
  const grown = (secondsPerLiquidity.last - secondsPerLiquidity.first + WRAP_160) % WRAP_160;
  const meanLiquidity = grown === 0n ? pool.liquidity : (windowSeconds << 128n) / grown;
  const depth = mulDivDown(depthDown(meanLiquidity < pool.liquidity ? meanLiquidity : pool.liquidity, inQuote), quoted.usdE8, oneToken(quote.decimals));
  return { kind: 'price', price: { name, origin: pool.address, usdE8: usdE8(price), at: block.timestamp, windowSeconds, goodForSeconds, depthUsdE8: usdE8(depth) } };
}
