import { aaveOracleAbi, callOf, chainlinkFeedAbi, decodeAs, type BlockRef, type ChainBook, type ReadClient } from '@ballast/connectors';
import type { PriceReader, PriceTick } from '@ballast/positions';
import { address, usdE8, type Address } from '@ballast/units';
import { z } from 'zod';
import { roundData } from './reserves.js';

/** Rounds asked for in one request. */
const ROUNDS_PER_REQUEST = 200;
/** Requests after which a feed that tells nothing usable is given up. */
const MOST_REQUESTS = 50;
const PHASE_BITS = 64n;
type Round = z.output<typeof roundData>;

/**
 * Prices of the feed behind the pool's oracle. Answers are taken with the scale that the oracle gives them: US dollars with
 * 8 decimals. History ends at the feed's current phase: round ids do not go on from one aggregator to the one before.
 */
export class AaveV3Prices implements PriceReader {
  constructor(private readonly client: ReadClient, private readonly book: ChainBook) {}

  async history(asset: Address, since: bigint, limit: number): Promise<readonly PriceTick[]> {
    const block = await this.client.head();
    const feed = await this.source(asset, block);
    const latest = await this.latest(feed, block);
    if (latest === null) return [];
    const byTime = new Map<bigint, PriceTick>();
    let next: bigint | null = latest.roundId;
    for (let request = 0; next !== null && request < MOST_REQUESTS && byTime.size < limit; request++) {
      const rounds: readonly (Round | null)[] = await this.rounds(feed, next, block);
      for (const round of rounds) {
        // A round that was never filled, or holds no price, is a gap: the one before may still be good.
        if (round === null || round.updatedAt === 0n || round.answer <= 0n) continue;
        if (round.updatedAt < since || byTime.size >= limit) return oldestFirst(byTime);
        if (!byTime.has(round.updatedAt)) byTime.set(round.updatedAt, { asset, usdE8: usdE8(round.answer), at: round.updatedAt });
      }
      next = before(next, rounds.length);
    }
    return oldestFirst(byTime);
  }

  private async source(asset: Address, block: BlockRef): Promise<Address> {
    const call = callOf(this.book.aaveV3.oracle, aaveOracleAbi, 'getSourceOfAsset', [asset]);
    return decodeAs(aaveOracleAbi, 'getSourceOfAsset', z.tuple([z.string().transform(address)]), await this.client.callAt(block, call.to, call.data))[0];
  }

  /** Null where the source keeps no rounds. */
  private async latest(feed: Address, block: BlockRef): Promise<Round | null> {
    const [answer] = await this.client.multicall(block, [callOf(feed, chainlinkFeedAbi, 'latestRoundData')]);
    if (answer === undefined || answer.kind === 'reverted' || answer.data === '0x') return null;
    return decodeAs(chainlinkFeedAbi, 'latestRoundData', roundData, answer.data);
  }

  /** The rounds from `newest` backwards, within its phase; null for a round that the feed does not tell. */
  private async rounds(feed: Address, newest: bigint, block: BlockRef): Promise<readonly (Round | null)[]> {
    const ids: bigint[] = [];
    for (let id: bigint | null = newest; id !== null && ids.length < ROUNDS_PER_REQUEST; id = before(id, 1)) ids.push(id);
    const answers = await this.client.multicall(block, ids.map((id) => callOf(feed, chainlinkFeedAbi, 'getRoundData', [id])));
    return answers.map((answer) => (answer.kind === 'reverted' || answer.data === '0x' ? null : decodeAs(chainlinkFeedAbi, 'getRoundData', roundData, answer.data)));
  }
}

/** The round id `count` before, null when that leaves the phase; the rounds of a phase count from 1 (a plain aggregator may have a round 0, with nothing in it). */
export function before(roundId: bigint, count: number): bigint | null {
  const inPhase = roundId & ((1n << PHASE_BITS) - 1n);
  return inPhase <= BigInt(count) ? null : roundId - BigInt(count);
}

const oldestFirst = (byTime: ReadonlyMap<bigint, PriceTick>): readonly PriceTick[] => [...byTime.values()].sort((a, b) => Number(a.at - b.at));
