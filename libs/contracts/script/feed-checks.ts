import { ZeroAddress } from 'ethers';
import type { ChainReads } from './chain-reads.js';
import { feedsIn, type FeedParameters, type Parameters } from './parameters.js';
import type { DeployProblem } from './problems.js';

/** Whether the prices that FILL shall rely on are what they are said to be: the venue's source, the aggregator behind it, its pace. */
export async function checkFeeds(reads: ChainReads, p: Parameters): Promise<DeployProblem[]> {
  const aggregators = feedsIn(p).map(({ what, pinned }) => aggregatorHolds(reads, what, pinned));
  return (await Promise.all([sourcesOnAave(reads, p), sourcesOnMorpho(reads, p), ...aggregators])).flat();
}

async function sourcesOnAave(reads: ChainReads, p: Parameters): Promise<DeployProblem[]> {
  if (p.pairs.length === 0) return [];
  const provider = await reads.one(p.aave.pool, 'ADDRESSES_PROVIDER');
  const oracle = provider === null ? null : await reads.one(provider, 'getPriceOracle');
  if (oracle === null) return [{ what: 'aave.pool', given: `${p.aave.pool}, whose price oracle cannot be found`, expected: 'a pool that names its oracle' }];
  const unit = await reads.one(oracle, 'BASE_CURRENCY_UNIT');
  const sides = p.pairs.flatMap((pair, index) => (['collateral', 'debt'] as const).map((side) => ({ what: `pairs.${index}.${side}`, pinned: pair[side] })));
  return (await Promise.all(sides.map(({ what, pinned }) => sourceOnAave(reads, oracle, unit, what, pinned)))).flat();
}

async function sourceOnAave(reads: ChainReads, oracle: string, unit: string | null, what: string, pinned: FeedParameters & { readonly asset: string }): Promise<DeployProblem[]> {
  const problems: DeployProblem[] = [];
  const source = await reads.one(oracle, 'getSourceOfAsset', [pinned.asset]);
  if (source?.toLowerCase() !== pinned.source.toLowerCase()) problems.push({ what: `${what}.source`, given: pinned.source, expected: `${source ?? 'an answer'}, which Aave’s oracle ${oracle} names for ${pinned.asset}` });
  if (pinned.feed !== pinned.source) return problems;
  // The oracle reads this very feed, so it must say the same in the same unit.
  const [decimals, answer, price] = [await reads.one(pinned.feed, 'decimals'), (await reads.ask(pinned.feed, 'latestRoundData'))?.[1], await reads.one(oracle, 'getAssetPrice', [pinned.asset])];
  if (decimals !== null && unit !== null && 10n ** BigInt(decimals) !== BigInt(unit)) problems.push({ what: `${what}.feed`, given: `${pinned.feed} with ${decimals} decimals`, expected: `the oracle’s unit of ${unit}` });
  if (price !== null && answer !== undefined && BigInt(price) !== answer) problems.push({ what: `${what}.feed`, given: `${pinned.feed}, which answers ${String(answer)}`, expected: `${price}, which Aave’s oracle gives for ${pinned.asset}` });
  return problems;
}

const ORACLE_FEEDS = ['BASE_FEED_1', 'BASE_FEED_2', 'QUOTE_FEED_1', 'QUOTE_FEED_2'] as const;

async function sourcesOnMorpho(reads: ChainReads, { morpho, markets }: Parameters): Promise<DeployProblem[]> {
  if (morpho === null) return [];
  return (await Promise.all(markets.map(async ({ marketId, collateral, debt }, index) => {
    const oracle = String((await reads.ask(morpho.address, 'idToMarketParams', [marketId]))?.[2] ?? ZeroAddress);
    if (oracle === ZeroAddress) return [{ what: `markets.${index}.marketId`, given: marketId, expected: `a market of ${morpho.address}` }];
    const problems: DeployProblem[] = [];
    const price = await reads.one(oracle, 'price');
    if (price === null || price === '0') problems.push({ what: `markets.${index}.marketId`, given: `${marketId}, whose oracle ${oracle} answers ${price ?? 'nothing'}`, expected: 'a price above zero' });
    // Morpho's own oracles name the feeds they read; for another kind the reader of the parameters has to look.
    const named = (await Promise.all(ORACLE_FEEDS.map((method) => reads.one(oracle, method)))).filter((feed) => feed !== null && feed !== ZeroAddress);
    for (const [side, pinned] of [['collateral', collateral], ['debt', debt]] as const) {
      if (pinned.source.toLowerCase() !== oracle.toLowerCase()) problems.push({ what: `markets.${index}.${side}.source`, given: pinned.source, expected: `${oracle}, the market’s oracle` });
      if (named.length > 0 && !named.some((feed) => feed?.toLowerCase() === pinned.feed.toLowerCase())) problems.push({ what: `markets.${index}.${side}.feed`, given: pinned.feed, expected: `one of the feeds that the oracle reads: ${named.join(', ')}` });
    }
    return problems;
  }))).flat();
}

/** What every aggregator must show, whatever reads it: an answer above zero, not too old, at the pace it is said to keep. */
async function aggregatorHolds(reads: ChainReads, what: string, pinned: FeedParameters): Promise<DeployProblem[]> {
  const round = await reads.ask(pinned.feed, 'latestRoundData');
  if (round === null) return [{ what: `${what}.feed`, given: `${pinned.feed}, which does not answer latestRoundData`, expected: 'an aggregator as Chainlink’s answer' }];
  const problems: DeployProblem[] = [];
  const [roundId, answer, , updatedAt] = round as readonly [bigint, bigint, bigint, bigint];
  if (answer <= 0n) problems.push({ what: `${what}.feed`, given: `${pinned.feed}, which answers ${answer}`, expected: 'a price above zero' });
  const age = BigInt(reads.timestamp) - updatedAt;
  const longest = (BigInt(pinned.heartbeat) * 11n) / 10n;
  if (age < 0n || age > longest) problems.push({ what: `${what}.feed`, given: `${pinned.feed}, whose answer is ${age} s old`, expected: `at most ${longest} s, eleven tenths of its heartbeat` });
  return [...problems, ...(await heartbeatHolds(reads, what, pinned, roundId, updatedAt, longest))];
}

const ROUNDS_LOOKED_AT = 8n;

/** Whether the last rounds came within the declared heartbeat. A feed that keeps no rounds is not held to it. */
async function heartbeatHolds(reads: ChainReads, what: string, pinned: FeedParameters, roundId: bigint, updatedAt: bigint, longest: bigint): Promise<DeployProblem[]> {
  let later = updatedAt;
  for (let back = 1n; back <= ROUNDS_LOOKED_AT && (roundId & 0xffffffffffffffffn) > back; back += 1n) {
    const round = await reads.ask(pinned.feed, 'getRoundData', [roundId - back]);
    const earlier = (round?.[3] as bigint | undefined) ?? 0n;
    if (earlier === 0n) return [];
    if (later - earlier > longest) return [{ what: `${what}.heartbeat`, given: `${pinned.heartbeat} s for ${pinned.feed}`, expected: `a heartbeat that its rounds keep: two of the last came ${later - earlier} s apart` }];
    later = earlier;
  }
  return [];
}
